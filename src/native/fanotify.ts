/**
 * Watches folders by fanotify(7): what was made, written or renamed in them, and by whom. It tells, and holds nobody up
 * (FAN_CLASS_NOTIF): a watch that dies leaves nothing behind.
 *
 * Needs CAP_SYS_ADMIN and Linux 5.9; descriptors of processes need 5.15. A file system that has no handles refuses a mark,
 * and says so. Sources: fanotify_init(2), fanotify_mark(2), name_to_handle_at(2), include/uapi/linux/fanotify.h.
 */

import { errno, failure, outcome } from './failure.ts';
import { type FanotifyEvent, fanotifyMask, readFanotify } from './fanotify-events.ts';
import type { Answer } from './port.ts';
import { addressOf, close, pinned, systemCall, terminated } from './syscall.ts';

/** FAN_CLOEXEC, FAN_NONBLOCK, FAN_REPORT_DFID_NAME, FAN_REPORT_PIDFD; FAN_CLASS_NOTIF is 0. */
const init = { closeOnExec: 0x1, nonBlocking: 0x2, names: 0xc00, process: 0x80 } as const;
/** O_RDONLY | O_LARGEFILE | O_CLOEXEC, of descriptors that this kind of group never gives. */
const eventFlags = 0x8000 | 0x80000;
/** FAN_MARK_*. */
const mark = { add: 0x1, onlyFolder: 0x8, noFollow: 0x4, fileSystem: 0x100 } as const;
const currentFolder = -100;
/** AT_HANDLE_FID, Linux 6.5: a handle that identifies and cannot be opened, which more file systems have. */
const onlyIdentity = 0x200;

const written = fanotifyMask.create | fanotifyMask.movedTo | fanotifyMask.modify | fanotifyMask.closeWrite;
const made = fanotifyMask.create | fanotifyMask.movedTo;

export interface FanotifyGroup {
  readonly descriptor: number;
  /** Whether events come with a descriptor of their process. */
  readonly withProcess: boolean;
}

export function openFanotify(): Answer<FanotifyGroup> {
  const flags = init.closeOnExec | init.nonBlocking | init.names;
  const full = systemCall('fanotify_init', flags | init.process, eventFlags);
  if (full >= 0) return { status: 'ok', value: { descriptor: full, withProcess: true } };
  const descriptor = full === -errno.EINVAL ? systemCall('fanotify_init', flags, eventFlags) : full;
  return descriptor < 0 ? failure(descriptor) : { status: 'ok', value: { descriptor, withProcess: false } };
}

function put(group: FanotifyGroup, flags: number, mask: number, path: Uint8Array): Answer<true> {
  const text = terminated(path);
  if (text === undefined) return failure(-errno.EINVAL);
  return outcome(systemCall('fanotify_mark', group.descriptor, flags, mask, currentFolder, addressOf(text)));
}

/** @param what `names`: only what comes into the folder · `content`: also what is written in it */
export function markFolder(group: FanotifyGroup, path: Uint8Array, what: 'names' | 'content'): Answer<true> {
  const mask = (what === 'names' ? made : written | fanotifyMask.onChild) | fanotifyMask.folder;
  return put(group, mark.add | mark.onlyFolder | mark.noFollow, mask, path);
}

/** Each program that is run from the file system that holds `path`: the process has its new program by then. */
export const markPrograms = (group: FanotifyGroup, path: Uint8Array): Answer<true> =>
  put(group, mark.add | mark.fileSystem, fanotifyMask.openExec, path);

/** The same of programs that lie in a folder. */
export const markProgramsIn = (group: FanotifyGroup, path: Uint8Array): Answer<true> =>
  put(group, mark.add | mark.onlyFolder, fanotifyMask.openExec | fanotifyMask.onChild, path);

const handle = pinned(8 + 128);
const mountId = pinned(8);
const status = pinned(128);

/**
 * By what events name a folder: fsid and handle, in hexadecimal.
 * struct statfs of x64 and arm64: f_fsid at 56.
 */
export function folderHandle(path: Uint8Array): Answer<string> {
  const text = terminated(path);
  if (text === undefined) return failure(-errno.EINVAL);
  const at = addressOf(text);
  const found = systemCall('statfs', at, status.address);
  if (found < 0) return failure(found);
  const ask = (flags: number): number => {
    handle.view.setUint32(0, 128, true);
    return systemCall('name_to_handle_at', currentFolder, at, handle.address, mountId.address, flags);
  };
  let result = ask(onlyIdentity);
  if (result === -errno.EINVAL) result = ask(0);
  if (result < 0) return failure(result);
  const size = handle.view.getUint32(0, true);
  return {
    status: 'ok',
    value: Buffer.concat([status.bytes.subarray(56, 64), handle.bytes.subarray(0, 8 + size)]).toString('hex'),
  };
}

const chunk = pinned(64 << 10);

/**
 * Gives what waits, up to `most` bytes read; more stays in the kernel's bounded queue.
 * @returns the number of bytes; the caller closes the descriptors of processes
 */
export function readEvents(
  group: FanotifyGroup,
  most: number,
  take: (event: FanotifyEvent) => void,
): Answer<number> {
  let total = 0;
  while (total < most) {
    const size = systemCall('read', group.descriptor, chunk.address, chunk.bytes.length);
    if (size === -errno.EAGAIN || size === 0) break;
    if (size === -errno.EINTR) continue;
    if (size < 0) return failure(size);
    total += size;
    if (!readFanotify(chunk.bytes.subarray(0, size), take)) return failure(-errno.EBADMSG);
  }
  return { status: 'ok', value: total };
}

export const closeFanotify = ({ descriptor }: FanotifyGroup): void => close(descriptor);
