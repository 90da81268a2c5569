/**
 * Watches folders by inotify(7), where fanotify is refused: what was made or written, and not by whom.
 * Source: inotify_init(2), inotify_add_watch(2).
 */

import { errno, failure } from './failure.ts';
import { type InotifyEvent, inotifyMask, readInotify } from './inotify-events.ts';
import type { Answer } from './port.ts';
import { addressOf, close, pinned, systemCall, terminated } from './syscall.ts';

/** IN_CLOEXEC | IN_NONBLOCK. */
const flags = 0x80000 | 0x800;

export function openInotify(): Answer<number> {
  const descriptor = systemCall('inotify_init1', flags);
  return descriptor < 0 ? failure(descriptor) : { status: 'ok', value: descriptor };
}

/** The number by which events name the folder. @param what as `markFolder` of fanotify */
export function watchFolder(descriptor: number, path: Uint8Array, what: 'names' | 'content'): Answer<number> {
  const text = terminated(path);
  if (text === undefined) return failure(-errno.EINVAL);
  const { create, movedTo, modify, closeWrite, onlyFolder, noFollow } = inotifyMask;
  const mask = create | movedTo | onlyFolder | noFollow | (what === 'names' ? 0 : modify | closeWrite);
  const watch = systemCall('inotify_add_watch', descriptor, addressOf(text), mask);
  return watch < 0 ? failure(watch) : { status: 'ok', value: watch };
}

const chunk = pinned(64 << 10);

export function readWatches(
  descriptor: number,
  most: number,
  take: (event: InotifyEvent) => void,
): Answer<number> {
  let total = 0;
  while (total < most) {
    const size = systemCall('read', descriptor, chunk.address, chunk.bytes.length);
    if (size === -errno.EAGAIN || size === 0) break;
    if (size === -errno.EINTR) continue;
    if (size < 0) return failure(size);
    total += size;
    if (!readInotify(chunk.bytes.subarray(0, size), take)) return failure(-errno.EBADMSG);
  }
  return { status: 'ok', value: total };
}

export const closeInotify = (descriptor: number): void => close(descriptor);
