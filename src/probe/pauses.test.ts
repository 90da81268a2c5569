import { expect, test } from 'bun:test';
import { processFact } from '../../test/process-fact.ts';
import { PauseWatch } from './pauses.ts';
import { filesTarget, statLine } from './suspect.fixture.ts';

/** Seconds in which each of the processes works; a second of work is 100 ticks. */
function watched(works: Readonly<Record<number, (second: number) => boolean>>, seconds = 30) {
  let second = 0;
  const ticks = new Map<number, number>();
  const target = filesTarget(
    Object.fromEntries(
      Object.keys(works).map((pid) => [
        `/proc/${pid}/stat`,
        () => statLine(Number(pid), 1000, ticks.get(Number(pid)) ?? 0),
      ]),
    ),
  );
  const processes = Object.keys(works).map((pid) =>
    processFact(Number(pid), { startTicks: 1000, userUs: 1e6 }),
  );
  const watch = new PauseWatch(target, processes, () => second * 1000);
  for (; second <= seconds; second += 1) {
    for (const [pid, isWorking] of Object.entries(works))
      if (isWorking(second)) ticks.set(Number(pid), (ticks.get(Number(pid)) ?? 0) + 100);
    watch.look();
  }
  return watch.end();
}

test('who stops for eight seconds and goes on is told with the medians of the three parts', () => {
  expect(watched({ 100: (second) => second < 10 || second >= 18 })).toEqual([
    expect.objectContaining({
      kind: 'watch-reaction',
      pid: 100,
      startTicks: 1000,
      percentBefore: 100,
      percentWatched: 0,
      percentAfter: 100,
      watcher: 'none',
    }),
  ]);
});

test('steady work, rest, work that ends and bursts of a second are no pause', () => {
  const found = watched({
    100: () => true,
    200: () => false,
    300: (second) => second < 15,
    400: (second) => second % 2 === 0,
  });
  expect(found).toEqual([]);
});

test('a pid that belongs to another process by now, and one that is gone, are no pause', () => {
  const gone = processFact(500, { startTicks: 1000, userUs: 1e6 });
  const other = processFact(100, { startTicks: 999, userUs: 1e6 });
  const target = filesTarget({ '/proc/100/stat': () => statLine(100, 1000, 5) });
  const watch = new PauseWatch(target, [gone, other]);
  for (let round = 0; round < 12; round += 1) watch.look();
  expect(watch.end()).toEqual([]);
});
