/**
 * `linux.docker-settings`: settings of the Docker daemon and of its client that open it, or run or fetch something.
 *
 * Reads daemon.json, the options of /etc/default and /etc/sysconfig, config.json of every home, and plugins of the
 * client and of the daemon. Why: a socket on tcp is how miners come in, and opened again by an intruder it is how
 * they come back; a runtime of his own is run with every container; a client's plugin with every `docker`. What it
 * is NOT: the units of Docker (`linux.systemd-units`), nor who is in the group docker.
 * Sources: dockerd(8), daemon.json; docs.docker.com "Protect the Docker daemon socket", "CLI plugins",
 * "Credential helpers".
 */
import { listMember, member, parseLooseJson } from '../../../formats/loose-json.ts';
import { isAddress, isNearHost, listensOutside } from '../../../formats/near-host.ts';
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact, PersistenceMark } from '../../../model/facts/persistence.ts';
import { type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, filesIn } from '../entry.ts';
import { homesOf } from '../homes.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { below, isThere, recordStatus } from './container-entry.ts';
import { daemonSettings } from './docker-roots.ts';

const id = 'linux.docker-settings';
const root = phrase`root`;
const limit = 1 << 20;
const mostItems = 200;
const paths = (list: readonly string[]): readonly PathText[] => list.map((path) => printableText(path));
const optionFiles = paths(['/etc/default/docker', '/etc/sysconfig/docker', '/etc/conf.d/docker']);
const pluginFolders = paths([
  '/usr/local/lib/docker/cli-plugins',
  '/usr/local/libexec/docker/cli-plugins',
  '/usr/lib/docker/cli-plugins',
  '/usr/libexec/docker/cli-plugins',
]);
const pluginSpecs = paths(['/etc/docker/plugins', '/usr/lib/docker/plugins', '/run/docker/plugins']);

interface Found {
  readonly key: string;
  readonly value: string;
  readonly marks: readonly PersistenceMark[];
  readonly target?: string;
}

/** Verified clients are let in only with a certificate. */
const hostMarks = (value: string, verified: boolean): readonly PersistenceMark[] =>
  /^tcp:/i.test(value) && listensOutside(value) ? (verified ? ['weakens-guard'] : ['opens-access']) : [];

const registryMarks = (value: string): readonly PersistenceMark[] =>
  isAddress(value) && !isNearHost(value) ? ['foreign-host'] : [];

const textsOf = (value: unknown, key: string): readonly string[] =>
  listMember(value, mostItems, key).flatMap((one) => (typeof one === 'string' ? [one.slice(0, 4096)] : []));

function daemonFindings(value: unknown): readonly Found[] {
  const verified = member(value, 'tlsverify') === true;
  const runtimes = member(value, 'runtimes');
  const programs =
    typeof runtimes === 'object' && runtimes !== null
      ? Object.keys(runtimes)
          .slice(0, mostItems)
          .flatMap((name): readonly Found[] => {
            const program = member(runtimes, name, 'path') ?? member(runtimes, name, 'runtimeType');
            return typeof program === 'string'
              ? [{ key: `runtimes.${name}`, value: program, target: program, marks: [] }]
              : [];
          })
      : [];
  const runtime = member(value, 'default-runtime');
  const initPath = member(value, 'init-path');
  return [
    ...textsOf(value, 'hosts').map((one) => ({ key: 'hosts', value: one, marks: hostMarks(one, verified) })),
    ...textsOf(value, 'insecure-registries').map((one) => ({
      key: 'insecure-registries',
      value: one,
      marks: isNearHost(one)
        ? []
        : isAddress(one)
          ? (['foreign-host'] as const)
          : (['weakens-guard'] as const),
    })),
    ...textsOf(value, 'registry-mirrors').map((one) => ({
      key: 'registry-mirrors',
      value: one,
      marks: registryMarks(one),
    })),
    ...programs,
    ...(typeof runtime === 'string' && runtime !== 'runc'
      ? [{ key: 'default-runtime', value: runtime, marks: [] }]
      : []),
    ...(typeof initPath === 'string'
      ? [{ key: 'init-path', value: initPath, target: initPath, marks: [] }]
      : []),
    ...textsOf(value, 'authorization-plugins').map((one) => ({
      key: 'authorization-plugins',
      value: one,
      marks: [],
    })),
    ...textsOf(value, 'exec-opts').flatMap((one) =>
      /^native\.cgroupdriver=/.test(one) ? [] : [{ key: 'exec-opts', value: one, marks: [] }],
    ),
    ...textsOf(value, 'cdi-spec-dirs').map((one) => ({ key: 'cdi-spec-dirs', value: one, marks: [] })),
  ];
}

/** A line of the file that holds the value, or the key; JSON of daemon.json is written over many lines. */
function lineHolding(lines: readonly string[], { key, value }: Found): number {
  const held = lines.findIndex((line) => line.includes(value));
  const named = lines.findIndex((line) => line.includes(`"${key.split('.', 1)[0]}"`));
  return Math.max(held, named < 0 ? 0 : held < 0 ? named : 0) + 1;
}

function settingFact(path: PathText, line: number, text: string, found: Found): PersistenceFact {
  const { key, value, marks, target } = found;
  return entry({
    source: { source: path, line },
    mechanism: 'docker-daemon',
    user: root,
    trigger: phrase`docker`,
    command: printableText(`${key}=${value}`),
    language: 'setting',
    ...(target?.startsWith('/') === true ? { target: printableText(target) } : {}),
    marks,
    text: printableText((text.includes(value) ? text.trim() : `${key}: ${value}`).slice(0, 4096)),
  });
}

function daemonFile(context: ArtifactContext): readonly PersistenceFact[] {
  const reading = readFileNow(context, id, daemonSettings, limit);
  if (!reading.readable || reading.status === 'empty') return [];
  const parsed = parseLooseJson(reading.bytes);
  const lines = new TextDecoder().decode(reading.bytes).split('\n');
  if (!parsed.ok) {
    recordStatus(context, id, daemonSettings, 'error', parsed.reason);
    return [];
  }
  return daemonFindings(parsed.value).map((found) => {
    const line = lineHolding(lines, found);
    return settingFact(daemonSettings, line, lines[line - 1] ?? '', found);
  });
}

const option =
  /(?:^|[\s"'=])(?:-H|--host|--add-runtime|--registry-mirror|--insecure-registry|--default-runtime)[=\s]+(?!-)([^\s"']{1,2048})/g;

function optionFindings(text: string): readonly Found[] {
  const verified = /--tlsverify\b(?!=false)/.test(text);
  return [...text.matchAll(option)].slice(0, mostItems).flatMap((match): readonly Found[] => {
    const value = match[1] ?? '';
    if (/-H|--host/.test(match[0])) return [{ key: 'hosts', value, marks: hostMarks(value, verified) }];
    if (match[0].includes('--add-runtime')) {
      const program = value.slice(value.indexOf('=') + 1);
      return [{ key: 'runtimes', value, target: program, marks: [] }];
    }
    if (match[0].includes('--default-runtime')) return [{ key: 'default-runtime', value, marks: [] }];
    return [{ key: 'registry', value, marks: registryMarks(value) }];
  });
}

function optionFile(context: ArtifactContext, path: PathText): readonly PersistenceFact[] {
  const { bytes } = readFileNow(context, id, path, limit);
  return [...textLines(bytes, { lines: 5_000, longest: 65_536 })].flatMap(({ line, text }) =>
    /^\s*#/.test(text)
      ? []
      : optionFindings(text).map((found) => settingFact(path, line, printableLatin1(text), found)),
  );
}

/** Programs that the client runs by the names of its settings: `docker-credential-NAME`. */
function clientSettings(
  context: ArtifactContext,
  home: PathText,
  user: Printable,
): readonly PersistenceFact[] {
  const path = below(home, '.docker', 'config.json');
  if (!isThere(context, path)) return [];
  const reading = readFileNow(context, id, path, limit);
  const parsed = parseLooseJson(reading.bytes);
  if (!parsed.ok) {
    if (reading.readable) recordStatus(context, id, path, 'error', parsed.reason);
    return [];
  }
  const helpers = member(parsed.value, 'credHelpers');
  const names =
    typeof helpers === 'object' && helpers !== null
      ? Object.keys(helpers)
          .slice(0, mostItems)
          .map((key) => member(helpers, key))
      : [];
  const programs = new Set([...names, member(parsed.value, 'credsStore')]);
  const folders = textsOf(parsed.value, 'cliPluginsExtraDirs');
  const helperFacts = [...programs].flatMap((name) =>
    typeof name === 'string' && /^[\w.-]{1,128}$/.test(name)
      ? [
          entry({
            source: { source: path },
            mechanism: 'docker-daemon',
            user,
            trigger: phrase`docker login and pull`,
            command: printableText(`docker-credential-${name} get`),
            language: 'argv',
            text: printableText(`credential helper ${name}`),
          }),
        ]
      : [],
  );
  const extra = folders
    .filter((folder) => folder.startsWith('/'))
    .flatMap((folder) => pluginFiles(context, printableText(folder), user));
  return [...helperFacts, ...extra];
}

function pluginFiles(
  context: ArtifactContext,
  folder: PathText,
  user: Printable,
): readonly PersistenceFact[] {
  if (!isThere(context, folder)) return [];
  return filesIn(context, id, folder)
    .slice(0, mostItems)
    .map(({ path, name }) =>
      entry({
        source: { source: path },
        mechanism: 'docker-daemon',
        user,
        trigger: phrase`docker`,
        command: path,
        language: 'argv',
        target: path,
        text: phrase`plugin ${name}`,
      }),
    );
}

export const dockerSettings: PersistenceArtifact = {
  id,
  sources: [
    { kind: 'file', path: daemonSettings, live: false },
    ...optionFiles.map((path) => ({ kind: 'file' as const, path, live: false })),
    { kind: 'glob', path: '/home/*/.docker/config.json', live: false },
    ...[...pluginFolders, ...pluginSpecs].map((path) => ({
      kind: 'glob' as const,
      path: `${path}/*`,
      live: false,
    })),
    { kind: 'glob', path: '/home/*/.docker/cli-plugins/*', live: false },
  ],
  mechanisms: ['docker-daemon'],
  order: 14,
  required: false,
  gather(context) {
    const homes = homesOf(context.target);
    return Promise.resolve([
      ...daemonFile(context),
      ...optionFiles.filter((path) => isThere(context, path)).flatMap((path) => optionFile(context, path)),
      ...homes.flatMap(({ path, user }) => clientSettings(context, path, user)),
      ...pluginFolders.flatMap((path) => pluginFiles(context, path, root)),
      ...homes.flatMap(({ path, user }) => pluginFiles(context, below(path, '.docker', 'cli-plugins'), user)),
      ...pluginSpecs.flatMap((path) => pluginSpecFiles(context, path)),
    ]);
  },
};

/** A plugin of the daemon is a file that names its socket, or is the socket. */
function pluginSpecFiles(context: ArtifactContext, folder: PathText): readonly PersistenceFact[] {
  if (!isThere(context, folder)) return [];
  return filesIn(context, id, folder, (name) => /\.(?:spec|json)$/.test(name))
    .slice(0, mostItems)
    .map(({ path }) => {
      const { bytes } = readFileNow(context, id, path, 65_536);
      const address = /\b(?:tcp|https?|unix):\/\/[^\s"']{1,512}/.exec(
        Buffer.from(bytes).toString('latin1'),
      )?.[0];
      const outside = address !== undefined && !address.startsWith('unix:') && !isNearHost(address);
      return entry({
        source: { source: path },
        mechanism: 'docker-daemon',
        user: root,
        trigger: phrase`docker, plugin`,
        command: printableLatin1(`plugin=${address ?? ''}`),
        language: 'setting',
        marks: outside ? ['foreign-host'] : [],
        text: printableLatin1(address ?? 'plugin'),
      });
    });
}
