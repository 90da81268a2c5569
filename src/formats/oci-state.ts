/**
 * What runtimes below Docker keep of a container: the OCI bundle's config.json, and the container list of
 * containers/storage (podman, CRI-O).
 *
 * Why: on Kubernetes nodes and with podman these are the only files that name image and pod.
 * What it is NOT: restart policy, which the kubelet or a unit holds and not the bundle.
 * Sources: OCI runtime-spec config.md (`annotations`, `process.capabilities`, `linux.maskedPaths`, `mounts`);
 * annotation names: containerd `io.kubernetes.cri.*`, CRI-O `io.kubernetes.cri-o.*` with the kubelet's
 * `io.kubernetes.{pod,container}.*`, podman `io.podman.annotations.privileged`; containers/storage keeps
 * `metadata` as JSON within JSON, with `image-name` and `name`.
 */
import type { ContainerRuntime } from '../model/identity.ts';
import { type PathText, type Printable, phrase } from '../model/text.ts';
import { type ContainerState, fullId, podName, startInstant } from './docker-state.ts';
import { listMember, member, parseLooseJson, textMember, textsMember } from './loose-json.ts';

const mostMounts = 256;
const mostContainers = 10_000;

/** Capabilities that together undo a container: load code into the kernel, and administer the system. */
const undoing = ['CAP_SYS_MODULE', 'CAP_SYS_ADMIN'];

function looksPrivileged(config: unknown, annotations: unknown): boolean | undefined {
  const said = member(annotations, 'io.podman.annotations.privileged');
  if (said === 'TRUE' || said === 'FALSE') return said === 'TRUE';
  const bounding = textsMember(config, 128, 'process', 'capabilities', 'bounding').map(String);
  if (bounding.length === 0) return undefined;
  const masked = listMember(config, 1, 'linux', 'maskedPaths').length > 0;
  return undoing.every((name) => bounding.includes(name)) && !masked;
}

function bindsOf(config: unknown): readonly PathText[] {
  return listMember(config, mostMounts, 'mounts').flatMap((mount) => {
    const [source, target] = [textMember(mount, 'source'), textMember(mount, 'destination')];
    const bind = textsMember(mount, 32, 'options').some((option) => option === 'bind' || option === 'rbind');
    return bind && source !== undefined && target !== undefined ? [phrase`${source}:${target}`] : [];
  });
}

/** @param folder name of the bundle's folder, which is the container's id */
export function ociContainer(
  config: unknown,
  folder: Printable,
  runtime: ContainerRuntime,
  source: PathText,
): ContainerState | undefined {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/.test(folder)) return undefined;
  const notes = member(config, 'annotations');
  const first = (...names: readonly string[]): Printable | undefined => {
    for (const name of names) {
      const text = textMember(notes, name);
      if (text !== undefined) return text;
    }
    return undefined;
  };
  const name = first(
    ...['io.kubernetes.cri.container-name', 'io.kubernetes.container.name', 'io.kubernetes.cri-o.Name'],
    'nerdctl/name',
  );
  const image = first('io.kubernetes.cri.image-name', 'io.kubernetes.cri-o.ImageName', 'nerdctl/image-ref');
  const pod = podName(
    first('io.kubernetes.cri.sandbox-namespace', 'io.kubernetes.pod.namespace'),
    first('io.kubernetes.cri.sandbox-name', 'io.kubernetes.pod.name'),
  );
  const created = member(notes, 'io.kubernetes.cri-o.Created');
  const startedAt = startInstant(typeof created === 'string' ? created : undefined, 'container annotation');
  const privileged = looksPrivileged(config, notes);
  return {
    binds: bindsOf(config),
    container: {
      runtime,
      id: folder,
      source,
      ...(name === undefined ? {} : { name }),
      ...(image === undefined ? {} : { image }),
      ...(pod === undefined ? {} : { pod }),
      ...(privileged === undefined ? {} : { privileged }),
      ...(startedAt === undefined ? {} : { startedAt }),
    },
  };
}

/** The list of containers/storage: id, names, image. */
export function storageContainers(
  list: unknown,
  runtime: ContainerRuntime,
  source: PathText,
): readonly ContainerState[] {
  return listMember(list, mostContainers).flatMap((entry): readonly ContainerState[] => {
    const id = fullId(textMember(entry, 'id'));
    if (id === undefined) return [];
    const metadata = member(entry, 'metadata');
    const parsed = parseLooseJson(Buffer.from(typeof metadata === 'string' ? metadata : ''));
    const inner: unknown = parsed.ok ? parsed.value : undefined;
    const name = textMember(inner, 'name') ?? textsMember(entry, 1, 'names')[0];
    const image = textMember(inner, 'image-name');
    return [
      {
        binds: [],
        container: {
          runtime,
          id,
          source,
          ...(name === undefined ? {} : { name }),
          ...(image === undefined ? {} : { image }),
        },
      },
    ];
  });
}
