/**
 * Where a path leads within a root, found name by name from descriptor to descriptor.
 *
 * Each name is opened with O_PATH and O_NOFOLLOW below the descriptor of the folder before it, and links are
 * followed by us: so `..`, absolute links and links that are swapped while we look stay inside the root, and
 * every name is held against the mount table before it is touched. O_PATH opens nothing: no device starts, no
 * pipe waits, no automount is triggered.
 *
 * A descriptor is used as a folder through /proc/self/fd/N, which is how node:fs can open relative to one.
 */
import { closeSync, constants, fstatSync, openSync, readlinkSync, type Stats } from 'node:fs';
import { baseName, namesOf, type PathText, type Printable, phrase, printableBytes } from '../model/text.ts';
import { codeOf, type Failed, failedBy } from './failure.ts';
import type { Mounted, MountTable } from './mount-table.ts';
import { canonicalEscapes, holdsZero, type SystemPath, systemPathIn } from './system-path.ts';

/** O_PATH of include/uapi/asm-generic/fcntl.h; the same on x64 and arm64. */
export const pathOnly = 0x200000;
const { O_DIRECTORY, O_NOFOLLOW } = constants;

/** Links followed before a path counts as a loop; the kernel's own bound (MAXSYMLINKS). */
const mostLinks = 40;
/** Names walked for one path, links included: a path of the kernel has at most 2048. */
const mostSteps = 4096;

export interface Root {
  /** Our path of the folder that is `/`, ending with a slash: `/`, or `/proc/self/fd/N/`. */
  readonly folder: string;
  /** The same folder in the words of the mount table, without a final slash; '' for `/`. */
  readonly place: string;
}

/** Something that exists: an O_PATH descriptor of it, which the walker's user closes. */
export interface Node {
  readonly kind: 'node';
  readonly descriptor: number;
  readonly stats: Stats;
  /** How it is named from here; good until the walker is released. */
  readonly at: SystemPath;
}

export interface Blocked {
  readonly kind: 'blocked';
  readonly mount: Mounted;
  /** What is left to be walked, from the root, with the links so far followed. */
  readonly path: PathText;
}

export type Resolved = Node | Blocked | { readonly kind: 'failed'; readonly failed: Failed };

interface Folder {
  /** -1 for the root itself. */
  readonly descriptor: number;
  readonly folder: string;
  readonly names: readonly Printable[];
}

const failedWith = (status: Failed['status'], reason: string): Resolved => ({
  kind: 'failed',
  failed: { status, reason },
});

export class Walker {
  readonly #root: Root;
  readonly #mounts: () => MountTable;
  /** Points that may be touched though they may hang: we are the process that may. */
  readonly #allowed: ReadonlySet<string>;
  /** The folder that the last name was found in, and the path that leads there when no link was followed after. */
  #last: { readonly path: string | undefined; readonly folder: Folder } | undefined;

  constructor(root: Root, mounts: () => MountTable, allowed: ReadonlySet<string> = new Set()) {
    this.#root = root;
    this.#mounts = mounts;
    this.#allowed = allowed;
  }

  /** @param follow whether a link at the end is followed too */
  resolve(path: PathText, follow: boolean): Resolved {
    if (holdsZero(path)) return failedWith('error', 'EINVAL');
    const clean = canonicalEscapes(path);
    if (!clean.startsWith('/')) return failedWith('error', 'not an absolute path');
    const mounts = this.#mounts();
    const above = mounts.danger(this.#root.place === '' ? '/' : this.#root.place, this.#allowed);
    if (above !== undefined) return { kind: 'blocked', mount: above, path: clean };
    const name = baseName(clean);
    const prefix = clean.slice(0, clean.length - name.length);
    if (this.#last?.path === prefix && name !== '' && name !== '.' && name !== '..') {
      return this.#walk(mounts, this.#last.folder, [name], follow, prefix);
    }
    return this.#walk(mounts, this.#start(), namesOf(clean), follow, prefix);
  }

  /** Closes what is kept open between paths. */
  release(): void {
    const last = this.#last;
    this.#last = undefined;
    if (last !== undefined) this.#close(last.folder);
  }

  #start(): Folder {
    return { descriptor: -1, folder: this.#root.folder, names: [] };
  }

  #close(folder: Folder): void {
    if (folder.descriptor >= 0 && folder !== this.#last?.folder) closeSync(folder.descriptor);
  }

  /** @param prefix the path without its last name, under which the folder is kept for the next */
  #walk(
    mounts: MountTable,
    from: Folder,
    names: readonly Printable[],
    follow: boolean,
    prefix: string,
  ): Resolved {
    const waiting = names.toReversed();
    let here = from;
    let links = 0;
    /** True until a link in the place of the last name leads to another folder. */
    let direct = true;
    const move = (to: Folder): void => {
      this.#close(here);
      here = to;
    };
    try {
      for (let steps = 0; ; steps += 1) {
        const name = waiting.pop();
        if (name === undefined) return rootNode(here);
        if (steps >= mostSteps) return failedWith('error', 'ENAMETOOLONG');
        if (name === '..') {
          // From the top again: the folder above a descriptor may be another one by now.
          waiting.push(...here.names.slice(0, -1).toReversed());
          direct = false;
          move(this.#start());
          continue;
        }
        const last = waiting.length === 0;
        const blocked = this.#blocked(mounts, here, name, waiting);
        if (blocked !== undefined) return blocked;
        const at = systemPathIn(here.folder, name);
        const step = settled(() => (last ? openLast(at, follow) : openFolder(at)));
        switch (step.kind) {
          case 'failed':
            return step;
          case 'node':
            this.#keep(direct ? prefix : undefined, here);
            return step;
          case 'folder':
            move({
              descriptor: step.descriptor,
              folder: `/proc/self/fd/${step.descriptor}/`,
              names: [...here.names, name],
            });
            break;
          case 'link': {
            links += 1;
            if (links > mostLinks) return failedWith('error', 'ELOOP');
            if (last) direct = false;
            const target = printableBytes(step.target);
            if (target.startsWith('/')) move(this.#start());
            waiting.push(...namesOf(target).toReversed());
          }
        }
      }
    } finally {
      this.#close(here);
    }
  }

  #keep(path: string | undefined, folder: Folder): void {
    if (this.#last?.folder === folder) return;
    this.release();
    this.#last = { path, folder };
  }

  #blocked(
    mounts: MountTable,
    here: Folder,
    name: Printable,
    waiting: readonly Printable[],
  ): Blocked | undefined {
    const above = here.names.length === 0 ? '' : `${here.names.join('/')}/`;
    const place = `${this.#root.place}/${above}${name}`;
    const mount = mounts.at(place);
    if (mount === undefined || mount.danger === 'none') return undefined;
    const rest = waiting.toReversed();
    const found = mounts.danger([place, ...rest].join('/'), this.#allowed);
    if (found === undefined) return undefined;
    const path = [...here.names, name, ...rest].reduce((whole, part) => phrase`${whole}/${part}`, phrase``);
    return { kind: 'blocked', mount: found, path };
  }
}

/** The path ended on a folder that is open already: the root, or where a link or `..` led. */
function rootNode(here: Folder): Resolved {
  try {
    const descriptor = openSync(`${here.folder}.`, pathOnly | O_DIRECTORY);
    return { kind: 'node', descriptor, stats: fstatSync(descriptor), at: here.folder };
  } catch (thrown) {
    return { kind: 'failed', failed: failedBy(thrown) };
  }
}

type Step =
  | Node
  | { readonly kind: 'folder'; readonly descriptor: number }
  | { readonly kind: 'link'; readonly target: Buffer }
  | { readonly kind: 'failed'; readonly failed: Failed };

/** Tries to find a name that is a link at one moment and none at the next. */
const mostTries = 8;

const notFolder: Failed = { status: 'absent', reason: 'ENOTDIR' };
const swapped: Failed = { status: 'error', reason: 'it changed while it was looked up' };

/** What a name is, though somebody swaps it while we look. A plain file in the place of a folder stays one. */
function settled(open: () => Step): Step {
  let step = open();
  for (let tries = 1; tries < mostTries; tries += 1) {
    if (step.kind !== 'failed' || (step.failed !== swapped && step.failed !== notFolder)) return step;
    step = open();
  }
  return step;
}

function openFolder(at: SystemPath): Step {
  try {
    return { kind: 'folder', descriptor: openSync(at, pathOnly | O_DIRECTORY | O_NOFOLLOW) };
  } catch (thrown) {
    return codeOf(thrown) === 'ENOTDIR'
      ? linkAt(at, notFolder)
      : { kind: 'failed', failed: failedBy(thrown) };
  }
}

function openLast(at: SystemPath, follow: boolean): Step {
  let descriptor = -1;
  try {
    descriptor = openSync(at, pathOnly | O_NOFOLLOW);
    const stats = fstatSync(descriptor);
    if (!follow || !stats.isSymbolicLink()) return { kind: 'node', descriptor, stats, at };
  } catch (thrown) {
    if (descriptor >= 0) closeSync(descriptor);
    return { kind: 'failed', failed: failedBy(thrown) };
  }
  closeSync(descriptor);
  return linkAt(at, swapped);
}

/** @param otherwise the answer when it is no link, or none any more */
function linkAt(at: SystemPath, otherwise: Failed): Step {
  try {
    return { kind: 'link', target: readlinkSync(at, 'buffer') };
  } catch (thrown) {
    return { kind: 'failed', failed: codeOf(thrown) === 'EINVAL' ? otherwise : failedBy(thrown) };
  }
}
