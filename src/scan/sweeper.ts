/** Keeps a scan small: what a step leaves over is cleared away before the next one adds to it. */

/** Bytes that reading may add before what it left over is cleared away: 10 ms for what would be memory for good. */
const growth = 12 << 20;

export class Sweeper {
  #low = process.memoryUsage.rss();

  /** Clears away when much was added since the last time. */
  sweep(): void {
    if (process.memoryUsage.rss() - this.#low < growth) return;
    Bun.gc(true);
    this.#low = process.memoryUsage.rss();
  }
}
