/**
 * A kind of log as it is declared: where it lies, how it is read, and what its files are called after rotation.
 */

import type { ClockOptions } from '../../../formats/log/clock.ts';
import { type LogOutcome, LogReader } from '../../../formats/log/decode-log.ts';
import type { LogFormat } from '../../../formats/log/decoder.ts';
import type { YearlessHead } from '../../../formats/log/years.ts';
import type { RandomAccess } from '../../../formats/random-access.ts';
import type { LogEvent } from '../../../model/facts/event.ts';
import { type ShapeSource, sourceOf } from '../../../model/shape-source.ts';
import type { SourceId } from '../../../model/source.ts';
import type { Printable } from '../../../model/text.ts';

/** One log that is read: fed forward, and asked in the end how it went. */
export interface LogFeed {
  push(piece: Uint8Array): void;
  end(): LogOutcome;
}

type AnyReading = ShapeSource & {
  /** `syslog`, `nginx-access`. */
  readonly id: string;
  /** It has the last of each account alone: that something is not in it says nothing of the time before. */
  readonly lastOnly?: true;
  /** Of its first bytes those that stay while it is written; without it all of them. */
  readonly identity?: (first: Uint8Array) => Uint8Array;
};

/** Logs of lines, of which the end alone may be read. */
export type LineReading = AnyReading & {
  readonly shape: 'lines';
  /** Its times have no year: the log is looked through for what its lines begin with first. */
  readonly yearless?: YearlessHead;
  open(source: SourceId, clock: ClockOptions, take: (event: LogEvent) => void): LogFeed;
};

/** Logs of records, fed forward from their beginning. */
export type RecordReading = AnyReading & {
  readonly shape: 'records';
  /** Whether a file that begins so is one of them. */
  fits(first: Uint8Array): boolean;
  open(source: SourceId, clock: ClockOptions, take: (event: LogEvent) => void): LogFeed;
};

export interface RandomRequest {
  readonly file: RandomAccess;
  /** Bytes of the file. */
  readonly size: number;
  readonly source: SourceId;
  /** Names of the host's accounts by their numbers. */
  readonly accounts: ReadonlyMap<number, Printable>;
}

/** Logs whose parts point at each other: read here and there, never packed as a whole. */
export type RandomReading = AnyReading & {
  readonly shape: 'random';
  fits(first: Uint8Array): boolean;
  /** What `take` throws ends the reading and goes on. */
  read(request: RandomRequest, take: (event: LogEvent) => void): LogOutcome;
};

/** How logs of one shape are read. */
export type LogReading = LineReading | RecordReading | RandomReading;

export interface LogKind {
  /** `linux.log.auth` */
  readonly id: string;
  readonly reading: LogReading;
  /**
   * Absolute paths of the log that is written now; `*` stands for any part of a name, `~/` for each home. Rotated
   * names follow from them (`rotated-name.ts`).
   */
  readonly paths: readonly string[];
  /** A file a day, whose name is the day: all in a folder are one log. */
  readonly daily?: true;
  /** Lines that other hosts sent lie there: the service fills in by itself whose they are. */
  readonly received?: true;
  /** Other logs lie in the same folders under such names: the first of all readings that reads a file is taken. */
  readonly beside?: readonly LogReading[];
  /** Its places are guesses by a name: what settings say goes before it, and what no reading reads is none of it. */
  readonly guessed?: true;
}

/** Logs of lines. */
export const lines = (format: LogFormat): LineReading => ({
  shape: 'lines',
  id: format.id,
  ...sourceOf(format),
  ...(format.yearless === undefined ? {} : { yearless: format.yearless }),
  open: (source, clock, take) => new LogReader(source, format, clock, take),
});

export const logKind = (id: string, reading: LogReading, ...paths: readonly string[]): LogKind => ({
  id: `linux.log.${id}`,
  reading,
  paths,
});
