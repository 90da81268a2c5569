/**
 * A walk over a tree of folders by getdents64(2), openat(2) and statx(2), each below the open descriptor of its
 * folder: no path is looked up twice, and what is swapped while we look leads nowhere else.
 *
 * Why: a host has hundreds of thousands of files, and each is asked for its mode and its inode flags. So a file costs
 * one system call; its fields are read from the kernel's answer only by whoever asks for them.
 * What it is NOT: a judge of mounts. Before anything in a folder is touched the visitor is asked whether the name may
 * be; a folder that turns out to be on another mount than its parent, unforeseen, is not entered.
 * Links are not followed. Where the file system does not report inode flags in statx, they are not known here
 * (`flagsKnown`); `inode-attributes.ts` asks for those of a single file.
 * Layout: struct linux_dirent64, struct statx of include/uapi/linux/stat.h.
 */
import { errno, failure } from './failure.ts';
import type { Answer } from './port.ts';
import { addressOf, architecture, boundCall, close, encodePath, pinned, systemCall } from './syscall.ts';

const typeMask = 0o170000;
const folderType = 0o040000;
const fileType = 0o100000;
const immutable = 0x10;
const append = 0x20;

/** AT_SYMLINK_NOFOLLOW, AT_NO_AUTOMOUNT, AT_STATX_DONT_SYNC: no server is asked. */
const lookFlags = 0x100 | 0x800 | 0x4000;
/** STATX_BASIC_STATS, STATX_BTIME, STATX_MNT_ID. */
const wanted = 0x7ff | 0x800 | 0x1000;
/** Folders open at once; the kernel's usual bound of descriptors is 1024. */
const mostDepth = 200;

const status = pinned(256);
const nameBuffer = pinned(512);
const capabilityBuffer = pinned(64);
const capabilityName = encodePath('security.capability\0');
const linkPath = pinned(320);
const high = 2 ** 32;

const unsigned64 = (at: number): number =>
  status.view.getUint32(at, true) + status.view.getUint32(at + 4, true) * high;
const microseconds = (at: number): number =>
  (status.view.getUint32(at, true) + status.view.getInt32(at + 4, true) * high) * 1e6 +
  Math.round(status.view.getUint32(at + 8, true) / 1000);

/** What the kernel said of one name. One object for all: good only during the call. */
export class TreeEntry {
  /** One character a byte. */
  name = '';
  #folder = -1;
  #source = nameBuffer.bytes;
  #begin = 0;

  /** @param begin where the name stands in `source`, ending with NUL */
  set(folder: number, name: string, source: Uint8Array<ArrayBuffer>, begin: number): void {
    this.#folder = folder;
    this.name = name;
    this.#source = source;
    this.#begin = begin;
  }

  get isFolder(): boolean {
    return (this.mode & typeMask) === folderType;
  }
  get isFile(): boolean {
    return (this.mode & typeMask) === fileType;
  }
  get mode(): number {
    return status.view.getUint16(28, true);
  }
  get immutable(): boolean {
    return (status.view.getUint32(8, true) & immutable) !== 0;
  }
  get appendOnly(): boolean {
    return (status.view.getUint32(8, true) & append) !== 0;
  }
  get flagsKnown(): boolean {
    return (status.view.getUint32(56, true) & immutable) !== 0;
  }
  get uid(): number {
    return status.view.getUint32(20, true);
  }
  get gid(): number {
    return status.view.getUint32(24, true);
  }
  get links(): number {
    return status.view.getUint32(16, true);
  }
  get size(): number {
    return unsigned64(40);
  }
  get inode(): number {
    return unsigned64(32);
  }
  get modifiedUs(): number {
    return microseconds(112);
  }
  get changedUs(): number {
    return microseconds(96);
  }
  get bornUs(): number | undefined {
    return (status.view.getUint32(0, true) & 0x800) === 0 ? undefined : microseconds(80);
  }

  /** The value of `security.capability`, asked of the kernel now; undefined for none. */
  capability(): Uint8Array | undefined {
    const { bytes } = linkPath;
    const prefix = `/proc/self/fd/${this.#folder}/`;
    bytes.set(encodePath(prefix));
    const end = this.#source.indexOf(0, this.#begin);
    bytes.set(this.#source.subarray(this.#begin, end + 1), prefix.length);
    const { address } = capabilityBuffer;
    // lgetxattr(2): the name may be a link by now.
    const size = systemCall('lgetxattr', linkPath.address, addressOf(capabilityName), address, 64);
    return size > 0 ? capabilityBuffer.bytes.slice(0, size) : undefined;
  }
}

export interface TreeVisitor<F> {
  /** Whether a name of a folder may be touched at all. */
  mayTouch(folder: F, name: string): boolean;
  /** A plain file or a folder. Answers why the walk must end. */
  entry(entry: TreeEntry, folder: F): string | undefined;
  /** A link, by its name alone. */
  link?(name: string, folder: F): void;
  /**
   * Asked for each folder after `entry`: what stands for it below, or undefined to leave it.
   * @param moved it stands on another mount than its folder
   */
  enter(entry: TreeEntry, folder: F, moved: boolean): F | undefined;
  /** A folder that could not be listed, or not to its end. */
  problem(folder: F, name: string, answer: Exclude<Answer<never>, { readonly status: 'ok' }>): void;
}

export interface TreeBounds {
  /** Names in all. */
  readonly entries: number;
  readonly perFolder: number;
  /** Milliseconds of `performance.now()` at which it ends. */
  readonly deadline: number;
  /** Only what lies in the root itself. */
  readonly flat?: boolean;
}

export interface TreeOutcome {
  readonly entries: number;
  readonly folders: number;
  readonly cut?: string;
}

const noNames = new Uint8Array(0);

interface Open<F> {
  readonly descriptor: number;
  readonly folder: F;
  readonly mount: number;
  /** Folders that are still to be entered. */
  readonly waiting: Names;
}

/** Names one after the other, each with its NUL: of a folder full of folders an object each would be too much. */
class Names {
  #bytes = noNames;
  #next = 0;
  #end = 0;

  push(source: Uint8Array, begin: number, end: number): void {
    if (this.#end + end - begin > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(1024, 2 * (this.#end + end - begin)));
      larger.set(this.#bytes.subarray(0, this.#end));
      this.#bytes = larger;
    }
    this.#bytes.set(source.subarray(begin, end), this.#end);
    this.#end += end - begin;
  }

  /** The first of those that are left, with its NUL. */
  shift(): Uint8Array | undefined {
    if (this.#next >= this.#end) return undefined;
    const begin = this.#next;
    this.#next = this.#bytes.indexOf(0, begin) + 1;
    return this.#bytes.subarray(begin, this.#next);
  }
}

const listing = pinned(64 * 1024);
const openFlags = (): number => 0x80000 | 0x800 | (architecture() === 'arm64' ? 0xc000 : 0x30000);
const noAccessTime = 0x40000;

function openFolder(parent: number, name: number): number {
  const flags = openFlags();
  const opened = systemCall('openat', parent, name, flags | noAccessTime);
  return opened === -errno.EPERM ? systemCall('openat', parent, name, flags) : opened;
}

const latin1 = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.prototype.latin1Slice.call(bytes, start, end);

/** The mount that a folder stands on; 0 before Linux 5.8, which does not tell. */
const mountHere = (): number => ((status.view.getUint32(0, true) & 0x1000) === 0 ? 0 : unsigned64(144));

class Walk<F> {
  readonly #visitor: TreeVisitor<F>;
  readonly #bounds: TreeBounds;
  readonly #entry = new TreeEntry();
  readonly #statx = boundCall('statx');
  entries = 0;
  folders = 0;
  cut: string | undefined;

  constructor(visitor: TreeVisitor<F>, bounds: TreeBounds) {
    this.#visitor = visitor;
    this.#bounds = bounds;
  }

  run(root: number, folder: F): void {
    const stack: Open<F>[] = [];
    try {
      const mount = this.#look(root, addressOf(encodePath('.\0'))) === 0 ? mountHere() : 0;
      stack.push(this.#list(root, folder, mount));
      for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
        const name = this.cut === undefined ? top.waiting.shift() : undefined;
        if (name === undefined) {
          stack.pop();
          if (top.descriptor !== root) close(top.descriptor);
          continue;
        }
        const opened = this.#enter(top, name, stack.length);
        if (opened !== undefined) stack.push(opened);
      }
    } finally {
      for (const { descriptor } of stack) if (descriptor !== root) close(descriptor);
    }
  }

  #look(folder: number, name: number): number {
    return this.#statx(folder, name, lookFlags, wanted, status.address);
  }

  #enter(parent: Open<F>, name: Uint8Array, depth: number): Open<F> | undefined {
    nameBuffer.bytes.set(name);
    const text = latin1(name, 0, name.length - 1);
    if (this.#look(parent.descriptor, nameBuffer.address) !== 0) return undefined;
    const mount = mountHere();
    this.#entry.set(parent.descriptor, text, nameBuffer.bytes, 0);
    const folder = this.#visitor.enter(this.#entry, parent.folder, mount !== parent.mount);
    if (folder === undefined) return undefined;
    if (depth >= mostDepth) {
      const reason = `more than ${mostDepth} folders deep`;
      this.#visitor.problem(parent.folder, text, { status: 'truncated', reason });
      return undefined;
    }
    const descriptor = openFolder(parent.descriptor, nameBuffer.address);
    if (descriptor < 0) {
      // Gone since it was listed, or a link by now.
      if (descriptor !== -errno.ENOENT && descriptor !== -errno.ELOOP && descriptor !== -errno.ENOTDIR)
        this.#visitor.problem(parent.folder, text, failure(descriptor));
      return undefined;
    }
    return this.#list(descriptor, folder, mount);
  }

  /** Shows what a folder holds; its own folders wait in the order of the listing. */
  #list(descriptor: number, folder: F, mount: number): Open<F> {
    this.folders += 1;
    const waiting = new Names();
    let room = this.#bounds.perFolder;
    for (;;) {
      const size = systemCall('getdents64', descriptor, listing.address, listing.bytes.length);
      if (size === -errno.EINTR) continue;
      if (size < 0) this.#visitor.problem(folder, '', failure(size));
      if (size <= 0) break;
      room = this.#show(descriptor, folder, size, room, waiting);
      if (this.cut !== undefined) break;
      if (room < 0) {
        const reason = `more than ${this.#bounds.perFolder} names`;
        this.#visitor.problem(folder, '', { status: 'truncated', reason });
        break;
      }
      if (performance.now() > this.#bounds.deadline) this.cut = 'its time was over';
    }
    return { descriptor, folder, mount, waiting };
  }

  #show(descriptor: number, folder: F, size: number, most: number, waiting: Names): number {
    const { bytes, view, address } = listing;
    let room = most;
    for (let at = 0; at + 19 < size; ) {
      const length = view.getUint16(at + 16, true);
      if (length < 20) return room;
      const begin = at + 19;
      const type = bytes[at + 18] ?? 0;
      at += length;
      if (
        bytes[begin] === 0x2e &&
        (bytes[begin + 1] === 0 || (bytes[begin + 1] === 0x2e && bytes[begin + 2] === 0))
      )
        continue;
      room -= 1;
      this.entries += 1;
      if (room < 0) return room;
      if (this.entries > this.#bounds.entries) {
        this.cut = `more than ${this.#bounds.entries} names`;
        return room;
      }
      // DT_UNKNOWN 0, DT_DIR 4, DT_REG 8, DT_LNK 10.
      if (type !== 8 && type !== 4 && type !== 0 && type !== 10) continue;
      const end = bytes.indexOf(0, begin);
      if (type === 10) {
        this.#visitor.link?.(latin1(bytes, begin, end), folder);
        continue;
      }
      const name = latin1(bytes, begin, end);
      if (!this.#visitor.mayTouch(folder, name)) continue;
      if (this.#look(descriptor, address + begin) !== 0) continue;
      const mode = status.view.getUint16(28, true) & typeMask;
      if (mode !== fileType && mode !== folderType) continue;
      this.#entry.set(descriptor, name, bytes, begin);
      this.cut ??= this.#visitor.entry(this.#entry, folder);
      if (mode === folderType && this.#bounds.flat !== true) waiting.push(bytes, begin, end + 1);
    }
    return room;
  }
}

/** @param root a descriptor opened for reading; stays open */
export function walkTree<F>(
  root: number,
  folder: F,
  visitor: TreeVisitor<F>,
  bounds: TreeBounds,
): TreeOutcome {
  const walk = new Walk(visitor, bounds);
  walk.run(root, folder);
  return {
    entries: walk.entries,
    folders: walk.folders,
    ...(walk.cut === undefined ? {} : { cut: walk.cut }),
  };
}
