/**
 * Cells that no list leads to: the bins of a hive cell by cell, and keys that are known by their own bytes alone.
 *
 * Source: Maxim Suhanov, "Windows registry file format specification", hive bin, cell, key node.
 */
import { u64 } from '../little-endian.ts';
import type { Hive } from './hive.ts';
import { deepestKey, type HiveKey, readKey } from './key.ts';
import { type HiveReader, nowhere } from './reader.ts';

const binSignature = 0x6e69_6268;
export const keySignature = 0x6b6e;
const binHeader = 32;
/** A name has at most 255 units. */
const longestKeyName = 510;
/** 1990-01-01 and 2100-01-01: before and after, bytes that look like a key are none. */
const earliest = 122_756_256_000_000_000n;
const latest = 157_469_184_000_000_000n;

/** Offsets of all cells, in use or not. Where a bin or a cell is none, with a flaw, the next bin is looked for. */
export function* cellsOf(reader: HiveReader, binsSize: number): Generator<number> {
  const { pages, flaws } = reader;
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
      yield cell;
      cell += size;
    }
    bin = end;
  }
}

/** The key in a cell that nothing vouches for; undefined where its name or its time cannot be one's. */
export function looseKeyAt(reader: HiveReader, offset: number): HiveKey | undefined {
  const { pages } = reader;
  if (!pages.open(offset) || pages.size < 80) return undefined;
  const nameLength = (pages.words[(pages.at >> 2) + 18] ?? 0) & 0xffff;
  const written = u64(pages.bytes, pages.at + 4);
  if (nameLength === 0 || nameLength > longestKeyName || written < earliest || written > latest)
    return undefined;
  return readKey(reader, offset, undefined, true);
}

export interface LoosePath {
  /** From below the root where `rooted`; else as far up as it can be followed. */
  readonly path: string;
  readonly rooted: boolean;
}

/** Names from a key upwards by what each says is its parent. */
export function loosePath(hive: Hive, key: HiveKey): LoosePath {
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
