/**
 * A line that is kept until the record it begins is whole: its place, its beginning, and what the clock showed.
 *
 * Why: a statement over several lines, or a record whose parts come one after the other, is an event of its first line,
 * and known only later. Bounds: of its bytes as many as an event shows as evidence.
 */
import type { EventDetail } from '../../model/facts/event.ts';
import type { Printable } from '../../model/text.ts';
import type { Precision } from '../../model/time.ts';
import type { LogClock } from './clock.ts';
import type { DecodeContext } from './decoder.ts';
import type { LogLine } from './line-reader.ts';

const kept = 4096;

export class HeldLine implements LogLine {
  readonly bytes: Uint8Array;
  readonly start = 0;
  readonly end: number;
  readonly number: number;
  readonly offset: number;
  readonly cut: boolean;
  readonly us: number;
  readonly #precision: Precision;
  readonly #certain: boolean;

  constructor({ bytes, start, end, number, offset, cut }: LogLine, { us, precision, certain }: LogClock) {
    this.bytes = bytes.slice(start, Math.min(end, start + kept));
    this.end = this.bytes.length;
    this.number = number;
    this.offset = offset;
    this.cut = cut || end - start > kept;
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
