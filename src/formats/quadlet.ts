/**
 * Quadlets of podman: units that become services when systemd starts.
 *
 * Reads [Container] with its image, command, volumes and privileges, also those in `PodmanArgs`, [Kube] with its
 * manifest, and commands of [Service]. What it is NOT: the unit that the generator writes. An empty value does not
 * reset a list here: what stood before it is told all the same.
 * Sources: podman-systemd.unit(5); podman-run(1).
 */
import { assignments, type Bind, bindOf, type ContainerRun, emptyRun, healthWords } from './container-run.ts';
import { parseExec, unitWords } from './systemd-exec.ts';
import { type Assignment, parseUnit } from './systemd-unit.ts';

export interface QuadletCommand {
  readonly run: ContainerRun;
  /** The line that is shown. */
  readonly at: Assignment;
  /** Of [Service]: on the host, not in the container. */
  readonly onHost: boolean;
}

export interface Quadlet {
  readonly commands: readonly QuadletCommand[];
  /** Manifests of [Kube], as they stand there. */
  readonly manifests: readonly Assignment[];
  /** Wanted by something: started without anybody asking. */
  readonly wanted: boolean;
}

const utf8 = (latin1: string): string => Buffer.from(latin1, 'latin1').toString('utf8');

/** Options of podman-run(1) that reach out of the container. */
export function runOptions(words: readonly string[]): Partial<ContainerRun> {
  const shares: string[] = [];
  const capabilities: string[] = [];
  const devices: string[] = [];
  const binds: Bind[] = [];
  let privileged = false;
  for (const [at, word] of words.entries()) {
    const [name = '', ...rest] = word.split('=');
    const value = rest.length > 0 ? rest.join('=') : (words[at + 1] ?? '');
    if (name === '--privileged') privileged = rest[0] !== 'false';
    else if (name === '--pid' && value === 'host') shares.push('pid');
    else if (/^--net(?:work)?$/.test(name) && value === 'host') shares.push('network');
    else if (name === '--cap-add') capabilities.push(...value.split(','));
    else if (name === '--device') devices.push(value.split(':', 1)[0] ?? '');
    else if (name === '-v' || name === '--volume') {
      const bind = bindOf(value);
      if (bind !== undefined) binds.push(bind);
    } else if (name === '--mount') {
      const bind = mountBind(value);
      if (bind !== undefined) binds.push(bind);
    }
  }
  return { privileged, shares, capabilities, devices, binds };
}

/** `type=bind,source=/,destination=/host,ro` */
function mountBind(text: string): Bind | undefined {
  const parts = text.split(',');
  const pairs = assignments(parts);
  const source = pairs.get('source') ?? pairs.get('src') ?? '';
  const destination = pairs.get('destination') ?? pairs.get('dst') ?? pairs.get('target') ?? '';
  if (pairs.get('type') !== 'bind' || !source.startsWith('/') || destination === '') return undefined;
  return { source, destination, readOnly: parts.some((part) => /^(?:ro|readonly)(?:=true)?$/.test(part)) };
}

export function parseQuadlet(bytes: Uint8Array, name: string): Quadlet {
  const all = parseUnit(bytes);
  const of = (section: string, key: string): readonly Assignment[] =>
    all.filter((one) => one.section === section && one.key === key && one.value !== '');
  const values = (key: string): readonly string[] => of('Container', key).map((one) => utf8(one.value));
  const last = (key: string): string => values(key).at(-1) ?? '';
  const words = (key: string): readonly string[] => values(key).flatMap(unitWords);

  const options = runOptions(words('PodmanArgs'));
  const exec = of('Container', 'Exec').at(-1);
  const shown = exec ?? of('Container', 'Image').at(-1) ?? all.find(({ section }) => section === 'Container');
  const restarts = /^(?:always|on-)/.test(of('Service', 'Restart').at(-1)?.value ?? '');
  const run: ContainerRun = {
    ...emptyRun,
    name: last('ContainerName') || name.replace(/\.container$/, ''),
    image: last('Image'),
    user: last('User'),
    words: [...unitWords(last('Entrypoint')), ...unitWords(last('Exec'))],
    environment: assignments(words('Environment')),
    privileged: options.privileged === true,
    shares: [...(options.shares ?? []), ...(values('Network').includes('host') ? ['network'] : [])],
    capabilities: [...(options.capabilities ?? []), ...words('AddCapability')],
    devices: [...(options.devices ?? []), ...words('AddDevice').map((one) => one.split(':', 1)[0] ?? '')],
    binds: [
      ...(options.binds ?? []),
      ...values('Volume').flatMap((one) => bindOf(one) ?? []),
      ...values('Mount').flatMap((one) => mountBind(one) ?? []),
    ],
    restarts,
  };
  const health = of('Container', 'HealthCmd').map((at) => ({
    run: { ...run, words: healthWords(utf8(at.value)) },
    at,
    onHost: false,
  }));
  const hostCommands = all
    .filter(({ section, key }) => section === 'Service' && /^Exec[A-Z]/.test(key))
    .flatMap((at) =>
      parseExec(utf8(at.value), { unit: name }).map(({ command }) => ({
        run: { ...emptyRun, name, words: unitWords(command), restarts },
        at,
        onHost: true,
      })),
    );
  return {
    commands: [
      ...(shown === undefined ? [] : [{ run, at: shown, onHost: false }]),
      ...health,
      ...hostCommands,
    ],
    manifests: of('Kube', 'Yaml'),
    wanted: all.some(
      ({ section, key }) => section === 'Install' && /^(?:WantedBy|RequiredBy|UpheldBy)$/.test(key),
    ),
  };
}
