/**
 * XXH64 with seed zero, fed forward, as Zstandard checks its frames.
 *
 * In halves of 32 bits, as wider integers of the language are many times slower.
 * Source: Y. Collet, "XXH64 algorithm description" (xxhash_spec.md 0.1.1), steps 1 to 6.
 */
import { Stripes, wordAt } from './stripes.ts';

const stripe = 32;
const primes = {
  p1: [0x9e37_79b1, 0x85eb_ca87],
  p2: [0xc2b2_ae3d, 0x27d4_eb4f],
  p3: [0x1656_67b1, 0x9e37_79f9],
  p4: [0x85eb_ca77, 0xc2b2_ae63],
  p5: [0x27d4_eb2f, 0x1656_67c5],
} as const;
type Prime = readonly [high: number, low: number];

const [p1High, p1Low] = primes.p1;
const [p2High, p2Low] = primes.p2;

/** Upper half of a product of two unsigned halves. */
function upper(a: number, b: number): number {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  const low = Math.imul(a0, b0) >>> 16;
  const middle = Math.imul(a0, b1);
  const other = Math.imul(a1, b0);
  const carry = (low + (middle & 0xffff) + (other & 0xffff)) >>> 16;
  return (Math.imul(a1, b1) + (middle >>> 16) + (other >>> 16) + carry) | 0;
}

/** One value of 64 bits that steps change in place. */
class Wide {
  high = 0;
  low = 0;

  set(high: number, low: number): this {
    this.high = high | 0;
    this.low = low | 0;
    return this;
  }

  add(high: number, low: number): this {
    const sum = (this.low >>> 0) + (low >>> 0);
    this.high = (this.high + high + (sum > 0xffff_ffff ? 1 : 0)) | 0;
    this.low = sum | 0;
    return this;
  }

  multiply([high, low]: Prime): this {
    this.high = (upper(this.low, low) + Math.imul(this.high, low) + Math.imul(this.low, high)) | 0;
    this.low = Math.imul(this.low, low);
    return this;
  }

  xor(high: number, low: number): this {
    this.high ^= high;
    this.low ^= low;
    return this;
  }

  rotate(count: number): this {
    const { high, low } = this;
    const by = count & 31;
    this.high = (high << by) | (low >>> (32 - by));
    this.low = (low << by) | (high >>> (32 - by));
    return this;
  }

  /** XORs with itself, shifted right. */
  fold(count: number): this {
    const { high, low } = this;
    const by = count & 31;
    return count < 32
      ? this.xor(high >>> by, (low >>> by) | (high << (32 - by)))
      : this.xor(0, by === 0 ? high : high >>> by);
  }
}

const round = (wide: Wide, high: number, low: number): Wide => {
  const word = new Wide().set(high, low).multiply(primes.p2);
  return wide.add(word.high, word.low).rotate(31).multiply(primes.p1);
};

export class Xxh64 {
  readonly #highs = new Int32Array(4);
  readonly #lows = new Int32Array(4);
  readonly #fed = new Stripes(stripe, (bytes, start, end) => this.#stripes(bytes, start, end));

  constructor() {
    const starts = [
      new Wide().add(...primes.p1).add(...primes.p2),
      new Wide().add(...primes.p2),
      new Wide(),
      new Wide().add(~p1High, ~p1Low).add(0, 1),
    ];
    for (const [lane, { high, low }] of starts.entries()) {
      this.#highs[lane] = high;
      this.#lows[lane] = low;
    }
  }

  update(bytes: Uint8Array): void {
    this.#fed.update(bytes);
  }

  /** Lower half of the hash. */
  digest32(): number {
    const wide = this.#merged();
    wide.add(Math.floor(this.#fed.size / 0x1_0000_0000), this.#fed.size % 0x1_0000_0000);
    const rest = this.#fed.rest;
    let at = 0;
    for (; at + 8 <= this.#fed.held; at += 8) {
      const word = round(new Wide(), wordAt(rest, at + 4), wordAt(rest, at));
      wide
        .xor(word.high, word.low)
        .rotate(27)
        .multiply(primes.p1)
        .add(...primes.p4);
    }
    if (at + 4 <= this.#fed.held) {
      const word = new Wide().set(0, wordAt(rest, at)).multiply(primes.p1);
      wide
        .xor(word.high, word.low)
        .rotate(23)
        .multiply(primes.p2)
        .add(...primes.p3);
      at += 4;
    }
    for (; at < this.#fed.held; at += 1) {
      const word = new Wide().set(0, rest[at] ?? 0).multiply(primes.p5);
      wide.xor(word.high, word.low).rotate(11).multiply(primes.p1);
    }
    wide.fold(33).multiply(primes.p2).fold(29).multiply(primes.p3).fold(32);
    return wide.low >>> 0;
  }

  #merged(): Wide {
    if (this.#fed.size < stripe) return new Wide().add(...primes.p5);
    const lane = (index: number): Wide => new Wide().set(this.#highs[index] ?? 0, this.#lows[index] ?? 0);
    const wide = new Wide();
    for (const [index, count] of [1, 7, 12, 18].entries()) {
      const { high, low } = lane(index).rotate(count);
      wide.add(high, low);
    }
    for (let index = 0; index < 4; index += 1) {
      const { high, low } = lane(index);
      const word = round(new Wide(), high, low);
      wide
        .xor(word.high, word.low)
        .multiply(primes.p1)
        .add(...primes.p4);
    }
    return wide;
  }

  /** The loop that all bytes go through; the steps of `round`, in local values. */
  #stripes(bytes: Uint8Array, start: number, end: number): void {
    for (let lane = 0; lane < 4; lane += 1) {
      let high = this.#highs[lane] ?? 0;
      let low = this.#lows[lane] ?? 0;
      for (let at = start + 8 * lane; at < end; at += stripe) {
        const wordLow = wordAt(bytes, at);
        const wordHigh = wordAt(bytes, at + 4);
        const addHigh = upper(wordLow, p2Low) + Math.imul(wordHigh, p2Low) + Math.imul(wordLow, p2High);
        const sum = (low >>> 0) + (Math.imul(wordLow, p2Low) >>> 0);
        high = (high + addHigh + (sum > 0xffff_ffff ? 1 : 0)) | 0;
        low = sum | 0;
        const turned = (high << 31) | (low >>> 1);
        low = (low << 31) | (high >>> 1);
        high = (upper(low, p1Low) + Math.imul(turned, p1Low) + Math.imul(low, p1High)) | 0;
        low = Math.imul(low, p1Low);
      }
      this.#highs[lane] = high;
      this.#lows[lane] = low;
    }
  }
}
