/**
 * A line that is kept until the record it begins is whole: its place, its beginning, and what the clock showed.
 *
 * Why: a statement over several lines, or a record whose parts come one after the other, is an event of its first line,
 * and known only later. Bounds: of its bytes as many as an event shows as evidence.
 */
import type { EventDetail } from '../../model/facts/event.ts';
import type { Printable } from '../../model/text.ts';
import type { Precision } from '../../model/time.ts';
import { printableLatin1 } from '../text-lines.ts';
import type { LogClock } from './clock.ts';
import type { DecodeContext } from './decoder.ts';
import type { LineEvidence } from './line-reader.ts';

const kept = 4096;

export class HeldLine implements LineEvidence {
  readonly number: number;
  readonly offset: number;
  readonly text: string;
  readonly printable: Printable;
  readonly us: number;
  readonly #precision: Precision;
  readonly #certain: boolean;

  constructor({ number, offset, text, printable }: LineEvidence, { us, precision, certain }: LogClock) {
    this.number = number;
    this.offset = offset;
    const isWhole = text.length <= kept;
    this.text = isWhole ? text : text.slice(0, kept);
    this.printable = isWhole ? printable : printableLatin1(this.text);
    this.us = us;
    this.#precision = precision;
    this.#certain = certain;
  }

  /** Emits at the time of this line, and leaves the clock as it was. */
  emit({ clock, emit }: DecodeContext, host: Printable, detail: EventDetail): void {
    const { us, precision, certain } = clock;
    clock.us = this.us;
    clock.precision = this.#precision;
    clock.certain = this.#certain;
    emit(this, host, detail);
    clock.us = us;
    clock.precision = precision;
    clock.certain = certain;
  }
}
