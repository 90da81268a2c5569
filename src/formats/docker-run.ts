/**
 * What Docker runs in a container, from config.v2.json and hostconfig.json.
 *
 * What it is NOT: identity and names for the join with processes (`docker-state.ts`). Source: the fields as moby
 * writes them: `Path` and `Args` hold what is started after image and command are joined; `Config.Entrypoint`,
 * `Config.Cmd`, `Config.Env`, `Config.User`; `HostConfig.{Privileged,PidMode,NetworkMode,IpcMode,UsernsMode,CapAdd,
 * Devices,Binds,Mounts,RestartPolicy}`; `State.Running` and `HasBeenManuallyStopped`.
 */
import {
  assignments,
  type Bind,
  bindOf,
  type ContainerRun,
  emptyRun,
  healthWords,
  mostBinds,
  wordsOf,
} from './container-run.ts';
import { flagMember, listMember, member } from './loose-json.ts';

export interface DockerRun {
  readonly run: ContainerRun;
  /** What checks its health; empty for nothing. */
  readonly health: readonly string[];
  readonly restartPolicy: string;
  /** It comes back by itself, or runs. */
  readonly active: boolean;
  /** As it stands there. */
  readonly created: string;
  /** Labels of Compose: where its file lies. */
  readonly composeFiles: readonly string[];
}

const text = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 4096) : '');

function mountsOf(hostConfig: unknown): readonly Bind[] {
  return listMember(hostConfig, mostBinds, 'Mounts').flatMap((mount) => {
    const [source, destination] = [text(member(mount, 'Source')), text(member(mount, 'Target'))];
    return member(mount, 'Type') === 'bind' && source !== '' && destination !== ''
      ? [{ source, destination, readOnly: flagMember(mount, 'ReadOnly') === true }]
      : [];
  });
}

/** What was started last is what stands in Path and Args; a container that never ran has only the settings. */
function commandWords(config: unknown): readonly string[] {
  const path = text(member(config, 'Path'));
  if (path !== '') return [path, ...wordsOf(member(config, 'Args'))];
  return [...wordsOf(member(config, 'Config', 'Entrypoint')), ...wordsOf(member(config, 'Config', 'Cmd'))];
}

export function dockerRun(config: unknown, hostConfig: unknown): DockerRun {
  const policy = text(member(hostConfig, 'RestartPolicy', 'Name'));
  const stopped = flagMember(config, 'HasBeenManuallyStopped') === true;
  const restarts =
    policy === 'always' || policy === 'on-failure' || (policy === 'unless-stopped' && !stopped);
  const running = flagMember(config, 'State', 'Running') === true;
  const host = (name: string): boolean => member(hostConfig, name) === 'host';
  const labels = member(config, 'Config', 'Labels');
  return {
    health: healthWords(member(config, 'Config', 'Healthcheck', 'Test')),
    restartPolicy: policy === '' ? 'no' : policy,
    active: restarts || running,
    created: text(member(config, 'Created')),
    composeFiles: text(member(labels, 'com.docker.compose.project.config_files'))
      .split(',')
      .filter((path) => path.startsWith('/'))
      .slice(0, 16),
    run: {
      ...emptyRun,
      name: text(member(config, 'Name')).replace(/^\//, ''),
      image: text(member(config, 'Config', 'Image')) || text(member(config, 'Image')),
      user: text(member(config, 'Config', 'User')),
      words: commandWords(config),
      environment: assignments(wordsOf(member(config, 'Config', 'Env'))),
      privileged: flagMember(hostConfig, 'Privileged') === true,
      shares: [
        ...(host('PidMode') ? ['pid'] : []),
        ...(host('NetworkMode') ? ['network'] : []),
        ...(host('IpcMode') ? ['ipc'] : []),
      ],
      capabilities: wordsOf(member(hostConfig, 'CapAdd')),
      devices: listMember(hostConfig, mostBinds, 'Devices').map((one) => text(member(one, 'PathOnHost'))),
      binds: [
        ...wordsOf(member(hostConfig, 'Binds'))
          .slice(0, mostBinds)
          .flatMap((one) => bindOf(one) ?? []),
        ...mountsOf(hostConfig),
      ],
      restarts,
    },
  };
}
