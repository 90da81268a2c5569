/**
 * Tables of finite state entropy, the arithmetic-like code of Zstandard.
 *
 * Source: RFC 8878 §4.1.1 (table description, spreading of symbols), §3.1.1.3.2.2 (default distributions).
 */
import { refuse } from './flow.ts';

export interface FseTable {
  /** Bits of a state. */
  readonly accuracy: number;
  /** By state: the symbol, how many bits come next, and what is added to them. */
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
  readonly bases: Uint16Array;
}

/** `counts`: states that each symbol has; -1 for less than one. */
export function fseTable(counts: readonly number[], accuracy: number): FseTable {
  const size = 1 << accuracy;
  const symbols = new Uint8Array(size);
  const next = counts.map((count) => (count < 0 ? 1 : count));
  let high = size - 1;
  for (let symbol = 0; symbol < counts.length; symbol += 1) {
    if (counts[symbol] !== -1) continue;
    symbols[high] = symbol;
    high -= 1;
  }
  const step = (size >> 1) + (size >> 3) + 3;
  let place = 0;
  for (let symbol = 0; symbol < counts.length; symbol += 1) {
    for (let left = counts[symbol] ?? 0; left > 0; left -= 1) {
      symbols[place] = symbol;
      do {
        place = (place + step) & (size - 1);
      } while (place > high);
    }
  }
  const bits = new Uint8Array(size);
  const bases = new Uint16Array(size);
  for (let state = 0; state < size; state += 1) {
    const symbol = symbols[state] ?? 0;
    const order = next[symbol] ?? 1;
    next[symbol] = order + 1;
    const count = accuracy - (31 - Math.clz32(order));
    bits[state] = count;
    bases[state] = (order << count) - size;
  }
  return { accuracy, symbols, bits, bases };
}

/** One symbol for every state. */
export function constantTable(symbol: number): FseTable {
  return {
    accuracy: 0,
    symbols: Uint8Array.of(symbol),
    bits: new Uint8Array(1),
    bases: new Uint16Array(1),
  };
}

export interface ReadTable {
  readonly table: FseTable;
  /** Byte behind the description. */
  readonly end: number;
}

/** Reads a description at `from` and before `limit`, of at most `most` symbols and `mostAccuracy` bits. */
export function readFseTable(
  bytes: Uint8Array,
  from: number,
  limit: number,
  most: number,
  mostAccuracy: number,
): ReadTable {
  let position = from * 8;
  const take = (count: number): number => {
    const at = position >> 3;
    const word = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
    const value = (word >> (position & 7)) & ((1 << count) - 1);
    position += count;
    if (position > limit * 8) refuse('data');
    return value;
  };
  const accuracy = take(4) + 5;
  if (accuracy > mostAccuracy) refuse('data');
  const counts: number[] = [];
  for (let left = 1 << accuracy; left > 0; ) {
    if (counts.length >= most) refuse('data');
    // Values up to left + 1, the lowest of which take one bit less.
    const bits = 32 - Math.clz32(left + 1);
    const shorter = (1 << bits) - 1 - (left + 1);
    let value = take(bits - 1);
    if (value >= shorter) {
      value |= take(1) << (bits - 1);
      if (value >= 1 << (bits - 1)) value -= shorter;
    }
    const count = value - 1;
    counts.push(count);
    left -= Math.abs(count);
    if (left < 0) refuse('data');
    if (count !== 0) continue;
    for (let repeat = 3; repeat === 3; ) {
      repeat = take(2);
      for (let zero = 0; zero < repeat; zero += 1) counts.push(0);
    }
    if (counts.length > most) refuse('data');
  }
  return { table: fseTable(counts, accuracy), end: (position + 7) >> 3 };
}
