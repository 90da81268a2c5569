/**
 * Bits that Zstandard reads from the end of a stretch of bytes to its beginning.
 *
 * Source: RFC 8878 §4.1.2.3 (padding with one set bit), §4.1 (bit order).
 */
import { refuse } from './flow.ts';

export class BackwardBits {
  readonly bytes: Uint8Array;
  /** Bit of `bytes` at which the stretch begins. */
  readonly start: number;
  /** Bit behind the next one to read; below `start` where more was read than there is. */
  position: number;

  /** Four bytes behind `end` must be readable; what they are does not matter. */
  constructor(bytes: Uint8Array, from: number, end: number) {
    const last = end > from ? (bytes[end - 1] ?? 0) : 0;
    if (last === 0) refuse('data');
    this.bytes = bytes;
    this.start = from * 8;
    this.position = end * 8 - Math.clz32(last) + 23;
  }

  get left(): number {
    return this.position - this.start;
  }

  /** Up to 25 bits. Beyond the beginning there are none, which `left` says afterwards. */
  take(count: number): number {
    this.position -= count;
    const { position, bytes } = this;
    if (position < this.start) return 0;
    const at = position >>> 3;
    const word =
      (bytes[at] ?? 0) |
      ((bytes[at + 1] ?? 0) << 8) |
      ((bytes[at + 2] ?? 0) << 16) |
      ((bytes[at + 3] ?? 0) << 24);
    return (word >>> (position & 7)) & ((1 << count) - 1);
  }

  /** Up to 31 bits. */
  takeMany(count: number): number {
    if (count <= 24) return this.take(count);
    const high = this.take(count - 16);
    return (high << 16) | this.take(16);
  }
}
