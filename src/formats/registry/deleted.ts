/**
 * Deleted keys and values, found in the cells that are not in use any more.
 *
 * Why: an attacker takes away the service or the autostart when the work is done; until the room is needed again, it stands
 * there. What it is NOT: a part of the tree: nothing of it is in force, parts may have been written over, and what is
 * told of it is marked. When two free cells meet they become one, so each is searched at every place where a cell may begin.
 * Source: Maxim Suhanov, "Windows registry file format specification", unallocated cell.
 */
import type { Filetime } from '../filetime.ts';
import type { Hive } from './hive.ts';
import type { HiveKey } from './key.ts';
import { cellsOf, keySignature, type LoosePath, looseKeyAt, loosePath } from './loose-cells.ts';
import { type HiveReader, nowhere } from './reader.ts';
import { type HiveValue, readValue } from './value.ts';
import { VisitedCells } from './visited.ts';

const valueSignature = 0x6b76;
/** Free cells that are remembered: 16 MB. */
const mostFree = 1 << 21;
/** Values of one deleted key. */
const mostValues = 1 << 16;

export interface DeletedValue {
  readonly value: HiveValue;
  /** Where its data stood stands something else now: they are not to be read as its own. */
  readonly dataReused: boolean;
}

export interface DeletedKey extends LoosePath {
  readonly offset: number;
  readonly name: string;
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
  for (const cell of cellsOf(reader, binsSize)) {
    const size = (pages.word(cell) ?? 0) | 0;
    if (size <= 0) continue;
    free.add(cell, cell + size);
    if (free.count < mostFree) continue;
    flaws.add('budget', cell);
    break;
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
      const key = looseKeyAt(reader, offset);
      if (key === undefined) continue;
      yield {
        offset,
        name: key.name,
        ...loosePath(this.#hive, key),
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
