/**
 * Upper folders of containers: what a running container wrote over its image.
 *
 * Docker says by `layerdb/mounts/ID/mount-id` whose folder it is (without it, a folder with a sibling `…-init` is
 * one); podman by the layer in its list; for containerd only its database knows, so all snapshots are given, images
 * among them, as not certain. What it is NOT: a merged view of a container; lower folders are images.
 * Bounds: 2,000 uppers. Sources: moby layer/filestore.go and overlay2 graph driver; containers/storage;
 * containerd overlayfs snapshotter.
 */
import { dockerRun } from '../../../formats/docker-run.ts';
import type { PathText } from '../../../model/text.ts';
import { printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { foldersIn, mostFiles } from '../entry.ts';
import { below, isFolder, recordStatus } from './container-entry.ts';
import { dockerRoots, dockerStates } from './docker-roots.ts';
import { storagesOf, storedContainers } from './podman-storage.ts';

export interface Upper {
  readonly path: PathText;
  /** Name of the container, or the number of a snapshot. */
  readonly container: string;
  /** Of a container and not, maybe, of an image. */
  readonly certain: boolean;
  /** What the container starts, where it is known: a path within. */
  readonly program: string;
}

const mostUppers = 2_000;
const snapshotFolders = [
  '/var/lib/containerd',
  '/var/lib/rancher/k3s/agent/containerd',
  '/var/lib/rancher/rke2/agent/containerd',
  '/var/lib/docker/containerd/daemon',
  '/var/snap/microk8s/common/var/lib/containerd',
  '/var/lib/k0s/containerd',
].map((path) => printableText(`${path}/io.containerd.snapshotter.v1.overlayfs/snapshots`));

/** A name of one folder, whatever the file that names it says. */
const isName = (text: string): boolean => /^[0-9A-Za-z][\w-]{0,127}$/.test(text);

function dockerUppers(context: ArtifactContext, artifact: string): readonly Upper[] {
  const known = new Map<string, { readonly name: string; readonly program: string }>();
  for (const { id, config, hostConfig } of dockerStates(context, artifact)) {
    const { run } = dockerRun(config, hostConfig);
    const [first = ''] = run.words;
    known.set(id, { name: run.name.slice(0, 256), program: first.slice(0, 4096) });
  }
  return dockerRoots(context).flatMap((root) => {
    const store = below(root, 'overlay2');
    if (!isFolder(context, store)) return [];
    const mounts = below(root, 'image', 'overlay2', 'layerdb', 'mounts');
    const named = isFolder(context, mounts)
      ? foldersIn(context, artifact, mounts).flatMap(({ path, name }): readonly Upper[] => {
          const { bytes } = context.target.readNow({
            kind: 'file',
            path: below(path, 'mount-id'),
            limit: 256,
          });
          const mount = Buffer.from(bytes).toString('latin1').trim();
          const { name: container = name.slice(0, 12), program = '' } = known.get(name) ?? {};
          return isName(mount)
            ? [{ path: below(store, mount, 'diff'), container, program, certain: true }]
            : [];
        })
      : [];
    if (named.length > 0) return named;
    const folders = foldersIn(context, artifact, store);
    const names = new Set<string>(folders.map(({ name }) => name));
    return folders.flatMap(({ path, name }): readonly Upper[] =>
      names.has(`${name}-init`)
        ? [{ path: below(path, 'diff'), container: name.slice(0, 12), program: '', certain: true }]
        : [],
    );
  });
}

function podmanUppers(context: ArtifactContext, artifact: string): readonly Upper[] {
  return storagesOf(context).flatMap((storage) =>
    storedContainers(context, artifact, storage).flatMap(({ layer, name }) =>
      layer === ''
        ? []
        : [
            {
              path: below(storage.path, 'overlay', layer, 'diff'),
              container: name,
              program: '',
              certain: true,
            },
          ],
    ),
  );
}

const snapshotUppers = (context: ArtifactContext, artifact: string): readonly Upper[] =>
  snapshotFolders
    .filter((path) => isFolder(context, path))
    .flatMap((folder) => foldersIn(context, artifact, folder))
    .slice(0, mostFiles)
    .map(({ path, name }) => ({
      path: below(path, 'fs'),
      container: `snapshot ${name}`.slice(0, 64),
      program: '',
      certain: false,
    }));

export function uppersOf(context: ArtifactContext, artifact: string): readonly Upper[] {
  const all = [
    ...dockerUppers(context, artifact),
    ...podmanUppers(context, artifact),
    ...snapshotUppers(context, artifact),
  ];
  for (const { path } of all.slice(mostUppers, mostUppers + 1)) {
    recordStatus(context, artifact, path, 'truncated', 'more than 2,000 upper folders');
  }
  return all.slice(0, mostUppers);
}
