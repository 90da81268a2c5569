/** Folders by getdents64(2), files by openat(2) and read(2), link counts by statx(2). */
import { constants } from 'node:fs';
import { errno, failure, passOn } from './failure.ts';
import { openBeneath, resolve } from './openat2.ts';
import type { Answer, RawEntry } from './port.ts';
import { addressOf, architecture, close, encodePath, pinned, systemCall, terminated } from './syscall.ts';

/** include/uapi/linux/fcntl.h; AT_FDCWD and the O_* that do not differ between the two architectures. */
const currentFolder = -100;
const closeOnExec = 0x80000;
const noAccessTime = 0x40000;
const nonBlocking = 0x800;
const noTerminal = 0x100;
const pathOnly = 0x200000;
/** O_DIRECTORY: arch/arm64/include/uapi/asm/fcntl.h differs from asm-generic. */
const onlyFolder = (): number => (architecture() === 'arm64' ? 0x4000 : 0x10000);

/** Entries past which a folder is given up: more than there can be pids. */
const entryLimit = 5_000_000;

const chunk = pinned(128 * 1024);

/** Opens for reading without a trace: O_NOATIME where we own the file or are root, without it elsewhere. */
export function openForReading(path: Uint8Array, extra = 0): number {
  const text = terminated(path);
  if (text === undefined) return -errno.EINVAL;
  const flags = closeOnExec | nonBlocking | noTerminal | extra;
  const address = addressOf(text);
  const opened = systemCall('openat', currentFolder, address, flags | noAccessTime);
  return opened === -errno.EPERM ? systemCall('openat', currentFolder, address, flags) : opened;
}

const inProc = encodePath('/proc/');
/** What is ours: descriptors lead to other mounts, and nobody knows our pid before we are there. */
const inSelf = encodePath('/proc/self/');
const begins = (path: Uint8Array, start: Uint8Array): boolean =>
  path.length > start.length && start.every((byte, at) => path[at] === byte);

/** /proc itself; below 0 where it could not be opened. It stays open as long as we run. */
let procFolder: number | undefined;

export const covered = 'something is mounted over it';

/**
 * Opens for reading. Below /proc nothing that somebody mounted over a part of the path is entered: behind it may be a
 * server that never answers. Kernels before 5.6 cannot be told so.
 */
function openUncovered(path: Uint8Array, extra = 0): Answer<number> {
  if (begins(path, inProc) && !begins(path, inSelf)) {
    procFolder ??= systemCall(
      'openat',
      currentFolder,
      addressOf(encodePath('/proc\0')),
      pathOnly | closeOnExec,
    );
    const flags = nonBlocking | noTerminal | extra;
    if (procFolder >= 0) {
      const opened = openBeneath(procFolder, path.subarray(inProc.length), flags, resolve.noOtherMount);
      if (opened.status === 'ok' || (opened.reason !== 'ENOSYS' && opened.reason !== 'EXDEV')) return opened;
      if (opened.reason === 'EXDEV') return { status: 'error', reason: covered };
    }
  }
  const descriptor = openForReading(path, extra);
  return descriptor < 0 ? failure(descriptor) : { status: 'ok', value: descriptor };
}

/**
 * struct linux_dirent64: inode 8, offset 8, record length 2, type 1, name.
 * @returns how many names there were; of them so many are kept that `into` holds at most `most`
 */
function decode(size: number, into: RawEntry[], most: number): number {
  const { bytes, view } = chunk;
  let names = 0;
  for (let at = 0; at + 19 < size; ) {
    const length = view.getUint16(at + 16, true);
    if (length < 20) break;
    const begin = at + 19;
    const dots =
      bytes[begin] === 0x2e &&
      (bytes[begin + 1] === 0 || (bytes[begin + 1] === 0x2e && bytes[begin + 2] === 0));
    if (!dots) {
      names += 1;
      if (into.length < most) {
        const end = bytes.indexOf(0, begin);
        const name = bytes.slice(begin, Math.min(end < 0 ? size : end, at + length));
        into.push({ inode: Number(view.getBigUint64(at, true)), type: bytes[at + 18] ?? 0, name });
      }
    }
    at += length;
  }
  return names;
}

/** @param most names that are kept; a folder that holds more is `truncated`, with their number as reason */
export function listDirectory(path: Uint8Array, most = entryLimit): Answer<readonly RawEntry[]> {
  const opened = openUncovered(path, onlyFolder());
  if (opened.status !== 'ok') return passOn(opened);
  const descriptor = opened.value;
  try {
    const entries: RawEntry[] = [];
    let names = 0;
    for (;;) {
      const size = systemCall('getdents64', descriptor, chunk.address, chunk.bytes.length);
      if (size < 0) return { ...failure(size), partial: entries };
      if (size === 0) {
        if (names === entries.length) return { status: 'ok', value: entries };
        return { status: 'truncated', reason: `${names} names`, partial: entries };
      }
      names += decode(size, entries, most);
      if (names > entryLimit) {
        return { status: 'truncated', reason: `more than ${entryLimit} names`, partial: entries };
      }
    }
  } finally {
    close(descriptor);
  }
}

const statxBuffer = pinned(256);
const typeMask = 0o170000;

interface Status {
  readonly mode: number;
  readonly links: number;
}

/** struct statx: nlink at 16, mode at 28. */
function status(path: Uint8Array, follow: boolean): Status | ReturnType<typeof failure> {
  const text = terminated(path);
  if (text === undefined) return failure(-errno.EINVAL);
  // AT_SYMLINK_NOFOLLOW, AT_NO_AUTOMOUNT and AT_STATX_DONT_SYNC: nothing is mounted and no server is asked.
  const flags = (follow ? 0 : 0x100) | 0x800 | 0x4000;
  const address = addressOf(text);
  const result = systemCall('statx', currentFolder, address, flags, 0x7, statxBuffer.address);
  if (result === 0) {
    return { mode: statxBuffer.view.getUint16(28, true), links: statxBuffer.view.getUint32(16, true) };
  }
  if (result !== -errno.ENOSYS) return failure(result);
  // Before Linux 4.11. struct stat of x64: nlink 64 bits at 16, mode at 24; arm64: mode at 16, nlink at 20.
  const old = systemCall('newfstatat', currentFolder, address, statxBuffer.address, flags & 0x900);
  if (old < 0) return failure(old);
  return architecture() === 'arm64'
    ? { mode: statxBuffer.view.getUint32(16, true), links: statxBuffer.view.getUint32(20, true) }
    : { mode: statxBuffer.view.getUint32(24, true), links: statxBuffer.view.getUint32(16, true) };
}

export function linkCount(path: Uint8Array): Answer<number> {
  const found = status(path, false);
  return 'links' in found ? { status: 'ok', value: found.links } : found;
}

export function readFile(path: Uint8Array, limit: number): Answer<Uint8Array> {
  if (!begins(path, inProc)) {
    // Opening some devices acts (a watchdog starts to count), so the type is looked at first.
    const found = status(path, true);
    if (!('mode' in found)) return found;
    if ((found.mode & typeMask) !== constants.S_IFREG) return { status: 'error', reason: 'not a plain file' };
  }
  const opened = openUncovered(path);
  if (opened.status !== 'ok') return passOn(opened);
  const descriptor = opened.value;
  try {
    const parts: Uint8Array[] = [];
    for (let total = 0; total < limit; ) {
      const size = systemCall('read', descriptor, chunk.address, Math.min(chunk.bytes.length, limit - total));
      if (size === -errno.EINTR) continue;
      if (size < 0) return { ...failure(size), partial: Buffer.concat(parts) };
      if (size === 0) break;
      parts.push(chunk.bytes.slice(0, size));
      total += size;
    }
    const [only] = parts;
    return { status: 'ok', value: parts.length === 1 && only !== undefined ? only : Buffer.concat(parts) };
  } finally {
    close(descriptor);
  }
}

let uncovered: Answer<string> | undefined;

/**
 * open_tree(2) with OPEN_TREE_CLONE and without AT_RECURSIVE copies one mount and none of those on top of it.
 * The copy is attached nowhere and goes with its descriptor, which stays open as long as we run.
 */
export function uncoveredProc(): Answer<string> {
  if (uncovered === undefined) {
    const path = addressOf(encodePath('/proc\0'));
    const descriptor = systemCall('open_tree', currentFolder, path, 1 | closeOnExec);
    uncovered = descriptor < 0 ? failure(descriptor) : { status: 'ok', value: `/proc/self/fd/${descriptor}` };
  }
  return uncovered;
}
