/**
 * An ext2, ext3 or ext4 file system: superblock, group descriptors and inodes.
 *
 * Why: a hook in the kernel or in the C library may lie about a file (an ld.so.preload that is not there); the disk
 * below it does not. What it is NOT: a mount: nothing is written and no journal is replayed. On a running host what
 * was just written may still stand in memory or in the journal alone (`needsRecovery`). Checksums are not checked:
 * whoever can write the disk can write them. Encrypted names and contents are refused.
 * Everything read is hostile: each operation may read a bounded number of blocks.
 * Layout, little-endian: Documentation/filesystems/ext4/{super,group_descr,inodes,ifork,attributes}.rst.
 */
import type { RandomAccess } from '../random-access.ts';

const superOffset = 1024;
const magicNumber = 0xef53;
const goodOldInode = 128;
/** Blocks that one look-up or one file may cost. */
const mostBlocks = 65_536;

const incompatible = { metaBlockGroups: 0x10, sixtyFourBit: 0x80, inlineData: 0x8000, recover: 0x4 } as const;
/** Features that change what we read, and that we know; others (compression, a journal device) are refused. */
const knownIncompatible =
  0x2 |
  0x4 |
  0x10 |
  0x40 |
  0x80 |
  0x100 |
  0x200 |
  0x400 |
  0x1000 |
  0x2000 |
  0x4000 |
  0x8000 |
  0x1_0000 |
  0x2_0000;
const sparseSuper = 0x1;
const sparseSuper2 = 0x200;

export const inodeFlag = {
  immutable: 0x10,
  append: 0x20,
  encrypted: 0x800,
  extents: 0x8_0000,
  inline: 0x1000_0000,
} as const;

export class Ext4Error extends Error {}

export interface Inode {
  readonly number: number;
  /** Permission bits and type. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly links: number;
  /** Bytes. */
  readonly size: number;
  readonly flags: number;
  /** Seconds UTC. */
  readonly modified: number;
  readonly changed: number;
  /** Absent in inodes of 128 bytes. */
  readonly born?: number;
  /** The 60 bytes of i_block. */
  readonly block: Uint8Array;
  /** The whole inode, for attributes in its body. */
  readonly bytes: Uint8Array;
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export class Ext4Volume {
  readonly blockSize: number;
  readonly needsRecovery: boolean;
  readonly hasInlineData: boolean;
  readonly inodes: number;
  readonly #device: RandomAccess;
  readonly #blocks: number;
  readonly #firstDataBlock: number;
  readonly #blocksPerGroup: number;
  readonly #inodesPerGroup: number;
  readonly #inodeSize: number;
  readonly #descriptorSize: number;
  readonly #firstMetaGroup: number;
  readonly #hasBackup: (group: number) => boolean;
  #left = mostBlocks;

  /** @throws Ext4Error when it is none, or one with features that we do not know */
  constructor(device: RandomAccess) {
    this.#device = device;
    const head = device.read(superOffset, 1024);
    if (head.length < 1024) throw new Ext4Error('too short for a superblock');
    const at = view(head);
    if (at.getUint16(0x38, true) !== magicNumber) throw new Ext4Error('no ext file system');
    const revision = at.getUint32(0x4c, true);
    const features = revision === 0 ? 0 : at.getUint32(0x60, true);
    const unknown = features & ~knownIncompatible;
    if (unknown !== 0) throw new Ext4Error(`unknown features 0x${(unknown >>> 0).toString(16)}`);
    const wide = (features & incompatible.sixtyFourBit) !== 0;
    const logBlock = at.getUint32(0x18, true);
    if (logBlock > 6) throw new Ext4Error('a block size past 64 KiB');
    this.blockSize = 1024 << logBlock;
    this.needsRecovery = (features & incompatible.recover) !== 0;
    this.hasInlineData = (features & incompatible.inlineData) !== 0;
    this.inodes = at.getUint32(0, true);
    this.#blocks = at.getUint32(4, true) + (wide ? at.getUint32(0x150, true) * 2 ** 32 : 0);
    this.#firstDataBlock = at.getUint32(0x14, true);
    this.#blocksPerGroup = at.getUint32(0x20, true);
    this.#inodesPerGroup = at.getUint32(0x28, true);
    this.#inodeSize = revision === 0 ? goodOldInode : at.getUint16(0x58, true);
    this.#descriptorSize = wide ? at.getUint16(0xfe, true) : 32;
    const meta = (features & incompatible.metaBlockGroups) !== 0;
    this.#firstMetaGroup = meta ? at.getUint32(0x104, true) : Number.POSITIVE_INFINITY;
    const sizes =
      this.#inodeSize >= goodOldInode && this.#inodeSize <= this.blockSize && this.#descriptorSize >= 32;
    if (!sizes || this.#blocksPerGroup === 0 || this.#inodesPerGroup === 0 || this.#descriptorSize > 1024) {
      throw new Ext4Error('sizes that no file system has');
    }
    const compatible = at.getUint32(0x5c, true);
    const sparse = (at.getUint32(0x64, true) & sparseSuper) !== 0;
    const named = [at.getUint32(0x24c, true), at.getUint32(0x250, true)];
    if ((compatible & sparseSuper2) !== 0) this.#hasBackup = (group) => group === 0 || named.includes(group);
    else this.#hasBackup = sparse ? isSparse : () => true;
  }

  /** Begins the budget of one operation. */
  begin(): void {
    this.#left = mostBlocks;
  }

  /** @throws Ext4Error past the end of the file system, past the end of the device, or past the budget */
  block(number: number): Uint8Array {
    if (number <= 0 || number >= this.#blocks) throw new Ext4Error('a block outside the file system');
    this.#left -= 1;
    if (this.#left < 0) throw new Ext4Error('too many blocks for one operation');
    const bytes = this.#device.read(number * this.blockSize, this.blockSize);
    if (bytes.length < this.blockSize) throw new Ext4Error('a block past the end of the device');
    return bytes;
  }

  #descriptor(group: number): DataView {
    const perBlock = Math.floor(this.blockSize / this.#descriptorSize);
    const index = Math.floor(group / perBlock);
    let block = this.#firstDataBlock + 1 + index;
    if (index >= this.#firstMetaGroup) {
      const first = index * perBlock;
      block = this.#firstDataBlock + first * this.#blocksPerGroup + (this.#hasBackup(first) ? 1 : 0);
    }
    const offset = (group % perBlock) * this.#descriptorSize;
    return view(this.block(block).subarray(offset, offset + this.#descriptorSize));
  }

  /** @throws Ext4Error */
  inode(number: number): Inode {
    if (number < 1 || number > this.inodes) throw new Ext4Error('an inode outside the file system');
    const group = Math.floor((number - 1) / this.#inodesPerGroup);
    const index = (number - 1) % this.#inodesPerGroup;
    const descriptor = this.#descriptor(group);
    const high = this.#descriptorSize >= 64 ? descriptor.getUint32(0x28, true) * 2 ** 32 : 0;
    const table = descriptor.getUint32(8, true) + high;
    const offset = index * this.#inodeSize;
    const within = offset % this.blockSize;
    const block = this.block(table + Math.floor(offset / this.blockSize));
    const bytes = Uint8Array.from(block.subarray(within, within + this.#inodeSize));
    const at = view(bytes);
    const extra = bytes.length >= goodOldInode + 28 ? at.getUint16(0x80, true) : 0;
    return {
      number,
      mode: at.getUint16(0, true),
      uid: at.getUint16(2, true) + at.getUint16(0x78, true) * 0x1_0000,
      gid: at.getUint16(0x18, true) + at.getUint16(0x7a, true) * 0x1_0000,
      links: at.getUint16(0x1a, true),
      size: at.getUint32(4, true) + at.getUint32(0x6c, true) * 2 ** 32,
      flags: at.getUint32(0x20, true),
      modified: at.getInt32(0x10, true) + epoch(at, extra, 0x88),
      changed: at.getInt32(0xc, true) + epoch(at, extra, 0x84),
      ...(extra >= 24 ? { born: at.getInt32(0x90, true) + epoch(at, extra, 0x94) } : {}),
      block: bytes.subarray(0x28, 0x28 + 60),
      bytes,
    };
  }
}

/** Two bits of the extra word are seconds past 2^32. */
const epoch = (at: DataView, extra: number, offset: number): number =>
  offset + 4 <= goodOldInode + extra ? (at.getUint32(offset, true) & 3) * 2 ** 32 : 0;

/** Groups 0 and 1 and powers of 3, 5 and 7 have a copy of the superblock. */
function isSparse(group: number): boolean {
  if (group <= 1) return true;
  for (const base of [3, 5, 7]) {
    let power = base;
    while (power < group) power *= base;
    if (power === group) return true;
  }
  return false;
}
