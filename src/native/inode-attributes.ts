/**
 * What an inode carries beside its mode: the flags immutable and append-only, and file capabilities.
 *
 * Why: a dropper makes its cron file immutable so that an administrator cannot remove it, and gives a shell
 * cap_setuid so that it needs no setuid bit. Neither shows in stat(2), and no program of the host is asked.
 * How: statx(2) tells the flags where the file system reports them (stx_attributes_mask); where it does not,
 * FS_IOC_GETFLAGS is asked of the opened file. The capability comes from getxattr(2) through the descriptor's
 * link in /proc. What it is NOT: a decoder of capabilities (`formats/file-capability.ts`).
 *
 * Layout: struct statx of include/uapi/linux/stat.h, stx_attributes at 8 and stx_attributes_mask at 56;
 * ioctl_iflags(2); FS_IOC_GETFLAGS of include/uapi/linux/fs.h, _IOR('f', 1, long).
 */
import { openForReading } from './dirents.ts';
import { errno, failure } from './failure.ts';
import type { Answer } from './port.ts';
import { addressOf, close, encodePath, pinned, systemCall } from './syscall.ts';

export interface InodeAttributes {
  /** Undefined where the file system keeps no such flags. */
  readonly flags: { readonly immutable: boolean; readonly appendOnly: boolean } | undefined;
  /** Value of `security.capability`; undefined for none. */
  readonly capability: Uint8Array | undefined;
}

/** STATX_ATTR_* and FS_*_FL have the same values for these two. */
const immutableFlag = 0x10;
const appendFlag = 0x20;
const bothFlags = immutableFlag | appendFlag;

/** AT_EMPTY_PATH, AT_NO_AUTOMOUNT, AT_STATX_DONT_SYNC. */
const ofDescriptor = 0x1000 | 0x800 | 0x4000;
const getFlags = 0x80086601;
const regular = 0o100000;
const folder = 0o040000;

const statx = pinned(256);
const empty = pinned(8);
const flagWord = pinned(8);
/** vfs_ns_cap_data has 24 bytes; a longer value is not ours to understand, and is told by its length. */
const value = pinned(64);
const attributeName = encodePath('security.capability\0');

type Flags = InodeAttributes['flags'];

const split = (bits: number): NonNullable<Flags> => ({
  immutable: (bits & immutableFlag) !== 0,
  appendOnly: (bits & appendFlag) !== 0,
});

function flagsByRequest(link: string): Flags {
  const descriptor = openForReading(encodePath(link));
  if (descriptor < 0) return undefined;
  try {
    flagWord.view.setBigUint64(0, 0n, true);
    if (systemCall('ioctl', descriptor, getFlags, flagWord.address) < 0) return undefined;
    return split(flagWord.view.getUint32(0, true));
  } finally {
    close(descriptor);
  }
}

function flagsOf(descriptor: number, link: string): Flags {
  const got = systemCall('statx', descriptor, empty.address, ofDescriptor, 0x1, statx.address);
  if (got < 0) return undefined;
  if ((statx.view.getUint32(56, true) & bothFlags) === bothFlags) return split(statx.view.getUint32(8, true));
  // Opening a device or a pipe acts; only a file or a folder carries flags.
  const type = statx.view.getUint16(28, true) & 0o170000;
  return type === regular || type === folder ? flagsByRequest(link) : undefined;
}

/** Reads `security.capability` by a path that ends with NUL, at an address. The value is a copy. */
function capabilityAt(path: number): Uint8Array | undefined | number {
  const size = systemCall('getxattr', path, addressOf(attributeName), value.address, value.bytes.length);
  if (size >= 0) return value.bytes.slice(0, size);
  return size === -errno.ENODATA || size === -errno.EOPNOTSUPP ? undefined : size;
}

/** Of whatever a descriptor stands for; one opened with O_PATH will do. */
export function attributesOf(descriptor: number): Answer<InodeAttributes> {
  const link = `/proc/self/fd/${descriptor}`;
  const path = encodePath(`${link}\0`);
  const capability = capabilityAt(addressOf(path));
  if (typeof capability === 'number') return failure(capability);
  return { status: 'ok', value: { flags: flagsOf(descriptor, link), capability } };
}
