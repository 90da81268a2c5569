/**
 * One block of bzip2: codes, move to front, the Burrows–Wheeler transform, run lengths.
 *
 * Source: as bzip2.ts.
 */

import { type Bits, type Code, codeOf } from './bzip2-bits.ts';
import { bzip2Crc } from './bzip2-crc.ts';
import { refuse, type Steps } from './flow.ts';
import type { Output } from './output.ts';

const groupSize = 50;
/** Symbols of a group take 50 × 20 bits. */
const groupBytes = 132;
/** What the format's writer needs at most; readers pass over what is beyond. */
const mostSelectors = 18_002;
const outputSize = 64 << 10;
/** A run is four equal bytes and then the number of more. */
const runStart = 4;

/** Reads blocks into buffers that all streams of a file share, as it may have very many. */
export class BlockReader {
  readonly #bits: Bits;
  readonly #output: Output;
  #size = 0;
  /** The last column, and in the higher bits where each byte's successor stands. */
  #column = new Uint32Array(0);
  readonly #out = new Uint8Array(outputSize);
  readonly #selectors = new Uint8Array(mostSelectors);
  readonly #front = new Uint8Array(256);
  readonly #counts = new Int32Array(256);
  #length = 0;
  /** Weight of the next digit of a run, zero outside runs. */
  #digit = 0;
  #run = 0;

  constructor(bits: Bits, output: Output) {
    this.#bits = bits;
    this.#output = output;
  }

  /**
   * Reads a block of `size` bytes at most from behind its magic number and gives its content; returns the CRC that it
   * should have.
   */
  *read(size: number): Steps<number> {
    const bits = this.#bits;
    yield* bits.want(64);
    const stored = bits.take32();
    // Only bzip2 before 0.9.5 of 1999 shuffled blocks.
    if (bits.take(1) === 1) refuse('unsupported');
    const origin = bits.take(24);
    const used = this.#usedBytes();
    const codeCount = bits.take(3);
    const selectorCount = bits.take(15);
    bits.checkEnd();
    if (codeCount < 2 || codeCount > 6 || selectorCount === 0 || used === 0) refuse('data');
    this.#size = size;
    if (size > this.#column.length) this.#column = new Uint32Array(size);
    yield* this.#readSelectors(codeCount, selectorCount);
    const codes: Code[] = [];
    for (let count = 0; count < codeCount; count += 1) codes.push(yield* this.#readCode(used + 2));
    yield* this.#readSymbols(codes, Math.min(selectorCount, mostSelectors), used + 1);
    if (origin >= this.#length) refuse('data');
    this.#output.expect(this.#give(origin) === stored);
    return stored;
  }

  #usedBytes(): number {
    const bits = this.#bits;
    const groups = bits.take(16);
    let count = 0;
    for (let group = 0; group < 16; group += 1) {
      if ((groups & (0x8000 >> group)) === 0) continue;
      const members = bits.take(16);
      for (let member = 0; member < 16; member += 1) {
        if ((members & (0x8000 >> member)) === 0) continue;
        this.#front[count] = group * 16 + member;
        count += 1;
      }
    }
    return count;
  }

  /** Which code each group of symbols uses, as places in a list that moves to front. */
  *#readSelectors(codeCount: number, selectorCount: number): Steps {
    const bits = this.#bits;
    const order = Array.from({ length: codeCount }, (_, code) => code);
    for (let at = 0; at < selectorCount; at += 1) {
      yield* bits.want(8);
      let place = 0;
      while (bits.take(1) === 1) {
        place += 1;
        if (place >= codeCount) this.#bits.refuse('data');
      }
      bits.checkEnd();
      const [code = 0] = order.splice(place, 1);
      order.unshift(code);
      if (at < mostSelectors) this.#selectors[at] = code;
    }
  }

  *#readCode(symbols: number): Steps<Code> {
    const bits = this.#bits;
    const lengths = new Uint8Array(symbols);
    yield* bits.want(8);
    let length = bits.take(5);
    for (let symbol = 0; symbol < symbols; symbol += 1) {
      while (true) {
        yield* bits.want(8);
        if (length < 1 || length > 20) this.#bits.refuse('data');
        const goesOn = bits.take(1) === 1;
        if (goesOn) length += bits.take(1) === 1 ? -1 : 1;
        bits.checkEnd();
        if (!goesOn) break;
      }
      lengths[symbol] = length;
    }
    return codeOf(lengths) ?? bits.refuse('data');
  }

  *#readSymbols(codes: readonly Code[], groups: number, end: number): Steps {
    this.#length = 0;
    this.#digit = 0;
    this.#run = 0;
    this.#counts.fill(0);
    for (let group = 0; group < groups; group += 1) {
      yield* this.#bits.want(groupBytes);
      const code = codes[this.#selectors[group] ?? 0];
      if (code === undefined) return this.#bits.refuse('data');
      const ended = this.#readGroup(code, end);
      this.#bits.checkEnd();
      if (ended) return;
    }
    this.#bits.refuse('data');
  }

  /** True at the end of the block. */
  #readGroup(code: Code, end: number): boolean {
    const bits = this.#bits;
    const front = this.#front;
    for (let left = groupSize; left > 0; left -= 1) {
      const symbol = bits.symbol(code);
      if (symbol < 2) {
        // A run in digits one and two, lowest first.
        if (this.#digit === 0) this.#digit = 1;
        if (this.#digit > this.#size) this.#bits.refuse('data');
        this.#run += this.#digit << symbol;
        this.#digit <<= 1;
        continue;
      }
      if (this.#digit > 0) this.#endRun();
      if (symbol === end) return true;
      if (this.#length >= this.#size) this.#bits.refuse('size');
      const place = symbol - 1;
      const value = front[place] ?? 0;
      if (place < 16) for (let at = place; at > 0; at -= 1) front[at] = front[at - 1] ?? 0;
      else front.copyWithin(1, 0, place);
      front[0] = value;
      this.#counts[value] = (this.#counts[value] ?? 0) + 1;
      this.#column[this.#length] = value;
      this.#length += 1;
    }
    return false;
  }

  #endRun(): void {
    const value = this.#front[0] ?? 0;
    const end = this.#length + this.#run;
    if (end > this.#size) this.#bits.refuse('size');
    this.#column.fill(value, this.#length, end);
    this.#counts[value] = (this.#counts[value] ?? 0) + this.#run;
    this.#length = end;
    this.#run = 0;
    this.#digit = 0;
  }

  /** Undoes the transform and the run lengths; the CRC of what was given. */
  #give(origin: number): number {
    const column = this.#column;
    const length = this.#length;
    const starts = this.#counts;
    for (let value = 0, sum = 0; value < 256; value += 1) {
      const count = starts[value] ?? 0;
      starts[value] = sum;
      sum += count;
    }
    for (let at = 0; at < length; at += 1) {
      const value = (column[at] ?? 0) & 0xff;
      const place = starts[value] ?? 0;
      starts[value] = place + 1;
      column[place] = (column[place] ?? 0) | (at << 8);
    }
    const out = this.#out;
    let [to, crc, same, previous] = [0, -1, 0, -1];
    let next = (column[origin] ?? 0) >>> 8;
    for (let left = length; left > 0; left -= 1) {
      const pair = column[next] ?? 0;
      const value = pair & 0xff;
      next = pair >>> 8;
      if (to + 256 > outputSize) {
        crc = this.#flush(to, crc);
        to = 0;
      }
      if (same === runStart) {
        out.fill(previous, to, to + value);
        to += value;
        same = 0;
        previous = -1;
        continue;
      }
      same = value === previous ? same + 1 : 1;
      previous = value;
      out[to] = value;
      to += 1;
    }
    return ~this.#flush(to, crc) >>> 0;
  }

  #flush(size: number, crc: number): number {
    const bytes = this.#out.subarray(0, size);
    this.#output.give(bytes);
    return bzip2Crc(bytes, crc);
  }
}
