/**
 * One log, from bytes to events: lines, clock, decoder, and the count of what was not understood.
 *
 * Fed forward; whoever reads the source pushes its pieces. A log without years is to be shown to a `YearScan` first.
 */
import type { EventDetail, LogEvent } from '../../model/facts/event.ts';
import type { LogDoubt } from '../../model/facts/log.ts';
import type { SourceId } from '../../model/source.ts';
import type { Printable } from '../../model/text.ts';
import { printableLatin1 } from '../text-lines.ts';
import { type ClockOptions, type ClockStep, LogClock } from './clock.ts';
import type { LineDecoder, LogFormat } from './decoder.ts';
import { type LineEvidence, LineReader, type LogLine } from './line-reader.ts';
import { madeEvent } from './made-event.ts';

/** Bytes of a line that an event carries as its evidence. */
const longestText = 4096;

/** The beginning of the line, as it is shown. */
const evidenceOf = (line: LineEvidence): Printable =>
  line.text.length <= longestText ? line.printable : printableLatin1(line.text.slice(0, longestText));

const isIndented = ({ bytes, start }: LogLine): boolean => bytes[start] === 0x20 || bytes[start] === 0x09;

export interface LogFlaw {
  readonly status: 'error' | 'truncated';
  readonly reason: string;
}

export interface LogOutcome {
  /** Lines with something in them. */
  readonly lines: number;
  readonly events: number;
  /** Indented lines that go on with the message before them. */
  readonly continued: number;
  /** Lines that are none of the format. */
  readonly unreadable: number;
  readonly nulBytes: number;
  readonly cutLines: number;
  readonly steps: readonly ClockStep[];
  /** Why it could not be read, or not to its end. */
  readonly flaw?: LogFlaw;
  /** What was read and cannot be relied on. */
  readonly doubts?: readonly LogDoubt[];
}

export class LogReader {
  readonly #clock: LogClock;
  readonly #lines: LineReader;
  readonly #decoder: LineDecoder;
  readonly #source: SourceId;
  readonly #take: (event: LogEvent) => void;
  #events = 0;
  #unreadable = 0;
  #cut = 0;
  #filled = 0;
  #continued = 0;
  /** The last line was an event, which an indented line goes on with. */
  #inRecord = false;
  readonly #unverified: boolean;

  constructor(source: SourceId, format: LogFormat, clock: ClockOptions, take: (event: LogEvent) => void) {
    this.#source = source;
    this.#take = take;
    this.#unverified = !format.verified;
    this.#clock = new LogClock(clock);
    this.#decoder = format.decoder({
      clock: this.#clock,
      emit: (...given) => this.#emit(...given),
      source,
    });
    this.#lines = new LineReader((line) => this.#see(line));
  }

  push(piece: Uint8Array): void {
    this.#lines.push(piece);
  }

  end(): LogOutcome {
    this.#lines.end();
    this.#decoder.end?.();
    return {
      lines: this.#filled,
      events: this.#events,
      continued: this.#continued,
      unreadable: this.#unreadable,
      nulBytes: this.#lines.nulBytes,
      cutLines: this.#cut,
      steps: this.#clock.steps,
    };
  }

  #see(line: LogLine): void {
    if (line.end <= line.start) return;
    this.#filled += 1;
    if (line.cut) this.#cut += 1;
    if (this.#decoder.decode(line)) {
      this.#clock.passed(line.number);
      this.#inRecord = true;
    } else if (this.#inRecord && isIndented(line)) this.#continued += 1;
    else {
      this.#unreadable += 1;
      this.#inRecord = false;
    }
  }

  #emit(line: LineEvidence, host: Printable, detail: EventDetail, unverified = false): void {
    const { number, offset } = line;
    const { us, precision, certain } = this.#clock;
    this.#events += 1;
    const source = { source: this.#source, line: number, offset };
    const event = madeEvent(detail, source, us, precision, certain, host, evidenceOf(line));
    this.#take(unverified || this.#unverified ? { ...event, unverified: true } : event);
  }
}
