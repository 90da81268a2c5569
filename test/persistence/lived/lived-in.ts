/**
 * What people and their tools leave on servers that have been in use: the honest equivalent not of one mechanism but
 * of a whole host. Nothing in it is ever run; addresses are of the documentation ranges and example names.
 */
import type { Mechanism } from '../../../src/model/mechanism.ts';
import type { Files } from '../case.ts';

export interface LivedIn {
  /** What it shows, in a few words. */
  readonly what: string;
  /** Mechanisms of which an entry must be read here: without, nothing could have cried wolf. */
  readonly reads: readonly Mechanism[];
  readonly packaged?: Files;
  readonly conffiles?: readonly string[];
  readonly planted: Files;
}
