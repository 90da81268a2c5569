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
  /** Nothing vouches for the shape of its line. */
  readonly unverified?: boolean;
}

/** As a part of what is kept. */
export const shapeOf = ({ unverified }: Pick<LogEvent, 'unverified'>): Pick<Kept, 'unverified'> =>
  unverified === true ? { unverified } : {};

const longest = 400;

/** A copy of its own: a slice would hold the whole text. An escape that is cut in two stays readable as it is. */
function shortened(text: Printable): Printable {
  return text.length <= longest ? text : (Buffer.from(text.slice(0, longest)).toString() as Printable);
}

export function keep(event: LogEvent): Kept {
  const { us, certain, source, text } = event;
  return { us, certain, source, text: shortened(text), ...shapeOf(event) };
}

export const stepOf = (step: ChainStep['step'], kept: Kept): ChainStep => {
  const { us, certain, source, text } = kept;
  return { step, us, certain, source, text, ...shapeOf(kept) };
};
