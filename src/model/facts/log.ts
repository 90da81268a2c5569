/**
 * What is known of one log as a whole: how far it reaches, how well it could be read, and what does not add up in it.
 *
 * Why: a way in that no log shows is only told beside the time from which logs are there at all; and a log that was
 * emptied, cut or filled with zeros is a trace of its own. What it is NOT: a judgement; a silent host, a crash and a
 * wrong clock leave the same.
 * Units: microseconds UTC, bytes, lines from one.
 */
import type { SourceRef, SourceStatus } from '../source.ts';
import type { Printable } from '../text.ts';

/** The log goes back: the clock was set, or lines were put in. */
export interface LogStep {
  readonly line: number;
  readonly fromUs: number;
  readonly toUs: number;
}

/** A log that is never long without a line was silent for much longer than it ever is. */
export interface LogGap {
  readonly fromUs: number;
  readonly toUs: number;
  /** The line after it. */
  readonly line: number;
  /** The host was started right after: it was switched off, as far as one sees. */
  readonly booted: boolean;
}

/**
 * `claimed` messages in the name of a program that did not send them · `unproven` messages of which nobody knows who
 * sent them · `changed` parts that are not what was written · `missing` records that are numbered and not there ·
 * `disordered` records before which later ones stand · `checksum` sums and sizes of its compression that are not those
 * of the content
 */
export const logDoubts = ['claimed', 'unproven', 'changed', 'missing', 'disordered', 'checksum'] as const;
export type LogDoubtKind = (typeof logDoubts)[number];

/** What was read of a log and cannot be relied on. */
export interface LogDoubt {
  readonly what: LogDoubtKind;
  readonly count: number;
}

export interface LogFact {
  readonly kind: 'log';
  readonly source: SourceRef;
  /** `linux.log.auth` */
  readonly log: string;
  /** Id of the format, `syslog`. */
  readonly format: string;
  /** The shape of its lines has a source that vouches for it. */
  readonly verified: boolean;
  /** The host that most lines name, or that its place stands for; empty where neither tells. */
  readonly host: Printable;
  readonly status: SourceStatus;
  readonly reason?: string;
  /** Read of the file; what is compressed counts as such. */
  readonly bytes: number;
  readonly lines: number;
  readonly events: number;
  /** Lines that are none of the format. */
  readonly unreadable: number;
  readonly nulBytes: number;
  readonly cutLines: number;
  /** Events whose year, zone or clock had to be assumed. */
  readonly uncertain: number;
  /** Of the earliest and the latest event; absent where there is none. */
  readonly firstUs?: number;
  readonly lastUs?: number;
  /** When the file was last written. */
  readonly modifiedUs: number;
  readonly steps: readonly LogStep[];
  readonly gaps: readonly LogGap[];
  /** Absent where there are none. */
  readonly doubts?: readonly LogDoubt[];
  /** SHA-256 of what its content begins with; absent where it is empty, or its beginning changes. */
  readonly fingerprint?: string;
  /** It has the last of each account alone, and reaches back to nothing. */
  readonly lastOnly?: true;
}
