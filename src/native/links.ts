/**
 * The links of one folder with their texts, by getdents64(2) and readlinkat(2).
 *
 * A host has tens of thousands of descriptors, each a link in /proc/pid/fd. Read by its path, every one of them is
 * looked up from the root of /proc again; read below the open folder, only its last name is. The name that the
 * kernel wrote into the listing ends with NUL and is handed back as it stands.
 */
import { openForReading } from './dirents.ts';
import { errno, failure } from './failure.ts';
import type { Answer } from './port.ts';
import { architecture, close, pinned, systemCall } from './syscall.ts';

/** Called with views that are only good during the call. A failed readlinkat is told by its negative errno. */
export type TakeLink = (name: Uint8Array, text: Uint8Array, failed: number) => void;

const listing = pinned(32 * 1024);
/** The kernel gives a page at most (d_path in fs/proc/base.c do_proc_readlink). */
const text = pinned(4096);
const noText = new Uint8Array(0);

/** O_DIRECTORY: arch/arm64/include/uapi/asm/fcntl.h differs from asm-generic. */
const onlyFolder = (): number => (architecture() === 'arm64' ? 0x4000 : 0x10000);

/** struct linux_dirent64: inode 8, offset 8, record length 2, type 1, name. */
function takeAll(descriptor: number, size: number, room: number, take: TakeLink): number {
  const { bytes, view, address } = listing;
  let taken = 0;
  for (let at = 0; at + 19 < size; ) {
    const length = view.getUint16(at + 16, true);
    if (length < 20) return taken;
    const begin = at + 19;
    at += length;
    // `.` and `..`; no descriptor is called so.
    if (bytes[begin] === 0x2e) continue;
    if (taken === room) return taken + 1;
    taken += 1;
    const end = bytes.indexOf(0, begin);
    const name = bytes.subarray(begin, end < 0 || end > at ? at : end);
    const got = systemCall('readlinkat', descriptor, address + begin, text.address, text.bytes.length);
    take(name, got < 0 ? noText : text.bytes.subarray(0, got), Math.min(0, got));
  }
  return taken;
}

/** Gives each link of a folder of /proc to `take`; the value is their number. `truncated` past `limit`. */
export function readLinks(folder: Uint8Array, limit: number, take: TakeLink): Answer<number> {
  const descriptor = openForReading(folder, onlyFolder());
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
    }
  } finally {
    close(descriptor);
  }
}
