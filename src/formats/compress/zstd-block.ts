/**
 * One compressed block of Zstandard: literals, sequences, and what stays for the next block.
 *
 * Source: RFC 8878 §3.1.1.3 (literals section, sequences section), §3.1.1.4 (sequences), §3.1.1.5 (repeated offsets).
 */
import { refuse } from './flow.ts';
import type { Window } from './window.ts';
import { BackwardBits } from './zstd-bits.ts';
import { constantTable, type FseTable, fseTable, readFseTable } from './zstd-fse.ts';
import { decodeHuffman, decodeHuffman4, type HuffmanTable, readHuffmanTable } from './zstd-huffman.ts';

export const mostBlock = 128 << 10;
/** Shorter copies are faster byte by byte. */
const longCopy = 48;

interface Codes {
  readonly bases: Int32Array;
  readonly extras: Uint8Array;
  readonly mostAccuracy: number;
  readonly usual: FseTable;
}

/** `extras` from the code `from` on; codes before stand for themselves. */
function codes(
  least: number,
  from: number,
  extras: readonly number[],
  mostAccuracy: number,
  counts: readonly number[],
): Codes {
  const all = [...new Array<number>(from).fill(0), ...extras];
  let next = least;
  const bases = Int32Array.from(all, (extra) => {
    const base = next;
    next += 1 << extra;
    return base;
  });
  return {
    bases,
    extras: Uint8Array.from(all),
    mostAccuracy,
    usual: fseTable(counts, mostAccuracy === 8 ? 5 : 6),
  };
}

const times = (count: number, value: number): readonly number[] => new Array<number>(count).fill(value);

/** §3.1.1.3.2.1.1 and the default distributions of §3.1.1.3.2.2. */
const literalLengths = codes(0, 16, [1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], 9, [
  4,
  3,
  ...times(11, 2),
  1,
  1,
  1,
  ...times(9, 2),
  3,
  2,
  ...times(5, 1),
  ...times(4, -1),
]);
const matchLengths = codes(3, 32, [1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], 9, [
  1,
  4,
  3,
  ...times(6, 2),
  ...times(37, 1),
  ...times(7, -1),
]);
/** An offset code is the number of its extra bits; its base needs no table. */
const offsets = codes(0, 32, [], 8, [...times(6, 1), ...times(3, 2), ...times(15, 1), ...times(5, -1)]);

const modes = { usual: 0, constant: 1, described: 2, repeated: 3 } as const;
const literalKinds = { raw: 0, constant: 1, coded: 2, again: 3 } as const;

/** Where the literals of a block wait; one for all frames, as a file may have very many. */
export class Literals {
  bytes: Uint8Array = new Uint8Array(0);

  room(size: number): void {
    if (size > this.bytes.length) this.bytes = new Uint8Array(Math.min(mostBlock, size * 2));
  }
}

export class BlockDecoder {
  readonly #window: Window;
  readonly #literals: Literals;
  #literalCount = 0;
  #huffman: HuffmanTable | undefined;
  #literalTable: FseTable | undefined;
  #offsetTable: FseTable | undefined;
  #matchTable: FseTable | undefined;
  readonly #offsets: [number, number, number] = [1, 4, 8];
  /** Where the next part of the block begins. */
  #at = 0;

  constructor(window: Window, literals: Literals) {
    this.#window = window;
    this.#literals = literals;
  }

  /** Decodes the block that stands at `from` to `end`; four bytes behind must be readable. */
  decode(bytes: Uint8Array, from: number, end: number, most: number): void {
    this.#at = from;
    this.#readLiterals(bytes, end, most);
    this.#readSequences(bytes, end, most);
  }

  /** §3.1.1.3.1 */
  #readLiterals(bytes: Uint8Array, end: number, most: number): void {
    const { kind, streams, size, packed, start } = this.#literalsHeader(bytes, end);
    if (size > most || start + packed > end) refuse('size');
    this.#literals.room(size);
    const to = this.#literals.bytes.subarray(0, size);
    this.#literalCount = size;
    this.#at = start + packed;
    if (kind === literalKinds.raw) to.set(bytes.subarray(start, start + size));
    else if (kind === literalKinds.constant) to.fill(bytes[start] ?? 0);
    else {
      let from = start;
      if (kind === literalKinds.coded) {
        const tree = readHuffmanTable(bytes, start, this.#at);
        this.#huffman = tree.table;
        from = tree.end;
      }
      const table = this.#huffman ?? refuse('data');
      if (streams === 1) decodeHuffman(table, bytes, from, this.#at, to);
      else decodeHuffman4(table, bytes, from, this.#at, to);
    }
  }

  #literalsHeader(bytes: Uint8Array, end: number) {
    const at = this.#at;
    const byte = (index: number): number => bytes[at + index] ?? 0;
    const kind = byte(0) & 3;
    const format = (byte(0) >> 2) & 3;
    if (kind === literalKinds.raw || kind === literalKinds.constant) {
      const length = (format & 1) === 0 ? 1 : format === 1 ? 2 : 3;
      const word = byte(0) | (byte(1) << 8) | (byte(2) << 16);
      const size =
        length === 1 ? (word & 0xff) >> 3 : ((length === 2 ? word & 0xffff : word) >> 4) & 0xf_ffff;
      if (at + length > end) refuse('size');
      return { kind, streams: 1, size, packed: kind === literalKinds.raw ? size : 1, start: at + length };
    }
    const [length, bits] = format < 2 ? [3, 10] : format === 2 ? [4, 14] : [5, 18];
    if (at + length > end) refuse('size');
    const word = byte(0) + byte(1) * 2 ** 8 + byte(2) * 2 ** 16 + byte(3) * 2 ** 24 + byte(4) * 2 ** 32;
    const size = Math.floor(word / 16) % 2 ** bits;
    const packed = Math.floor(word / 2 ** (4 + bits)) % 2 ** bits;
    return { kind, streams: format === 0 ? 1 : 4, size, packed, start: at + length };
  }

  /** §3.1.1.3.2 */
  #readSequences(bytes: Uint8Array, end: number, most: number): void {
    if (this.#at >= end) refuse('size');
    let count = bytes[this.#at] ?? 0;
    this.#at += 1;
    if (count >= 128) {
      const next = bytes[this.#at] ?? 0;
      this.#at += 1;
      if (count < 255) count = ((count - 128) << 8) + next;
      else {
        count = next + ((bytes[this.#at] ?? 0) << 8) + 0x7f00;
        this.#at += 1;
      }
    }
    if (count === 0) {
      if (this.#at !== end) refuse('size');
      this.#window.append(this.#literals.bytes.subarray(0, this.#literalCount));
      return;
    }
    const mode = bytes[this.#at] ?? 0;
    this.#at += 1;
    if ((mode & 3) !== 0) refuse('data');
    this.#literalTable = this.#table(bytes, end, mode >> 6, literalLengths, this.#literalTable);
    this.#offsetTable = this.#table(bytes, end, (mode >> 4) & 3, offsets, this.#offsetTable);
    this.#matchTable = this.#table(bytes, end, (mode >> 2) & 3, matchLengths, this.#matchTable);
    if (this.#at >= end) refuse('size');
    this.#execute(new BackwardBits(bytes, this.#at, end), count, most, [
      this.#literalTable,
      this.#offsetTable,
      this.#matchTable,
    ]);
  }

  #table(bytes: Uint8Array, end: number, mode: number, of: Codes, last: FseTable | undefined): FseTable {
    if (mode === modes.usual) return of.usual;
    if (mode === modes.repeated) return last ?? refuse('data');
    if (this.#at >= end) refuse('size');
    if (mode === modes.constant) {
      const symbol = bytes[this.#at] ?? 0;
      this.#at += 1;
      return symbol < of.bases.length ? constantTable(symbol) : refuse('data');
    }
    const read = readFseTable(bytes, this.#at, end, of.bases.length, of.mostAccuracy);
    this.#at = read.end;
    return read.table;
  }

  /** §3.1.1.4: literals and a repetition for each sequence, then what is left of the literals. */
  #execute(
    bits: BackwardBits,
    count: number,
    most: number,
    [literalTable, offsetTable, matchTable]: readonly [FseTable, FseTable, FseTable],
  ): void {
    const window = this.#window;
    window.room(most);
    const { bytes, size } = window;
    const literals = this.#literals.bytes;
    const limit = window.at + most;
    let out = window.at;
    let used = 0;
    let literalState = bits.take(literalTable.accuracy);
    let offsetState = bits.take(offsetTable.accuracy);
    let matchState = bits.take(matchTable.accuracy);
    for (let left = count; left > 0; left -= 1) {
      const literalCode = literalTable.symbols[literalState] ?? 0;
      const matchCode = matchTable.symbols[matchState] ?? 0;
      const offsetCode = offsetTable.symbols[offsetState] ?? 0;
      const value = offsetCode < 31 ? (1 << offsetCode) + bits.takeMany(offsetCode) : this.#leave(out);
      const match = (matchLengths.bases[matchCode] ?? 0) + bits.take(matchLengths.extras[matchCode] ?? 0);
      const plain =
        (literalLengths.bases[literalCode] ?? 0) + bits.take(literalLengths.extras[literalCode] ?? 0);
      const offset =
        value > 3 ? this.#newOffset(value - 3) : this.#oldOffset(plain === 0 ? value : value - 1);
      if (left > 1) {
        literalState =
          (literalTable.bases[literalState] ?? 0) + bits.take(literalTable.bits[literalState] ?? 0);
        matchState = (matchTable.bases[matchState] ?? 0) + bits.take(matchTable.bits[matchState] ?? 0);
        offsetState = (offsetTable.bases[offsetState] ?? 0) + bits.take(offsetTable.bits[offsetState] ?? 0);
      }
      const start = out + plain;
      const bad = bits.left < 0 || used + plain > this.#literalCount || start + match > limit;
      if (bad) this.#leave(out);
      if (plain < longCopy) for (; out < start; out += 1, used += 1) bytes[out] = literals[used] ?? 0;
      else {
        bytes.set(literals.subarray(used, used + plain), out);
        out = start;
        used += plain;
      }
      if (offset > out || offset > size) {
        window.at = out;
        window.beyond(offset);
      }
      const end = out + match;
      if (match < longCopy || offset < match) {
        for (let from = out - offset; out < end; out += 1, from += 1) bytes[out] = bytes[from] ?? 0;
      } else {
        bytes.copyWithin(out, out - offset, out - offset + match);
        out = end;
      }
    }
    if (bits.left !== 0 || this.#literalCount - used > limit - out) this.#leave(out);
    window.at = out;
    window.append(literals.subarray(used, this.#literalCount));
  }

  #newOffset(offset: number): number {
    const recent = this.#offsets;
    recent[2] = recent[1];
    recent[1] = recent[0];
    recent[0] = offset;
    return offset;
  }

  /** §3.1.1.5: 0 is the last offset, 3 the one before it. */
  #oldOffset(place: number): number {
    const recent = this.#offsets;
    if (place === 0) return recent[0];
    const offset = place === 1 ? recent[1] : place === 2 ? recent[2] : recent[0] - 1;
    if (offset === 0) refuse('data');
    if (place !== 1) recent[2] = recent[1];
    recent[1] = recent[0];
    recent[0] = offset;
    return offset;
  }

  #leave(out: number): never {
    this.#window.at = out;
    return refuse('data');
  }
}
