/**
 * Data objects of a journal: one `FIELD=value` each, which all entries with that value share.
 *
 * Values that several entries have are read once and kept; what nobody asked for is passed over without becoming
 * text, and what is asked for as a number becomes none either. Values are Latin-1, one character a byte, and cut at
 * 64 KiB. Each value that is given was checked against its hash, but for times of the sender.
 * What was read stands in arrays by its slot, a hash table of places: objects and a Map of them took half as long again
 * as all the rest of finding a field. Source: systemd docs/JOURNAL_FILE_FORMAT.md, "Data Objects"; src/basic/compress.c (the size before LZ4).
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
  /** The same sooner, of a whole frame: what it gives is the content only where its hash is the object's. */
  readonly quickZstd?: (bytes: Uint8Array, limit: number) => Uint8Array | undefined;
}

const mostName = 64;
const mostValue = 65_536;
/** Bytes of one value that are read, and checked. */
const mostPayload = 8 << 20;
const mostSlots = 1 << 17;
const leastSlots = 1 << 10;
const mostKeptBytes = 16 << 20;
const mostDigits = 16;
/** Knuth, The Art of Computer Programming 3, §6.4: the golden ratio of 2^32. */
const spread = 0x9e3779b1 | 0;
/** systemd has no entry with more fields. */
export const mostItems = 1024;

/** Fields that are asked for: first those that are text, then those that are numbers. */
export interface WantedFields {
  readonly texts: readonly string[];
  readonly numbers: readonly string[];
}

/** `NAME=`, as it stands at the beginning of an object: in words, of which the last is a part. */
interface Name {
  readonly words: Int32Array;
  readonly lastMask: number;
  readonly length: number;
  readonly unchecked: boolean;
}

/** Each entry has its own, and hashing them all costs more than they tell. */
const unchecked: ReadonlySet<string> = new Set(['_SOURCE_REALTIME_TIMESTAMP', '_SOURCE_MONOTONIC_TIMESTAMP']);

function nameOf(name: string): Name {
  const bytes = Buffer.from(`${name}=`, 'latin1');
  const { length } = bytes;
  const words = wordsOf(Uint8Array.from(bytes));
  return {
    words,
    lastMask: length % 4 === 0 ? -1 : (1 << ((length % 4) * 8)) - 1,
    length,
    unchecked: unchecked.has(name),
  };
}

function isNamed(
  { words: name, lastMask, length: bytes }: Name,
  words: Int32Array,
  start: number,
  length: number,
): boolean {
  if (length < bytes) return false;
  const last = name.length - 1;
  for (let index = 0; index < last; index += 1) if (words[start + index] !== name[index]) return false;
  return (((words[start + last] ?? 0) ^ (name[last] ?? 0)) & lastMask) === 0;
}

const slotsOf = (bytes: number): number => {
  let slots = leastSlots;
  // An object has 72 bytes at least, and half of the slots stay free.
  while (slots < mostSlots && slots * 36 < bytes) slots *= 2;
  return slots;
};

/** Whole numbers as journald writes them; NaN for what is none, or longer than 16 digits. */
function numberAt(bytes: Uint8Array, start: number, end: number): number {
  if (end <= start || end - start > mostDigits) return Number.NaN;
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

export class DataReader {
  /** Of each slot the index among the fields that were asked for, texts first; -1 where it is none of them. */
  readonly fields: Int16Array;
  readonly texts: string[];
  readonly numbers: Float64Array;
  /** The halves of its hash, signed. */
  readonly hashLow: Int32Array;
  readonly hashHigh: Int32Array;
  /** Where the fields of the entry before stand, in units of eight bytes, and their slots; -1 where there are none. */
  readonly places = new Int32Array(mostItems);
  readonly slots = new Int32Array(mostItems).fill(-1);
  readonly #blocks: Blocks;
  readonly #problems: Problems;
  /** Where the hashes are keyed. */
  readonly #key: Int32Array | undefined;
  readonly #decompress: Decompress;
  readonly #payloadAt: number;
  readonly #names: readonly Name[];
  /** The first word of each name, and which of its bytes count. */
  readonly #firsts: Int32Array;
  readonly #firstMasks: Int32Array;
  readonly #textCount: number;
  /** Places by their hash; 0 is none, for a file does not begin with an object. Their slots lie behind those of one entry. */
  readonly #keys: Int32Array;
  readonly #shift: number;
  #kept = 0;
  #keptBytes = 0;
  /** Bytes that may still be looked at. */
  #room: number;

  constructor(
    blocks: Blocks,
    head: JournalHead,
    { texts, numbers }: WantedFields,
    decompress: Decompress,
    problems: Problems,
  ) {
    this.#blocks = blocks;
    this.#key = head.keyedHash ? sipKey(head.fileId) : undefined;
    this.#problems = problems;
    this.#decompress = decompress;
    this.#payloadAt = head.compact ? 72 : 64;
    this.#room = blocks.size * 8 + (64 << 20);
    this.#names = [...texts, ...numbers].map(nameOf);
    this.#firstMasks = Int32Array.from(this.#names, ({ words, lastMask }) =>
      words.length === 1 ? lastMask : -1,
    );
    this.#firsts = Int32Array.from(this.#names, ({ words }) => words[0] ?? 0);
    this.#textCount = texts.length;
    const slots = slotsOf(blocks.size);
    this.#keys = new Int32Array(slots);
    this.#shift = Math.clz32(slots) + 1;
    this.fields = new Int16Array(mostItems + slots);
    this.hashLow = new Int32Array(mostItems + slots);
    this.hashHigh = new Int32Array(mostItems + slots);
    this.numbers = new Float64Array(mostItems + slots);
    this.texts = Array.from({ length: mostItems + slots }, () => '');
  }

  /**
   * The slot of the object at `place`, its offset in units of eight bytes, below 2^31; it holds until the next entry.
   * -1 where there is none, which is noted. What no other entry has is kept in the slot of that item of the entry.
   */
  find(place: number, item: number): number {
    const keys = this.#keys;
    const last = keys.length - 1;
    let at = Math.imul(place, spread) >>> this.#shift;
    for (let key = keys[at] ?? 0; key !== 0; key = keys[at] ?? 0) {
      if (key === place) return mostItems + at;
      at = (at + 1) & last;
    }
    return this.#load(place, item);
  }

  /** The file makes more work than its size allows. */
  get exhausted(): boolean {
    return this.#room < 0;
  }

  #load(place: number, item: number): number {
    const offset = place * 8;
    const blocks = this.#blocks;
    const payloadAt = this.#payloadAt;
    const size = objectSize(blocks, offset, objectType.data);
    if (size <= payloadAt) {
      this.#problems.note('data-broken', offset);
      return -1;
    }
    const length = Math.min(size - payloadAt, mostPayload);
    const begun = Math.min(length, mostName + 1);
    if (!blocks.seek(offset, payloadAt + begun)) return -1;
    const flags = (blocks.bytes[blocks.at + 1] ?? 0) & 7;
    const low = blocks.word(objectHead) | 0;
    const high = blocks.word(objectHead + 4) | 0;
    const isShared = blocks.word(56) !== 1;
    // Of an object that is not compressed, the name alone tells.
    let field = flags === 0 ? this.#fieldAt(blocks.words, blocks.at + payloadAt, begun) : -1;
    const nameOnly = flags === 0 && field < 0;
    this.#room -= nameOnly ? payloadAt : payloadAt + length;
    if (!nameOnly && length > begun && !blocks.seek(offset, payloadAt + length)) return -1;
    let { bytes, words } = blocks;
    let from = blocks.at + payloadAt;
    let end = from + length;
    let isChecked = false;
    if (flags !== 0) {
      const packed = bytes.subarray(from, end);
      const quick = flags === compression.zstd ? this.#quick(packed, low, high) : undefined;
      isChecked = quick !== undefined;
      const plain = quick ?? this.#plain(packed, flags);
      if (plain === undefined) this.#problems.note('compressed-unread', offset);
      else {
        this.#room -= plain.length;
        bytes = plain;
        words = wordsOf(plain);
        from = 0;
        end = plain.length;
        field = this.#fieldAt(words, 0, end);
      }
    }
    const name = this.#names[field];
    let text = '';
    let number = Number.NaN;
    if (name !== undefined) {
      const isToBeChecked = !isChecked && !name.unchecked && end - from < mostPayload;
      if (isToBeChecked && !this.#fits(words, from, end, low, high))
        this.#problems.note('hash-wrong', offset);
      const valueAt = from + name.length;
      if (field >= this.#textCount) number = numberAt(bytes, valueAt, end);
      else text = Buffer.prototype.latin1Slice.call(bytes, valueAt, Math.min(end, valueAt + mostValue));
    }
    const slot = isShared ? this.#keep(place, text.length) : item;
    this.fields[slot] = field;
    this.texts[slot] = text;
    this.numbers[slot] = number;
    this.hashLow[slot] = low;
    this.hashHigh[slot] = high;
    return slot;
  }

  /** A slot for what is read at `place`; where too much is kept, all of it is forgotten first. */
  #keep(place: number, bytes: number): number {
    const keys = this.#keys;
    const last = keys.length - 1;
    this.#kept += 1;
    this.#keptBytes += bytes;
    if (this.#kept * 2 > keys.length || this.#keptBytes > mostKeptBytes) {
      keys.fill(0);
      this.places.fill(0);
      this.slots.fill(-1);
      this.#kept = 1;
      this.#keptBytes = bytes;
    }
    let at = Math.imul(place, spread) >>> this.#shift;
    while ((keys[at] ?? 0) !== 0) at = (at + 1) & last;
    keys[at] = place;
    return mostItems + at;
  }

  /** Which field that was asked for begins at `at`, a multiple of four, or -1. */
  #fieldAt(words: Int32Array, at: number, length: number): number {
    const firsts = this.#firsts;
    const masks = this.#firstMasks;
    const start = at >> 2;
    const first = words[start] ?? 0;
    for (let index = 0; index < firsts.length; index += 1) {
      if (((first ^ (firsts[index] ?? 0)) & (masks[index] ?? -1)) !== 0) continue;
      const name = this.#names[index];
      if (name !== undefined && isNamed(name, words, start, length)) return index;
    }
    return -1;
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

  /** The content of a frame, where its hash says that it is that. */
  #quick(packed: Uint8Array, low: number, high: number): Uint8Array | undefined {
    const plain = this.#decompress.quickZstd?.(packed, mostPayload - 1);
    if (plain === undefined) return undefined;
    return this.#fits(wordsOf(plain), 0, plain.length, low, high) ? plain : undefined;
  }

  /** Whether that is the hash of the bytes. */
  #fits(words: Int32Array, from: number, end: number, low: number, high: number): boolean {
    if (this.#key !== undefined) sipHash(this.#key, words, from, end);
    else jenkinsHash(words, from, end);
    return (hashed.low | 0) === low && (hashed.high | 0) === high;
  }
}
