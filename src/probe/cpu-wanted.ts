/**
 * What a thread would have used if nobody had kept it waiting.
 *
 * What: its time on a core as a share of the time that it did not wait: ran / (ran + slept). A hog beside twenty
 * others ran for 5 % and waited for 95 %: it wanted all. A server that ran for 1 % and waited for 60 %, because
 * each time it woke it found the cores taken, wanted 2.5 %.
 * Why: a miner that gets 3 % of a core beside twenty hogs is still a miner. Quotas of control groups hold a
 * thread in the same way: it is runnable, and waits.
 * What it is NOT: the sum of running and waiting, which makes hogs of all that often wakes up; nor proof of
 * anything, since every compiler of a crowded host wants a whole core.
 * Units: nanoseconds in, percent of one core out. Source: formats/proc-schedstat.ts; kernel
 * Documentation/scheduler/sched-stats.
 */
import type { SchedStat } from '../formats/proc-schedstat.ts';

export interface Watched {
  /** Wall time between the two looks. */
  readonly wallNs: number;
  /** Counters at both looks; undefined where this kernel keeps none. */
  readonly from: SchedStat | undefined;
  readonly to: SchedStat | undefined;
  /** Looks at its state, the first and the last among them, and how many of them showed it runnable. */
  readonly looks: number;
  readonly runnable: number;
  /** Runnable at the last look: it may be in the middle of a wait. */
  readonly runnableNow: boolean;
}

/** Looks from which a state that never changed says something. */
const enoughLooks = 3;
/** One turn of a thread that computes; what wakes up for an instant and sleeps again has far shorter ones. */
const shortestTurnNs = 500_000;
const whole = 100;

/** Undefined where it cannot be told. */
export function wantedPercent(watched: Watched): number | undefined {
  const { wallNs, from, to, looks, runnable, runnableNow } = watched;
  const always = runnable === looks && looks >= enoughLooks;
  if (wallNs <= 0) return undefined;
  if (from === undefined || to === undefined) return always ? whole : undefined;
  const ran = Math.max(0, to.ranNs - from.ranNs);
  const waited = Math.max(0, to.waitedNs - from.waitedNs);
  const turns = Math.max(0, to.turns - from.turns);
  const computes = turns === 0 || ran / turns >= shortestTurnNs;
  // It never slept: one wait took most of the time, and is not in the counters yet.
  if (always && computes && turns <= looks) return whole;
  if (turns === 0) return undefined;
  // The wait that goes on now is not in the counters, and one may have begun before: two usual ones at most.
  const open = runnableNow && computes ? (2 * waited) / turns : 0;
  const slept = Math.max(0, wallNs - ran - waited - open);
  return ran === 0 ? 0 : Math.min(whole, (whole * ran) / (ran + slept));
}
