/**
 * Status of the file behind a link of /proc, and the mount it stands on, by one statx(2).
 *
 * AT_STATX_DONT_SYNC: a share or FUSE answers from what the kernel has in memory, and its server is not asked.
 * So the mount is known before anything is done that may wait for it; what it says of a file on such a mount may
 * be old, and is for the caller to throw away.
 *
 * Layout: struct statx of include/uapi/linux/stat.h; STATX_MNT_ID is there since Linux 5.8.
 */
import { addressOf, encodePath, pinned, systemCall, terminated } from './syscall.ts';

export interface LinkStatus {
  /** As in mountinfo. */
  readonly mount: number;
  /** Permission bits and type. */
  readonly mode: number;
  readonly inode: number;
  readonly device: number;
  readonly size: number;
  readonly links: number;
  readonly uid: number;
  readonly gid: number;
  /** Microseconds UTC. */
  readonly modifiedUs: number;
  readonly changedUs: number;
  readonly accessedUs: number;
  readonly bornUs: number | undefined;
}

const buffer = pinned(256);
const currentFolder = -100;
/** AT_NO_AUTOMOUNT, AT_STATX_DONT_SYNC. */
const flags = 0x800 | 0x4000;
const basic = 0x7ff;
const birth = 0x800;
const mountId = 0x1000;

const high = 2 ** 32;
const unsigned64 = (at: number): number =>
  buffer.view.getUint32(at, true) + buffer.view.getUint32(at + 4, true) * high;

/** struct statx_timestamp: seconds 64 bits, nanoseconds 32 bits. */
const microseconds = (at: number): number =>
  (buffer.view.getUint32(at, true) + buffer.view.getInt32(at + 4, true) * high) * 1e6 +
  Math.round(buffer.view.getUint32(at + 8, true) / 1000);

/** dev_t as stat(2) gives it: gnu_dev_makedev of glibc's sysmacros.h, where both parts are below 2^20. */
const deviceOf = (major: number, minor: number): number =>
  (minor & 0xff) + (major & 0xfff) * 0x100 + (minor >>> 8) * 0x10_0000 + (major >>> 12) * 2 ** 44;

/** Follows the link. Undefined when it leads nowhere, or the kernel is too old to tell the mount. */
export function statusThrough(link: string): LinkStatus | undefined {
  const path = terminated(encodePath(link));
  return path === undefined ? undefined : statusAt(addressOf(path));
}

/** The same, of a path that already stands in memory, below a folder that is open. */
export function statusAt(path: number, below: number = currentFolder): LinkStatus | undefined {
  const wanted = basic | birth | mountId;
  if (systemCall('statx', below, path, flags, wanted, buffer.address) !== 0) return undefined;
  const { view } = buffer;
  const got = view.getUint32(0, true);
  if ((got & (basic | mountId)) !== (basic | mountId)) return undefined;
  return {
    mount: unsigned64(144),
    mode: view.getUint16(28, true),
    inode: unsigned64(32),
    device: deviceOf(view.getUint32(136, true), view.getUint32(140, true)),
    size: unsigned64(40),
    links: view.getUint32(16, true),
    uid: view.getUint32(20, true),
    gid: view.getUint32(24, true),
    modifiedUs: microseconds(112),
    changedUs: microseconds(96),
    accessedUs: microseconds(64),
    bornUs: (got & birth) === 0 ? undefined : microseconds(80),
  };
}
