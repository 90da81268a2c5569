/**
 * All that an inode carries and that can be put back: type, mode, owner, times to the nanosecond, extended attributes
 * (access lists, labels and capabilities are among them) and inode flags; and what can only be recorded: inode number,
 * links, change and birth time.
 *
 * Layout: struct statx of include/uapi/linux/stat.h; flags of include/uapi/linux/fs.h by ioctl_iflags(2); xattr(7).
 * No link is followed, and nothing but plain files and folders is opened.
 */
import { errno, failure, passOn } from './failure.ts';
import { openFlag } from './openat2.ts';
import type { PlaceInFolder } from './place-in-folder.ts';
import type { Answer } from './port.ts';
import { addressOf, close, encodePath, pinned, systemCall, terminated } from './syscall.ts';

export interface ExtendedAttribute {
  readonly name: Uint8Array;
  readonly value: Uint8Array;
}

export interface FileState {
  readonly type: 'file' | 'link' | 'directory' | 'other';
  /** major:minor */
  readonly device: string;
  readonly inode: bigint;
  readonly size: number;
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly links: number;
  readonly accessedNs: bigint;
  readonly modifiedNs: bigint;
  readonly changedNs: bigint;
  readonly bornNs: bigint | undefined;
  /** FS_*_FL; undefined where the file system keeps none, and for links. */
  readonly flags: number | undefined;
  readonly attributes: readonly ExtendedAttribute[];
}

const typeMask = 0o170000;
const kinds: ReadonlyMap<number, FileState['type']> = new Map([
  [0o100000, 'file'],
  [0o120000, 'link'],
  [0o040000, 'directory'],
]);

/** AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT */
const ofLink = 0x100 | 0x800;
const emptyPath = 0x1000;
/** STATX_BASIC_STATS | STATX_BTIME */
const wanted = 0x7ff | 0x800;
const birthTime = 0x800;
const getFlags = 0x80086601;

const buffer = pinned(256);
const flagWord = pinned(8);
const empty = pinned(8);
/** XATTR_LIST_MAX and XATTR_SIZE_MAX of include/uapi/linux/limits.h. */
const namesBuffer = pinned(65_536);
const valueBuffer = pinned(65_536);

type Status = Omit<FileState, 'flags' | 'attributes'>;

function decode(): Status {
  const { view } = buffer;
  const time = (at: number): bigint =>
    view.getBigInt64(at, true) * 1_000_000_000n + BigInt(view.getUint32(at + 8, true));
  const mode = view.getUint16(28, true);
  return {
    type: kinds.get(mode & typeMask) ?? 'other',
    device: `${view.getUint32(136, true)}:${view.getUint32(140, true)}`,
    inode: view.getBigUint64(32, true),
    size: Number(view.getBigUint64(40, true)),
    mode: mode & 0o7777,
    uid: view.getUint32(20, true),
    gid: view.getUint32(24, true),
    links: view.getUint32(16, true),
    accessedNs: time(64),
    bornNs: (view.getUint32(0, true) & birthTime) !== 0 ? time(80) : undefined,
    changedNs: time(96),
    modifiedNs: time(112),
  };
}

/** What stat tells of a name; cheap, and opens nothing. */
export function statusAt(place: PlaceInFolder): Answer<Status> {
  const got = systemCall('statx', place.folder, addressOf(place.name), ofLink, wanted, buffer.address);
  return got < 0 ? failure(got) : { status: 'ok', value: decode() };
}

export function statusOf(descriptor: number): Answer<Status> {
  const got = systemCall('statx', descriptor, empty.address, emptyPath, wanted, buffer.address);
  return got < 0 ? failure(got) : { status: 'ok', value: decode() };
}

export function flagsOf(descriptor: number): number | undefined {
  flagWord.view.setBigUint64(0, 0n, true);
  return systemCall('ioctl', descriptor, getFlags, flagWord.address) < 0
    ? undefined
    : flagWord.view.getUint32(0, true);
}

/** Opens a plain file or a folder for reading, without a trace where we may. The caller closes it. */
export function openAt(place: PlaceInFolder): Answer<number> {
  const flag = openFlag();
  const flags = flag.noFollow | flag.nonBlocking | flag.noTerminal | flag.closeOnExec;
  const name = addressOf(place.name);
  let descriptor = systemCall('openat', place.folder, name, flags | flag.noAccessTime, 0);
  if (descriptor === -errno.EPERM) descriptor = systemCall('openat', place.folder, name, flags, 0);
  return descriptor < 0 ? failure(descriptor) : { status: 'ok', value: descriptor };
}

interface AttributeCalls {
  readonly list: (at: number, size: number) => number;
  readonly get: (name: number, at: number, size: number) => number;
}

function attributesBy(calls: AttributeCalls): Answer<readonly ExtendedAttribute[]> {
  const size = calls.list(namesBuffer.address, namesBuffer.bytes.length);
  if (size === -errno.EOPNOTSUPP) return { status: 'ok', value: [] };
  if (size < 0) return failure(size);
  const names = namesBuffer.bytes.slice(0, size);
  const found: ExtendedAttribute[] = [];
  for (let from = 0; from < names.length; ) {
    const end = names.indexOf(0, from);
    if (end < 0) break;
    const name = names.slice(from, end + 1);
    from = end + 1;
    const got = calls.get(addressOf(name), valueBuffer.address, valueBuffer.bytes.length);
    // Gone meanwhile, or shown by name alone.
    if (got === -errno.ENODATA || got === -errno.EOPNOTSUPP) continue;
    if (got < 0) return failure(got);
    found.push({ name: name.subarray(0, -1), value: valueBuffer.bytes.slice(0, got) });
  }
  return { status: 'ok', value: found };
}

/** Attributes of a link go by path: a descriptor of one cannot be asked. */
export const throughProc = (place: PlaceInFolder): Uint8Array =>
  terminated(Buffer.concat([encodePath(`/proc/self/fd/${place.folder}/`), place.name.subarray(0, -1)])) ??
  new Uint8Array([0]);

function attributesOfLink(place: PlaceInFolder): Answer<readonly ExtendedAttribute[]> {
  const path = throughProc(place);
  return attributesBy({
    list: (at, size) => systemCall('llistxattr', addressOf(path), at, size),
    get: (name, at, size) => systemCall('lgetxattr', addressOf(path), name, at, size),
  });
}

export const attributesOfOpened = (descriptor: number): Answer<readonly ExtendedAttribute[]> =>
  attributesBy({
    list: (at, size) => systemCall('flistxattr', descriptor, at, size),
    get: (name, at, size) => systemCall('fgetxattr', descriptor, name, at, size),
  });

export function stateOf(descriptor: number): Answer<FileState> {
  const status = statusOf(descriptor);
  if (status.status !== 'ok') return passOn(status);
  const attributes = attributesOfOpened(descriptor);
  if (attributes.status !== 'ok') return passOn(attributes);
  return {
    status: 'ok',
    value: { ...status.value, flags: flagsOf(descriptor), attributes: attributes.value },
  };
}

export function stateAt(place: PlaceInFolder): Answer<FileState> {
  const status = statusAt(place);
  if (status.status !== 'ok') return passOn(status);
  const { type } = status.value;
  if (type === 'other') {
    return { status: 'ok', value: { ...status.value, flags: undefined, attributes: [] } };
  }
  if (type === 'link') {
    const attributes = attributesOfLink(place);
    if (attributes.status !== 'ok') return passOn(attributes);
    return { status: 'ok', value: { ...status.value, flags: undefined, attributes: attributes.value } };
  }
  const opened = openAt(place);
  if (opened.status !== 'ok') return passOn(opened);
  try {
    return stateOf(opened.value);
  } finally {
    close(opened.value);
  }
}
