/**
 * The content of an inode: extents, indirect blocks, or inline in the inode itself; and attributes in its body.
 *
 * Holes and extents that were never written are zeros. What is put together is bounded by the caller's limit, what it
 * costs by the volume's budget. Layout: Documentation/filesystems/ext4/{ifork,inlinedata,attributes}.rst.
 */
import { Ext4Error, type Ext4Volume, type Inode, inodeFlag } from './volume.ts';

const extentMagic = 0xf30a;
const deepest = 5;
const unwritten = 32_768;
const attributeMagic = 0xea02_0000;
/** Attribute names carry a number for their prefix: 7 is `system.`, 6 `security.`. */
const systemIndex = 7;
const securityIndex = 6;

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

interface Run {
  /** Block of the file. */
  readonly from: number;
  readonly count: number;
  /** Block of the disk; 0 for zeros. */
  readonly at: number;
}

function* extents(volume: Ext4Volume, node: Uint8Array, depthAbove: number): Generator<Run> {
  const at = view(node);
  if (node.length < 12 || at.getUint16(0, true) !== extentMagic) throw new Ext4Error('a broken extent tree');
  const entries = at.getUint16(2, true);
  const depth = at.getUint16(6, true);
  if (depth >= depthAbove || 12 + entries * 12 > node.length) throw new Ext4Error('a broken extent tree');
  for (let index = 0; index < entries; index += 1) {
    const offset = 12 + index * 12;
    const from = at.getUint32(offset, true);
    if (depth > 0) {
      const child = at.getUint32(offset + 4, true) + at.getUint16(offset + 8, true) * 2 ** 32;
      yield* extents(volume, Uint8Array.from(volume.block(child)), depth);
      continue;
    }
    const length = at.getUint16(offset + 4, true);
    const start = at.getUint32(offset + 8, true) + at.getUint16(offset + 6, true) * 2 ** 32;
    if (length > unwritten) yield { from, count: length - unwritten, at: 0 };
    else yield { from, count: length, at: start };
  }
}

/** Twelve blocks by number, then through one, two and three levels of blocks of numbers. */
function* indirect(volume: Ext4Volume, inode: Inode): Generator<Run> {
  const at = view(inode.block);
  const perBlock = volume.blockSize / 4;
  let from = 0;
  for (; from < 12; from += 1) yield { from, count: 1, at: at.getUint32(from * 4, true) };
  function* below(number: number, level: number): Generator<Run> {
    const covers = perBlock ** level;
    if (number === 0) {
      from += covers;
      return;
    }
    if (level === 0) {
      yield { from, count: 1, at: number };
      from += 1;
      return;
    }
    const block = view(Uint8Array.from(volume.block(number)));
    for (let index = 0; index < perBlock; index += 1)
      yield* below(block.getUint32(index * 4, true), level - 1);
  }
  for (let level = 1; level <= 3; level += 1) yield* below(at.getUint32((11 + level) * 4, true), level);
}

/** The value of an attribute in the body of the inode. */
function attributeOf(inode: Inode, index: number, name: string): Uint8Array | undefined {
  const { bytes } = inode;
  const at = view(bytes);
  const extra = bytes.length > 132 ? at.getUint16(0x80, true) : 0;
  const start = 128 + extra;
  if (extra === 0 || start + 4 > bytes.length || at.getUint32(start, true) !== attributeMagic)
    return undefined;
  const first = start + 4;
  for (let entry = first; entry + 16 <= bytes.length; ) {
    const length = bytes[entry] ?? 0;
    if (length === 0 && bytes[entry + 1] === 0) return undefined;
    const found = Buffer.from(bytes.subarray(entry + 16, entry + 16 + length)).toString('latin1');
    if (bytes[entry + 1] === index && found === name) {
      const offset = first + at.getUint16(entry + 2, true);
      const size = at.getUint32(entry + 8, true);
      return offset + size <= bytes.length ? bytes.subarray(offset, offset + size) : undefined;
    }
    entry += 16 + ((length + 3) & ~3);
  }
  return undefined;
}

/** `security.capability`, where it stands in the inode. */
export const capabilityOf = (inode: Inode): Uint8Array | undefined =>
  attributeOf(inode, securityIndex, 'capability');

/** The two parts of inline content: what fits in i_block, and the rest in an attribute. */
export function inlineParts(inode: Inode): readonly [Uint8Array, Uint8Array] {
  return [inode.block, attributeOf(inode, systemIndex, 'data') ?? new Uint8Array(0)];
}

/** Content up to `limit` bytes; the volume's budget is spent for what is on the disk. @throws Ext4Error */
export function contentOf(volume: Ext4Volume, inode: Inode, limit: number): Uint8Array {
  if ((inode.flags & inodeFlag.encrypted) !== 0) throw new Ext4Error('it is encrypted');
  const size = Math.min(inode.size, limit);
  const whole = new Uint8Array(size);
  if ((inode.flags & inodeFlag.inline) !== 0) {
    const [first, rest] = inlineParts(inode);
    whole.set(first.subarray(0, size));
    if (size > first.length) whole.set(rest.subarray(0, size - first.length), first.length);
    return whole;
  }
  const { blockSize } = volume;
  const runs =
    (inode.flags & inodeFlag.extents) === 0
      ? indirect(volume, inode)
      : extents(volume, inode.block, deepest + 1);
  for (const { from, count, at } of runs) {
    if (from * blockSize >= size) {
      // Runs stand in order: nothing that is wanted follows.
      break;
    }
    if (at === 0) continue;
    for (let index = 0; index < count; index += 1) {
      const offset = (from + index) * blockSize;
      if (offset >= size) break;
      whole.set(volume.block(at + index).subarray(0, size - offset), offset);
    }
  }
  return whole;
}
