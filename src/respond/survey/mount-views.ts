/**
 * Other names of a file through bind mounts: whoever binds /etc over /tmp/.x and names /tmp/.x/passwd in his line would
 * have a removal take /etc/passwd, since a bind is no link. A file is planned by the name that it has in the mount that
 * was there first, and by that name guards and owners are asked.
 *
 * The kernel lists mounts in the order of their tree, the root before what was mounted upon it. What the table says of
 * mounts that lie under others is not true for paths: whoever uses a name from here compares the inode behind both.
 * Source: Documentation/filesystems/proc.rst, 3.5 (mountinfo); mount(2), MS_BIND.
 */
import type { MountEntry } from '../../formats/mountinfo.ts';
import { folderOf, isPrintable, type PathText, phrase } from '../../model/text.ts';

/** A file system is bound in so many places at most of which names are tried. */
const mostNames = 16;

const under = (path: string, folder: string): boolean =>
  folder === '/' || path === folder || path.startsWith(`${folder}/`);

/** What of a path lies below a folder, with its slash; empty for the folder itself. */
const below = (path: string, folder: string): string => (folder === '/' ? path : path.slice(folder.length));

/** Where in its file system a path of a mount lies. */
const inFileSystem = ({ root, mountPoint }: MountEntry, path: string): string =>
  `${root === '/' ? '' : root}${below(path, mountPoint)}` || '/';

export class MountViews {
  readonly #points = new Map<string, number>();
  readonly #ofDevice: ReadonlyMap<string, readonly number[]>;
  readonly #entries: readonly MountEntry[];

  constructor(entries: readonly MountEntry[]) {
    this.#entries = entries;
    // Of two on one point the last lies on top.
    for (const [at, { mountPoint }] of entries.entries()) this.#points.set(mountPoint, at);
    this.#ofDevice = Map.groupBy(entries.keys(), (at) => {
      const entry = entries[at];
      return `${entry?.major}:${entry?.minor}`;
    });
  }

  #mountOf(path: PathText): number | undefined {
    for (let here = path; ; here = folderOf(here)) {
      const at = this.#points.get(here);
      if (at !== undefined || here === '/') return at;
    }
  }

  /** Names that the same file has in mounts that were there before, the first of them first. */
  earlierNames(path: PathText): readonly PathText[] {
    const at = this.#mountOf(path);
    const own = at === undefined ? undefined : this.#entries[at];
    if (at === undefined || own === undefined) return [];
    const inside = inFileSystem(own, path);
    const names = (this.#ofDevice.get(`${own.major}:${own.minor}`) ?? []).flatMap((other) => {
      const entry = this.#entries[other];
      if (other >= at || entry === undefined || !under(inside, entry.root)) return [];
      const name = `${entry.mountPoint === '/' ? '' : entry.mountPoint}${below(inside, entry.root)}`;
      return name !== path && isPrintable(name) && name !== '' ? [name] : [];
    });
    return names.slice(0, mostNames);
  }

  /** The same as it is seen from a folder: of a root that is mounted somewhere. @param folder without links */
  below(folder: PathText): MountViews {
    const at = this.#mountOf(folder);
    const own = at === undefined ? undefined : this.#entries[at];
    if (own === undefined || folder === '/') return this;
    const root = inFileSystem(own, folder);
    const inside = this.#entries.flatMap((entry) => {
      const point = under(entry.mountPoint, folder) ? below(entry.mountPoint, folder) : '';
      return isPrintable(point) && point !== '' ? [{ ...entry, mountPoint: point }] : [];
    });
    return new MountViews(isPrintable(root) ? [{ ...own, root, mountPoint: phrase`/` }, ...inside] : []);
  }

  /** Whether something is mounted upon a folder, or below it: what lies there may be anybody's. */
  hasMount(folder: PathText): boolean {
    return this.#points.keys().some((point) => point !== '/' && under(point, folder));
  }
}
