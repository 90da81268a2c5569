/**
 * The bins of a hive in blocks of 64 KiB, of which a bounded number is in memory, with the pages of the logs laid over
 * them; and the cell that was opened last.
 *
 * A cell is opened by its offset and then read through `bytes`, `words` and `at`, until the next one is opened: a hive has
 * millions of them, and an object for each would cost more than reading it.
 * Source: Maxim Suhanov, "Windows registry file format specification", hive bin and cell.
 */
import type { RandomAccess } from '../random-access.ts';
import { binsOffset } from './base-block.ts';
import type { FlawLog } from './flaws.ts';
import type { LoggedPage } from './recovery.ts';

const blockShift = 16;
const blockSize = 1 << blockShift;
/** 16 MiB. */
const mostBlocks = 256;

interface Block {
  readonly bytes: Uint8Array;
  /** The same bytes as numbers of four bytes, lowest first, which is the order of every machine that we run on. */
  readonly words: Uint32Array;
}

const noBlock: Block = { bytes: new Uint8Array(0), words: new Uint32Array(0) };

export class HivePages {
  readonly #access: RandomAccess;
  readonly #flaws: FlawLog;
  readonly #logged = new Map<number, LoggedPage[]>();
  /** In the order in which they came, which is the order in which they go. */
  readonly #blocks = new Map<number, Block>();
  #lastIndex = -1;
  #last: Block = noBlock;

  /** The content of the open cell begins at `at` of `bytes` and has `size` bytes there; `words` are the same bytes. */
  bytes: Uint8Array = noBlock.bytes;
  words: Uint32Array = noBlock.words;
  at = 0;
  size = 0;
  /** It is marked as not in use. */
  free = false;

  constructor(access: RandomAccess, logged: readonly LoggedPage[], flaws: FlawLog) {
    this.#access = access;
    this.#flaws = flaws;
    for (const page of logged) {
      const last = (page.at + page.size - 1) >>> blockShift;
      for (let index = page.at >>> blockShift; index <= last; index += 1) {
        const own = this.#logged.get(index);
        if (own === undefined) this.#logged.set(index, [page]);
        else own.push(page);
      }
    }
  }

  /** @param old room of a block that goes: whoever opened a cell in it has read it by now */
  #read(index: number, old: Block | undefined): Block {
    const start = index * blockSize;
    const whole = old?.bytes.length === blockSize ? old.bytes : new Uint8Array(blockSize);
    const read = this.#access.read(binsOffset + start, blockSize);
    whole.set(read);
    // Between the end of the file and what a log adds behind it lies nothing.
    if (whole === old?.bytes) whole.fill(0, read.length);
    let length = read.length;
    for (const { at, size, log, from } of this.#logged.get(index) ?? []) {
      const begin = Math.max(at, start);
      const end = Math.min(at + size, start + blockSize);
      const bytes = log.read(from + begin - at, end - begin);
      whole.set(bytes, begin - start);
      length = Math.max(length, begin - start + bytes.length);
    }
    if (length === 0) return noBlock;
    if (old !== undefined && whole === old.bytes && length === blockSize) return old;
    return { bytes: whole.subarray(0, length), words: new Uint32Array(whole.buffer, 0, length >> 2) };
  }

  #block(index: number): Block {
    if (index === this.#lastIndex) return this.#last;
    let block = this.#blocks.get(index);
    if (block === undefined) {
      block = this.#read(index, this.#oldest());
      this.#blocks.set(index, block);
    }
    this.#lastIndex = index;
    this.#last = block;
    return block;
  }

  /** Where there are as many as there may be, the one that came first, taken out. */
  #oldest(): Block | undefined {
    if (this.#blocks.size < mostBlocks) return undefined;
    const [index] = this.#blocks.keys();
    if (index === undefined) return undefined;
    const block = this.#blocks.get(index);
    this.#blocks.delete(index);
    return block;
  }

  /** The number at an offset that is a multiple of four; undefined past the end. */
  word(offset: number): number | undefined {
    return this.#block(offset >>> blockShift).words[(offset & (blockSize - 1)) >> 2];
  }

  /**
   * Opens the cell at an offset. False, with a flaw, where none is: not on its boundary, past the end, of no size. A cell that
   * the end of the hive cuts is opened with what is there.
   */
  open(offset: number): boolean {
    if ((offset & 7) !== 0) {
      this.#flaws.add('cell', offset);
      return false;
    }
    const block = this.#block(offset >>> blockShift);
    const at = offset & (blockSize - 1);
    const raw = (block.words[at >> 2] ?? 0) | 0;
    const size = raw < 0 ? -raw : raw;
    if (size < 8 || (size & 7) !== 0) {
      this.#flaws.add(at + 4 > block.bytes.length ? 'truncated' : 'cell', offset);
      return false;
    }
    this.free = raw > 0;
    this.size = size - 4;
    if (at + size <= block.bytes.length) {
      this.bytes = block.bytes;
      this.words = block.words;
      this.at = at + 4;
      return true;
    }
    return this.#openAcross(offset);
  }

  /** A cell over the edge of a block is put together; of a large one its beginning, the rest is read by `copy`. */
  #openAcross(offset: number): boolean {
    const bytes = this.copy(offset + 4, Math.min(this.size, 2 * blockSize));
    const aligned = new Uint8Array((bytes.length + 3) & ~3);
    aligned.set(bytes);
    if (bytes.length < Math.min(this.size, 2 * blockSize)) {
      this.#flaws.add('truncated', offset);
      this.size = bytes.length;
    }
    this.bytes = aligned.subarray(0, bytes.length);
    this.words = new Uint32Array(aligned.buffer);
    this.at = 0;
    return true;
  }

  /** A copy of bytes wherever they stand; fewer at the end. */
  copy(offset: number, length: number): Uint8Array {
    const first = this.#block(offset >>> blockShift);
    const at = offset & (blockSize - 1);
    if (at + length <= first.bytes.length) return first.bytes.slice(at, at + length);
    // What is claimed is not made room for before it is seen.
    const parts: Uint8Array[] = [];
    let done = 0;
    while (done < length) {
      const { bytes } = this.#block((offset + done) >>> blockShift);
      const from = (offset + done) & (blockSize - 1);
      const part = bytes.slice(from, Math.min(bytes.length, from + length - done));
      if (part.length === 0) break;
      parts.push(part);
      done += part.length;
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  }
}
