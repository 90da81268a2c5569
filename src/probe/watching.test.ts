import { describe, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { filesTarget, statLine } from './suspect.fixture.ts';
import { type Decoy, judgePause, judgeReaction, probeWatching, startDecoy } from './watching.ts';

describe('reaction', () => {
  test('medians of the phases: one odd window changes nothing', () => {
    expect(judgeReaction([98, 99, 3, 100, 97], [0, 1, 99, 0, 2], [99, 98, 97])).toEqual({
      percentBefore: 98,
      percentWatched: 1,
      percentAfter: 98,
    });
  });

  test('too few windows say nothing', () => {
    expect(judgeReaction([99, 99], [0, 0, 0], [99, 99, 99])).toBeUndefined();
  });

  test('a pause in a series is its longest low run, between two busy ones', () => {
    expect(judgePause([99, 98, 99, 0, 1, 0, 99, 97, 99])).toEqual({
      percentBefore: 99,
      percentWatched: 0,
      percentAfter: 99,
    });
  });

  test('a longer one at the end does not hide it', () => {
    const work = [99, 98, 99, 97];
    expect(judgePause([...work, 0, 1, 0, ...work, 0, 0, 0, 0, 0])?.percentWatched).toBe(0);
    expect(judgePause([0, 0, 0, 0, 0, ...work, 0, 1, 0, ...work])?.percentWatched).toBe(0);
  });

  test('steady work, steady rest, a start and an end are no pause', () => {
    expect(judgePause([99, 98, 97, 99, 98, 99, 99, 98, 99])).toBeUndefined();
    expect(judgePause([0, 0, 0, 0, 0, 0, 0, 0, 0])).toBeUndefined();
    expect(judgePause([0, 0, 0, 99, 99, 99, 99, 99, 99])).toBeUndefined();
    expect(judgePause([99, 99, 99, 99, 99, 0, 0, 0, 0])).toBeUndefined();
    expect(judgePause([])).toBeUndefined();
  });
});

/** A host where time is counted by hand: pid 100 pauses while the decoy runs, pid 200 never does. */
function scene() {
  let now = 0;
  let watched = false;
  const ticks = { shy: 0, steady: 0 };
  const target = filesTarget({
    '/proc/100/stat': () => statLine(100, 1000, ticks.shy),
    '/proc/200/stat': () => statLine(200, 1000, ticks.steady),
  });
  const decoy = async (): Promise<Decoy> => {
    watched = true;
    return {
      name: 'decoy:top',
      stop: async () => {
        watched = false;
      },
    };
  };
  const sleep = async (ms: number): Promise<void> => {
    now += ms;
    ticks.steady += ms / 10;
    if (!watched) ticks.shy += ms / 10;
  };
  return { target, decoy, sleep, clock: () => now, isWatched: () => watched };
}
const two = [
  { pid: 100, startTicks: 1000 },
  { pid: 200, startTicks: 1000 },
];

describe('probe', () => {
  test('with a decoy the shy one falls and returns, the steady one does not', async () => {
    const { target, isWatched, ...options } = scene();
    const { facts, sources } = await probeWatching({ ticksPerSecond: 100 }, target, two, {
      active: true,
      ...options,
    });
    expect(
      facts.map(({ pid, watcher, percentBefore, percentWatched, percentAfter }) => [
        pid,
        watcher,
        percentBefore,
        percentWatched,
        percentAfter,
      ]),
    ).toEqual([
      [100, 'decoy:top', 100, 0, 100],
      [200, 'decoy:top', 100, 100, 100],
    ]);
    expect(sources.map((source) => source.status)).toEqual(['ok', 'ok']);
    expect(isWatched()).toBe(false);
  });

  test('without --active no decoy is started, and steady work gives no fact', async () => {
    const { target, isWatched: _isWatched, ...options } = scene();
    const decoy = () => {
      throw new Error('not allowed');
    };
    const { facts } = await probeWatching({ ticksPerSecond: 100 }, target, two, {
      active: false,
      ...options,
      decoy,
    });
    expect(facts).toEqual([]);
  });

  test('a decoy that fails is a status, and a process that ended too', async () => {
    const { target, isWatched: _isWatched, ...options } = scene();
    const decoy = () => Promise.reject(new Error('no child'));
    const failed = await probeWatching({ ticksPerSecond: 100 }, target, two, {
      active: true,
      ...options,
      decoy,
    });
    expect(failed.sources).toMatchObject([{ status: 'error', reason: 'no child' }]);
    const gone = await probeWatching({ ticksPerSecond: 100 }, target, [{ pid: 100, startTicks: 5 }], {
      active: true,
      ...options,
    });
    expect(gone.facts).toEqual([]);
    expect(gone.sources).toMatchObject([{ status: 'absent' }]);
  });
});

describe('the decoy', () => {
  const called = (name: string): readonly number[] =>
    readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .map(Number)
      .filter((pid) => {
        try {
          return readFileSync(`/proc/${pid}/comm`, 'latin1').trim() === name;
        } catch {
          // It ended between the listing and the look.
          return false;
        }
      });

  test('carries the name in comm and in its first argument, and is gone after', async () => {
    expect(called('top')).toEqual([]);
    const decoy = await startDecoy();
    const [pid] = called('top');
    expect(pid).toBeDefined();
    expect(readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0')[0]).toBe('top');
    await decoy.stop();
    expect(called('top')).toEqual([]);
  });
});
