/**
 * /proc/PID/task/TID/schedstat: how long one thread ran, and how long it waited for a core to run on.
 *
 * Why: on a host with more runnable threads than cores use is what was left for a program, not what it wanted.
 * What it is NOT: of a whole process; /proc/PID/schedstat is that of the first thread. A wait that goes on is
 * not in it: the kernel adds it when the thread gets its core. Time out of a quota counts as waiting.
 * Units: nanoseconds; number of turns. Source: kernel Documentation/scheduler/sched-stats, /proc/<pid>/schedstat;
 * fs/proc/base.c proc_pid_schedstat, which writes `0 0 0` where the accounting is off.
 */
import { decimals } from './ascii.ts';

export interface SchedStat {
  readonly ranNs: number;
  readonly waitedNs: number;
  /** Times that it was given a core. */
  readonly turns: number;
}

export function parseSchedStat(bytes: Uint8Array): SchedStat | undefined {
  const [ranNs, waitedNs, turns, more] = decimals(bytes, 0, bytes.length, 4);
  if (ranNs === undefined || waitedNs === undefined || turns === undefined || more !== undefined)
    return undefined;
  if (![ranNs, waitedNs, turns].every((value) => value >= 0)) return undefined;
  return { ranNs, waitedNs, turns };
}
