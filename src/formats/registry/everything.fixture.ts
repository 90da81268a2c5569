/** All that can be read of a hive, counted: for fuzz tests. */
import { decodeValue } from './data.ts';
import { DeletedCells } from './deleted.ts';
import { memory } from './hive.fixture.ts';
import { openHive } from './hive.ts';
import { orphanKeys } from './orphans.ts';

export interface Everything {
  readonly keys: number;
  readonly values: number;
  readonly deleted: number;
  readonly orphans: number;
  /** Bytes of data. */
  readonly data: number;
}

export function readEverything(bytes: Uint8Array, logs: readonly Uint8Array[]): Everything {
  const counts = { keys: 0, values: 0, deleted: 0, orphans: 0, data: 0 };
  const answer = openHive(memory(bytes), logs.map(memory));
  if (answer.status !== 'ok') return counts;
  for (const key of answer.hive.walk()) {
    counts.keys += 1;
    // What is read of a key beside its values must end as well, with any answer.
    const beside = [key.path, key.className, key.security, key.lastWritten, key.flags];
    counts.data += beside.length;
    for (const value of key.values()) {
      counts.values += 1;
      const data = decodeValue(value, 1 << 16);
      counts.data += data.kind === 'bytes' ? data.bytes.length : 8;
    }
  }
  for (const { path } of orphanKeys(answer.hive)) counts.orphans += path === '' ? 0 : 1;
  const cells = new DeletedCells(answer.hive);
  for (const key of cells.keys()) counts.deleted += 1 + key.values.length;
  for (const { value } of cells.values()) counts.deleted += value.data(1 << 16).bytes.length > 0 ? 1 : 0;
  return counts;
}
