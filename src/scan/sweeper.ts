/**
 * Clears away what reading left over, before it becomes memory for good.
 *
 * Why: our engine collects by what scripts allocate, and knows little of the strings and buffers behind them; on a host
 * that a miner has filled, a scan that swells takes from those it wants to help. A collection takes 10 to 20 ms, so
 * it happens only after growth.
 */
import type { Native, OwnMemory } from '../native/port.ts';

/**
 * Bytes that reading may add before it is looked through. Of 4 to 24 MB this is the most with which a scan of 2,000
 * processes stays below 120 MB with its case (116 to 118; with 12 it is 121, with 24 it is 127, at 0.96 of the CPU).
 */
const growth = 6 << 20;

/** Bytes of memory, pages of the executable with them, from which those pages go without a collection. */
const large = 76 << 20;
/** Bytes that must have come back since they went. */
const worthIt = 2 << 20;

export class Sweeper {
  readonly #native: Native | undefined;
  #low: number;
  /** Resident after the pages of the executable went. */
  #released = 0;

  constructor(native?: Native) {
    this.#native = native;
    this.#low = this.#memory().anonymous;
  }

  /** To be called between two parts of a scan. */
  sweep(): void {
    const { anonymous, resident } = this.#memory();
    if (anonymous - this.#low >= growth) {
      this.clear();
      return;
    }
    this.#low = Math.min(this.#low, anonymous);
    if (resident >= Math.max(large, this.#released + worthIt)) this.#release();
  }

  clear(): void {
    Bun.gc(true);
    // What is left is in use: growth counts from here, or each further call would collect again.
    this.#low = this.#release();
  }

  /** @returns what is ours alone */
  #release(): number {
    this.#native?.releaseOwnPages?.();
    const { anonymous, resident } = this.#memory();
    this.#released = resident;
    return anonymous;
  }

  #memory(): OwnMemory {
    const own = this.#native?.ownMemory?.();
    if (own?.status === 'ok') return own.value;
    const resident = process.memoryUsage.rss();
    return { anonymous: resident, resident };
  }
}
