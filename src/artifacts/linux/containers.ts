/**
 * `linux.containers`: containers by the state files of their runtimes.
 *
 * Reads: Docker's config.v2.json and hostconfig.json; bundles of containerd; the storage of podman (of root and
 * of users) and CRI-O; LXC configurations. No socket of a runtime is asked and no client is started.
 * Why: a miner in a container goes with the container, and image, restart policy and host folders say how it
 * came, why it comes back and how far it could reach.
 * What it is NOT: what runs; that is `linux.processes`, joined by `attachContainers`. Restart by Kubernetes or
 * by a unit is not in these files.
 * Bounds: 4 MiB a file, 2,000 containers a runtime. Sources: see `formats/docker-state.ts`, `oci-state.ts`.
 */
import { type ContainerState, dockerContainer } from '../../formats/docker-state.ts';
import { jsonLimit, member, parseLooseJson } from '../../formats/loose-json.ts';
import { lxcContainer } from '../../formats/lxc-config.ts';
import { ociContainer, storageContainers } from '../../formats/oci-state.ts';
import type { ContainerFact } from '../../model/facts/host.ts';
import type { ProcessFact } from '../../model/facts/process.ts';
import type { ContainerIdentity } from '../../model/identity.ts';
import type { SourceStatus } from '../../model/source.ts';
import { joinPath, type PathText, type Printable, printableText } from '../../model/text.ts';
import type { Artifact, ArtifactContext } from '../artifact.ts';

const artifact = 'linux.containers';
const mostContainers = 2000;
const mostUsers = 500;

const path = (text: string): PathText => printableText(text);
const below = (folder: PathText, ...names: readonly string[]): PathText =>
  names.reduce<PathText>((at, name) => joinPath(at, printableText(name)), folder);

class StateFiles {
  readonly #context: ArtifactContext;

  constructor(context: ArtifactContext) {
    this.#context = context;
  }

  async names(folder: PathText, most = mostContainers): Promise<readonly Printable[]> {
    const listing = await this.#context.target.read({ kind: 'directory', path: folder, limit: most });
    // A runtime that is not installed has no folder: nothing is missing then.
    if (listing.status !== 'absent') this.#record(folder, listing.status, listing.reason, 0);
    return listing.entries.flatMap(({ name, type }) =>
      type === 'directory' || type === 'unknown' ? [name] : [],
    );
  }

  async bytes(source: PathText): Promise<Uint8Array | undefined> {
    const file = await this.#context.target.read({ kind: 'file', path: source, limit: jsonLimit });
    if (file.status !== 'absent') this.#record(source, file.status, file.reason, file.bytes.length);
    // Half a JSON file is none; that it was longer than the bound stands in the log.
    return file.status === 'ok' ? file.bytes : undefined;
  }

  async json(source: PathText): Promise<unknown> {
    const bytes = await this.bytes(source);
    if (bytes === undefined) return undefined;
    const parsed = parseLooseJson(bytes);
    if (parsed.ok) return parsed.value;
    this.#record(source, 'error', parsed.reason, 0);
    return undefined;
  }

  #record(source: PathText, status: SourceStatus, reason: string | undefined, bytes: number): void {
    this.#context.log.record({
      source,
      artifact,
      status,
      bytes,
      ...(reason === undefined ? {} : { reason }),
    });
  }
}

async function dockerStates(files: StateFiles): Promise<readonly ContainerState[]> {
  const folder = path('/var/lib/docker/containers');
  const found: ContainerState[] = [];
  for (const name of await files.names(folder)) {
    const source = below(joinPath(folder, name), 'config.v2.json');
    const config = await files.json(source);
    const hostConfig = await files.json(below(joinPath(folder, name), 'hostconfig.json'));
    const state = config === undefined ? undefined : dockerContainer(config, hostConfig, name, source);
    if (state !== undefined) found.push(state);
  }
  return found;
}

async function bundleStates(files: StateFiles): Promise<readonly ContainerState[]> {
  const found: ContainerState[] = [];
  for (const run of ['/run/containerd', '/run/k3s/containerd']) {
    const tasks = below(path(run), 'io.containerd.runtime.v2.task');
    for (const namespace of await files.names(tasks, 64)) {
      const folder = joinPath(tasks, namespace);
      for (const name of await files.names(folder)) {
        const source = below(joinPath(folder, name), 'config.json');
        const config = await files.json(source);
        if (config === undefined) continue;
        // The namespace of containers that Docker runs through containerd.
        const runtime = namespace === 'moby' ? 'docker' : 'containerd';
        const state = ociContainer(config, name, runtime, source);
        if (state !== undefined) found.push(state);
      }
    }
  }
  return found;
}

async function storageStates(files: StateFiles, storage: PathText): Promise<readonly ContainerState[]> {
  const folder = below(storage, 'overlay-containers');
  const list = below(folder, 'containers.json');
  const found: ContainerState[] = [];
  const listed = storageContainers(await files.json(list), 'podman', list);
  for (const state of listed.slice(0, mostContainers)) {
    const source = below(folder, state.container.id, 'userdata', 'config.json');
    const config = await files.json(source);
    const manager = member(config, 'annotations', 'io.container.manager');
    const runtime = manager === 'cri-o' ? 'crio' : 'podman';
    const bundle =
      config === undefined
        ? undefined
        : ociContainer(config, printableText(state.container.id), runtime, source);
    found.push(
      bundle === undefined
        ? state
        : { binds: bundle.binds, container: { ...state.container, ...bundle.container } },
    );
  }
  return found;
}

async function userStorages(files: StateFiles): Promise<readonly PathText[]> {
  const homes = await files.names(path('/home'), mostUsers);
  const own = ['.local', 'share', 'containers', 'storage'];
  return [
    path('/var/lib/containers/storage'),
    below(path('/root'), ...own),
    ...homes.map((home) => below(joinPath(path('/home'), home), ...own)),
  ];
}

async function lxcStates(files: StateFiles): Promise<readonly ContainerState[]> {
  const folder = path('/var/lib/lxc');
  const found: ContainerState[] = [];
  for (const name of await files.names(folder)) {
    const source = below(joinPath(folder, name), 'config');
    const bytes = await files.bytes(source);
    const state = bytes === undefined ? undefined : lxcContainer(bytes, name, source);
    if (state !== undefined) found.push(state);
  }
  return found;
}

/** One fact a container: what the first source leaves open, a later one fills in. */
function merged(states: readonly ContainerState[]): readonly ContainerFact[] {
  const byId = new Map<string, ContainerState>();
  for (const state of states) {
    const known = byId.get(state.container.id);
    byId.set(
      state.container.id,
      known === undefined
        ? state
        : {
            container: { ...state.container, ...known.container },
            binds: known.binds.length > 0 ? known.binds : state.binds,
          },
    );
  }
  return [...byId.values()].map(({ container, binds }) => ({
    kind: 'container',
    source: { source: container.source ?? path('/') },
    container,
    ...(binds.length === 0 ? {} : { binds }),
  }));
}

export const containers: Artifact = {
  id: artifact,
  order: 3,
  required: false,
  sources: [
    { kind: 'glob', path: '/var/lib/docker/containers/*/{config.v2,hostconfig}.json', live: false },
    { kind: 'glob', path: '/run/containerd/io.containerd.runtime.v2.task/*/*/config.json', live: true },
    { kind: 'glob', path: '/run/k3s/containerd/io.containerd.runtime.v2.task/*/*/config.json', live: true },
    { kind: 'file', path: '/var/lib/containers/storage/overlay-containers/containers.json', live: false },
    {
      kind: 'glob',
      path: '/{root,home/*}/.local/share/containers/storage/overlay-containers/containers.json',
      live: false,
    },
    { kind: 'glob', path: '/var/lib/lxc/*/config', live: false },
  ],
  async gather(context) {
    const files = new StateFiles(context);
    const states = [...(await dockerStates(files)), ...(await bundleStates(files))];
    for (const storage of await userStorages(files)) states.push(...(await storageStates(files, storage)));
    states.push(...(await lxcStates(files)));
    return merged(states);
  },
};

/** The processes, with what the runtimes' state knows of the container that their control group names. */
export function attachContainers(
  processes: readonly ProcessFact[],
  facts: readonly ContainerFact[],
): readonly ProcessFact[] {
  const byId = new Map(facts.map(({ container }) => [container.id, container]));
  if (byId.size === 0) return processes;
  const joined = new Map<ContainerIdentity, ContainerIdentity>();
  return processes.map((process) => {
    const shown = process.container;
    const known = shown === undefined ? undefined : byId.get(shown.id);
    if (shown === undefined || known === undefined) return process;
    let container = joined.get(shown);
    if (container === undefined) {
      // The state knows the pod by name, the control group only by its uid.
      container = { ...shown, ...known };
      joined.set(shown, container);
    }
    return { ...process, container };
  });
}
