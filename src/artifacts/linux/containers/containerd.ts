/**
 * `linux.containerd-settings`: what containerd runs and where it fetches from, and the plugins of container networks.
 *
 * Reads config.toml of containerd, k3s and CRI-O, registries of certs.d and of k3s, plugins of NRI, and /etc/cni.
 * Why: a runtime, a stream processor or a network plugin of an intruder is run as root with every container; a
 * mirror of his own gives him every image. What it is NOT: the state of containers. Templates of k3s
 * (config.toml.tmpl) are read as they stand. Bounds: 1 MiB a file, 500 entries of each.
 * Sources: containerd docs: "config.toml(5)", "hosts.md", "stream_processors.md", NRI; CNI spec 1.0 §1;
 * crio.conf(5).
 */
import { listMember, member, parseLooseJson } from '../../../formats/loose-json.ts';
import { isAddress, isNearHost, listensOutside } from '../../../formats/near-host.ts';
import { parseToml, type TomlSetting } from '../../../formats/toml-settings.ts';
import { lineOf, readYaml, textAt } from '../../../formats/yaml-documents.ts';
import type { PersistenceFact, PersistenceMark } from '../../../model/facts/persistence.ts';
import { joinPath, type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, filesIn, foldersIn, scriptEntry } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { below, isThere, recordStatus } from './container-entry.ts';

const id = 'linux.containerd-settings';
const root = phrase`root`;
const limit = 1 << 20;
const most = 500;
const paths = (list: readonly string[]): readonly PathText[] => list.map((path) => printableText(path));
const tomlFiles = paths([
  '/etc/containerd/config.toml',
  '/etc/crio/crio.conf',
  '/etc/nerdctl/nerdctl.toml',
  '/etc/buildkit/buildkitd.toml',
  '/var/lib/rancher/k3s/agent/etc/containerd/config.toml',
  '/var/lib/rancher/k3s/agent/etc/containerd/config.toml.tmpl',
  '/var/lib/rancher/k3s/agent/etc/containerd/config-v3.toml.tmpl',
  '/var/lib/rancher/rke2/agent/etc/containerd/config.toml',
  '/var/lib/rancher/rke2/agent/etc/containerd/config.toml.tmpl',
]);
const tomlFolders = paths([
  '/etc/containerd/conf.d',
  '/etc/containerd/config.d',
  '/etc/crio/crio.conf.d',
  '/etc/k0s/containerd.d',
]);
const registryFolders = paths(['/etc/containerd/certs.d', '/etc/nerdctl/certs.d']);
const registryFiles = paths(['/etc/rancher/k3s/registries.yaml', '/etc/rancher/rke2/registries.yaml']);
const pluginFolders = paths(['/opt/nri/plugins', '/etc/nri/plugins']);
const networkFolders = paths([
  '/etc/cni/net.d',
  '/var/lib/rancher/k3s/agent/etc/cni/net.d',
  '/etc/containerd/net.d',
]);
const networkPrograms = paths([
  '/opt/cni/bin',
  '/usr/lib/cni',
  '/usr/libexec/cni',
  '/var/lib/rancher/k3s/data/cni',
]);

/** Keys whose value is run. `path` runs in tables of processors and runtimes only. */
const runsKey =
  /(?:^|\.)(?:BinaryName|runtime_path|runtime_engine|runtime|shim|default_runtime_path|conmon|plugin_path|hooks_dir)$/i;
const usualRuntime = /^(?:io\.containerd\.\w+\.v\d|\s*)$/;

function tomlMarks({ table, key, values }: TomlSetting): readonly PersistenceMark[] | undefined {
  const [value = ''] = values;
  if (runsKey.test(key)) return usualRuntime.test(value) ? undefined : [];
  if (key === 'path' && /stream_processors|proxy_plugins|runtimes/.test(table)) return [];
  if (key === 'imports') return [];
  if (key === 'tcp_address' || key === 'stream_address' || key === 'host') {
    if (value === '' || key === 'host') return undefined;
    return key === 'tcp_address' && listensOutside(value) ? ['opens-access'] : undefined;
  }
  if (key === 'endpoint' || key === 'server' || (key === 'address' && table.includes('proxy_plugins'))) {
    const foreign = values.some((one) => isAddress(one) && !isNearHost(one));
    return foreign ? ['foreign-host'] : [];
  }
  if (key === 'privileged_without_host_devices') return undefined;
  return undefined;
}

function tomlFact(path: PathText, setting: TomlSetting): readonly PersistenceFact[] {
  const { table, key, values, line, text } = setting;
  const marks = tomlMarks(setting);
  if (marks === undefined || values.length === 0) return [];
  const file = values.find((value) => value.startsWith('/') && !value.includes('*'));
  return [
    entry({
      source: { source: path, line },
      mechanism: 'containerd-setting',
      user: root,
      trigger: printableText((table === '' ? 'containers' : table).slice(0, 512)),
      command: printableText(`${key}=${values.join(' ')}`.slice(0, 8192)),
      language: 'setting',
      ...(file === undefined ? {} : { target: printableText(file.slice(0, 4096)) }),
      marks,
      text,
    }),
  ];
}

/** `[host."http://192.0.2.1"]` names the mirror in the table itself. */
function mirrorTables(path: PathText, settings: readonly TomlSetting[]): readonly PersistenceFact[] {
  const mirrors = Map.groupBy(
    settings.filter(({ table }) => table.startsWith('host.')),
    ({ table }) => table.slice('host.'.length),
  );
  return [...mirrors].slice(0, most).map(([mirror, [first]]) =>
    entry({
      source: { source: path, ...(first === undefined ? {} : { line: first.line }) },
      mechanism: 'containerd-setting',
      user: root,
      trigger: phrase`pull of an image`,
      command: printableText(`host=${mirror}`.slice(0, 4096)),
      language: 'setting',
      marks: isAddress(mirror) && !isNearHost(mirror) ? ['foreign-host'] : [],
      text: printableText(`[host."${mirror}"]`.slice(0, 4096)),
    }),
  );
}

function readToml(context: ArtifactContext, path: PathText): readonly PersistenceFact[] {
  const settings = parseToml(readFileNow(context, id, path, limit).bytes);
  return [...settings.flatMap((one) => tomlFact(path, one)).slice(0, most), ...mirrorTables(path, settings)];
}

/** registries.yaml of k3s and RKE2: `mirrors.NAME.endpoint`. */
function readRegistries(context: ArtifactContext, path: PathText): readonly PersistenceFact[] {
  const { documents, refused } = readYaml(readFileNow(context, id, path, limit).bytes);
  for (const reason of refused) recordStatus(context, id, path, 'error', reason);
  return documents.flatMap((document) => {
    const mirrors = member(document.value, 'mirrors');
    if (typeof mirrors !== 'object' || mirrors === null) return [];
    return Object.keys(mirrors)
      .slice(0, most)
      .flatMap((name) =>
        listMember(mirrors, 32, name, 'endpoint').flatMap((endpoint) => {
          if (typeof endpoint !== 'string') return [];
          const line = lineOf(document, endpoint.slice(0, 200));
          return [
            entry({
              source: { source: path, line },
              mechanism: 'containerd-setting',
              user: root,
              trigger: phrase`pull of an image`,
              command: printableText(`endpoint=${endpoint}`.slice(0, 4096)),
              language: 'setting',
              marks: isAddress(endpoint) && !isNearHost(endpoint) ? ['foreign-host'] : [],
              text: printableText(textAt(document, line)),
            }),
          ];
        }),
      );
  });
}

/** Types of the plugins of a network: each is a program of that name. */
function readNetwork(context: ArtifactContext, path: PathText): readonly PersistenceFact[] {
  const reading = readFileNow(context, id, path, limit);
  const parsed = parseLooseJson(reading.bytes);
  if (!parsed.ok) {
    if (reading.readable) recordStatus(context, id, path, 'error', parsed.reason);
    return [];
  }
  const plugins = [parsed.value, ...listMember(parsed.value, 64, 'plugins')];
  const types = plugins.flatMap((plugin) => [member(plugin, 'type'), member(plugin, 'ipam', 'type')]);
  return [...new Set(types)].flatMap((type) => {
    if (typeof type !== 'string' || !/^[\w./-]{1,128}$/.test(type)) return [];
    const name = printableText(type);
    const program = type.startsWith('/')
      ? name
      : networkPrograms.map((folder) => joinPath(folder, name)).find((one) => isThere(context, one));
    return [
      entry({
        source: { source: path },
        mechanism: 'containerd-setting',
        user: root,
        trigger: phrase`start of a container`,
        command: program ?? phrase`type=${name}`,
        language: program === undefined ? 'setting' : 'argv',
        ...(program === undefined ? {} : { target: program }),
        text: phrase`network plugin ${name}`,
      }),
    ];
  });
}

export const containerdSettings: PersistenceArtifact = {
  id,
  sources: [
    ...[...tomlFiles, ...registryFiles].map((path) => ({ kind: 'file' as const, path, live: false })),
    ...tomlFolders.map((path) => ({ kind: 'glob' as const, path: `${path}/*`, live: false })),
    ...registryFolders.map((path) => ({ kind: 'glob' as const, path: `${path}/*/hosts.toml`, live: false })),
    ...[...networkFolders, ...pluginFolders].map((path) => ({
      kind: 'glob' as const,
      path: `${path}/*`,
      live: false,
    })),
  ],
  mechanisms: ['containerd-setting'],
  order: 14,
  required: false,
  gather(context) {
    const there = (list: readonly PathText[]) => list.filter((path) => isThere(context, path));
    const inFolders = (list: readonly PathText[], matches: (name: string) => boolean) =>
      there(list)
        .flatMap((folder) => filesIn(context, id, folder, matches).map(({ path }) => path))
        .slice(0, most);
    const hosts = there(registryFolders)
      .flatMap((folder) => foldersIn(context, id, folder))
      .slice(0, most)
      .map(({ path }) => below(path, 'hosts.toml'));
    return Promise.resolve([
      ...[
        ...there(tomlFiles),
        ...inFolders(tomlFolders, (name) => !name.endsWith('~')),
        ...there(hosts),
      ].flatMap((path) => readToml(context, path)),
      ...there(registryFiles).flatMap((path) => readRegistries(context, path)),
      ...inFolders(networkFolders, (name) => /\.(?:conf|conflist|json)$/.test(name)).flatMap((path) =>
        readNetwork(context, path),
      ),
      ...inFolders(pluginFolders, () => true).flatMap(
        (path) =>
          scriptEntry(context, id, path, {
            mechanism: 'containerd-setting',
            user: root,
            trigger: phrase`start of a container`,
          }) ?? [],
      ),
    ]);
  },
};
