import { afterEach, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { childCommand, runInternal } from './child.ts';
import { liveNative } from './live.ts';
import { endAll, startProgram, startRole, until } from './processes.fixture.ts';
import { runSweepChild } from './sweep-child.ts';
import { sweepLoop } from './sweep-loop.ts';

afterEach(endAll);
const native = liveNative();

const has = (set: Uint8Array | undefined, pid: number): boolean =>
  (((set?.[pid >> 3] ?? 0) >> (pid & 7)) & 1) === 1;
const pidsIn = (set: Uint8Array, limit: number): number[] =>
  Array.from({ length: limit + 1 }, (_, pid) => pid).filter((pid) => has(set, pid));

test('children find what one process finds, in all three views', async () => {
  const { pid } = startProgram('sleep', '100');
  const [small, large] = [await native.sweepPids(20_000), await native.sweepPids(60_001, { stat: true })];
  if (small.status !== 'ok' || large.status !== 'ok') throw new Error('no sweep');
  expect(small.value.stat).toBeUndefined();
  for (const set of [small.value.kill, small.value.scheduler, large.value.kill, large.value.scheduler]) {
    expect([has(set, 1), has(set, pid), has(set, process.pid), has(set, 0)]).toEqual([
      true,
      true,
      true,
      false,
    ]);
  }
  expect([has(large.value.stat, 1), has(large.value.stat, pid)]).toEqual([true, true]);
  expect(large.value.kill).toHaveLength((60_001 >> 3) + 1);
  // A thread answers and is not listed.
  const thread =
    readdirSync('/proc/self/task')
      .map(Number)
      .find((tid) => tid !== process.pid) ?? 0;
  expect([has(large.value.kill, thread), readdirSync('/proc').includes(String(thread))]).toEqual([
    true,
    false,
  ]);
});

test('a sweep up to a limit holds nothing past it', async () => {
  const answer = await native.sweepPids(25_002);
  if (answer.status !== 'ok') throw new Error(answer.reason);
  expect(answer.value.limit).toBe(25_002);
  expect((answer.value.kill.at(-1) ?? 0) & ~0b111).toBe(0);
});

test('the compiled loop and the loop in JavaScript agree', () => {
  const compiled = sweepLoop({ compile: true });
  const interpreted = sweepLoop({ compile: false });
  expect([compiled.compiled, interpreted.compiled]).toEqual([true, false]);
  startProgram('sleep', '100');
  for (const view of ['kill', 'scheduler', 'look'] as const) {
    const sets = [compiled, interpreted].map((loop) => {
      const bits = new Uint8Array(4096);
      loop[view](0, 32_768, bits);
      return pidsIn(bits, 32_767).filter((pid) => pid !== 0);
    });
    expect(sets[0]?.length).toBeGreaterThan(2);
    expect(sets[0]).toEqual(sets[1]);
  }
});

test('the children of a sweep end with the process that started them', async () => {
  const sweeper = await startRole('sweep');
  const children = (): number[] =>
    readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0)
      .filter((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('pid-sweep');
        } catch {
          return false;
        }
      });
  await until(() => children().length >= 1);
  await sweeper.end();
  await until(() => children().length === 0);
});

test('a task that nobody knows and a range that is none are refused', async () => {
  expect(await runInternal({}, 'toString', [])).toBe(2);
  for (const args of [[], ['0'], ['-1'], ['9999999999'], ['1.5'], ['a']]) {
    expect(runSweepChild(args)).toBe(2);
  }
  const child = Bun.spawnSync(childCommand('no-such-task', []), { stdio: ['ignore', 'pipe', 'pipe'] });
  expect([child.exitCode, child.stderr.toString()]).toEqual([2, 'demine: no internal task "no-such-task"\n']);
});
