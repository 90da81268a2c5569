/** What does not fit in a journal file, by kind: how often, and where first. */

/**
 * - `truncated` the head says that there is more · `counts-differ` its counts do not add up, or another number of
 *   entries is linked
 * - `array-broken` the chain of entries leads outside, back, or to what is no array
 * - `entry-broken` no entry stands where one is linked · `entry-order` linked before or within the one before it
 * - `data-broken` an entry's field is not where it says · `hash-wrong` a field was changed after it was written
 * - `entry-changed` its fields are not those it was written with
 * - `compressed-unread` a field that could not be decompressed · `unlinked-entry` stands in the file, in no chain
 * - `bytes-skipped` between objects, nothing that is one · `too-much` reading was given up, the file costs too much
 */
export type JournalProblem =
  | 'truncated'
  | 'counts-differ'
  | 'array-broken'
  | 'entry-broken'
  | 'entry-order'
  | 'data-broken'
  | 'hash-wrong'
  | 'entry-changed'
  | 'compressed-unread'
  | 'unlinked-entry'
  | 'bytes-skipped'
  | 'too-much';

export interface ProblemCount {
  readonly kind: JournalProblem;
  readonly count: number;
  /** Byte offset of the first. */
  readonly offset: number;
}

export class Problems {
  readonly #found = new Map<JournalProblem, { count: number; readonly offset: number }>();

  note(kind: JournalProblem, offset: number, count = 1): void {
    const found = this.#found.get(kind);
    if (found === undefined) this.#found.set(kind, { count, offset });
    else found.count += count;
  }

  has(kind: JournalProblem): boolean {
    return this.#found.has(kind);
  }

  list(): readonly ProblemCount[] {
    return [...this.#found].map(([kind, { count, offset }]) => ({ kind, count, offset }));
  }
}
