/**
 * Hives and transaction logs written for tests, by Maxim Suhanov's specification: with any kind of list, with what no
 * system writes, and with what an attacker would. Synthetic; what systems wrote is read in `test/corpus/`.
 */
import type { RandomAccess } from '../random-access.ts';
import { type Hive, openHive } from './hive.ts';
import { Marvin32 } from './marvin32.ts';
import { valueType } from './value.ts';

export interface ValueSpec {
  readonly name: string;
  readonly type: number;
  readonly data: Uint8Array;
}

export interface KeySpec {
  readonly name: string;
  readonly keys?: readonly KeySpec[];
  readonly values?: readonly ValueSpec[];
  /** How its subkeys are listed; `ri` makes leaves of three each. */
  readonly list?: 'lf' | 'lh' | 'li' | 'ri';
  readonly className?: string;
  readonly written?: bigint;
  readonly security?: Uint8Array;
}

export const utf16 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'utf16le'));
export const textValue = (name: string, text: string, type: number = valueType.string): ValueSpec => ({
  name,
  type,
  data: utf16(`${text}\0`),
});
export function numberValue(name: string, number: number): ValueSpec {
  const data = new Uint8Array(4);
  new DataView(data.buffer).setUint32(0, number, true);
  return { name, type: valueType.dword, data };
}

const nowhere = 0xffff_ffff;
const isNarrow = (text: string): boolean => !/[^\0-\xff]/.test(text);
export const someTime = 133_536_000_123_456_789n;

export const memory = (bytes: Uint8Array): RandomAccess => ({
  read: (offset, length) => bytes.subarray(offset, offset + length),
});

/** Bins of 4096 bytes, and larger ones where a cell needs it. */
class Bins {
  bytes: Buffer = Buffer.alloc(0);
  #end = 0;

  #grow(size: number): void {
    // What is left of a bin is one free cell.
    if (this.#end < this.bytes.length) this.bytes.writeInt32LE(this.bytes.length - this.#end, this.#end);
    const bin = Buffer.alloc(Math.ceil((size + 32) / 4096) * 4096);
    bin.write('hbin', 0, 'latin1');
    bin.writeUInt32LE(this.bytes.length, 4);
    bin.writeUInt32LE(bin.length, 8);
    if (this.bytes.length === 0) bin.writeBigUInt64LE(someTime, 20);
    this.#end = this.bytes.length + 32;
    this.bytes = Buffer.concat([this.bytes, bin]);
  }

  /** The offset of a new cell with this content. */
  cell(content: Uint8Array): number {
    const size = (content.length + 4 + 7) & ~7;
    if (this.#end + size > this.bytes.length) this.#grow(size);
    const at = this.#end;
    this.bytes.writeInt32LE(-size, at);
    this.bytes.set(content, at + 4);
    this.#end += size;
    return at;
  }

  close(): Buffer {
    if (this.#end < this.bytes.length) this.bytes.writeInt32LE(this.bytes.length - this.#end, this.#end);
    return this.bytes;
  }
}

const words = (...numbers: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [index, number] of numbers.entries()) bytes.writeUInt32LE(number >>> 0, index * 4);
  return bytes;
};
const head = (kind: string, count: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.write(kind, 'latin1');
  bytes.writeUInt16LE(count, 2);
  return bytes;
};

function dataCell(bins: Bins, data: Uint8Array): number {
  if (data.length <= 16_344) return bins.cell(data);
  const segments: number[] = [];
  for (let at = 0; at < data.length; at += 16_344)
    segments.push(bins.cell(Buffer.concat([data.subarray(at, at + 16_344), Buffer.alloc(4)])));
  return bins.cell(Buffer.concat([head('db', segments.length), words(bins.cell(words(...segments)))]));
}

function valueCell(bins: Bins, { name, type, data }: ValueSpec): number {
  const narrow = isNarrow(name);
  const text = Buffer.from(name, narrow ? 'latin1' : 'utf16le');
  const fixed = Buffer.alloc(20);
  fixed.write('vk', 'latin1');
  fixed.writeUInt16LE(text.length, 2);
  if (data.length <= 4) {
    fixed.writeUInt32LE((data.length | 0x8000_0000) >>> 0, 4);
    fixed.set(data, 8);
  } else {
    fixed.writeUInt32LE(data.length, 4);
    fixed.writeUInt32LE(dataCell(bins, data), 8);
  }
  fixed.writeUInt32LE(type >>> 0, 12);
  fixed.writeUInt16LE(narrow ? 1 : 0, 16);
  return bins.cell(Buffer.concat([fixed, text]));
}

function hashOf(name: string): number {
  let hash = 0;
  for (const unit of name.toUpperCase()) hash = (Math.imul(hash, 37) + unit.charCodeAt(0)) >>> 0;
  return hash;
}

function leaf(bins: Bins, kind: 'lf' | 'lh' | 'li', keys: readonly (readonly [string, number])[]): number {
  const elements = keys.map(([name, offset]) => {
    if (kind === 'li') return words(offset);
    if (kind === 'lh') return words(offset, hashOf(name));
    const hint = Buffer.alloc(4);
    hint.write(name.slice(0, 4), 'latin1');
    return Buffer.concat([words(offset), hint]);
  });
  return bins.cell(Buffer.concat([head(kind, keys.length), ...elements]));
}

function listCell(
  bins: Bins,
  kind: KeySpec['list'] & string,
  keys: readonly (readonly [string, number])[],
): number {
  if (kind !== 'ri') return leaf(bins, kind, keys);
  const leaves: number[] = [];
  for (let at = 0; at < keys.length; at += 3) leaves.push(leaf(bins, 'lh', keys.slice(at, at + 3)));
  return bins.cell(Buffer.concat([head('ri', leaves.length), words(...leaves)]));
}

function keyCell(bins: Bins, spec: KeySpec, parent: number): number {
  const { name, keys = [], values = [], list = 'lh', className = '', written = someTime, security } = spec;
  const narrow = isNarrow(name);
  const text = Buffer.from(name, narrow ? 'latin1' : 'utf16le');
  const fixed = Buffer.alloc(76);
  fixed.write('nk', 'latin1');
  fixed.writeUInt16LE((narrow ? 0x20 : 0) | (parent === nowhere ? 0x0c : 0), 2);
  fixed.writeBigUInt64LE(written, 4);
  fixed.writeUInt32LE(parent, 16);
  for (const at of [28, 32, 40, 44, 48]) fixed.writeUInt32LE(nowhere, at);
  fixed.writeUInt16LE(text.length, 72);
  const at = bins.cell(Buffer.concat([fixed, text]));
  const set = (offset: number, number: number): void => {
    bins.bytes.writeUInt32LE(number >>> 0, at + 4 + offset);
  };
  if (values.length > 0) {
    set(36, values.length);
    set(40, bins.cell(words(...values.map((value) => valueCell(bins, value)))));
  }
  if (keys.length > 0) {
    set(20, keys.length);
    const below = keys.map((key): readonly [string, number] => [key.name, keyCell(bins, key, at)]);
    set(28, listCell(bins, list, below));
  }
  if (security !== undefined) {
    const fields = Buffer.concat([head('sk', 0), words(0, 0, 1, security.length), security]);
    set(44, bins.cell(fields));
  }
  if (className !== '') {
    set(48, bins.cell(utf16(className)));
    bins.bytes.writeUInt16LE(className.length * 2, at + 4 + 74);
  }
  return at;
}

/** Sets the checksum of a base block. */
export function seal(hive: Buffer): Buffer {
  let sum = 0;
  for (let at = 0; at < 508; at += 4) sum ^= hive.readUInt32LE(at);
  hive.writeUInt32LE(sum >>> 0, 508);
  return hive;
}

function baseBlock(binsSize: number, root: number): Buffer {
  const base = Buffer.alloc(4096);
  base.write('regf', 'latin1');
  base.writeUInt32LE(7, 4);
  base.writeUInt32LE(7, 8);
  base.writeBigUInt64LE(someTime, 12);
  base.writeUInt32LE(1, 20);
  base.writeUInt32LE(5, 24);
  base.writeUInt32LE(1, 32);
  base.writeUInt32LE(root, 36);
  base.writeUInt32LE(binsSize, 40);
  base.writeUInt32LE(1, 44);
  base.write('TEST', 48, 'utf16le');
  return seal(base);
}

export function hiveOf(root: KeySpec): Buffer {
  const bins = new Bins();
  const at = keyCell(bins, root, nowhere);
  const content = bins.close();
  return Buffer.concat([baseBlock(content.length, at), content]);
}

/** The same hive as it lies there when the power was cut: begun to be written, not ended. */
export function dirtied(hive: Buffer): Buffer {
  const copy = Buffer.from(hive);
  copy.writeUInt32LE(copy.readUInt32LE(4) + 1, 4);
  return seal(copy);
}

/** Pages of 4096 bytes in which the second hive differs from the first, or which only it has. */
export function changedPages(before: Buffer, after: Buffer): readonly number[] {
  const pages: number[] = [];
  for (let at = 4096; at < after.length; at += 4096)
    if (!after.subarray(at, at + 4096).equals(before.subarray(at, at + 4096))) pages.push(at - 4096);
  return pages;
}

function logBase(after: Buffer, fileType: number, sequence: number): Buffer {
  const base = Buffer.from(after.subarray(0, 512));
  base.writeUInt32LE(sequence, 4);
  base.writeUInt32LE(sequence, 8);
  base.writeUInt32LE(fileType, 28);
  return seal(base);
}

/** A log of Windows Vista to 8: a vector of dirty sectors, and the sectors. */
export function oldLog(before: Buffer, after: Buffer): Buffer {
  const size = after.length - 4096;
  const vector = Buffer.alloc(Math.ceil((4 + size / 4096) / 512) * 512);
  vector.write('DIRT', 'latin1');
  const pages = changedPages(before, after);
  for (const page of pages) vector[4 + page / 4096] = 0xff;
  const parts = pages.map((page) => after.subarray(4096 + page, 8192 + page));
  return Buffer.concat([logBase(after, 1, before.readUInt32LE(4)), vector, ...parts]);
}

function marvin(bytes: Uint8Array): Buffer {
  const hash = new Marvin32();
  hash.update(bytes);
  return words(...hash.digest());
}

/** One entry of a log of Windows 8.1 and later. */
export function logEntry(before: Buffer, after: Buffer, sequence: number): Buffer {
  const pages = changedPages(before, after);
  const references = words(...pages.flatMap((page) => [page, 4096]));
  const parts = pages.map((page) => after.subarray(4096 + page, 8192 + page));
  const length = 40 + references.length + parts.length * 4096;
  const body = Buffer.concat([references, ...parts, Buffer.alloc(Math.ceil(length / 512) * 512 - length)]);
  const start = Buffer.concat([
    ...[Buffer.from('HvLE'), words(body.length + 40, 0, sequence, after.length - 4096, pages.length)],
    marvin(body),
  ]);
  return Buffer.concat([start, marvin(start), body]);
}

export const newLog = (after: Buffer, sequence: number, entries: readonly Buffer[]): Buffer =>
  Buffer.concat([logBase(after, 6, sequence), ...entries]);

/** Opened, or a failed test. */
export function opened(bytes: Uint8Array, logs: readonly Uint8Array[] = []): Hive {
  const answer = openHive(memory(bytes), logs.map(memory));
  if (answer.status !== 'ok') throw new Error(answer.reason);
  return answer.hive;
}
