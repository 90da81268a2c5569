/** What logs tell of an account of a host: who made it, changed it, gave it rights and took it away, and from where. */
import type { SourceRef } from '../source.ts';
import type { Printable } from '../text.ts';
import type { AccountEvent } from './event.ts';

export interface AccountChange {
  /** Microseconds UTC. */
  readonly us: number;
  readonly action: AccountEvent['action'];
  /** Whoever did it; empty where the log does not say. */
  readonly by: Printable;
  /** Where the session came from in which it was done; empty at the console, and where no log tells. */
  readonly from: Printable;
  /** What it was called before, where it was renamed. */
  readonly was?: Printable;
  /** It came into the local administrators, or left them. */
  readonly administrators?: true;
  readonly source: SourceRef;
  readonly text: Printable;
}

export type AccountDoubt = 'deleted-yet-there' | 'made-unlogged';

export interface AccountHistoryFact {
  readonly kind: 'account-history';
  readonly source: SourceRef;
  /** `S-1-5-21-…-1004` */
  readonly sid: string;
  /** As the newest event has it; empty where none has a name. */
  readonly name: Printable;
  /** Ascending; of each action the first and the last few. */
  readonly changes: readonly AccountChange[];
  /**
   * What the account database says otherwise.
   * - `deleted-yet-there` an event deleted the account, and a later database has it
   * - `made-unlogged` the log was being written when the account came, and does not have that it was made
   */
  readonly doubts: readonly AccountDoubt[];
}
