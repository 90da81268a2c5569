/**
 * State that Docker keeps of a container: config.v2.json and hostconfig.json.
 *
 * Why: image, name and start say what was brought in; restart policy, privileges and host folders say why it
 * comes back and what it could touch.
 * What it is NOT: the running state; the daemon writes these files at changes and may be stopped.
 * Source: the fields as moby writes them: `ID`, `Name` (with a leading slash), `Config.Image`, `Config.Labels`,
 * `State.StartedAt` (RFC 3339, year 1 for never), `RestartPolicy.Name`, `Privileged`, `Binds` and
 * `HostConfig.Mounts`. Pods of Kubernetes carry `io.kubernetes.pod.*` labels.
 */
import type { ContainerIdentity } from '../model/identity.ts';
import { type PathText, type Printable, phrase, printableText } from '../model/text.ts';
import type { Instant } from '../model/time.ts';
import { flagMember, listMember, member, textMember, textsMember } from './loose-json.ts';

const mostBinds = 256;

export interface ContainerState {
  readonly container: ContainerIdentity;
  /** Folders of the host inside the container, `source:destination`. */
  readonly binds: readonly PathText[];
}

/** A name of 64 hex digits, or none. */
export const fullId = (text: Printable | undefined): string | undefined =>
  text !== undefined && /^[0-9a-f]{64}$/.test(text) ? text : undefined;

/** RFC 3339 with any fraction; the zero time of Go means never. */
export function startInstant(text: string | undefined, source: string): Instant | undefined {
  if (text === undefined || text.length > 64 || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text))
    return undefined;
  const ms = Date.parse(text);
  if (Number.isNaN(ms) || ms <= 0) return undefined;
  return { us: ms * 1000, precision: 'millisecond', source, certain: true };
}

/** `namespace/name` of a pod, where both or the name are given. */
export function podName(
  namespace: Printable | undefined,
  name: Printable | undefined,
): Printable | undefined {
  if (name === undefined) return undefined;
  return namespace === undefined ? name : phrase`${namespace}/${name}`;
}

const dockerRestart: ReadonlySet<string> = new Set(['no', 'always', 'unless-stopped', 'on-failure']);

function restartPolicy(hostConfig: unknown): string | undefined {
  const name = member(hostConfig, 'RestartPolicy', 'Name');
  if (name === '') return 'no';
  return typeof name === 'string' && dockerRestart.has(name) ? name : undefined;
}

function bindsOf(hostConfig: unknown): readonly PathText[] {
  const mounts = listMember(hostConfig, mostBinds, 'Mounts').flatMap((mount) => {
    const [source, target] = [textMember(mount, 'Source'), textMember(mount, 'Target')];
    return member(mount, 'Type') === 'bind' && source !== undefined && target !== undefined
      ? [phrase`${source}:${target}`]
      : [];
  });
  return [...textsMember(hostConfig, mostBinds, 'Binds'), ...mounts];
}

const withoutSlash = (name: string): Printable => printableText(name.slice(0, 4096).replace(/^\//, ''));

/** @param folder the folder's name, which is the id where the file does not say it */
export function dockerContainer(
  config: unknown,
  hostConfig: unknown,
  folder: Printable,
  source: PathText,
): ContainerState | undefined {
  const id = fullId(textMember(config, 'ID')) ?? fullId(folder);
  if (id === undefined) return undefined;
  const name = member(config, 'Name');
  const image = textMember(config, 'Config', 'Image') ?? textMember(config, 'Image');
  const labels = member(config, 'Config', 'Labels');
  const pod = podName(
    textMember(labels, 'io.kubernetes.pod.namespace'),
    textMember(labels, 'io.kubernetes.pod.name'),
  );
  const restart = restartPolicy(hostConfig);
  const privileged = flagMember(hostConfig, 'Privileged');
  const started = member(config, 'State', 'StartedAt');
  const startedAt = startInstant(typeof started === 'string' ? started : undefined, 'docker state');
  return {
    binds: bindsOf(hostConfig),
    container: {
      runtime: 'docker',
      id,
      source,
      ...(typeof name === 'string' && name !== '' ? { name: withoutSlash(name) } : {}),
      ...(image === undefined ? {} : { image }),
      ...(pod === undefined ? {} : { pod }),
      ...(restart === undefined ? {} : { restartPolicy: restart }),
      ...(privileged === undefined ? {} : { privileged }),
      ...(startedAt === undefined ? {} : { startedAt }),
    },
  };
}
