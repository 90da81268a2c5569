/** What the reading of one entry gives, whatever system it is of. */
import type { PathText, Printable } from '../../model/text.ts';
import type { Saved, TargetUse } from './session.ts';
import type { Sign } from './sign.ts';

export interface EntryReading {
  /** Every decoded layer, outermost first. */
  readonly decoded: readonly Printable[];
  /** Absolute paths of files that are run or loaded, in order. */
  readonly targets: readonly PathText[];
  /** The same with what is done to each. */
  readonly uses: readonly TargetUse[];
  /** Programs named without a path that are none of the well-known. */
  readonly programs: readonly Printable[];
  /** Where these may lie, as PATH tells; in odd folders of it the well-known too. */
  readonly candidates: readonly PathText[];
  /** Addresses that stand there whole or came out whole. */
  readonly urls: readonly string[];
  /** Files that hold what was fetched when it is done: another entry may run them. */
  readonly saved: readonly Saved[];
  readonly signs: readonly Sign[];
}
