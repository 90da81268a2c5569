/**
 * Keys that are in use and that no list leads to any more: what is left of a damaged hive beside its tree.
 *
 * Why: where one list is broken, a walk loses all that stood below it. What it is NOT: in force: the system that reads this
 * hive does not see them either. Their subkeys, where these have lost their list too, are orphans of their own.
 */
import type { Hive } from './hive.ts';
import type { HiveKey } from './key.ts';
import { cellsOf, keySignature, type LoosePath, looseKeyAt, loosePath } from './loose-cells.ts';
import { VisitedCells } from './visited.ts';

export interface OrphanKey extends LoosePath {
  /** Its values are read as those of any key. */
  readonly key: HiveKey;
}

/** Walks the whole hive first, to know what is no orphan. */
export function* orphanKeys(hive: Hive): Generator<OrphanKey> {
  const { reader } = hive;
  const { pages } = reader;
  const seen = new VisitedCells();
  for (const key of hive.walk()) seen.add(key.offset);
  for (const cell of cellsOf(reader, hive.binsSize)) {
    const inUse = ((pages.word(cell) ?? 0) | 0) < 0;
    if (!inUse || ((pages.word(cell + 4) ?? 0) & 0xffff) !== keySignature || !seen.add(cell)) continue;
    const key = looseKeyAt(reader, cell);
    if (key !== undefined) yield { key, ...loosePath(hive, key) };
  }
}
