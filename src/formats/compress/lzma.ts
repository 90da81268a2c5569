/**
 * LZMA: symbols of a range coder over a window.
 *
 * What it is NOT: a file; lzma-alone.ts and lzma2.ts say where its bytes stand and what resets it.
 * Source: I. Pavlov, "LZMA specification" (lzma-specification.txt, 7-Zip LZMA SDK 9.34 and later): properties, range
 * decoder, bit trees, states, literals, lengths, distances, end marker.
 */
import { Halt, refuse } from './flow.ts';
import type { Input } from './input.ts';
import type { Window } from './window.ts';

const probabilityBits = 11;
const half = 1 << (probabilityBits - 1);
const moveBits = 5;
const states = 12;
const mostPositionStates = 16;
const longestMatch = 273;
const lowestMatch = 2;
/** Distances below are coded by a tree of their own low bits. */
const modelledDistances = 128;
const alignBits = 4;
/** Bytes that one symbol reads at most: 22 modelled and 26 direct bits, each one normalisation or less. */
export const symbolBytes = 24;

/** Places of the probabilities in one array. */
const matchAt = 0;
const repAt = matchAt + states * mostPositionStates;
const rep0At = repAt + states;
const rep1At = rep0At + states;
const rep2At = rep1At + states;
const rep0LongAt = rep2At + states;
const slotAt = rep0LongAt + states * mostPositionStates;
const specialAt = slotAt + 4 * 64;
const alignAt = specialAt + modelledDistances;
const lengthAt = alignAt + (1 << alignBits);
/** Of one length coder: choices, 16 low trees, 16 middle trees, one high tree. */
const lengthLow = 2;
const lengthMiddle = lengthLow + mostPositionStates * 8;
const lengthHigh = lengthMiddle + mostPositionStates * 8;
const lengthSize = lengthHigh + 256;
const repLengthAt = lengthAt + lengthSize;
const literalAt = repLengthAt + lengthSize;
const literalSize = 0x300;

export interface LzmaProperties {
  readonly literalContext: number;
  readonly literalPosition: number;
  readonly position: number;
}

/** Undefined where the byte is none of LZMA. */
export function lzmaProperties(byte: number): LzmaProperties | undefined {
  if (byte >= 9 * 5 * 5) return undefined;
  const rest = Math.floor(byte / 9);
  return { literalContext: byte % 9, literalPosition: rest % 5, position: Math.floor(rest / 5) };
}

/** What ended a stretch of symbols. */
export type LzmaEnd = 'marker' | 'content' | 'input';

export class LzmaDecoder {
  readonly #window: Window;
  #probabilities = new Uint16Array(literalAt);
  #literalContext = 0;
  #literalMask = 0;
  #positionMask = 0;
  #state = 0;
  #rep0 = 0;
  #rep1 = 0;
  #rep2 = 0;
  #rep3 = 0;
  #range = 0;
  #code = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;

  constructor(window: Window) {
    this.#window = window;
  }

  /** Forgets what was learnt; with properties, also how literals are told apart. */
  reset(properties?: LzmaProperties): void {
    if (properties !== undefined) {
      const { literalContext, literalPosition, position } = properties;
      this.#literalContext = literalContext;
      this.#literalMask = (1 << literalPosition) - 1;
      this.#positionMask = (1 << position) - 1;
      const size = literalAt + (literalSize << (literalContext + literalPosition));
      if (size !== this.#probabilities.length) this.#probabilities = new Uint16Array(size);
    }
    this.#probabilities.fill(half);
    this.#state = 0;
    this.#rep0 = 0;
    this.#rep1 = 0;
    this.#rep2 = 0;
    this.#rep3 = 0;
  }

  /** Reads the five bytes with which a range coder begins. They must be there. */
  begin(input: Input): void {
    if (input.byte() !== 0) refuse('data');
    let code = 0;
    for (let index = 0; index < 4; index += 1) code = (code << 8) | input.byte();
    this.#code = code;
    this.#range = 0xffff_ffff | 0;
  }

  /** No bits are left over: the code is what an encoder leaves. */
  get finished(): boolean {
    return this.#code === 0;
  }

  /**
   * Reads symbols until `left` bytes of content are there or the next byte to read is at `stop` or behind it. A symbol
   * that reads at `end` or behind is no content: the stream is truncated there.
   */
  run(input: Input, left: number, stop: number, end: number): LzmaEnd {
    const window = this.#window;
    this.#bytes = input.bytes;
    this.#at = input.at;
    let rest = left;
    try {
      while (rest > 0) {
        if (this.#at >= stop) return 'input';
        const top = window.room(longestMatch);
        const from = window.at;
        // Literals and matches that surely fit, without asking for room each time.
        const limit = Math.min(top - longestMatch, window.at + rest - 1);
        const marker = this.#symbols(limit, rest, stop, end);
        rest -= window.at - from;
        if (marker) return 'marker';
      }
      return 'content';
    } finally {
      input.at = this.#at;
    }
  }

  /** At least one symbol, and on while the window is at `limit` or before. True at the end marker. */
  #symbols(limit: number, rest: number, stop: number, end: number): boolean {
    const window = this.#window;
    const bytes = window.bytes;
    const last = window.at + rest;
    const reach = window.size;
    const before = window.total - window.at;
    let out = window.at;
    do {
      const positionState = (before + out) & this.#positionMask;
      const state = this.#state;
      if (this.#bit(matchAt + (state << 4) + positionState) === 0) {
        const value = this.#literal(bytes, out, before + out, state);
        if (this.#at > end) this.#leave(out);
        bytes[out] = value;
        out += 1;
        continue;
      }
      const length = this.#match(state, positionState);
      if (this.#at > end) this.#leave(out);
      if (length === 0) {
        window.at = out;
        return true;
      }
      const distance = (this.#rep0 >>> 0) + 1;
      if (distance > reach || distance > out || length > last - out) {
        window.at = out;
        return length > last - out ? refuse('data') : window.beyond(distance);
      }
      const to = out + length;
      for (let source = out - distance; out < to; out += 1, source += 1) bytes[out] = bytes[source] ?? 0;
    } while (out <= limit && this.#at < stop);
    window.at = out;
    return false;
  }

  #leave(out: number): never {
    this.#window.at = out;
    throw new Halt('truncated');
  }

  #normalise(): void {
    if (this.#range >>> 24 === 0) {
      this.#range <<= 8;
      this.#code = (this.#code << 8) | (this.#bytes[this.#at] ?? 0);
      this.#at += 1;
    }
  }

  #bit(at: number): 0 | 1 {
    const probability = this.#probabilities[at] ?? 0;
    const bound = Math.imul(this.#range >>> probabilityBits, probability);
    if (this.#code >>> 0 < bound >>> 0) {
      this.#range = bound;
      this.#probabilities[at] = probability + (((1 << probabilityBits) - probability) >> moveBits);
      this.#normalise();
      return 0;
    }
    this.#range -= bound;
    this.#range |= 0;
    this.#code = (this.#code - bound) | 0;
    this.#probabilities[at] = probability - (probability >> moveBits);
    this.#normalise();
    return 1;
  }

  #tree(at: number, bits: number): number {
    let node = 1;
    for (let bit = 0; bit < bits; bit += 1) node = (node << 1) | this.#bit(at + node);
    return node - (1 << bits);
  }

  /** Lowest bit first. */
  #reverseTree(at: number, bits: number): number {
    let [node, value] = [1, 0];
    for (let bit = 0; bit < bits; bit += 1) {
      const next = this.#bit(at + node);
      node = (node << 1) | next;
      value |= next << bit;
    }
    return value;
  }

  #direct(bits: number): number {
    let value = 0;
    for (let bit = 0; bit < bits; bit += 1) {
      this.#range >>>= 1;
      const above = this.#code >>> 0 >= this.#range >>> 0;
      if (above) this.#code = (this.#code - this.#range) | 0;
      value = (value << 1) | (above ? 1 : 0);
      this.#normalise();
    }
    return value;
  }

  #literal(bytes: Uint8Array, out: number, total: number, state: number): number {
    const previous = out > 0 ? (bytes[out - 1] ?? 0) : 0;
    const position = total & this.#literalMask;
    const context = (position << this.#literalContext) + (previous >> (8 - this.#literalContext));
    const at = literalAt + literalSize * context;
    let symbol = 1;
    if (state >= 7) {
      const distance = (this.#rep0 >>> 0) + 1;
      let expected = distance <= out ? (bytes[out - distance] ?? 0) : 0;
      while (symbol < 0x100) {
        const wanted = (expected >> 7) & 1;
        expected <<= 1;
        const bit = this.#bit(at + ((1 + wanted) << 8) + symbol);
        symbol = (symbol << 1) | bit;
        if (wanted !== bit) break;
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | this.#bit(at + symbol);
    this.#state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
    return symbol & 0xff;
  }

  /** Length of the match whose distance is then `rep0`; zero at the end marker. */
  #match(state: number, positionState: number): number {
    if (this.#bit(repAt + state) === 0) {
      this.#rep3 = this.#rep2;
      this.#rep2 = this.#rep1;
      this.#rep1 = this.#rep0;
      const length = this.#length(lengthAt, positionState);
      this.#state = state < 7 ? 7 : 10;
      this.#rep0 = this.#distance(length);
      return this.#rep0 === -1 ? 0 : length;
    }
    if (this.#bit(rep0At + state) === 0) {
      if (this.#bit(rep0LongAt + (state << 4) + positionState) === 0) {
        this.#state = state < 7 ? 9 : 11;
        return 1;
      }
    } else {
      let distance = this.#rep1;
      if (this.#bit(rep1At + state) === 1) {
        if (this.#bit(rep2At + state) === 0) distance = this.#rep2;
        else {
          distance = this.#rep3;
          this.#rep3 = this.#rep2;
        }
        this.#rep2 = this.#rep1;
      }
      this.#rep1 = this.#rep0;
      this.#rep0 = distance;
    }
    const length = this.#length(repLengthAt, positionState);
    this.#state = state < 7 ? 8 : 11;
    return length;
  }

  #length(at: number, positionState: number): number {
    if (this.#bit(at) === 0) return lowestMatch + this.#tree(at + lengthLow + (positionState << 3), 3);
    if (this.#bit(at + 1) === 0)
      return lowestMatch + 8 + this.#tree(at + lengthMiddle + (positionState << 3), 3);
    return lowestMatch + 16 + this.#tree(at + lengthHigh, 8);
  }

  /** From zero; -1 is the end marker. */
  #distance(length: number): number {
    const slot = this.#tree(slotAt + (Math.min(length - lowestMatch, 3) << 6), 6);
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1;
    const start = (2 | (slot & 1)) << bits;
    if (slot < 14) return start + this.#reverseTree(specialAt + start - slot, bits);
    const high = this.#direct(bits - alignBits) << alignBits;
    return (start + high + this.#reverseTree(alignAt, alignBits)) | 0;
  }
}
