/**
 * Huffman codes of Zstandard's literals.
 *
 * Source: RFC 8878 §4.2.1 (tree description, weights), §4.2.2 (streams), §3.1.1.3.1.6 (four streams and their sizes).
 */
import { refuse } from './flow.ts';
import { BackwardBits } from './zstd-bits.ts';
import { readFseTable } from './zstd-fse.ts';

const mostBits = 11;
const mostWeightAccuracy = 6;
const mostWeights = 255;
/** Two codes and the odd bits of a byte. */
const pairBits = 24;

export interface HuffmanTable {
  readonly bits: number;
  /** By the next `bits` bits: `symbol << 4 | length`. */
  readonly entries: Uint16Array;
}

function directWeights(bytes: Uint8Array, from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const byte = bytes[from + (index >> 1)] ?? 0;
    return index % 2 === 0 ? byte >> 4 : byte & 15;
  });
}

/** Two states take turns until the bits are used up. */
function codedWeights(bytes: Uint8Array, from: number, end: number): number[] {
  const { table, end: start } = readFseTable(bytes, from, end, 16, mostWeightAccuracy);
  const bits = new BackwardBits(bytes, start, end);
  const states: [number, number] = [bits.take(table.accuracy), bits.take(table.accuracy)];
  if (bits.left < 0) refuse('data');
  const weights: number[] = [];
  for (let turn: 0 | 1 = 0; ; turn = turn === 0 ? 1 : 0) {
    if (weights.length >= mostWeights) refuse('data');
    const state = states[turn];
    weights.push(table.symbols[state] ?? 0);
    states[turn] = (table.bases[state] ?? 0) + bits.take(table.bits[state] ?? 0);
    if (bits.left >= 0) continue;
    weights.push(table.symbols[states[turn === 0 ? 1 : 0]] ?? 0);
    return weights;
  }
}

/** The last weight is not written: it makes the sum a power of two. */
function tableOf(weights: readonly number[]): HuffmanTable {
  let sum = 0;
  for (const weight of weights) {
    if (weight > mostBits) refuse('data');
    sum += weight > 0 ? 1 << (weight - 1) : 0;
  }
  if (sum === 0 || weights.length > mostWeights) refuse('data');
  const bits = 32 - Math.clz32(sum);
  const rest = (1 << bits) - sum;
  if (bits > mostBits || (rest & (rest - 1)) !== 0) refuse('data');
  const last = 32 - Math.clz32(rest);
  const entries = new Uint16Array(1 << bits);
  let place = 0;
  for (let weight = 1; weight <= bits; weight += 1) {
    const size = 1 << (weight - 1);
    for (let symbol = 0; symbol <= weights.length; symbol += 1) {
      if ((weights[symbol] ?? last) !== weight) continue;
      entries.fill((symbol << 4) | (bits + 1 - weight), place, place + size);
      place += size;
    }
  }
  return { bits, entries };
}

export interface ReadTree {
  readonly table: HuffmanTable;
  /** Byte behind the description. */
  readonly end: number;
}

export function readHuffmanTable(bytes: Uint8Array, from: number, limit: number): ReadTree {
  const header = bytes[from] ?? 0;
  const start = from + 1;
  const size = header < 128 ? header : (header - 126) >> 1;
  const end = start + size;
  if (from >= limit || end > limit) refuse('data');
  const weights = header < 128 ? codedWeights(bytes, start, end) : directWeights(bytes, start, header - 127);
  return { table: tableOf(weights), end };
}

/** Decodes the bytes from `from` to `end` into `to`, all of which they have to fill. */
export function decodeHuffman(
  { bits, entries }: HuffmanTable,
  bytes: Uint8Array,
  from: number,
  end: number,
  to: Uint8Array,
): void {
  const stream = new BackwardBits(bytes, from, end);
  const { start } = stream;
  const mask = (1 << bits) - 1;
  let { position } = stream;
  let out = 0;
  for (const pairs = to.length - 1; out < pairs && position - start >= pairBits; out += 2) {
    const low = position - pairBits;
    const at = low >>> 3;
    const word =
      ((bytes[at] ?? 0) |
        ((bytes[at + 1] ?? 0) << 8) |
        ((bytes[at + 2] ?? 0) << 16) |
        ((bytes[at + 3] ?? 0) << 24)) >>>
      (low & 7);
    const first = entries[(word >>> (pairBits - bits)) & mask] ?? 0;
    const rest = pairBits - (first & 15);
    const second = entries[(word >>> (rest - bits)) & mask] ?? 0;
    to[out] = first >>> 4;
    to[out + 1] = second >>> 4;
    position -= (first & 15) + (second & 15);
  }
  stream.position = position;
  for (; out < to.length; out += 1) {
    // The last codes are looked up as if zeros stood before the beginning.
    const missing = Math.max(0, bits - stream.left);
    const found = entries[stream.take(bits - missing) << missing] ?? 0;
    stream.position += bits - missing - (found & 15);
    if (stream.left < 0) refuse('data');
    to[out] = found >>> 4;
  }
  if (stream.left !== 0) refuse('data');
}

/** Four streams behind a table of the sizes of three. */
export function decodeHuffman4(
  table: HuffmanTable,
  bytes: Uint8Array,
  from: number,
  end: number,
  to: Uint8Array,
): void {
  if (end - from < 6) refuse('data');
  const part = (to.length + 3) >> 2;
  let start = from + 6;
  for (let index = 0; index < 4; index += 1) {
    const at = from + 2 * index;
    const size = index < 3 ? (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) : end - start;
    if (start + size > end || part * 3 > to.length) refuse('data');
    const target = to.subarray(part * index, index < 3 ? part * (index + 1) : to.length);
    decodeHuffman(table, bytes, start, start + size, target);
    start += size;
  }
}
