/**
 * Services of a Compose file.
 *
 * What it is NOT: the merged project: `include`, `extends` and files of overrides are read where they stand, each
 * by itself; `${NAME}` stays. Bounds: 500 services. Sources: Compose Specification, "Services top-level elements"
 * (`command` and `entrypoint` as words or as one text that is split like a shell does, `$$` for `$`, short and long
 * `volumes`, `network_mode`, `pid`, `devices`, `cap_add`, `post_start`, `healthcheck`), also of version 1, without `services`.
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
import { unitWords } from './systemd-exec.ts';

const mostServices = 500;
const longest = 65_536;
const text = (value: unknown): string => (typeof value === 'string' ? value.slice(0, longest) : '');
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const words = (value: unknown): readonly string[] =>
  (typeof value === 'string' ? unitWords(text(value)) : wordsOf(value)).map((word) =>
    word.replaceAll('$$', '$'),
  );

function volumesOf(service: unknown): readonly Bind[] {
  return listMember(service, mostBinds, 'volumes').flatMap((volume): readonly Bind[] => {
    if (typeof volume === 'string') return [bindOf(volume)].filter((bind) => bind !== undefined);
    const [source, destination] = [text(member(volume, 'source')), text(member(volume, 'target'))];
    return member(volume, 'type') === 'bind' && source !== '' && destination !== ''
      ? [{ source, destination, readOnly: flagMember(volume, 'read_only') === true }]
      : [];
  });
}

function environmentOf(service: unknown): ReadonlyMap<string, string> {
  const given = member(service, 'environment');
  if (!isObject(given)) return assignments(wordsOf(given));
  return new Map(
    Object.keys(given)
      .slice(0, 1024)
      .map((name) => [name, String(member(given, name) ?? '').slice(0, longest)]),
  );
}

function serviceRun(name: string, service: unknown): ContainerRun {
  const isHost = (key: string): boolean => member(service, key) === 'host';
  const restart = member(service, 'restart');
  const condition = member(service, 'deploy', 'restart_policy', 'condition');
  return {
    ...emptyRun,
    name,
    image: text(member(service, 'image')),
    user: text(member(service, 'user')),
    words: [...words(member(service, 'entrypoint')), ...words(member(service, 'command'))],
    environment: environmentOf(service),
    privileged: flagMember(service, 'privileged') === true,
    shares: [
      ...(isHost('pid') ? ['pid'] : []),
      ...(isHost('network_mode') || isHost('net') ? ['network'] : []),
      ...(isHost('ipc') ? ['ipc'] : []),
    ],
    capabilities: wordsOf(member(service, 'cap_add')),
    devices: wordsOf(member(service, 'devices')).map((one) => one.split(':', 1)[0] ?? ''),
    binds: volumesOf(service),
    restarts:
      (typeof restart === 'string' && /^(?:always|unless-stopped|on-failure)/.test(restart)) ||
      condition === 'any' ||
      condition === 'on-failure',
  };
}

export function composeServices(value: unknown): readonly ContainerRun[] {
  const services = member(value, 'services') ?? value;
  if (!isObject(services)) return [];
  return Object.keys(services)
    .slice(0, mostServices)
    .flatMap((name): readonly ContainerRun[] => {
      const service = member(services, name);
      if (!isObject(service)) return [];
      const known = ['image', 'build', 'command', 'entrypoint', 'extends', 'volumes'];
      if (!known.some((key) => member(service, key) !== undefined)) return [];
      const run = serviceRun(name.slice(0, 256), service);
      const hooks = listMember(service, 64, 'post_start').map((hook) => words(member(hook, 'command')));
      const health = healthWords(member(service, 'healthcheck', 'test')).map((word) =>
        word.replaceAll('$$', '$'),
      );
      const beside = [...hooks, health].filter((command) => command.length > 0);
      return [run, ...beside.map((command) => ({ ...run, words: command }))];
    });
}
