/**
 * What a decoder of a log is given, and what it gives: the contract of all log formats.
 *
 * A decoder sees one line after the other, sets the clock from what stands there, and emits what it knows of it: no
 * event, one, or (records over several lines) an earlier line's. A line that is none of its format is refused, and
 * counted by whoever reads. Nothing a line says may make a decoder throw, and text that an attacker chose
 * (accounts, requests, agents) never decides which kind of event it is: fields are found from the side that the
 * program writes itself.
 */
import type { EventDetail } from '../../model/facts/event.ts';
import type { ShapeSource } from '../../model/shape-source.ts';
import type { SourceId } from '../../model/source.ts';
import type { Printable } from '../../model/text.ts';
import type { LogClock } from './clock.ts';
import type { LineEvidence, LogLine } from './line-reader.ts';
import type { YearlessHead } from './years.ts';

/**
 * Takes an event at the time that the clock shows now. `line` is where it stands; `unverified` where its shape has no
 * source that vouches for it, though that of the log has.
 */
export type Emit = (line: LineEvidence, host: Printable, detail: EventDetail, unverified?: boolean) => void;

export interface DecodeContext {
  readonly clock: LogClock;
  readonly emit: Emit;
  /** What is read: paths of histories and of containers' logs say whose they are. */
  readonly source: SourceId;
}

export interface LineDecoder {
  /** False where the line is none of this format. */
  decode(line: LogLine): boolean;
  /** The log is at its end: what waited for more lines is emitted. */
  end?(): void;
}

export type LogFormat = ShapeSource & {
  /** `syslog`, `nginx-access`. */
  readonly id: string;
  /** Its lines have no year: the log is looked through for the times that they begin with first. */
  readonly yearless?: YearlessHead;
  decoder(context: DecodeContext): LineDecoder;
};
