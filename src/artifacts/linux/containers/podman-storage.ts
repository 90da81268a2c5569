/**
 * Storage of podman and CRI-O: of the system, of root, and of every home, with the containers it lists.
 *
 * What it is NOT: libpod's own database. Bounds: 64 storages, 2,000 containers of each. Sources: storage.conf(5)
 * `graphroot`; containers/storage: overlay-containers/containers.json with `id`, `names`, `layer` and `metadata`.
 */
import { listMember, member, parseLooseJson } from '../../../formats/loose-json.ts';
import { type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { homesOf } from '../homes.ts';
import { below, isFolder, isThere, readJson } from './container-entry.ts';

export interface Storage {
  readonly path: PathText;
  readonly user: Printable;
}

export interface StoredContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  /** Of its own files: `overlay/LAYER/diff`. */
  readonly layer: string;
}

const mostStorages = 64;
const mostContainers = 2_000;
/** Ids are hex; anything else would be a path. */
const isId = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f]{12,64}$/.test(value);

export function storagesOf(context: ArtifactContext): readonly Storage[] {
  const system = { path: printableText('/var/lib/containers/storage'), user: phrase`root` };
  const ofHomes = homesOf(context.target).map(({ path, user }) => ({
    path: below(path, '.local', 'share', 'containers', 'storage'),
    user,
  }));
  return [system, ...ofHomes].filter(({ path }) => isFolder(context, path)).slice(0, mostStorages);
}

export function storedContainers(
  context: ArtifactContext,
  artifact: string,
  storage: Storage,
): readonly StoredContainer[] {
  const list = below(storage.path, 'overlay-containers', 'containers.json');
  if (!isThere(context, list)) return [];
  return listMember(readJson(context, artifact, list), mostContainers).flatMap((one) => {
    const [id, layer] = [member(one, 'id'), member(one, 'layer')];
    if (!isId(id)) return [];
    const metadata = member(one, 'metadata');
    const parsed = parseLooseJson(Buffer.from(typeof metadata === 'string' ? metadata : ''));
    const inner: unknown = parsed.ok ? parsed.value : undefined;
    const name = member(inner, 'name') ?? listMember(one, 1, 'names')[0];
    const image = member(inner, 'image-name');
    return [
      {
        id,
        name: typeof name === 'string' ? name.slice(0, 256) : id.slice(0, 12),
        image: typeof image === 'string' ? image.slice(0, 1024) : '',
        layer: isId(layer) ? layer : '',
      },
    ];
  });
}
