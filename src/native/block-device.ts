/**
 * Bytes of a block device, read only, where they are asked for.
 *
 * Why: what a hooked file system does not show still stands on its disk. What it is NOT: a way to files that are not
 * written yet; the kernel's cache of the device has the file system's own structures as they are, contents a little
 * later. Nothing but a block device is opened. Needs rights on the device, which a container seldom has.
 */
import { openForReading } from './dirents.ts';
import { errno, failure } from './failure.ts';
import type { Answer } from './port.ts';
import { addressOf, close, pinned, systemCall } from './syscall.ts';

const status = pinned(256);
const empty = pinned(8);
const typeMask = 0o170000;
const blockDevice = 0o060000;
const mostBytes = 1 << 20;
/** O_PATH: the type is looked at before anything is opened. */
const pathOnly = 0x200000;

function isBlockDevice(path: Uint8Array): boolean {
  const descriptor = openForReading(path, pathOnly);
  if (descriptor < 0) return false;
  try {
    const looked = systemCall('statx', descriptor, empty.address, 0x1000, 0x1, status.address);
    return looked === 0 && (status.view.getUint16(28, true) & typeMask) === blockDevice;
  } finally {
    close(descriptor);
  }
}

/** Up to 1 MiB; fewer bytes at the end of the device. */
export function readDevice(path: Uint8Array, offset: number, length: number): Answer<Uint8Array> {
  if (!Number.isSafeInteger(offset) || offset < 0 || length < 0) return failure(-errno.EINVAL);
  if (!isBlockDevice(path)) return { status: 'absent', reason: 'no block device' };
  const descriptor = openForReading(path);
  if (descriptor < 0) return failure(descriptor);
  try {
    const bytes = new Uint8Array(Math.min(length, mostBytes));
    let total = 0;
    while (total < bytes.length) {
      const rest = bytes.subarray(total);
      const size = systemCall('pread64', descriptor, addressOf(rest), rest.length, offset + total);
      if (size === -errno.EINTR) continue;
      if (size < 0) return failure(size);
      if (size === 0) break;
      total += size;
    }
    return { status: 'ok', value: bytes.subarray(0, total) };
  } finally {
    close(descriptor);
  }
}
