/**
 * What a watcher keeps of an event: when, where it stands, and its line, cut to what a person reads of it.
 *
 * Events are not kept themselves: a line may have thousands of characters that an attacker chose.
 */
import type { LogEvent } from '../../model/facts/event.ts';
import type { SourceRef } from '../../model/source.ts';
import type { Printable } from '../../model/text.ts';
import type { ChainStep } from '../way-in.ts';

export interface Kept {
  readonly us: number;
  readonly certain: boolean;
  readonly source: SourceRef;
  readonly text: Printable;
}

const longest = 400;

/** A copy of its own: a slice would hold the whole text. An escape that is cut in two stays readable as it is. */
function shortened(text: Printable): Printable {
  return text.length <= longest ? text : (Buffer.from(text.slice(0, longest)).toString() as Printable);
}

export function keep({ us, certain, source, text }: LogEvent): Kept {
  return { us, certain, source, text: shortened(text) };
}

export const stepOf = (step: ChainStep['step'], { us, certain, source, text }: Kept): ChainStep => ({
  step,
  us,
  certain,
  source,
  text,
});
