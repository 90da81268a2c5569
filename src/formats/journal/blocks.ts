/**
 * A file that is read here and there, in larger blocks of which the last used are kept.
 *
 * Why: objects of a journal have some hundred bytes each and point all over the file; asked one by one they would cost
 * a system call each. `seek` sets `bytes`, `words` and `at`, which hold until the next `seek`, or longer (`hold`): what
 * is read goes into the buffer of the block that was not used for longest, for memory that is fresh costs more than the
 * bytes. All numbers of a journal stand at multiples of four, so they are read as words; on a machine that is
 * little-endian, as all that Bun runs on are. Units: bytes.
 */
import type { RandomAccess } from '../random-access.ts';

interface Block {
  readonly base: number;
  readonly bytes: Uint8Array;
  /** The same bytes. */
  readonly words: Int32Array;
}

const blockSize = 1 << 18;
/** 16 MiB. */
const mostBlocks = 64;

/** Bytes as words, zeros behind the last; copied where they do not begin and end at a multiple of four. */
export function wordsOf(bytes: Uint8Array): Int32Array {
  if (bytes.byteOffset % 4 === 0 && bytes.length % 4 === 0)
    return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const padded = new Uint8Array(bytes.length + ((4 - (bytes.length % 4)) % 4));
  padded.set(bytes);
  return new Int32Array(padded.buffer);
}

const blockOf = (base: number, bytes: Uint8Array): Block => ({ base, bytes, words: wordsOf(bytes) });

export class Blocks {
  /** Bytes of the file. */
  readonly size: number;
  bytes: Uint8Array;
  words: Int32Array;
  /** Where in `bytes` what was sought begins. */
  at = 0;
  readonly #file: RandomAccess;
  /** In the order of their use, the oldest first. */
  readonly #kept = new Map<number, Block>();
  #block: Block;
  #held: Block | undefined;

  constructor(file: RandomAccess, size: number) {
    this.#file = file;
    this.size = size;
    this.#block = blockOf(-blockSize, new Uint8Array(0));
    this.bytes = this.#block.bytes;
    this.words = this.#block.words;
  }

  /** `offset` is a multiple of four. False where the file does not hold all of it. */
  seek(offset: number, length: number): boolean {
    let block = this.#block;
    let at = offset - block.base;
    if (at < 0 || at >= blockSize) {
      if (!(offset >= 0 && offset + length <= this.size)) return false;
      block = this.#load(offset - (offset % blockSize));
      at = offset - block.base;
    }
    if (at + length <= block.bytes.length) {
      this.bytes = block.bytes;
      this.words = block.words;
      this.at = at;
      return true;
    }
    if (!(offset + length <= this.size)) return false;
    const joined = blockOf(offset, this.#file.read(offset, length));
    if (joined.bytes.length < length) return false;
    this.bytes = joined.bytes;
    this.words = joined.words;
    this.at = 0;
    return true;
  }

  /** What was sought stays as it is until the next call of this. */
  hold(): void {
    this.#held = this.#block;
  }

  /** 4 bytes at `at + index` of what was sought. */
  word(index: number): number {
    return (this.words[(this.at + index) >> 2] ?? 0) >>> 0;
  }

  /** 8 bytes; not exact over 2^53, where no offset or time is. */
  long(index: number): number {
    return this.word(index + 4) * 4_294_967_296 + this.word(index);
  }

  #load(base: number): Block {
    let block = this.#kept.get(base);
    if (block === undefined) {
      const length = Math.min(blockSize, this.size - base);
      block = blockOf(base, this.#file.read(base, length, this.#freed()));
    } else this.#kept.delete(base);
    this.#kept.set(base, block);
    this.#block = block;
    return block;
  }

  /** Where too many are kept, that of the block that was not used for longest. */
  #freed(): Uint8Array | undefined {
    const oldest = this.#kept.size < mostBlocks ? undefined : this.#kept.values().next().value;
    if (oldest === undefined) return undefined;
    this.#kept.delete(oldest.base);
    return oldest === this.#held ? undefined : oldest.bytes;
  }
}
