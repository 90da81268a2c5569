/**
 * Containers of Kubernetes manifests: of pods, and of what makes pods.
 *
 * Reads Pod, Deployment, DaemonSet, StatefulSet, ReplicaSet, ReplicationController, Job, CronJob and lists of them:
 * commands, hooks and probes that run something, folders of the host, privileges. `$(NAME)` of a literal variable
 * is put in, as the kubelet does. What it is NOT: validation; admission may refuse what stands here.
 * Bounds: 500 items, 64 containers a pod. Sources: Kubernetes API reference, core/v1 PodSpec and Container, apps/v1,
 * batch/v1; "Define Dependent Environment Variables".
 */
import { type Bind, type ContainerRun, emptyRun, mostBinds, wordsOf } from './container-run.ts';
import { flagMember, listMember, member, numberMember } from './loose-json.ts';

export interface PodContainer {
  readonly kind: string;
  /** Of the object; empty where it has none. */
  readonly object: string;
  readonly namespace: string;
  /** Of a CronJob. */
  readonly schedule: string;
  /** `spec.suspend` of a CronJob, or no replicas. */
  readonly switchedOff: boolean;
  /** What runs it: the container itself, or one of its hooks and probes. */
  readonly role: 'container' | 'init' | 'hook' | 'probe';
  readonly run: ContainerRun;
}

const mostItems = 500;
const mostContainers = 64;
const text = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 4096) : '');

const withTemplate: ReadonlySet<string> = new Set([
  'Deployment',
  'DaemonSet',
  'StatefulSet',
  'ReplicaSet',
  'ReplicationController',
  'Job',
]);

function podSpec(value: unknown, kind: string): unknown {
  if (kind === 'Pod') return member(value, 'spec');
  if (kind === 'PodTemplate') return member(value, 'template', 'spec');
  if (kind === 'CronJob') return member(value, 'spec', 'jobTemplate', 'spec', 'template', 'spec');
  return withTemplate.has(kind) ? member(value, 'spec', 'template', 'spec') : undefined;
}

function literalsOf(container: unknown): ReadonlyMap<string, string> {
  const pairs = listMember(container, 1024, 'env').flatMap((one): readonly [string, string][] => {
    const [name, value] = [text(member(one, 'name')), member(one, 'value')];
    return name !== '' && typeof value === 'string' ? [[name, value.slice(0, 65_536)]] : [];
  });
  return new Map(pairs);
}

function bindsOf(container: unknown, folders: ReadonlyMap<string, string>): readonly Bind[] {
  return listMember(container, mostBinds, 'volumeMounts').flatMap((mount) => {
    const source = folders.get(text(member(mount, 'name')));
    const destination = text(member(mount, 'mountPath'));
    if (source === undefined || destination === '') return [];
    const below = text(member(mount, 'subPath')).replace(/^\/+/, '');
    return [
      {
        source: below === '' ? source : `${source.replace(/\/+$/, '')}/${below}`,
        destination,
        readOnly: flagMember(mount, 'readOnly') === true,
      },
    ];
  });
}

/** Commands of hooks and probes: run by the kubelet at start, at the end, or all the time. */
function sideCommands(
  container: unknown,
): readonly { readonly role: PodContainer['role']; readonly words: readonly string[] }[] {
  const hooks = ['postStart', 'preStop'].map((name) => ({
    role: 'hook' as const,
    words: wordsOf(member(container, 'lifecycle', name, 'exec', 'command')),
  }));
  const probes = ['startupProbe', 'livenessProbe', 'readinessProbe'].map((name) => ({
    role: 'probe' as const,
    words: wordsOf(member(container, name, 'exec', 'command')),
  }));
  return [...hooks, ...probes].filter(({ words }) => words.length > 0);
}

function containersOf(spec: unknown, about: Omit<PodContainer, 'role' | 'run'>): readonly PodContainer[] {
  const folders = new Map(
    listMember(spec, mostBinds, 'volumes').flatMap((volume): readonly [string, string][] => {
      const path = text(member(volume, 'hostPath', 'path'));
      return path === '' ? [] : [[text(member(volume, 'name')), path]];
    }),
  );
  const host = (name: string): boolean => flagMember(spec, name) === true;
  const shares = [
    ...(host('hostPID') ? ['pid'] : []),
    ...(host('hostNetwork') ? ['network'] : []),
    ...(host('hostIPC') ? ['ipc'] : []),
  ];
  const restarts = member(spec, 'restartPolicy') !== 'Never';
  const lists = [
    { name: 'initContainers', role: 'init' as const },
    { name: 'containers', role: 'container' as const },
    { name: 'ephemeralContainers', role: 'container' as const },
  ];
  return lists.flatMap(({ name, role }) =>
    listMember(spec, mostContainers, name).flatMap((container): readonly PodContainer[] => {
      const environment = literalsOf(container);
      const resolved = (words: readonly string[]): readonly string[] =>
        words.map((word) =>
          word.replace(/\$\(([A-Za-z_]\w{0,200})\)/g, (whole, key: string) => environment.get(key) ?? whole),
        );
      const uid =
        numberMember(container, 'securityContext', 'runAsUser') ??
        numberMember(spec, 'securityContext', 'runAsUser');
      const run: ContainerRun = {
        ...emptyRun,
        name: text(member(container, 'name')),
        image: text(member(container, 'image')),
        user: uid === undefined ? '' : uid === 0 ? 'root' : String(uid),
        words: resolved([...wordsOf(member(container, 'command')), ...wordsOf(member(container, 'args'))]),
        environment,
        privileged: flagMember(container, 'securityContext', 'privileged') === true,
        shares,
        capabilities: wordsOf(member(container, 'securityContext', 'capabilities', 'add')),
        binds: bindsOf(container, folders),
        devices: listMember(container, mostBinds, 'volumeDevices').map((one) =>
          text(member(one, 'devicePath')),
        ),
        restarts,
      };
      const side = sideCommands(container).map((one) => ({
        ...about,
        role: one.role,
        run: { ...run, words: resolved(one.words) },
      }));
      return [{ ...about, role, run }, ...side];
    }),
  );
}

/** Objects of a document: itself, or the items of a list; lists of lists go two deep. */
function objectsOf(value: unknown, deep = 0): readonly unknown[] {
  const kind = text(member(value, 'kind'));
  if (!kind.endsWith('List')) return [value];
  return deep >= 2 ? [] : listMember(value, mostItems, 'items').flatMap((item) => objectsOf(item, deep + 1));
}

export function podContainers(value: unknown): readonly PodContainer[] {
  return objectsOf(value)
    .slice(0, mostItems)
    .flatMap((object) => {
      const kind = text(member(object, 'kind'));
      const spec = podSpec(object, kind);
      if (spec === undefined) return [];
      return containersOf(spec, {
        kind,
        object: text(member(object, 'metadata', 'name')),
        namespace: text(member(object, 'metadata', 'namespace')),
        schedule: kind === 'CronJob' ? text(member(object, 'spec', 'schedule')) : '',
        switchedOff:
          flagMember(object, 'spec', 'suspend') === true || numberMember(object, 'spec', 'replicas') === 0,
      });
    });
}
