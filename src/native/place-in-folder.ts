/**
 * A name in a folder below a root, opened so that nobody can lead us elsewhere: no link is followed on the way, and
 * what is done afterwards goes by the folder's descriptor and the name.
 *
 * How: openat2(2) with RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS and RESOLVE_NO_MAGICLINKS; kernels before 5.6 walk the
 * names one by one with O_NOFOLLOW, which comes to the same.
 */
import { errno, failure, passOn } from './failure.ts';
import { openBeneath, openFlag, resolve } from './openat2.ts';
import type { Answer } from './port.ts';
import { addressOf, close, systemCall, terminated } from './syscall.ts';

const currentFolder = -100;
const slash = 0x2f;

export interface PlaceInFolder {
  /** Opened for reading (not O_PATH): it can be flushed and asked for its flags. The owner of the place closes it. */
  readonly folder: number;
  /** Ends with NUL. */
  readonly name: Uint8Array;
}

const folderFlags = (): number => {
  const flag = openFlag();
  return flag.directory | flag.closeOnExec | flag.nonBlocking;
};

/** A folder by its path as it is now; for the root of a target. */
export function openRoot(path: Uint8Array): Answer<number> {
  const text = terminated(path);
  if (text === undefined) return failure(-errno.EINVAL);
  const flag = openFlag();
  const descriptor = systemCall(
    'openat',
    currentFolder,
    addressOf(text),
    flag.directory | flag.closeOnExec,
    0,
  );
  return descriptor < 0 ? failure(descriptor) : { status: 'ok', value: descriptor };
}

/** The same without openat2(2). */
export function walkWithoutLinks(root: number, path: Uint8Array): Answer<number> {
  let here = root;
  let from = 0;
  for (;;) {
    const end = path.indexOf(slash, from);
    const name = terminated(path.subarray(from, end < 0 ? path.length : end));
    if (name === undefined || name.length < 2) return failure(-errno.EINVAL);
    const next = systemCall('openat', here, addressOf(name), folderFlags() | openFlag().noFollow, 0);
    // With O_DIRECTORY the kernel calls a link no folder; openat2 says what it is.
    const isLink = next === -errno.ENOTDIR && linkTarget({ folder: here, name }).status === 'ok';
    if (here !== root) close(here);
    if (next < 0) return failure(isLink ? -errno.ELOOP : next);
    if (end < 0) return { status: 'ok', value: next };
    here = next;
    from = end + 1;
  }
}

function openFolder(root: number, path: Uint8Array): Answer<number> {
  const flags = folderFlags();
  if (path.length === 0) {
    const descriptor = systemCall('openat', root, addressOf(new Uint8Array([0x2e, 0])), flags, 0);
    return descriptor < 0 ? failure(descriptor) : { status: 'ok', value: descriptor };
  }
  const opened = openBeneath(root, path, flags, resolve.beneath | resolve.noLinks | resolve.noMagicLinks);
  return opened.status !== 'ok' && opened.reason === 'ENOSYS' ? walkWithoutLinks(root, path) : opened;
}

/** @param path absolute, without `.` and `..`, as bytes */
export function placeInFolder(root: number, path: Uint8Array): Answer<PlaceInFolder> {
  const at = path.lastIndexOf(slash);
  const name = terminated(path.subarray(at + 1));
  if (path[0] !== slash || name === undefined || name.length < 2) return failure(-errno.EINVAL);
  const folder = openFolder(root, path.subarray(1, Math.max(1, at)));
  return folder.status === 'ok' ? { status: 'ok', value: { folder: folder.value, name } } : passOn(folder);
}

/** The same folder with another name in it. */
export function besideIt(place: PlaceInFolder, name: Uint8Array): PlaceInFolder {
  return { folder: place.folder, name: terminated(name) ?? new Uint8Array([0]) };
}

export function linkTarget(place: PlaceInFolder): Answer<Uint8Array> {
  const into = new Uint8Array(4096);
  const size = systemCall('readlinkat', place.folder, addressOf(place.name), addressOf(into), into.length);
  return size < 0 ? failure(size) : { status: 'ok', value: into.slice(0, size) };
}
