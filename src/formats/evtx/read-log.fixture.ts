/** Reading whole logs in tests. */
import type { EvtxCounts, EvtxOptions } from './log-file.ts';
import { readEvtx } from './log-file.ts';
import type { EvtxProblemCount } from './problems.ts';
import type { EvtxRecord } from './record.ts';

export interface ReadLog<T> {
  readonly records: readonly T[];
  readonly counts: EvtxCounts;
  readonly problems: readonly EvtxProblemCount[];
  readonly kinds: readonly string[];
  readonly isForeign: boolean;
}

/** What `take` makes of every record. */
export function readAll<T>(
  bytes: Uint8Array,
  take: (record: EvtxRecord) => T,
  options: EvtxOptions = {},
): ReadLog<T> {
  const file = { read: (offset: number, length: number) => bytes.subarray(offset, offset + length) };
  const log = readEvtx(file, bytes.length, options);
  const records: T[] = [];
  for (const record of log.records()) records.push(take(record));
  const { counts, problems, isForeign } = log;
  return { records, counts, problems, kinds: problems.map(({ kind }) => kind), isForeign };
}

export const jsonOf = (record: EvtxRecord): unknown => {
  const bytes = record.json();
  return bytes === undefined ? undefined : JSON.parse(Buffer.from(bytes).toString('utf8'));
};

/** JSON of the only record. */
export function onlyJson(bytes: Uint8Array): unknown {
  const { records } = readAll(bytes, jsonOf);
  if (records.length !== 1) throw new Error(`${records.length} records`);
  return records[0];
}
