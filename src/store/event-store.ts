/**
 * Logs and events of a case: written in the order in which they are read, found again by time.
 *
 * Writing holds nothing but the words that repeat; a search gives one event after the other and holds nothing at all.
 */
import type { EventWhat, LogEvent } from '../model/facts/event.ts';
import type { LogFact } from '../model/facts/log.ts';
import type { SourceId } from '../model/source.ts';
import type { Printable } from '../model/text.ts';

/** An event as the case keeps it. */
export interface StoredEvent {
  readonly event: LogEvent;
  /** The host that its line names, or that its log stands for. */
  readonly host: Printable;
  /** `linux.log.auth` */
  readonly log: string;
  /** `syslog` */
  readonly format: string;
}

export interface EventQuery {
  /** From this moment on, microseconds UTC. */
  readonly fromUs?: number;
  /** Before this moment. */
  readonly toUs?: number;
  readonly kinds?: readonly EventWhat[];
  readonly hosts?: readonly string[];
  /** Stands in the line or in what was read of it. */
  readonly contains?: string;
  /** Answers for the line and what was read of it, each by itself. */
  readonly matches?: (text: string) => boolean;
}

/** A host that lines name, or logs stand for. */
export interface EventHost {
  /** Empty for lines that name none. */
  readonly host: Printable;
  readonly events: number;
  /** The same by the id of the log. */
  readonly byLog: ReadonlyMap<string, number>;
  readonly firstUs: number;
  readonly lastUs: number;
}

/**
 * Says of each event of a log, one after the other, whether an analysis has to see it. Of the others it is told where they
 * are, and names those that have to be seen after all when the log is at its end.
 */
export interface ClueMarker {
  begin(): void;
  /** `us` and `host` are as they are stored. */
  isClue(event: LogEvent, us: number, host: string): boolean;
  /** The number of the last event that was none. */
  placed(id: number): void;
  end(): readonly number[];
}

export interface LogBeginning {
  readonly source: SourceId;
  readonly log: string;
  readonly format: string;
  readonly host: Printable;
  /** SHA-256 of what its content begins with. */
  readonly fingerprint?: string;
}

/**
 * Writes logs, one after the other. What it throws is the store's own error.
 *
 * An event that is there already is not written again: one of a log of the same name, or that begins alike, at the same
 * place in it, at the same time, of the same host and kind. A log of which all is there leaves no row of its own.
 */
export interface EventWriter {
  /** Events that were written, and that were there. */
  readonly counts: { readonly stored: number; readonly known: number };
  begin(log: LogBeginning): void;
  event(event: LogEvent): void;
  end(fact: LogFact): void;
  /** All that was given is in the file. */
  close(): void;
}

export interface EventStore {
  /** @param marker without one an analysis sees all that is written */
  writer(marker?: ClueMarker): EventWriter;
  /** All logs; one whose reading was not finished has the status `error`. */
  logs(): readonly LogFact[];
  /** By time. To be read to its end, or returned. */
  search(query: EventQuery): IterableIterator<StoredEvent>;
  /** Of whom the events are. */
  hosts(): readonly EventHost[];
  /** Whether the events are of more than one host. */
  isOfSeveralHosts(): boolean;
  /**
   * Runs `use`, which may ask for the clues of one host after the other, each by time. What makes that quick is made
   * before and taken away after it: it would cost every event that is written.
   */
  byHost<T>(use: (cluesOf: (host: Printable) => IterableIterator<StoredEvent>) => T): T;
  /** How many there are of each kind, of those that a query without words finds. */
  counts(query: EventQuery): ReadonlyMap<EventWhat, number>;
}
