/**
 * A container as its engine says it: the answer to `GET /containers/ID/json` of the Docker Engine API, and the list of
 * `GET /containers/json`. podman answers the same, with states of its own beside those of Docker.
 *
 * What it is NOT: what the runtime's files say (`docker-state.ts`); this is asked of who holds it in memory.
 * Bounds: those of `loose-json.ts`; 256 ports, mounts, changes of names each. Sources: Docker Engine API 1.41, ContainerInspect,
 * ContainerList; podman 5.4, compat/containers.go, whose `State.Status` may be `stopped`, `stopping`, `configured`.
 */
import { isPrintable, type PathText, type Printable, phrase, printableText } from '../model/text.ts';
import { type Bind, bindOf, mostBinds, wordsOf } from './container-run.ts';
import { flagMember, listMember, member, numberMember, textMember } from './loose-json.ts';

export type EngineState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

export interface RestartPolicy {
  readonly name: string;
  /** Of `on-failure` alone; 0 for any number. */
  readonly retries: number;
}

export interface EngineContainer {
  readonly id: string;
  readonly name: Printable;
  readonly image: Printable;
  readonly imageId: Printable;
  readonly state: EngineState;
  /** As it stands there; empty for never. */
  readonly startedAt: Printable;
  /** Pid on the host, 0 for none. */
  readonly pid: number;
  readonly restarts: number;
  readonly policy: RestartPolicy;
  /** The engine removes it when it has ended. */
  readonly removesItself: boolean;
  /** `0.0.0.0:8080->80/tcp` */
  readonly ports: readonly Printable[];
  readonly binds: readonly Bind[];
  /** Volumes by name, with where they are. */
  readonly volumes: readonly Printable[];
  /** Id of the container in whose network it lives; empty for its own. */
  readonly network: string;
  /** Of Compose; empty for none. */
  readonly project: Printable;
  readonly composeFiles: readonly PathText[];
}

/** One of the list: enough to tell who depends on whom. */
export interface ListedContainer {
  readonly id: string;
  readonly name: Printable;
  readonly network: string;
  readonly project: Printable;
  readonly isRunning: boolean;
}

const states: Readonly<Record<string, EngineState>> = {
  ...{ created: 'created', running: 'running', paused: 'paused', restarting: 'restarting' },
  ...{ removing: 'removing', exited: 'exited', dead: 'dead' },
  // podman's
  ...{ configured: 'created', initialized: 'created', stopped: 'exited', stopping: 'running' },
};

const policies: ReadonlySet<string> = new Set(['no', 'always', 'unless-stopped', 'on-failure']);
const nothing = printableText('');
const hexId = /^[0-9a-f]{64}$/;

function stateOf(value: unknown): EngineState | undefined {
  const said = member(value, 'State', 'Status');
  const known = typeof said === 'string' && Object.hasOwn(states, said) ? states[said] : undefined;
  // The flags decide: they are what the engine goes by itself.
  if (flagMember(value, 'State', 'Paused') === true) return 'paused';
  if (flagMember(value, 'State', 'Restarting') === true) return 'restarting';
  return flagMember(value, 'State', 'Running') === true ? 'running' : known;
}

function portsOf(value: unknown): readonly Printable[] {
  const published: unknown = member(value, 'NetworkSettings', 'Ports');
  if (typeof published !== 'object' || published === null) return [];
  return Object.keys(published)
    .slice(0, mostBinds)
    .flatMap((port) =>
      listMember(published, 16, port).map((one) => {
        const [ip, on] = [member(one, 'HostIp'), member(one, 'HostPort')].map((part) =>
          typeof part === 'string' ? part.slice(0, 64) : '',
        );
        return printableText(`${ip === '' ? '0.0.0.0' : ip}:${on}->${port.slice(0, 32)}`);
      }),
    );
}

function bindsOf(value: unknown): readonly Bind[] {
  const mounts = listMember(value, mostBinds, 'Mounts').flatMap((mount): readonly Bind[] => {
    const [source, destination] = [member(mount, 'Source'), member(mount, 'Destination')];
    return member(mount, 'Type') === 'bind' && typeof source === 'string' && typeof destination === 'string'
      ? [{ source, destination, readOnly: flagMember(mount, 'RW') === false }]
      : [];
  });
  if (mounts.length > 0) return mounts;
  return wordsOf(member(value, 'HostConfig', 'Binds'))
    .slice(0, mostBinds)
    .flatMap((one) => bindOf(one) ?? []);
}

const volumesOf = (value: unknown): readonly Printable[] =>
  listMember(value, mostBinds, 'Mounts').flatMap((mount) => {
    const name = textMember(mount, 'Name');
    if (member(mount, 'Type') !== 'volume' || name === undefined) return [];
    return [phrase`${name} (${textMember(mount, 'Destination') ?? nothing})`];
  });

function networkOf(mode: unknown): string {
  const id = typeof mode === 'string' ? mode.replace(/^container:/, '') : '';
  return hexId.test(id) ? id : '';
}

const label = (value: unknown, name: string): Printable =>
  textMember(value, 'Config', 'Labels', name) ?? nothing;

function nameOf(value: unknown): Printable {
  const name = member(value, 'Name');
  return printableText(typeof name === 'string' ? name.slice(0, 256).replace(/^\//, '') : '');
}

/** Undefined where it is no container: without an id, or in a state that nobody knows. */
export function engineContainer(value: unknown): EngineContainer | undefined {
  const id = member(value, 'Id');
  const state = stateOf(value);
  if (typeof id !== 'string' || !hexId.test(id) || state === undefined) return undefined;
  const started = member(value, 'State', 'StartedAt');
  const policy = member(value, 'HostConfig', 'RestartPolicy', 'Name');
  const pid = numberMember(value, 'State', 'Pid') ?? 0;
  const count = (number: number | undefined): number =>
    number !== undefined && Number.isSafeInteger(number) && number > 0 ? number : 0;
  const files = label(value, 'com.docker.compose.project.config_files');
  return {
    id,
    name: nameOf(value),
    image: textMember(value, 'Config', 'Image') ?? nothing,
    imageId: textMember(value, 'Image') ?? nothing,
    state,
    startedAt:
      typeof started === 'string' && !started.startsWith('0001-')
        ? printableText(started.slice(0, 64))
        : nothing,
    pid: count(pid),
    restarts: count(numberMember(value, 'RestartCount')),
    policy: {
      name: typeof policy === 'string' && policies.has(policy) ? policy : 'no',
      retries: count(numberMember(value, 'HostConfig', 'RestartPolicy', 'MaximumRetryCount')),
    },
    removesItself: flagMember(value, 'HostConfig', 'AutoRemove') === true,
    ports: portsOf(value),
    binds: bindsOf(value),
    volumes: volumesOf(value),
    network: networkOf(member(value, 'HostConfig', 'NetworkMode')),
    project: label(value, 'com.docker.compose.project'),
    composeFiles: files
      .split(',', 16)
      .flatMap((one) => (isPrintable(one) && one.startsWith('/') ? [one] : [])),
  };
}

export function listedContainers(value: unknown, most: number): readonly ListedContainer[] {
  return listMember(value, most).flatMap((one): readonly ListedContainer[] => {
    const id = member(one, 'Id');
    if (typeof id !== 'string' || !hexId.test(id)) return [];
    const [name] = wordsOf(member(one, 'Names'));
    return [
      {
        id,
        name: printableText((name ?? id.slice(0, 12)).slice(0, 256).replace(/^\//, '')),
        network: networkOf(member(one, 'HostConfig', 'NetworkMode')),
        project: textMember(one, 'Labels', 'com.docker.compose.project') ?? nothing,
        isRunning: member(one, 'State') === 'running' || member(one, 'State') === 'paused',
      },
    ];
  });
}

/** What was changed within a container: the answer to `GET /containers/ID/changes`, which is null where nothing was. */
export function changedPaths(value: unknown, most: number): readonly PathText[] {
  return listMember(value, most).flatMap((one) => {
    const path = member(one, 'Path');
    // 0 changed, 1 added, 2 removed.
    const there = member(one, 'Kind') !== 2;
    return typeof path === 'string' && path.startsWith('/') && there
      ? [printableText(path.slice(0, 4096))]
      : [];
  });
}

/**
 * Bytes of a container's whole file system, of an answer to `GET /containers/ID/json?size=1`. The larger of both numbers:
 * Docker's `SizeRootFs` holds what was written, and podman has had it without.
 */
export function wholeSize(value: unknown): number | undefined {
  const sizes = (['SizeRootFs', 'SizeRw'] as const).flatMap((name) => {
    const size = numberMember(value, name);
    return size !== undefined && Number.isSafeInteger(size) && size >= 0 ? [size] : [];
  });
  return sizes.length === 0 ? undefined : Math.max(...sizes);
}
