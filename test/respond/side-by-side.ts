/**
 * Runs of whole hosts side by side, a few at a time: they wait for respawners and timers more than they compute.
 *
 * The runner goes through tests one after the other; each finds its run begun, and waits for the rest of it. A test that
 * is tried again begins its own.
 */
export interface SideBySide<T> {
  /** The run of one, begun with the first that is asked for. */
  of(one: T): Promise<void>;
}

/** @param all in the order in which they begin: the longest first @param width runs at a time */
export function sideBySide<T>(
  all: readonly T[],
  width: number,
  run: (one: T) => Promise<void>,
): SideBySide<T> {
  const begun = new Map<T, Promise<void>>();
  const starters = new Map<T, () => void>();
  const begin = (): void => {
    const waiting = all.map((one) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      starters.set(one, resolve);
      const ended = promise.then(() => run(one));
      begun.set(one, ended);
      // Told by the test of it, whenever that comes.
      ended.catch(() => undefined);
      return { one, ended };
    });
    let next = 0;
    const startNext = (): void => {
      const entry = waiting[next];
      if (entry === undefined) return;
      next += 1;
      starters.get(entry.one)?.();
      entry.ended.then(startNext, startNext);
    };
    for (let at = 0; at < width; at += 1) startNext();
  };
  return {
    of: async (one) => {
      if (starters.size === 0) begin();
      const own = begun.get(one);
      begun.delete(one);
      return await (own ?? run(one));
    },
  };
}
