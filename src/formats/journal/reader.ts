/**
 * Entries of a systemd journal file, in the order in which they were linked, with the fields that are wanted.
 *
 * The chain of entry arrays is followed as journalctl does. A writer that was stopped leaves entries behind the last
 * one linked, and whoever damages a file, or takes entries out of the chain, leaves them as objects: the objects
 * behind the last entry are always looked through, and all of them where anything of the chain does not fit. What is
 * found so is given with `linked` false. What it is NOT: a check of the sealing (TAG objects), whose key is not here.
 * Every offset is the attacker's: chains only lead forward, entries do not overlap, and the work is bounded by the
 * file's size. Units: bytes, microseconds UTC (realtime) and since boot (monotonic).
 * Source: systemd docs/JOURNAL_FILE_FORMAT.md; src/libsystemd/sd-journal/{journal-def.h,journal-file.c,
 * journal-verify.c}.
 */
import type { RandomAccess } from '../random-access.ts';
import { Blocks } from './blocks.ts';
import { DataReader, type Decompress, mostItems } from './data.ts';
import {
  aligned,
  arrayHead,
  entryHead,
  hexOf,
  type JournalHead,
  objectHead,
  objectSize,
  objectType,
  readJournalHead,
} from './layout.ts';
import { type ProblemCount, Problems } from './problems.ts';

/** One entry. The same object for all: what is wanted of it is copied before `take` comes back. */
export interface JournalEntry {
  /** Of the entry object. */
  readonly offset: number;
  readonly seqnum: number;
  readonly realtimeUs: number;
  readonly monotonicUs: number;
  /** 32 hexadecimal digits. */
  readonly bootId: string;
  /** By the index of the field that was asked for. The first value, where there are several. */
  readonly values: readonly (string | undefined)[];
  /** By the index among the numbers that were asked for; NaN where the first value is none. */
  readonly numbers: readonly (number | undefined)[];
  /** False where it stands in the file without being in the chain. */
  readonly linked: boolean;
}

export interface JournalRequest {
  readonly file: RandomAccess;
  /** Bytes of the file. */
  readonly size: number;
  /** `MESSAGE`, `_PID`, … */
  readonly fields: readonly string[];
  /** Fields that hold whole numbers of at most 16 digits: `_PID`, … They are given as such. */
  readonly numbers?: readonly string[];
  readonly decompress: Decompress;
}

export type JournalOutcome =
  /** `foreign` no journal; `cut` ends within its head; `unknown` needs features that we do not know. */
  | { readonly status: 'foreign' | 'cut' | 'unknown' }
  | {
      readonly status: 'ok';
      readonly head: JournalHead;
      /** Entries that were given. */
      readonly entries: number;
      /** Of those, how many stand in no chain. */
      readonly unlinked: number;
      /** All objects were looked through, because the chain does not fit. */
      readonly scanned: boolean;
      readonly problems: readonly ProblemCount[];
    };

/** An entry is at least as large as the slot that it is marked in, so two of them never share one. */
const slotSize = 64;
const newestUs = 9e15;

class Entry implements JournalEntry {
  offset = 0;
  seqnum = 0;
  realtimeUs = 0;
  monotonicUs = 0;
  bootId = '';
  values: (string | undefined)[] = [];
  numbers: (number | undefined)[] = [];
  linked = true;
}

class JournalFile {
  readonly problems = new Problems();
  entries = 0;
  unlinked = 0;
  scanned = false;
  readonly #blocks: Blocks;
  readonly #head: JournalHead;
  readonly #data: DataReader;
  readonly #take: (entry: JournalEntry) => void;
  readonly #entry = new Entry();
  readonly #itemSize: 4 | 16;
  /** Entries that were given, a bit for each slot. */
  readonly #seen: Uint8Array;
  readonly #boot = new Int32Array(4);
  #linkedCount = 0;
  #gaveUp = false;
  /** Where the last linked entry ends. */
  #linkedEnd = 0;

  constructor(
    blocks: Blocks,
    head: JournalHead,
    request: JournalRequest,
    take: (entry: JournalEntry) => void,
  ) {
    this.#blocks = blocks;
    this.#head = head;
    this.#take = take;
    const { fields: texts, numbers = [] } = request;
    this.#data = new DataReader(blocks, head, { texts, numbers }, request.decompress, this.problems);
    this.#itemSize = head.compact ? 4 : 16;
    this.#entry.values = texts.map(() => undefined);
    this.#entry.numbers = numbers.map(() => undefined);
    this.#seen = new Uint8Array(Math.ceil(blocks.size / slotSize / 8));
  }

  read(): void {
    const { problems } = this;
    const { headerSize, arenaSize, objects, entries, others, state } = this.#head;
    const { size } = this.#blocks;
    if (headerSize + arenaSize > size) problems.note('truncated', size);
    this.#followChain();
    // A writer that has it open counts an entry after it linked it.
    const counted = state === 'online' ? this.#linkedCount >= entries : this.#linkedCount === entries;
    if (!counted || (others !== undefined && state !== 'online' && objects !== others + entries))
      problems.note('counts-differ', 0);
    this.scanned = (
      ['truncated', 'counts-differ', 'array-broken', 'entry-broken', 'entry-order'] as const
    ).some((kind) => problems.has(kind));
    this.#scan(this.scanned ? aligned(headerSize) : Math.max(this.#linkedEnd, aligned(headerSize)));
  }

  #followChain(): void {
    const blocks = this.#blocks;
    const { compact } = this.#head;
    const width = compact ? 4 : 8;
    const room = new Float64Array(4096);
    for (let offset = this.#head.entryArray, before = 0; offset !== 0; ) {
      const size = this.#arraySize(offset);
      // Arrays are only ever added behind those that are there.
      if (offset < before || size < 0) {
        this.problems.note('array-broken', offset);
        return;
      }
      blocks.seek(offset, arrayHead);
      const next = blocks.long(objectHead);
      const end = offset + size;
      for (let at = offset + arrayHead; at + width <= end; ) {
        const count = Math.min(room.length, Math.floor((end - at) / width));
        if (!blocks.seek(at, count * width)) return;
        for (let index = 0; index < count; index += 1)
          room[index] = compact ? blocks.word(index * 4) : blocks.long(index * 8);
        for (let index = 0; index < count; index += 1) {
          const entry = room[index] ?? 0;
          if (entry === 0) return;
          this.#linked(entry);
          if (this.#isTooMuch(entry)) return;
        }
        at += count * width;
      }
      before = end;
      offset = next;
    }
  }

  /** Of an array whose end the file does not hold, what is there. */
  #arraySize(offset: number): number {
    const blocks = this.#blocks;
    const size = objectSize(blocks, offset, objectType.entryArray);
    if (size >= 0 || offset % 8 !== 0 || !blocks.seek(offset, arrayHead)) return size;
    if (blocks.bytes[blocks.at] !== objectType.entryArray || !(blocks.long(8) > blocks.size - offset))
      return -1;
    this.problems.note('array-broken', offset);
    return blocks.size - offset;
  }

  #isTooMuch(offset: number): boolean {
    if (!this.#data.exhausted) return false;
    if (!this.#gaveUp) this.problems.note('too-much', offset);
    this.#gaveUp = true;
    return true;
  }

  #linked(offset: number): void {
    this.#linkedCount += 1;
    if (offset < this.#linkedEnd) {
      this.problems.note('entry-order', offset);
      return;
    }
    const size = this.#readEntry(offset, true);
    if (size < 0) this.problems.note('entry-broken', offset);
    else this.#linkedEnd = aligned(offset + size);
  }

  /** Gives the entry at `offset`. @returns its size, or -1 where there is none */
  #readEntry(offset: number, linked: boolean): number {
    const blocks = this.#blocks;
    const size = objectSize(blocks, offset, objectType.entry);
    const count = (size - entryHead) / this.#itemSize;
    if (!(count > 0 && count <= mostItems) || !blocks.seek(offset, size)) return -1;
    const entry = this.#entry;
    const realtimeUs = blocks.long(24);
    if (realtimeUs === 0 || realtimeUs > newestUs) return -1;
    const slot = Math.floor(offset / slotSize);
    this.#seen[slot >> 3] = (this.#seen[slot >> 3] ?? 0) | (1 << (slot & 7));
    entry.offset = offset;
    entry.linked = linked;
    entry.seqnum = blocks.long(16);
    entry.realtimeUs = realtimeUs;
    entry.monotonicUs = blocks.long(32);
    blocks.hold();
    this.#bootAt(blocks.words, (blocks.at + 40) >> 2);
    this.#readItems(Math.floor(count), blocks.words, blocks.at >> 2, offset);
    this.entries += 1;
    if (!linked) this.unlinked += 1;
    this.#take(entry);
    return size;
  }

  /** `words` from `start` are the entry; they stay while the blocks move on. */
  #readItems(count: number, words: Int32Array, start: number, offset: number): void {
    const { values, numbers } = this.#entry;
    const data = this.#data;
    const { places, slots, fields, texts, hashLow, hashHigh } = data;
    const width = this.#itemSize >> 2;
    const textCount = values.length;
    values.fill(undefined);
    numbers.fill(undefined);
    let low = words[start + 14] ?? 0;
    let high = words[start + 15] ?? 0;
    let whole = true;
    for (let index = 0; index < count; index += 1) {
      const at = start + (entryHead >> 2) + index * width;
      const part = words[at] ?? 0;
      const far = width > 1 ? (words[at + 1] ?? 0) : 0;
      // Units of eight bytes are small integers, for a file has 16 GiB at most; what is no such place holds nothing.
      const place = (part & 7) === 0 && far >= 0 && far < 4 ? (part >>> 3) | (far << 29) : 0;
      // Most of what an entry has, the one before it had in the same place.
      let slot = places[index] === place ? (slots[index] ?? -1) : -1;
      if (slot < 0) {
        slot = data.find(place, index);
        if (slot < 0) {
          whole = false;
          continue;
        }
        places[index] = place;
        slots[index] = slot;
      }
      low ^= hashLow[slot] ?? 0;
      high ^= hashHigh[slot] ?? 0;
      const field = fields[slot] ?? -1;
      if (field < 0) continue;
      if (field < textCount) values[field] ??= texts[slot];
      else numbers[field - textCount] ??= data.numbers[slot];
    }
    // With keyed hashes it is made of others, so that entries of several files can be compared.
    if (whole && !this.#head.keyedHash && (low !== 0 || high !== 0))
      this.problems.note('entry-changed', offset);
  }

  #bootAt(words: Int32Array, at: number): void {
    const known = this.#boot;
    let same = this.#entry.bootId !== '';
    for (let index = 0; same && index < 4; index += 1) same = known[index] === words[at + index];
    if (same) return;
    known.set(words.subarray(at, at + 4));
    this.#entry.bootId = hexOf(new Uint8Array(known.buffer));
  }

  /** Looks through the objects from `start`, and gives the entries that were not given. */
  #scan(start: number): void {
    const blocks = this.#blocks;
    const { size } = blocks;
    let skipped = 0;
    let skippedFrom = 0;
    for (let at = start; at + objectHead <= size; ) {
      const found = this.#objectAt(at, skipped > 0);
      if (found < 0) {
        const zeros = this.#zerosAt(at);
        if (zeros > 0) {
          // Space that was made ahead: behind it is nothing in a file that is whole.
          if (!this.scanned) return;
          at += zeros;
          continue;
        }
        if (skipped === 0) skippedFrom = at;
        skipped += 8;
        at += 8;
        continue;
      }
      if (skipped > 0) this.problems.note('bytes-skipped', skippedFrom, skipped);
      skipped = 0;
      if (!this.#givenAt(at) && this.#isEntry(at)) {
        if (this.#readEntry(at, false) >= 0) this.problems.note('unlinked-entry', at);
        if (this.#isTooMuch(at)) return;
      }
      at = aligned(at + found);
    }
    if (skipped > 0) this.problems.note('bytes-skipped', skippedFrom, skipped);
  }

  #givenAt(offset: number): boolean {
    const slot = Math.floor(offset / slotSize);
    return ((this.#seen[slot >> 3] ?? 0) & (1 << (slot & 7))) !== 0;
  }

  #isEntry(offset: number): boolean {
    return this.#blocks.seek(offset, 1) && this.#blocks.bytes[this.#blocks.at] === objectType.entry;
  }

  /** The size of the object at `at`; after bytes that were skipped, only of one behind which is another. */
  #objectAt(at: number, strictly: boolean): number {
    const blocks = this.#blocks;
    const size = objectSize(blocks, at, 0);
    if (size < 0 || !strictly) return size;
    blocks.seek(at, objectHead);
    // Flags and what is reserved.
    if ((blocks.bytes[blocks.at + 1] ?? 0) > 7 || blocks.word(0) >>> 16 !== 0 || blocks.word(4) !== 0)
      return -1;
    const next = aligned(at + size);
    if (next + objectHead > blocks.size) return size;
    return objectSize(blocks, next, 0) >= 0 || this.#zerosAt(next) > 0 ? size : -1;
  }

  /** Bytes at `at` that are zero, in eights: space that was made and not used yet. */
  #zerosAt(at: number): number {
    const blocks = this.#blocks;
    const length = Math.min(4096, blocks.size - at);
    if (!blocks.seek(at, length)) return 0;
    const { bytes } = blocks;
    let index = 0;
    while (index < length && bytes[blocks.at + index] === 0) index += 1;
    return index - (index % 8);
  }
}

/** journald's own files end at 4 GiB; a larger one is a hole, or no journal of its. */
const mostBytes = 16 * 2 ** 30;

/** Gives each entry to `take`. Nothing in the file makes it throw. */
export function readJournal(request: JournalRequest, take: (entry: JournalEntry) => void): JournalOutcome {
  const blocks = new Blocks(request.file, Math.min(request.size, mostBytes));
  const found = readJournalHead(blocks);
  if (found.status !== 'ok') return { status: found.status };
  const { head } = found;
  if (head.unknownFlags !== 0) return { status: 'unknown' };
  const file = new JournalFile(blocks, head, request, take);
  if (request.size > mostBytes) file.problems.note('too-much', mostBytes);
  file.read();
  const { entries, unlinked, scanned, problems } = file;
  return { status: 'ok', head, entries, unlinked, scanned, problems: problems.list() };
}
