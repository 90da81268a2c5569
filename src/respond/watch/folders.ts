/**
 * The folders that are watched: every one that holds a place, and those above it, in which a folder that is made later
 * may come to hold one. Grown from the tree of places along what there is; marks are set by whoever is given.
 */
import { joinPath, type PathText, type Printable, phrase } from '../../model/text.ts';
import { holdsPlaces, type PlaceNode, type Standing, standingAt, step } from './place-tree.ts';

/** What the file system answers; links are not followed. */
export interface FolderWorld {
  /** Names of folders in a folder; undefined where it is none, or cannot be read. */
  readonly foldersIn: (path: PathText) => readonly Printable[] | undefined;
  /** Names of links in a folder that lead to folders, with where they lead. */
  readonly linkedFolders: (path: PathText) => readonly { readonly name: Printable; readonly to: PathText }[];
  /** Sets the mark. False where it was refused. */
  readonly mark: (path: PathText, what: 'names' | 'content') => boolean;
}

/** Where one stood already on the way down, so that links in a circle end. */
type Walked = Map<string, readonly Standing[]>;

/** A host has some 500 folders of this kind; a flood of new ones must not grow us. */
export const mostFolders = 4_096;
/** Folders in one folder, as homes: who fills one up does not blind the rest. */
const mostInOne = 512;

export class Folders {
  readonly #world: FolderWorld;
  readonly #watched = new Map<string, readonly Standing[]>();
  /** Folders past the bounds, or refused. */
  left = 0;

  constructor(world: FolderWorld) {
    this.#world = world;
  }

  get count(): number {
    return this.#watched.size;
  }

  /** Marks all that the tree leads to and that is there; again after something was added to it. */
  grow(root: PlaceNode): void {
    this.#enter(phrase`/`, standingAt(root), new Map());
  }

  /** Whether a path that an event names is a place, and what it leads to. */
  at(folder: PathText, name: Printable): { readonly isPlace: boolean; readonly leads: boolean } {
    const known = this.#watched.get(folder);
    if (known === undefined) return { isPlace: false, leads: false };
    const { isPlace, inside } = step(known, name);
    return { isPlace, leads: inside.length > 0 };
  }

  /** A folder came into being. */
  appeared(folder: PathText, name: Printable): void {
    const known = this.#watched.get(folder);
    if (known === undefined) return;
    const { inside } = step(known, name);
    if (inside.length === 0) return;
    const path = joinPath(folder, name);
    // It may be another one under the same name: a mark goes with its folder.
    this.#watched.delete(path);
    this.#enter(path, inside, new Map());
  }

  #enter(path: PathText, standings: readonly Standing[], walked: Walked): void {
    const before = walked.get(path) ?? [];
    const fresh = standings.filter((one) => !before.some(isAsFar(one)));
    if (fresh.length === 0) return;
    walked.set(path, [...before, ...fresh]);
    const known = this.#watched.get(path);
    if (known === undefined && this.#watched.size >= mostFolders) {
      this.left += 1;
      return;
    }
    const names = this.#world.foldersIn(path);
    if (names === undefined) return;
    const all = [...(known ?? []), ...fresh.filter((one) => known?.some(isAsFar(one)) !== true)];
    // Marks add up: one for names becomes one for content as well.
    const what = holdsPlaces(all) ? 'content' : 'names';
    if (!this.#world.mark(path, what)) this.left += 1;
    this.#watched.set(path, all);
    if (names.length > mostInOne) this.left += names.length - mostInOne;
    for (const name of names.slice(0, mostInOne)) {
      const { inside } = step(fresh, name);
      if (inside.length > 0) this.#enter(joinPath(path, name), inside, walked);
    }
    for (const { name, to } of this.#world.linkedFolders(path)) {
      const { inside } = step(fresh, name);
      if (inside.length > 0) this.#enter(to, inside, walked);
    }
  }
}

const isAsFar =
  (one: Standing) =>
  (other: Standing): boolean =>
    other.node === one.node && other.depth <= one.depth;
