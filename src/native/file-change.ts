/**
 * What changes files: by a folder's descriptor and a name, one system call each, nothing of the host's own programs.
 *
 * Renaming is what makes a change whole or nothing: RENAME_NOREPLACE takes a free name only, RENAME_EXCHANGE swaps two
 * so that what came out can be looked at before it is let go. Layout: utimensat(2), ioctl_iflags(2), rename(2).
 */
import { errno, failure, outcome } from './failure.ts';
import { type ExtendedAttribute, type FileState, flagsOf, throughProc } from './file-state.ts';
import { openFlag } from './openat2.ts';
import type { PlaceInFolder } from './place-in-folder.ts';
import type { Answer } from './port.ts';
import { addressOf, close, pinned, systemCall, terminated } from './syscall.ts';

const noFollow = 0x100;
const removeFolder = 0x200;
const setFlags = 0x40086602;
/** FS_IMMUTABLE_FL and FS_APPEND_FL: what keeps an inode from being renamed, unlinked or written. */
export const lockingFlags = 0x10 | 0x20;
/** What chattr(1) sets and every file system that keeps flags takes: s, u, c, S, i, a, d, A. */
const keptFlags = 0xff;

const times = pinned(32);
const flagWord = pinned(8);

/** Makes a new file that only its owner can read; fails where the name is taken. The caller closes it. */
export function createAt(place: PlaceInFolder): Answer<number> {
  const flag = openFlag();
  // O_WRONLY | O_CREAT | O_EXCL
  const flags = 0x1 | 0x40 | 0x80 | flag.noFollow | flag.closeOnExec;
  const descriptor = systemCall('openat', place.folder, addressOf(place.name), flags, 0o600);
  return descriptor < 0 ? failure(descriptor) : { status: 'ok', value: descriptor };
}

export function writeAll(descriptor: number, bytes: Uint8Array): Answer<true> {
  for (let at = 0; at < bytes.length; ) {
    const rest = bytes.subarray(at);
    const size = systemCall('write', descriptor, addressOf(rest), rest.length);
    if (size === -errno.EINTR) continue;
    if (size < 0) return failure(size);
    at += size;
  }
  return { status: 'ok', value: true };
}

export const flush = (descriptor: number): Answer<true> => outcome(systemCall('fsync', descriptor));

export const unlinkAt = (place: PlaceInFolder, folder = false): Answer<true> =>
  outcome(systemCall('unlinkat', place.folder, addressOf(place.name), folder ? removeFolder : 0));

export const makeFolderAt = (place: PlaceInFolder): Answer<true> =>
  outcome(systemCall('mkdirat', place.folder, addressOf(place.name), 0o700));

export function makeLinkAt(place: PlaceInFolder, target: Uint8Array): Answer<true> {
  const text = terminated(target);
  if (text === undefined) return failure(-errno.EINVAL);
  return outcome(systemCall('symlinkat', addressOf(text), place.folder, addressOf(place.name)));
}

/** `free`: the new name must be free · `exchange`: both must be there · `replace`: what was there goes. */
export function renameAt(
  from: PlaceInFolder,
  to: PlaceInFolder,
  how: 'free' | 'exchange' | 'replace',
): Answer<true> {
  const flag = { replace: 0, free: 1, exchange: 2 }[how];
  return outcome(
    systemCall('renameat2', from.folder, addressOf(from.name), to.folder, addressOf(to.name), flag),
  );
}

/** Sets the locking flags of an opened file or folder to those given; others stay. */
export function lock(descriptor: number, flags: number): Answer<true> {
  const now = flagsOf(descriptor);
  if (now === undefined) {
    return (flags & lockingFlags) === 0 ? { status: 'ok', value: true } : failure(-errno.EOPNOTSUPP);
  }
  const wanted = (now & ~lockingFlags) | (flags & lockingFlags);
  return wanted === now ? { status: 'ok', value: true } : putFlags(descriptor, wanted);
}

function putFlags(descriptor: number, flags: number): Answer<true> {
  flagWord.view.setBigUint64(0, BigInt(flags >>> 0), true);
  return outcome(systemCall('ioctl', descriptor, setFlags, flagWord.address));
}

function timesOf(state: Pick<FileState, 'accessedNs' | 'modifiedNs'>): void {
  const put = (at: number, ns: bigint): void => {
    let seconds = ns / 1_000_000_000n;
    let rest = ns % 1_000_000_000n;
    if (rest < 0n) {
      seconds -= 1n;
      rest += 1_000_000_000n;
    }
    times.view.setBigInt64(at, seconds, true);
    times.view.setBigInt64(at + 8, rest, true);
  };
  put(0, state.accessedNs);
  put(16, state.modifiedNs);
}

/** The times of an opened file or folder. */
export function setTimes(
  descriptor: number,
  state: Pick<FileState, 'accessedNs' | 'modifiedNs'>,
): Answer<true> {
  timesOf(state);
  return outcome(systemCall('utimensat', descriptor, 0, times.address, 0));
}

export const setMode = (descriptor: number, mode: number): Answer<true> =>
  outcome(systemCall('fchmod', descriptor, mode));
export const setOwner = (descriptor: number, uid: number, gid: number): Answer<true> =>
  outcome(systemCall('fchown', descriptor, uid, gid));

const capabilityName = terminated(new TextEncoder().encode('security.capability'));

/** Takes the file capabilities away; a file without any is as it should be (ENODATA). */
export function removeCapability(descriptor: number): Answer<true> {
  const removed = outcome(
    capabilityName === undefined
      ? -errno.EINVAL
      : systemCall('fremovexattr', descriptor, addressOf(capabilityName)),
  );
  return removed.status !== 'ok' && /^(?:ENODATA|EOPNOTSUPP)$/.test(removed.reason)
    ? { status: 'ok', value: true }
    : removed;
}

/** One part of an inode that could not be put back, and why: told, never silent. */
export interface NotRestored {
  readonly part: 'owner' | 'attribute' | 'mode' | 'times' | 'flags';
  readonly reason: string;
}

function setAttributes(
  attributes: readonly ExtendedAttribute[],
  set: (name: number, value: number, size: number) => number,
): readonly NotRestored[] {
  return attributes.flatMap(({ name, value }) => {
    const text = terminated(name);
    const bytes = value.length === 0 ? new Uint8Array(1) : value;
    const result = text === undefined ? -errno.EINVAL : set(addressOf(text), addressOf(bytes), value.length);
    return result < 0
      ? [
          {
            part: 'attribute' as const,
            reason: `${Buffer.from(name).toString('latin1')} ${failure(result).reason}`,
          },
        ]
      : [];
  });
}

function told(part: NotRestored['part'], answer: Answer<true>): readonly NotRestored[] {
  return answer.status === 'ok' ? [] : [{ part, reason: answer.reason }];
}

/**
 * Gives an opened file or folder the owner, attributes and mode of `state`. The owner first: changing hands takes
 * setuid and capabilities away. The mode last: an access list holds the group's bits.
 * Times and flags are `setTimesAndFlags`, when nothing is written any more.
 */
export function setRights(descriptor: number, state: FileState): readonly NotRestored[] {
  return [
    ...told('owner', setOwner(descriptor, state.uid, state.gid)),
    ...setAttributes(state.attributes, (name, value, size) =>
      systemCall('fsetxattr', descriptor, name, value, size, 0),
    ),
    ...told('mode', setMode(descriptor, state.mode)),
  ];
}

/** @param times false where the time of the change itself must show, as cron needs it to read a table again */
export function setTimesAndFlags(
  descriptor: number,
  state: FileState,
  which: { readonly times: boolean },
): readonly NotRestored[] {
  const timesTold = which.times ? told('times', setTimes(descriptor, state)) : [];
  if (state.flags === undefined) return timesTold;
  const now = flagsOf(descriptor);
  if (now === undefined) {
    return (state.flags & keptFlags) === 0
      ? timesTold
      : [...timesTold, { part: 'flags', reason: 'EOPNOTSUPP' }];
  }
  const wanted = (now & ~keptFlags) | (state.flags & keptFlags);
  return wanted === now ? timesTold : [...timesTold, ...told('flags', putFlags(descriptor, wanted))];
}

/** Owner, attributes and times of a link itself. */
export function setLinkState(place: PlaceInFolder, state: FileState): readonly NotRestored[] {
  const name = addressOf(place.name);
  const owner = outcome(systemCall('fchownat', place.folder, name, state.uid, state.gid, noFollow));
  const path = throughProc(place);
  const attributes = setAttributes(state.attributes, (key, value, size) =>
    systemCall('lsetxattr', addressOf(path), key, value, size, 0),
  );
  timesOf(state);
  const stamped = outcome(systemCall('utimensat', place.folder, name, times.address, noFollow));
  return [...told('owner', owner), ...attributes, ...told('times', stamped)];
}

/** LOCK_EX | LOCK_NB: false where another holds it. Lifted with the descriptor, also when we are killed. */
export function lockWhole(descriptor: number): Answer<boolean> {
  const result = systemCall('flock', descriptor, 2 | 4);
  if (result === -errno.EAGAIN) return { status: 'ok', value: false };
  return result < 0 ? failure(result) : { status: 'ok', value: true };
}

/** For those who hold a descriptor of ours and may not touch the kernel themselves. */
export const closeDescriptor = (descriptor: number): void => close(descriptor);
