/**
 * Time: integer microseconds since 1970-01-01 UTC, with how exact it is and where it comes from.
 * Microseconds stay exact in a JavaScript number until the year 2255.
 */

export type Precision = 'microsecond' | 'millisecond' | 'tick' | 'second' | 'minute' | 'day';

export interface Instant {
  readonly us: number;
  readonly precision: Precision;
  /** What said so: `kernel start time`, `file ctime`, `log line`. */
  readonly source: string;
  /** False when a year, zone or clock step had to be assumed. */
  readonly certain: boolean;
}
