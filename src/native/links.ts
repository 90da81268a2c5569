/**
 * The numbered links of one folder with their texts (/proc/pid/fd), by getdents64(2) and readlinkat(2).
 *
 * A host has tens of thousands of descriptors, each a link in /proc/pid/fd. Read by its path, every one of them is
 * looked up from the root of /proc again; read below the open folder, only its last name is. The name that the
 * kernel wrote into the listing ends with NUL and is handed back as it stands. Other names are passed over.
 */
import { errno, failure } from './failure.ts';
import type { Answer } from './port.ts';
import { addressOf, architecture, boundCall, close, pinned, systemCall, terminated } from './syscall.ts';

/**
 * `text` is reused at the next call, and good up to `size`. A failed readlinkat is told by its negative errno. No
 * views are made: most texts are looked at by their first bytes and forgotten.
 */
export type TakeLink = (number: number, text: Uint8Array, size: number, failed: number) => void;

const listing = pinned(32 * 1024);
/** struct linux_dirent64 with a name of NAME_MAX, rounded up. */
const longestEntry = 280;
/** The kernel gives a page at most (d_path in fs/proc/base.c do_proc_readlink). */
const text = pinned(4096);

/** AT_FDCWD; O_CLOEXEC and O_NONBLOCK, which do not differ between the two architectures. */
const currentFolder = -100;
const quiet = 0x80000 | 0x800;
/** O_DIRECTORY: arch/arm64/include/uapi/asm/fcntl.h differs from asm-generic. */
const onlyFolder = (): number => (architecture() === 'arm64' ? 0x4000 : 0x10000);

/** Looked up once for all of them. */
let readlink: ReturnType<typeof boundCall> | undefined;

/** The number that a name of at most ten digits is, or -1. */
function numberAt(bytes: Uint8Array, begin: number): number {
  let value = 0;
  for (let at = begin; at < begin + 10; at += 1) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return at > begin && digit === -0x30 ? value : -1;
    value = value * 10 + digit;
  }
  return bytes[begin + 10] === 0 ? value : -1;
}

/** struct linux_dirent64: inode 8, offset 8, record length 2, type 1, name. */
function takeAll(descriptor: number, size: number, room: number, take: TakeLink): number {
  const { bytes, address } = listing;
  readlink ??= boundCall('readlinkat');
  let taken = 0;
  for (let at = 0; at + 19 < size; ) {
    const length = (bytes[at + 16] ?? 0) | ((bytes[at + 17] ?? 0) << 8);
    if (length < 20) return taken;
    const begin = at + 19;
    at += length;
    const number = numberAt(bytes, begin);
    if (number < 0) continue;
    if (taken === room) return taken + 1;
    taken += 1;
    const got = readlink(descriptor, address + begin, text.address, text.bytes.length);
    take(number, text.bytes, Math.max(0, got), Math.min(0, got));
  }
  return taken;
}

/** Gives each numbered link of a folder to `take`; the value is their number. `truncated` past `limit`. */
export function readLinks(folder: Uint8Array, limit: number, take: TakeLink): Answer<number> {
  const path = terminated(folder);
  return path === undefined ? failure(-errno.EINVAL) : readLinksAt(addressOf(path), limit, take);
}

/** The same, where the path stands in memory already. */
export function readLinksAt(
  folder: number,
  limit: number,
  take: TakeLink,
  below: number = currentFolder,
): Answer<number> {
  const descriptor = systemCall('openat', below, folder, quiet | onlyFolder());
  if (descriptor < 0) return failure(descriptor);
  try {
    let count = 0;
    for (;;) {
      const size = systemCall('getdents64', descriptor, listing.address, listing.bytes.length);
      if (size === -errno.EINTR) continue;
      if (size < 0) return { ...failure(size), partial: count };
      if (size === 0) return { status: 'ok', value: count };
      count += takeAll(descriptor, size, limit - count, take);
      if (count > limit) return { status: 'truncated', reason: `more than ${limit} links`, partial: limit };
      // A listing stops early only where the next name had no room (proc_readfd_common of fs/proc/fd.c).
      if (size < listing.bytes.length - longestEntry) return { status: 'ok', value: count };
    }
  } finally {
    close(descriptor);
  }
}
