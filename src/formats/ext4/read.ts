/**
 * Files and folders of an ext2, ext3 or ext4 file system by their path, from the bytes of its disk.
 *
 * Why: to see what a hook hides, /etc/ld.so.preload first. What it is NOT: a mount, see `volume.ts`. Folders are read
 * from their first block to their last: the nodes of a hash tree look like empty entries, so hashed folders need
 * nothing of their own. Links are followed within the volume; what leads onto another mount is not there.
 * Paths are strings of one character a byte. Bounds: 64 MiB of a folder, a million names, 40 links, 4,096 names of a path;
 * 8 MiB of a file where nothing else is said. Layout: Documentation/filesystems/ext4/directory.rst.
 */
import type { RandomAccess } from '../random-access.ts';
import { contentOf, inlineParts } from './content.ts';
import { Ext4Error, Ext4Volume, type Inode, inodeFlag } from './volume.ts';

const rootInode = 2;
const typeMask = 0o170000;
const folderType = 0o040000;
const fileType = 0o100000;
const linkType = 0o120000;
const folderLimit = 64 << 20;
const mostNames = 1_000_000;
const mostLinks = 40;
const mostSteps = 4_096;
const presetLimit = 8 << 20;

export interface Ext4Name {
  /** One character a byte. */
  readonly name: string;
  readonly inode: number;
}

export type Ext4Answer<T> =
  | {
      readonly status: 'ok' | 'truncated';
      readonly value: T;
      readonly inode: Inode;
      /** The journal holds changes that are not on their places yet. */
      readonly needsRecovery: boolean;
    }
  | { readonly status: 'absent' | 'error'; readonly reason: string };

const isFolder = ({ mode }: Inode): boolean => (mode & typeMask) === folderType;

function* namesIn(bytes: Uint8Array, blockSize: number): Generator<Ext4Name> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let block = 0; block < bytes.length; block += blockSize) {
    const end = Math.min(block + blockSize, bytes.length);
    for (let at = block; at + 8 <= end; ) {
      const inode = view.getUint32(at, true);
      const told = view.getUint16(at + 4, true);
      // In blocks of 64 KiB the length of a whole block does not fit.
      const length = told === 0 || told === 65_535 ? blockSize : told;
      const size = bytes[at + 6] ?? 0;
      if (length < 8 || at + length > end) break;
      if (inode !== 0 && size > 0 && 8 + size <= length) {
        yield { name: Buffer.prototype.latin1Slice.call(bytes, at + 8, at + 8 + size), inode };
      }
      at += length;
    }
  }
}

function* entriesOf(volume: Ext4Volume, folder: Inode): Generator<Ext4Name> {
  if ((folder.flags & inodeFlag.inline) === 0) {
    yield* namesIn(contentOf(volume, folder, folderLimit), volume.blockSize);
    return;
  }
  const [first, rest] = inlineParts(folder);
  // The number of the folder above, then the entries.
  const above = new DataView(first.buffer, first.byteOffset, 4).getUint32(0, true);
  yield { name: '..', inode: above };
  yield* namesIn(first.subarray(4), first.length - 4);
  if (rest.length > 0) yield* namesIn(rest, rest.length);
}

function textOfLink(volume: Ext4Volume, link: Inode): string {
  const isFast = link.size < 60 && (link.flags & (inodeFlag.extents | inodeFlag.inline)) === 0;
  const bytes = isFast ? link.block.subarray(0, link.size) : contentOf(volume, link, 4096);
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('latin1');
}

function find(volume: Ext4Volume, folder: Inode, wanted: string): number | undefined {
  let names = 0;
  for (const { name, inode } of entriesOf(volume, folder)) {
    if (name === wanted) return inode;
    names += 1;
    if (names > mostNames) throw new Ext4Error('more than a million names');
  }
  return undefined;
}

/** Undefined where a name is not there. @throws Ext4Error */
function lookUp(volume: Ext4Volume, path: string): Inode | undefined {
  const waiting = path.split('/').filter(isName).reverse();
  let here: readonly Inode[] = [volume.inode(rootInode)];
  let links = 0;
  for (let steps = 0; ; steps += 1) {
    const name = waiting.pop();
    const folder = here.at(-1);
    if (name === undefined || folder === undefined) return folder;
    if (steps > mostSteps) throw new Ext4Error('too many names');
    if (!isFolder(folder)) return undefined;
    if (name === '..') {
      if (here.length > 1) here = here.slice(0, -1);
      continue;
    }
    const number = find(volume, folder, name);
    if (number === undefined) return undefined;
    const inode = volume.inode(number);
    if ((inode.mode & typeMask) !== linkType) {
      here = [...here, inode];
      continue;
    }
    links += 1;
    if (links > mostLinks) throw new Ext4Error('links that lead in a circle');
    const text = textOfLink(volume, inode);
    if (text.startsWith('/')) here = here.slice(0, 1);
    waiting.push(...text.split('/').filter(isName).reverse());
  }
}

const isName = (name: string): boolean => name !== '' && name !== '.';

function answered<T>(
  device: RandomAccess,
  path: string,
  take: (volume: Ext4Volume, inode: Inode) => { readonly value: T; readonly cut: boolean },
): Ext4Answer<T> {
  try {
    const volume = new Ext4Volume(device);
    volume.begin();
    const inode = lookUp(volume, path);
    if (inode === undefined) return { status: 'absent', reason: 'no such name' };
    const { value, cut } = take(volume, inode);
    return { status: cut ? 'truncated' : 'ok', value, inode, needsRecovery: volume.needsRecovery };
  } catch (thrown) {
    if (thrown instanceof Ext4Error) return { status: 'error', reason: thrown.message };
    // A count that lies leads a view past its end; the image is broken, not we.
    if (thrown instanceof RangeError) return { status: 'error', reason: 'a structure past its end' };
    throw thrown;
  }
}

/** The bytes of a plain file. */
export function readExt4File(
  device: RandomAccess,
  path: string,
  limit = presetLimit,
): Ext4Answer<Uint8Array> {
  return answered(device, path, (volume, inode) => {
    if ((inode.mode & typeMask) !== fileType) throw new Ext4Error('not a file');
    return { value: contentOf(volume, inode, limit), cut: inode.size > limit };
  });
}

/** The names of a folder, without `.` and `..`. */
export function listExt4Folder(device: RandomAccess, path: string): Ext4Answer<readonly Ext4Name[]> {
  return answered(device, path, (volume, inode) => {
    if (!isFolder(inode)) throw new Ext4Error('not a folder');
    const names: Ext4Name[] = [];
    for (const entry of entriesOf(volume, inode)) {
      if (entry.name === '.' || entry.name === '..') continue;
      if (names.length >= mostNames) return { value: names, cut: true };
      names.push(entry);
    }
    return { value: names, cut: inode.size > folderLimit };
  });
}
