/**
 * What an OCI bundle runs: words, user, folders of the host and what it shares with the host.
 *
 * What it is NOT: its identity (`oci-state.ts`), nor a restart policy, which no bundle has.
 * Source: OCI runtime-spec config.md: `process`, `mounts`, `linux.namespaces` (one that is not listed is the
 * host's), `linux.devices`; `io.podman.annotations.privileged`.
 */
import { assignments, type Bind, type ContainerRun, emptyRun, mostBinds, wordsOf } from './container-run.ts';
import { listMember, member, numberMember } from './loose-json.ts';

const text = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 4096) : '');

function bindsOf(config: unknown): readonly Bind[] {
  return listMember(config, mostBinds, 'mounts').flatMap((mount) => {
    const options = wordsOf(member(mount, 'options'));
    const [source, destination] = [text(member(mount, 'source')), text(member(mount, 'destination'))];
    return options.some((option) => option === 'bind' || option === 'rbind') && source !== ''
      ? [{ source, destination, readOnly: options.includes('ro') }]
      : [];
  });
}

export function ociRun(config: unknown, name: string, image: string): ContainerRun {
  const spaces = listMember(config, 32, 'linux', 'namespaces').map((one) => member(one, 'type'));
  const shared = spaces.length === 0 ? [] : ['pid', 'network', 'ipc'].filter((one) => !spaces.includes(one));
  const uid = numberMember(config, 'process', 'user', 'uid') ?? 0;
  const privileged = member(config, 'annotations', 'io.podman.annotations.privileged') === 'TRUE';
  return {
    ...emptyRun,
    name,
    image,
    user: uid === 0 ? 'root' : String(uid),
    words: wordsOf(member(config, 'process', 'args')),
    environment: assignments(wordsOf(member(config, 'process', 'env'))),
    privileged,
    shares: shared,
    capabilities: wordsOf(member(config, 'process', 'capabilities', 'bounding')),
    devices: listMember(config, mostBinds, 'linux', 'devices').map((one) => text(member(one, 'path'))),
    binds: bindsOf(config),
  };
}
