/** The answer, and how far it reaches. */
export type Verdict = 'clean' | 'suspicious' | 'mining' | 'inconclusive';

/** `running`: the miner runs now · `stopped`: frozen, paused or throttled to nothing · `traces`: only what it left. */
export type MiningState = 'running' | 'stopped' | 'traces' | 'none';

/** Exit codes of `demine scan`. */
export const exitCodes: Readonly<Record<Verdict, number>> = {
  clean: 0,
  suspicious: 1,
  mining: 1,
  inconclusive: 3,
};

/** Exit code for a scan that failed or was misused. */
export const exitFailed = 2;
