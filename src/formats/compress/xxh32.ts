/**
 * XXH32 with seed zero, fed forward, as the frames of LZ4 are checked.
 *
 * Source: Y. Collet, "XXH32 algorithm description" (xxhash_spec.md 0.1.1), steps 1 to 6.
 */
import { Stripes, wordAt } from './stripes.ts';

const stripe = 16;
const p1 = 0x9e37_79b1 | 0;
const p2 = 0x85eb_ca77 | 0;
const p3 = 0xc2b2_ae3d | 0;
const p4 = 0x27d4_eb2f | 0;
const p5 = 0x1656_67b1 | 0;

const rotate = (value: number, count: number): number => (value << count) | (value >>> (32 - count));

export class Xxh32 {
  readonly #lanes = Int32Array.of(p1 + p2, p2, 0, -p1);
  readonly #fed = new Stripes(stripe, (bytes, start, end) => this.#stripes(bytes, start, end));

  update(bytes: Uint8Array): void {
    this.#fed.update(bytes);
  }

  digest(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#lanes;
    let value = this.#fed.size < stripe ? p5 : rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18);
    value = (value + this.#fed.size) | 0;
    let at = 0;
    for (; at + 4 <= this.#fed.held; at += 4) {
      value = Math.imul(rotate((value + Math.imul(wordAt(this.#fed.rest, at), p3)) | 0, 17), p4);
    }
    for (; at < this.#fed.held; at += 1) {
      value = Math.imul(rotate((value + Math.imul(this.#fed.rest[at] ?? 0, p5)) | 0, 11), p1);
    }
    value = Math.imul(value ^ (value >>> 15), p2);
    value = Math.imul(value ^ (value >>> 13), p3);
    return (value ^ (value >>> 16)) >>> 0;
  }

  #stripes(bytes: Uint8Array, start: number, end: number): void {
    for (let lane = 0; lane < 4; lane += 1) {
      let value = this.#lanes[lane] ?? 0;
      for (let at = start + 4 * lane; at < end; at += stripe) {
        value = Math.imul(rotate((value + Math.imul(wordAt(bytes, at), p2)) | 0, 13), p1);
      }
      this.#lanes[lane] = value;
    }
  }
}

export function xxh32(bytes: Uint8Array): number {
  const hash = new Xxh32();
  hash.update(bytes);
  return hash.digest();
}
