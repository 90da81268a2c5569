/**
 * Data objects of a journal: one `FIELD=value` each, which all entries with that value share.
 *
 * Values that several entries have are read once and kept; what nobody asked for is passed over without becoming
 * text. Values are Latin-1, one character a byte, and cut at 64 KiB. Each value that is given was checked against its
 * hash, but for times of the sender. Source: systemd docs/JOURNAL_FILE_FORMAT.md, "Data Objects"; src/basic/compress.c (the size before LZ4).
 */
import { type Blocks, wordsOf } from './blocks.ts';
import { hashed, jenkinsHash, sipHash, sipKey } from './hash.ts';
import { compression, type JournalHead, objectHead, objectSize, objectType } from './layout.ts';
import type { Problems } from './problems.ts';

/**
 * Decompressors of what stands in an object: a stream of xz, a frame of Zstandard, or the size of the content in
 * eight bytes and a block of LZ4. Each gives at most `limit` bytes, and nothing where the bytes are broken.
 */
export interface Decompress {
  readonly xz: (bytes: Uint8Array, limit: number) => Uint8Array | undefined;
  readonly lz4: (bytes: Uint8Array, limit: number) => Uint8Array | undefined;
  readonly zstd: (bytes: Uint8Array, limit: number) => Uint8Array | undefined;
}

export interface Datum {
  /** Index among the fields that were asked for; -1 where it is none of them. */
  readonly field: number;
  readonly text: string;
  /** Its halves, signed. */
  readonly hashLow: number;
  readonly hashHigh: number;
}

const mostName = 64;
const mostValue = 65_536;
/** Bytes of one value that are read, and checked. */
const mostPayload = 8 << 20;
const mostKept = 65_536;
const mostKeptBytes = 16 << 20;
const equals = 0x3d;

interface Wanted {
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly unchecked: boolean;
}

/** Each entry has its own, and hashing them all costs more than they tell. */
const unchecked: ReadonlySet<string> = new Set(['_SOURCE_REALTIME_TIMESTAMP', '_SOURCE_MONOTONIC_TIMESTAMP']);

const nameHash = (bytes: Uint8Array): number => {
  let hash = 0;
  for (const byte of bytes) hash = (Math.imul(hash, 31) + byte) | 0;
  return hash;
};

export class DataReader {
  readonly #blocks: Blocks;
  readonly #problems: Problems;
  /** Where the hashes are keyed. */
  readonly #key: Int32Array | undefined;
  readonly #decompress: Decompress;
  readonly #payloadAt: number;
  readonly #wanted = new Map<number, Wanted>();
  /** By the object's place. */
  readonly #kept = new Map<number, Datum>();
  #keptBytes = 0;
  /** Bytes that may still be looked at. */
  #room: number;

  constructor(
    blocks: Blocks,
    head: JournalHead,
    wanted: readonly string[],
    decompress: Decompress,
    problems: Problems,
  ) {
    this.#blocks = blocks;
    this.#key = head.keyedHash ? sipKey(head.fileId) : undefined;
    this.#problems = problems;
    this.#decompress = decompress;
    this.#payloadAt = head.compact ? 72 : 64;
    this.#room = blocks.size * 8 + (64 << 20);
    for (const [index, name] of wanted.entries()) {
      const bytes = Buffer.from(name, 'latin1');
      this.#wanted.set(nameHash(bytes), { index, bytes, unchecked: unchecked.has(name) });
    }
  }

  /** `place` is its offset in units of eight bytes, below 2^31. Undefined where there is none, which is noted. */
  read(place: number): Datum | undefined {
    return this.#kept.get(place) ?? this.#load(place);
  }

  /** The file makes more work than its size allows. */
  get exhausted(): boolean {
    return this.#room < 0;
  }

  #load(place: number): Datum | undefined {
    const offset = place * 8;
    const blocks = this.#blocks;
    const payloadAt = this.#payloadAt;
    const size = objectSize(blocks, offset, objectType.data);
    if (size <= payloadAt) {
      this.#problems.note('data-broken', offset);
      return undefined;
    }
    const length = Math.min(size - payloadAt, mostPayload);
    const begun = Math.min(length, mostName + 1);
    if (!blocks.seek(offset, payloadAt + begun)) return undefined;
    const flags = (blocks.bytes[blocks.at + 1] ?? 0) & 7;
    const hashLow = blocks.word(objectHead) | 0;
    const hashHigh = blocks.word(objectHead + 4) | 0;
    const isShared = blocks.word(56) !== 1;
    const nameAt = blocks.at + payloadAt;
    // Of an object that is not compressed, the name alone tells.
    let wanted = flags === 0 ? this.#fieldAt(blocks.bytes, nameAt, nameAt + begun) : undefined;
    const nameOnly = flags === 0 && wanted === undefined;
    this.#room -= nameOnly ? payloadAt : payloadAt + length;
    if (nameOnly) return this.#keep(place, { field: -1, text: '', hashLow, hashHigh }, isShared);
    if (!blocks.seek(offset, payloadAt + length)) return undefined;
    const start = blocks.at + payloadAt;
    let { bytes, words } = blocks;
    let from = start;
    let end = start + length;
    if (flags !== 0) {
      const plain = this.#plain(bytes.subarray(start, end), flags);
      if (plain === undefined) {
        this.#problems.note('compressed-unread', offset);
        return this.#keep(place, { field: -1, text: '', hashLow, hashHigh }, isShared);
      }
      this.#room -= plain.length;
      bytes = plain;
      words = wordsOf(plain);
      from = 0;
      end = plain.length;
      wanted = this.#fieldAt(plain, 0, end);
    }
    if (wanted === undefined) return this.#keep(place, { field: -1, text: '', hashLow, hashHigh }, isShared);
    if (end - from < mostPayload && !wanted.unchecked)
      this.#check(words, from, end, offset, hashLow, hashHigh);
    const valueAt = from + wanted.bytes.length + 1;
    const text = Buffer.prototype.latin1Slice.call(bytes, valueAt, Math.min(end, valueAt + mostValue));
    return this.#keep(place, { field: wanted.index, text, hashLow, hashHigh }, isShared);
  }

  #keep(place: number, datum: Datum, isShared: boolean): Datum {
    if (!isShared) return datum;
    this.#keptBytes += datum.text.length;
    if (this.#kept.size >= mostKept || this.#keptBytes > mostKeptBytes) {
      this.#kept.clear();
      this.#keptBytes = datum.text.length;
    }
    this.#kept.set(place, datum);
    return datum;
  }

  #fieldAt(bytes: Uint8Array, start: number, end: number): Wanted | undefined {
    let hash = 0;
    const last = Math.min(end, start + mostName + 1);
    for (let at = start; at < last; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte !== equals) {
        hash = (Math.imul(hash, 31) + byte) | 0;
        continue;
      }
      const found = this.#wanted.get(hash);
      if (found === undefined || found.bytes.length !== at - start) return undefined;
      for (let index = 0; index < found.bytes.length; index += 1)
        if (found.bytes[index] !== bytes[start + index]) return undefined;
      return found;
    }
    return undefined;
  }

  #plain(bytes: Uint8Array, flags: number): Uint8Array | undefined {
    switch (flags) {
      case compression.xz:
        return this.#decompress.xz(bytes, mostPayload);
      case compression.zstd:
        return this.#decompress.zstd(bytes, mostPayload);
      case compression.lz4:
        return this.#decompress.lz4(bytes, mostPayload);
      default:
        return undefined;
    }
  }

  #check(
    words: Int32Array,
    from: number,
    end: number,
    offset: number,
    hashLow: number,
    hashHigh: number,
  ): void {
    if (this.#key !== undefined) sipHash(this.#key, words, from, end);
    else jenkinsHash(words, from, end);
    if ((hashed.low | 0) !== hashLow || (hashed.high | 0) !== hashHigh)
      this.#problems.note('hash-wrong', offset);
  }
}
