/** Where a file of Windows came from, and who started it by hand. */
import type { SourceRef } from '../source.ts';
import type { PathText, Printable } from '../text.ts';

/** What `Zone.Identifier` beside a file, or the list of what a user started (UserAssist), says of it. */
export interface FileOriginFact {
  readonly kind: 'file-origin';
  readonly source: SourceRef;
  readonly path: PathText;
  /** 3 the internet, 4 a restricted site; undefined where it has no mark. */
  readonly zone?: number;
  /** Where it was fetched from; empty where the mark does not say so. */
  readonly url: Printable;
  /** Whoever started it by hand last. */
  readonly startedBy?: Printable;
  /** Microseconds UTC. */
  readonly startedUs?: number;
}
