/**
 * The compressed bytes that a decoder has not read yet.
 *
 * Bounded: what is held is one piece and what the decoder waits for. Beyond `end` stand at least `padding` bytes, so
 * that loops may look ahead without asking; what they find there is no data, and who went beyond `end` has to say so.
 */
import { Halt, type Steps } from './flow.ts';

const padding = 32;
/** Bytes of a piece that are taken at once. */
export const longestPiece = 64 << 10;

export class Input {
  bytes: Uint8Array;
  /** Of the next byte. */
  at = 0;
  end = 0;
  /** Nothing comes after `end`. */
  ended = false;
  /** Of bytes[0] in the stream. */
  #before = 0;

  constructor(expected: number = longestPiece) {
    this.bytes = new Uint8Array(Math.min(expected, longestPiece) + padding);
  }

  /** Bytes that are there. */
  get left(): number {
    return this.end - this.at;
  }

  /** Bytes of the stream that were read. */
  get offset(): number {
    return this.#before + Math.min(this.at, this.end);
  }

  append(piece: Uint8Array): void {
    if (this.end + piece.length + padding > this.bytes.length) this.#makeRoom(piece.length);
    this.bytes.set(piece, this.end);
    this.end += piece.length;
  }

  finish(): void {
    this.ended = true;
    this.bytes.fill(0, this.end);
  }

  /** Waits for `count` bytes; false where the stream ends before. */
  *want(count: number): Steps<boolean> {
    while (this.left < count) {
      if (this.ended) return false;
      yield;
    }
    return true;
  }

  /** Waits for `count` bytes without which the stream is truncated. */
  *need(count: number): Steps {
    while (this.left < count) {
      if (this.ended) throw new Halt('truncated');
      yield;
    }
  }

  /** The next byte, which must be there, or is a zero beyond the end. */
  byte(): number {
    const value = this.at < this.end ? (this.bytes[this.at] ?? 0) : 0;
    this.at += 1;
    return value;
  }

  u16(): number {
    const low = this.byte();
    return low | (this.byte() << 8);
  }

  u32(): number {
    const low = this.u16();
    return low + this.u16() * 0x1_0000;
  }

  /** As number: exact below 2^53, and above too large to be believed anyway. */
  u64(): number {
    const low = this.u32();
    return low + this.u32() * 0x1_0000_0000;
  }

  /** The next `count` bytes, good until the next wait. */
  slice(count: number): Uint8Array {
    const { at } = this;
    this.at += count;
    return this.bytes.subarray(at, this.at);
  }

  /** Whether the bytes stand next. They must be there. */
  startsWith(magic: readonly number[]): boolean {
    return magic.every((value, index) => this.bytes[this.at + index] === value);
  }

  #makeRoom(count: number): void {
    const rest = this.bytes.subarray(this.at, this.end);
    const wanted = rest.length + count + padding;
    if (wanted > this.bytes.length) {
      const larger = new Uint8Array(Math.max(wanted, this.bytes.length * 2));
      larger.set(rest);
      this.bytes = larger;
    } else this.bytes.set(rest);
    this.#before += this.at;
    this.end -= this.at;
    this.at = 0;
  }
}
