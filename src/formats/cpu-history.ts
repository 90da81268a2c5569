/**
 * What an accounting program wrote down of CPU use, whichever program it was.
 *
 * Why: it tells since when a host is busy, from before anybody looked and from before the miner was restarted.
 * What it is NOT: use per process, and not proof by itself; whoever is root can rewrite the file.
 * Units: microseconds UTC; percent of the time of all processors, waiting for I/O and time that the
 * hypervisor gave to others counted as not busy (proc_stat(5): idle, iowait, steal).
 */

export interface CpuSample {
  /** What the sample covers. */
  readonly fromUs: number;
  readonly toUs: number;
  readonly busyPercent: number;
  /** Byte offset of its record in the file. */
  readonly offset: number;
}

export interface CpuHistory {
  /** Program and version as the file has it: `sysstat 12.6.1`. */
  readonly program: string;
  /** When the file says it begins; zero where it does not say. */
  readonly beganUs: number;
  readonly samples: readonly CpuSample[];
  /** `cut` ends within a record or at a bound; `broken` says what cannot be; `unknown` a format not read. */
  readonly end: 'whole' | 'cut' | 'broken' | 'unknown';
  /** Present where the end is not `whole`. */
  readonly reason?: string;
}

/** Seconds since 1970 that an accounting file can mean: September 2001 (sysstat's own bound) to 2242. */
export const plausibleSeconds = (seconds: number): boolean => seconds >= 1e9 && seconds < 2 ** 33;
