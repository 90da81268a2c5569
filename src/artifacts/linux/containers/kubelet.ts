/**
 * `linux.kubelet-settings`: settings of the kubelet that let somebody in or bring something in, its plugins, and
 * programs that a kubeconfig runs.
 *
 * Why: a kubelet that takes anonymous requests runs commands in any container for whoever asks (port 10250), a
 * folder of static pods elsewhere is a guard nobody looks at, and `exec` of a kubeconfig runs with every kubectl.
 * What it is NOT: the state of a cluster. Told are settings that matter alone; all others stay in the file.
 * Bounds: see `kubelet-settings.ts`; 200 plugins. Sources: kubelet(8); "Kubelet authentication/authorization";
 * FlexVolume; client-go "credential plugins"; knowledge on entry, row kubelet.
 */
import { commandOf, emptyRun, wordsOf } from '../../../formats/container-run.ts';
import { listMember, member } from '../../../formats/loose-json.ts';
import { isNearHost } from '../../../formats/near-host.ts';
import { lineOf, readYaml, textAt } from '../../../formats/yaml-documents.ts';
import type { PersistenceFact, PersistenceMark } from '../../../model/facts/persistence.ts';
import { type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, filesIn, foldersIn, scriptEntry } from '../entry.ts';
import { homesOf } from '../homes.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { below, isFolder, isThere, recordStatus, YamlReader } from './container-entry.ts';
import { type KubeletSetting, kubeletFiles, kubeletSettings } from './kubelet-settings.ts';

const id = 'linux.kubelet-settings';
const root = phrase`root`;
const usualManifests =
  /^\/(?:etc\/kubernetes\/(?:manifests|kubelet\.d)|etc\/kubelet\.d|var\/lib\/(?:rancher\/\w+\/agent\/pod-manifests|k0s\/\S*))\/?$/;
const pluginFolders = [
  '/usr/libexec/kubernetes/kubelet-plugins/volume/exec',
  '/var/lib/kubelet/volumeplugins',
  '/var/lib/kubelet/volume-plugins',
].map((path) => printableText(path));
const usualSocket = /^(?:unix:(?:\/\/)?)?\/(?:var\/)?run\/|^npipe:/;
const mostPlugins = 200;

/** Marks of a setting that matters; undefined for all others. */
function marksOf({ name, value }: KubeletSetting): readonly PersistenceMark[] | undefined {
  switch (name) {
    case 'anonymous-auth':
      return /^true$/i.test(value) ? ['opens-access'] : undefined;
    case 'authorization-mode':
      return /AlwaysAllow/.test(value) ? ['opens-access'] : undefined;
    case 'read-only-port':
      return /^0*$/.test(value) ? undefined : ['weakens-guard'];
    case 'pod-manifest-path':
      return usualManifests.test(value) ? [] : ['unusual-place'];
    case 'manifest-url':
      return isNearHost(value) ? ['unusual-place'] : ['foreign-host'];
    case 'container-runtime-endpoint':
      return usualSocket.test(value) ? undefined : ['unusual-place'];
    case 'volume-plugin-dir':
    case 'image-credential-provider-bin-dir':
    case 'image-credential-provider-config':
      return [];
    default:
      return undefined;
  }
}

function settingEntry(setting: KubeletSetting): readonly PersistenceFact[] {
  const marks = marksOf(setting);
  if (marks === undefined) return [];
  const { name, value, path, line, text } = setting;
  return [
    entry({
      source: { source: path, line },
      mechanism: 'kubelet-setting',
      user: root,
      trigger: phrase`kubelet`,
      command: printableText(`${name}=${value}`),
      language: 'setting',
      ...(value.startsWith('/') && !usualManifests.test(value) ? { target: printableText(value) } : {}),
      marks,
      text,
    }),
  ];
}

/** Drivers of volumes, each in a folder of its own; credential providers lie side by side. */
function plugins(context: ArtifactContext, settings: readonly KubeletSetting[]): readonly PersistenceFact[] {
  const named = settings.flatMap(({ name, value }) =>
    /^(?:volume-plugin-dir|image-credential-provider-bin-dir)$/.test(name) && value.startsWith('/')
      ? [printableText(value)]
      : [],
  );
  const folders = [...new Set([...pluginFolders, ...named])].filter((path) => isFolder(context, path));
  return folders
    .flatMap((folder) => [folder, ...foldersIn(context, id, folder).map(({ path }) => path)])
    .slice(0, mostPlugins)
    .flatMap((folder) => filesIn(context, id, folder))
    .slice(0, mostPlugins)
    .flatMap(
      ({ path }) =>
        scriptEntry(context, id, path, {
          mechanism: 'kubelet-setting',
          user: root,
          trigger: phrase`kubelet, plugin`,
        }) ?? [],
    );
}

interface Kubeconfig {
  readonly path: PathText;
  readonly user: Printable;
}

const rootConfigs = [
  '/etc/kubernetes/admin.conf',
  '/etc/kubernetes/super-admin.conf',
  '/etc/kubernetes/kubelet.conf',
  '/etc/kubernetes/bootstrap-kubelet.conf',
  '/etc/kubernetes/controller-manager.conf',
  '/etc/kubernetes/scheduler.conf',
  '/etc/rancher/k3s/k3s.yaml',
  '/etc/rancher/rke2/rke2.yaml',
  '/var/lib/kubelet/kubeconfig',
].map((path) => ({ path: printableText(path), user: root }));

function execPlugins(
  context: ArtifactContext,
  reader: YamlReader,
  { path, user }: Kubeconfig,
): readonly PersistenceFact[] {
  const bytes = reader.read(path);
  if (bytes === undefined) return [];
  const { documents, refused } = readYaml(bytes);
  for (const reason of refused) recordStatus(context, id, path, 'error', reason);
  return documents.flatMap((document) =>
    listMember(document.value, 500, 'users').flatMap((one) => {
      const program =
        member(one, 'user', 'exec', 'command') ?? member(one, 'user', 'auth-provider', 'config', 'cmd-path');
      if (typeof program !== 'string' || program === '') return [];
      const words = [program, ...wordsOf(member(one, 'user', 'exec', 'args'))];
      const variables = listMember(one, 100, 'user', 'exec', 'env').flatMap((pair): [string, string][] => {
        const [name, value] = [member(pair, 'name'), member(pair, 'value')];
        return typeof name === 'string' && typeof value === 'string' ? [[name, value]] : [];
      });
      const line = lineOf(document, 'users', program.slice(0, 80));
      return [
        entry({
          source: { source: path, line },
          mechanism: 'kubelet-setting',
          user,
          trigger: phrase`kubectl`,
          command: commandOf({ ...emptyRun, words, environment: new Map(variables) }),
          language: 'argv',
          ...(program.startsWith('/') ? { target: printableText(program.slice(0, 4096)) } : {}),
          text: printableText(textAt(document, line)),
        }),
      ];
    }),
  );
}

export const kubelet: PersistenceArtifact = {
  id,
  sources: [
    ...kubeletFiles.map((path) => ({ kind: 'file' as const, path, live: false })),
    ...pluginFolders.map((path) => ({ kind: 'glob' as const, path: `${path}/*/*`, live: false })),
    ...rootConfigs.map(({ path }) => ({ kind: 'file' as const, path, live: false })),
    { kind: 'glob', path: '/home/*/.kube/config', live: false },
  ],
  mechanisms: ['kubelet-setting'],
  order: 14,
  required: false,
  gather(context) {
    const reader = new YamlReader(context, id);
    const settings = kubeletSettings(context, id);
    const ofHomes = homesOf(context.target).map(({ path, user }) => ({
      path: below(path, '.kube', 'config'),
      user,
    }));
    const configs = [...rootConfigs, ...ofHomes].filter(({ path }) => isThere(context, path));
    return Promise.resolve([
      ...settings.flatMap(settingEntry),
      ...plugins(context, settings),
      ...configs.flatMap((config) => execPlugins(context, reader, config)),
    ]);
  },
};
