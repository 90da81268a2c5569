/** What does not fit in an event log file, by kind: how often, and where first. */

/**
 * - `head-broken` no head of a file at its beginning · `head-checksum` the head was changed, or written half
 * - `counts-differ` the head counts other chunks or records than there are
 * - `chunk-checksum` the head of a chunk · `records-checksum` its records: changed after they were written
 * - `chunk-broken` something stands where a chunk should, without being one · `chunk-cut` the file ends within one
 * - `record-broken` something stands between records that is none
 * - `record-unread` its fields could not be read: its definition is not there, or not sound
 * - `too-much` reading a chunk was given up, since its definitions make more of it than any chunk is
 * - `values-cut` its fields say to be longer than the record
 * - `numbers-missing` numbers of records that are nowhere in the file · `numbers-again` numbers that came before
 */
export type EvtxProblem =
  | 'head-broken'
  | 'head-checksum'
  | 'counts-differ'
  | 'chunk-checksum'
  | 'records-checksum'
  | 'chunk-broken'
  | 'chunk-cut'
  | 'record-broken'
  | 'record-unread'
  | 'values-cut'
  | 'too-much'
  | 'numbers-missing'
  | 'numbers-again';

export interface EvtxProblemCount {
  readonly kind: EvtxProblem;
  readonly count: number;
  /** Byte offset of the first in the file. */
  readonly offset: number;
}

export class EvtxProblems {
  readonly #found = new Map<EvtxProblem, { count: number; readonly offset: number }>();

  note(kind: EvtxProblem, offset: number, count = 1): void {
    const found = this.#found.get(kind);
    if (found === undefined) this.#found.set(kind, { count, offset });
    else found.count += count;
  }

  list(): readonly EvtxProblemCount[] {
    return [...this.#found].map(([kind, { count, offset }]) => ({ kind, count, offset }));
  }
}
