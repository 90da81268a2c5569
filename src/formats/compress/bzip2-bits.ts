/** Bits of a bzip2 stream, highest first, with the codes of its symbols. Source: as bzip2.ts. */
import { type Flaw, Halt, refuse, type Steps } from './flow.ts';
import type { Input } from './input.ts';

const longestCode = 20;
const quickBits = 10;

/** One canonical code: quick table of `symbol << 5 | length`, and limits for codes longer than that. */
export interface Code {
  readonly quick: Uint16Array;
  /** By length: first code beyond those of the length, aligned to 20 bits. */
  readonly limits: Int32Array;
  /** By length: what to take from a code for its place in `symbols`. */
  readonly offsets: Int32Array;
  readonly symbols: Uint16Array;
}

/** Lengths are 1 to 20. Undefined when they give more codes than there can be. */
export function codeOf(lengths: Uint8Array): Code | undefined {
  const counts = new Int32Array(longestCode + 1);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  const limits = new Int32Array(longestCode + 1);
  const offsets = new Int32Array(longestCode + 1);
  const symbols = new Uint16Array(lengths.length);
  const quick = new Uint16Array(1 << quickBits);
  let [code, place] = [0, 0];
  for (let length = 1; length <= longestCode; length += 1) {
    offsets[length] = place - code;
    for (let symbol = 0; symbol < lengths.length; symbol += 1) {
      if (lengths[symbol] !== length) continue;
      if (length <= quickBits) {
        const start = code << (quickBits - length);
        quick.fill((symbol << 5) | length, start, start + (1 << (quickBits - length)));
      }
      symbols[place] = symbol;
      place += 1;
      code += 1;
    }
    if (code > 1 << length) return undefined;
    limits[length] = code << (longestCode - length);
    code <<= 1;
  }
  return { quick, limits, offsets, symbols };
}

export class Bits {
  readonly #input: Input;
  #held = 0;
  #count = 0;

  constructor(input: Input) {
    this.#input = input;
  }

  /** Up to 24 bits. They must have been waited for. */
  take(count: number): number {
    while (this.#count < count) this.#fill();
    this.#count -= count;
    return (this.#held >>> this.#count) & ((1 << count) - 1);
  }

  take32(): number {
    const high = this.take(16);
    return ((high << 16) | this.take(16)) >>> 0;
  }

  /** Waits for `count` bytes, or for the end. */
  *want(count: number): Steps {
    if (this.#input.left < count) yield* this.#input.want(count);
  }

  symbol({ quick, limits, offsets, symbols }: Code): number {
    while (this.#count < longestCode) this.#fill();
    const next = (this.#held >>> (this.#count - longestCode)) & ((1 << longestCode) - 1);
    const found = quick[next >>> (longestCode - quickBits)] ?? 0;
    if (found !== 0) {
      this.#count -= found & 31;
      return found >>> 5;
    }
    let length = quickBits + 1;
    while (length <= longestCode && next >= (limits[length] ?? 0)) length += 1;
    if (length > longestCode) this.refuse('data');
    this.#count -= length;
    return symbols[(next >>> (longestCode - length)) + (offsets[length] ?? 0)] ?? 0;
  }

  /** Ends the reading where what was taken is beyond the end. */
  checkEnd(): void {
    if (this.#input.at - (this.#count >> 3) > this.#input.end) throw new Halt('truncated');
  }

  /** Ends the reading at what cannot be; where bits from beyond the end are in it, it is only truncated. */
  refuse(flaw: Flaw): never {
    if (this.#input.at > this.#input.end) throw new Halt('truncated');
    return refuse(flaw);
  }

  /** Drops what is left of the byte and gives whole bytes back. */
  align(): void {
    this.#input.at -= this.#count >> 3;
    this.#count = 0;
  }

  #fill(): void {
    this.#held = (this.#held << 8) | this.#input.byte();
    this.#count += 8;
  }
}
