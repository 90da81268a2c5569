/**
 * Clears away what reading left over, before it becomes memory for good.
 *
 * Why: our engine collects by what scripts allocate, and knows little of the strings and buffers behind them; on a host
 * that a miner has filled, a scan that swells takes from those it wants to help. A collection takes 10 to 20 ms, so
 * it happens only after growth.
 */
import type { Native } from '../native/port.ts';

/** Bytes that reading may add before it is looked through. */
const growth = 8 << 20;

export class Sweeper {
  readonly #native: Native | undefined;
  #low: number;

  constructor(native?: Native) {
    this.#native = native;
    this.#low = this.#size();
  }

  /** To be called between two parts of a scan. */
  sweep(): void {
    const size = this.#size();
    if (size - this.#low < growth) this.#low = Math.min(this.#low, size);
    else this.clear();
  }

  clear(): void {
    Bun.gc(true);
    this.#native?.releaseOwnPages?.();
    this.#low = this.#size();
  }

  #size(): number {
    const own = this.#native?.ownAnonymous?.();
    return own?.status === 'ok' ? own.value : process.memoryUsage.rss();
  }
}
