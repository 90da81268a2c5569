/**
 * Canonical Huffman codes of deflate as tables for whole symbols.
 *
 * A table is looked up by the next bits of the stream; longer codes go on in a second table behind the first. One entry
 * says everything about a symbol: bits 0–3 the length of its code, 4–7 its extra bits, 8–9 its kind, 16–31 its value.
 * Source: RFC 1951 §3.2.2 (canonical codes), §3.2.5 (lengths and distances), §3.2.6 (fixed codes).
 */

const mostBits = 15;

export const kinds = { literal: 0, match: 1 << 8, end: 2 << 8, other: 3 << 8 } as const;
export const kindMask = 3 << 8;

export interface CodeTable {
  readonly entries: Uint32Array;
  /** Mask of the bits by which the first table is looked up. */
  readonly mask: number;
  readonly bits: number;
}

/** What the symbols mean, as entries without the length of their code. */
type Meanings = readonly number[];

const entry = (kind: number, value: number, extra: number): number =>
  ((value << 16) | kind | (extra << 4)) >>> 0;

function lengthMeaning(index: number): number {
  if (index < 8) return entry(kinds.match, index + 3, 0);
  if (index === 28) return entry(kinds.match, 258, 0);
  const extra = (index >> 2) - 1;
  return index > 28 ? kinds.other : entry(kinds.match, 3 + ((4 + (index & 3)) << extra), extra);
}

function distanceMeaning(symbol: number): number {
  if (symbol < 4) return entry(kinds.match, symbol + 1, 0);
  const extra = (symbol >> 1) - 1;
  return symbol > 29 ? kinds.other : entry(kinds.match, 1 + ((2 + (symbol & 1)) << extra), extra);
}

export const literalMeanings: Meanings = Array.from({ length: 288 }, (_, symbol) => {
  if (symbol < 256) return entry(kinds.literal, symbol, 0);
  return symbol === 256 ? entry(kinds.end, 0, 0) : lengthMeaning(symbol - 257);
});

export const distanceMeanings: Meanings = Array.from({ length: 32 }, (_, symbol) => distanceMeaning(symbol));

/** Code lengths stand for themselves. */
export const orderMeanings: Meanings = Array.from({ length: 19 }, (_, symbol) =>
  entry(kinds.literal, symbol, 0),
);

function reversed(code: number, length: number): number {
  let [left, result] = [code, 0];
  for (let bit = 0; bit < length; bit += 1) {
    result = (result << 1) | (left & 1);
    left >>>= 1;
  }
  return result;
}

/** Undefined when the lengths give more codes than there can be. What no code stands for is `other`. */
export function codeTable(lengths: Uint8Array, meanings: Meanings, bits: number): CodeTable | undefined {
  const counts = new Uint16Array(mostBits + 1);
  for (const length of lengths) if (length > 0) counts[length] = (counts[length] ?? 0) + 1;
  const next = new Uint16Array(mostBits + 2);
  let [free, longest] = [1, 0];
  for (let length = 1; length <= mostBits; length += 1) {
    const count = counts[length] ?? 0;
    free = free * 2 - count;
    if (free < 0) return undefined;
    if (count > 0) longest = length;
    next[length + 1] = ((next[length] ?? 0) + count) << 1;
  }
  const rest = Math.max(0, longest - bits);
  const first = 1 << bits;
  const seconds = rest === 0 ? 0 : secondTables(counts, bits);
  const size = first + (seconds << rest);
  // What no code stands for leads to the entry behind all others, in which it ends.
  const none = entry(kinds.other, size, 0);
  const entries = new Uint32Array(size + 1).fill(none);
  let behind = first;
  for (let symbol = 0; symbol < lengths.length; symbol += 1) {
    const length = lengths[symbol] ?? 0;
    if (length === 0) continue;
    const code = next[length] ?? 0;
    next[length] = code + 1;
    const place = reversed(code, length);
    const meaning = ((meanings[symbol] ?? kinds.other) | length) >>> 0;
    if (length <= bits) {
      for (let at = place; at < first; at += 1 << length) entries[at] = meaning;
      continue;
    }
    const low = place & (first - 1);
    if (entries[low] === none) {
      entries[low] = entry(kinds.other, behind, rest);
      behind += 1 << rest;
    }
    const start = (entries[low] ?? 0) >>> 16;
    for (let at = place >>> bits; at < 1 << rest; at += 1 << (length - bits)) entries[start + at] = meaning;
  }
  return { entries, mask: first - 1, bits };
}

/** Second tables that codes longer than `bits` can fill. */
function secondTables(counts: Uint16Array, bits: number): number {
  let codes = 0;
  for (let length = mostBits; length > bits; length -= 1) codes = (codes + (counts[length] ?? 0) + 1) >> 1;
  return codes;
}
