/** What is wrong with a hive: counted by kind, with the place where each kind was met first. Data, and bounded. */

/**
 * `checksum`, `signature`: of the base block. `dirty`: it was not closed and no log made it whole. `truncated`: it ends before
 * its bins do. `bin`, `cell`, `list`, `key`, `value`, `security`: such a thing is not what stands there. `count`: a list
 * has fewer elements than are claimed. `free`: what is in use stands in a cell that is marked as free. `loop`: a key
 * below itself, or in two places. `depth`, `budget`: our own bounds ended the reading. `log`: a log does not fit or is broken.
 */
export type HiveFlaw =
  | 'signature'
  | 'checksum'
  | 'dirty'
  | 'truncated'
  | 'bin'
  | 'cell'
  | 'list'
  | 'key'
  | 'value'
  | 'security'
  | 'count'
  | 'free'
  | 'loop'
  | 'depth'
  | 'budget'
  | 'log';

export interface FlawCount {
  readonly flaw: HiveFlaw;
  readonly count: number;
  /** Offset in the bins where it was met first; -1 where it has none. */
  readonly firstAt: number;
}

export class FlawLog {
  readonly #seen = new Map<HiveFlaw, { count: number; firstAt: number }>();

  add(flaw: HiveFlaw, at = -1): void {
    const known = this.#seen.get(flaw);
    if (known === undefined) this.#seen.set(flaw, { count: 1, firstAt: at });
    else known.count += 1;
  }

  has(flaw: HiveFlaw): boolean {
    return this.#seen.has(flaw);
  }

  list(): readonly FlawCount[] {
    return [...this.#seen].map(([flaw, { count, firstAt }]) => ({ flaw, count, firstAt }));
  }
}
