/**
 * How much a file holds where it is about to be read, before nothing but a hole follows.
 *
 * Why: a file of 10 GB may be one hole that takes no room on the disk and is read as zeros. Where dozens of those
 * lie in the places of settings, reading and parsing nothing takes minutes.
 * How: lseek(2) with SEEK_DATA and SEEK_HOLE of include/uapi/linux/fs.h; ENXIO says that no data follows. A file
 * system that keeps no account of holes says that all is data.
 */
import { errno } from './failure.ts';
import { systemCall } from './syscall.ts';

const seekData = 3;
const seekHole = 4;

/**
 * Bytes that are stored from an offset on, where the rest up to the end of the file is a hole. Undefined where data
 * follows behind a hole, and where the kernel does not tell. The position of the descriptor is moved.
 */
export function storedBeforeHole(descriptor: number, offset: number): number | undefined {
  const data = systemCall('lseek', descriptor, offset, seekData);
  if (data === -errno.ENXIO) return 0;
  if (data !== offset) return undefined;
  const hole = systemCall('lseek', descriptor, offset, seekHole);
  if (hole < offset) return undefined;
  return systemCall('lseek', descriptor, hole, seekData) === -errno.ENXIO ? hole - offset : undefined;
}
