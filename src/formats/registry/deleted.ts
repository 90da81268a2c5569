/**
 * Deleted keys and values, found in the cells that are not in use any more.
 *
 * Why: an attacker takes away the service or the autostart when the work is done; until the room is needed again, it stands
 * there. What it is NOT: a part of the tree: nothing of it is in force, parts may have been written over, and what is
 * told of it is marked. When two free cells meet they become one, so each is searched at every place where a cell may begin.
 * Source: Maxim Suhanov, "Windows registry file format specification", unallocated cell.
 */
import type { Filetime } from '../filetime.ts';
import { u64 } from '../little-endian.ts';
import type { Hive } from './hive.ts';
import { deepestKey, type HiveKey, readKey } from './key.ts';
import { type HiveReader, nowhere } from './reader.ts';
import { type HiveValue, readValue } from './value.ts';
import { VisitedCells } from './visited.ts';

const binSignature = 0x6e69_6268;
const keySignature = 0x6b6e;
const valueSignature = 0x6b76;
const binHeader = 32;
/** A name has at most 255 units. */
const longestKeyName = 510;
/** Free cells that are remembered: 16 MB. */
const mostFree = 1 << 21;
/** Values of one deleted key. */
const mostValues = 1 << 16;
/** 1990-01-01 and 2100-01-01: before and after, bytes that look like a key are none. */
const earliest = 122_756_256_000_000_000n;
const latest = 157_469_184_000_000_000n;

export interface DeletedValue {
  readonly value: HiveValue;
  /** Where its data stood stands something else now: they are not to be read as its own. */
  readonly dataReused: boolean;
}

export interface DeletedKey {
  readonly offset: number;
  readonly name: string;
  /** From below the root where `rooted`; else as far up as it can be followed. */
  readonly path: string;
  readonly rooted: boolean;
  readonly lastWritten: Filetime;
  readonly values: readonly DeletedValue[];
}

/** Beginnings and ends of the cells that are not in use, in their order. */
class FreeRanges {
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  get count(): number {
    return this.#starts.length;
  }

  add(start: number, end: number): void {
    const last = this.#ends.length - 1;
    if (this.#ends[last] === start) this.#ends[last] = end;
    else {
      this.#starts.push(start);
      this.#ends.push(end);
    }
  }

  /** End of the range that an offset is in; 0 where it is in none. */
  endAround(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    const end = low === 0 ? 0 : (this.#ends[low - 1] ?? 0);
    return offset < end ? end : 0;
  }

  *[Symbol.iterator](): Generator<readonly [number, number]> {
    for (const [index, start] of this.#starts.entries()) yield [start, this.#ends[index] ?? start];
  }
}

function freeRanges(reader: HiveReader, binsSize: number): FreeRanges {
  const { pages, flaws } = reader;
  const free = new FreeRanges();
  for (let bin = 0; bin < binsSize; ) {
    const claimed = pages.word(bin + 8) ?? 0;
    if (pages.word(bin) !== binSignature || claimed % 4096 !== 0 || claimed === 0) {
      // The next one begins at some multiple of 4096.
      if (pages.word(bin) === undefined) break;
      flaws.add('bin', bin);
      bin += 4096;
      continue;
    }
    const end = Math.min(bin + claimed, binsSize);
    for (let cell = bin + binHeader; cell < end; ) {
      const raw = (pages.word(cell) ?? 0) | 0;
      const size = raw < 0 ? -raw : raw;
      if (size < 8 || (size & 7) !== 0 || cell + size > end) {
        flaws.add('cell', cell);
        break;
      }
      if (raw > 0) free.add(cell, cell + size);
      if (free.count >= mostFree) {
        flaws.add('budget', cell);
        return free;
      }
      cell += size;
    }
    bin = end;
  }
  return free;
}

/** Offsets in a free range at which a cell with this signature stands whole. */
function* candidates(reader: HiveReader, free: FreeRanges, signature: number): Generator<number> {
  const { pages } = reader;
  for (const [start, end] of free) {
    for (let offset = start; offset + 28 <= end; offset += 8) {
      if (((pages.word(offset + 4) ?? 0) & 0xffff) !== signature) continue;
      const raw = (pages.word(offset) ?? 0) | 0;
      const size = raw < 0 ? -raw : raw;
      if (size >= 24 && (size & 7) === 0 && offset + size <= end) yield offset;
    }
  }
}

function keyAt(reader: HiveReader, offset: number): HiveKey | undefined {
  const { pages } = reader;
  if (!pages.open(offset) || pages.size < 80) return undefined;
  const nameLength = (pages.words[(pages.at >> 2) + 18] ?? 0) & 0xffff;
  const written = u64(pages.bytes, pages.at + 4);
  if (nameLength === 0 || nameLength > longestKeyName || written < earliest || written > latest)
    return undefined;
  return readKey(reader, offset, undefined, true);
}

/** Names from a key upwards by what each says is its parent. */
function pathOf(hive: Hive, key: HiveKey): { readonly path: string; readonly rooted: boolean } {
  const { reader } = hive;
  const { pages } = reader;
  const names = [key.name];
  let at = key.offset;
  for (let depth = 0; depth < deepestKey; depth += 1) {
    const parent = pages.open(at) ? (pages.words[(pages.at >> 2) + 4] ?? nowhere) : nowhere;
    if (parent === hive.root.offset) return { path: names.reverse().join('\\'), rooted: true };
    const isKey = (parent & 7) === 0 && ((pages.word(parent + 4) ?? 0) & 0xffff) === keySignature;
    const above = isKey ? readKey(reader, parent, undefined, true) : undefined;
    if (above === undefined) break;
    names.push(above.name);
    at = parent;
  }
  return { path: names.reverse().join('\\'), rooted: false };
}

const isReused = (value: HiveValue, free: FreeRanges): boolean =>
  value.dataCell !== undefined && free.endAround(value.dataCell) === 0;

function valuesOf(reader: HiveReader, key: HiveKey, free: FreeRanges, seen: VisitedCells): DeletedValue[] {
  const { pages } = reader;
  const list = key.valueListCell;
  const end = list === undefined ? 0 : free.endAround(list);
  const values: DeletedValue[] = [];
  if (list === undefined || end === 0 || (list & 7) !== 0) return values;
  const count = Math.min(key.valueCount, (end - list - 4) >> 2, mostValues);
  for (let index = 0; index < count && reader.spend(); index += 1) {
    const offset = pages.word(list + 4 + index * 4) ?? nowhere;
    // What is in use belongs to somebody else by now.
    if ((offset & 7) !== 0 || free.endAround(offset) === 0) continue;
    if (((pages.word(offset + 4) ?? 0) & 0xffff) !== valueSignature) continue;
    const value = readValue(reader, offset, true);
    if (value === undefined || !seen.add(offset)) continue;
    values.push({ value, dataReused: isReused(value, free) });
  }
  return values;
}

/** What was deleted from a hive and still stands in it: keys with their values, then values whose key is gone. */
export class DeletedCells {
  readonly #hive: Hive;
  readonly #free: FreeRanges;
  readonly #seen = new VisitedCells();

  constructor(hive: Hive) {
    this.#hive = hive;
    this.#free = freeRanges(hive.reader, hive.binsSize);
  }

  /** To be read before `values`, which leaves out those that these keys have. */
  *keys(): Generator<DeletedKey> {
    const { reader } = this.#hive;
    for (const offset of candidates(reader, this.#free, keySignature)) {
      const key = keyAt(reader, offset);
      if (key === undefined) continue;
      yield {
        offset,
        name: key.name,
        ...pathOf(this.#hive, key),
        lastWritten: key.lastWritten,
        values: valuesOf(reader, key, this.#free, this.#seen),
      };
    }
  }

  *values(): Generator<DeletedValue> {
    const { reader } = this.#hive;
    for (const offset of candidates(reader, this.#free, valueSignature)) {
      if (!this.#seen.add(offset)) continue;
      const value = readValue(reader, offset, true);
      if (value !== undefined) yield { value, dataReused: isReused(value, this.#free) };
    }
  }
}
