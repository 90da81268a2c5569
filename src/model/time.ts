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

/** RFC 3339 text in UTC, cut at the precision. */
export function instantText(instant: Instant): string {
  const iso = new Date(instant.us / 1000).toISOString();
  switch (instant.precision) {
    case 'microsecond':
    case 'millisecond':
    case 'tick':
    case 'second':
      return `${iso.slice(0, 19)}Z`;
    case 'minute':
      return `${iso.slice(0, 16)}Z`;
    case 'day':
      return iso.slice(0, 10);
  }
}
