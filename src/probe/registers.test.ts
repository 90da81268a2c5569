import { afterEach, describe, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { liveNative } from '../native/live.ts';
import type { Native, RegisterSamples } from '../native/port.ts';
import { endAll, startProgram, startRole, statOf, until } from '../native/processes.fixture.ts';
import { recordedNative } from '../native/recorded.ts';
import { looksLikeRandomX, probeRegisters, type RegisterOptions, type RegistersOf } from './registers.ts';

const x64 = (...samples: number[]) => ({ architecture: 'x64' as const, samples });
const arm64 = (...samples: number[]) => ({ architecture: 'arm64' as const, samples });

describe('the rule', () => {
  test('librandomx0 as measured is RandomX, also with one sample between two hashes', () => {
    const fact = x64(0x9fe0, 0xbfe0, 0xdfe0, 0xdfc0, 0xffe0, 0x1fa0, 0x9fe0, 0xbfe0);
    expect(looksLikeRandomX(fact)).toEqual({ match: true, modes: [0, 1, 2, 3], flagged: 7 });
  });

  test('interval arithmetic changes the mode without the flags: not RandomX', () => {
    const fact = x64(...Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? 0x3fa0 : 0x5fa0)));
    expect(looksLikeRandomX(fact)).toEqual({ match: false, modes: [], flagged: 0 });
  });

  test('-ffast-math has the flags and one mode: not RandomX', () => {
    expect(looksLikeRandomX(x64(...Array<number>(40).fill(0x9fe0)))).toEqual({
      match: false,
      modes: [0],
      flagged: 40,
    });
  });

  test('one of the two flags alone counts for nothing', () => {
    expect(looksLikeRandomX(x64(0x9f80, 0xbf80, 0xdf80, 0xff80, 0x1fc0, 0x3fc0, 0x5fc0, 0x7fc0)).match).toBe(
      false,
    );
  });

  test('seven samples are too few, however they look', () => {
    expect(looksLikeRandomX(x64(0x9fe0, 0xbfe0, 0xdfe0, 0xffe0, 0x9fe0, 0xbfe0, 0xdfe0)).match).toBe(false);
  });

  test('on arm64 the flag is FZ and the mode RMode', () => {
    const flush = 1 << 24;
    const modes = [0, 1, 2, 3, 0, 1, 2, 3];
    expect(looksLikeRandomX(arm64(...modes.map((mode) => flush | (mode << 22))))).toEqual({
      match: true,
      modes: [0, 1, 2, 3],
      flagged: 8,
    });
    expect(looksLikeRandomX(arm64(...modes.map((mode) => mode << 22))).match).toBe(false);
  });
});

function probeOne(
  native: Native,
  process: { readonly pid: number; readonly startTicks: number },
  tids: readonly number[],
  options?: RegisterOptions,
): RegistersOf {
  const [read] = probeRegisters(native, [{ process, tids }], options);
  if (read === undefined) throw new Error('nothing of the process');
  return read;
}

const start = 4711;
const line = (pid: number, state: string, startTicks = start): Uint8Array =>
  new TextEncoder().encode(
    `${pid} (a) R 9 (x) ${state} 1 1 1 0 -1 4194304 0 0 0 0 9 9 0 0 20 0 1 0 ${startTicks} 4096 1 ${'0 '.repeat(27)}\n`,
  );

/** A process 50 with threads in these states; `answers` are handed out in order. */
function recorded(
  states: Readonly<Record<number, string>>,
  answers: readonly (readonly number[])[],
  startTicks = start,
): { readonly native: Native; readonly sampled: number[] } {
  const sampled: number[] = [];
  let next = 0;
  const native = recordedNative({
    readFile: (bytes) => {
      const path = new TextDecoder().decode(bytes);
      const tid = Number(/^\/proc\/50\/task\/(\d+)\/stat$/.exec(path)?.[1] ?? 0);
      if (path === '/proc/50/stat') return { status: 'ok', value: line(50, 'S', startTicks) };
      const state = states[tid];
      return state === undefined
        ? { status: 'absent', reason: 'ENOENT' }
        : { status: 'ok', value: line(tid, state) };
    },
    sampleRegisters: (_, tid) => {
      sampled.push(tid);
      const samples = answers[next] ?? [];
      next += 1;
      const value: RegisterSamples = { architecture: 'x64', samples, heldUs: 10 };
      return { status: 'ok', value };
    },
  });
  return { native, sampled };
}

const plain = Array<number>(10).fill(0x1fa0);
const oneMode = Array<number>(10).fill(0x9fe0);
const otherMode = Array<number>(10).fill(0xbfe0);
const process50 = { pid: 50, startTicks: start };

describe('the probe', () => {
  test('samples only threads that run, and eight at most', () => {
    const states = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [60 + index, index % 2 === 0 ? 'R' : 'S']),
    );
    const { native, sampled } = recorded(states, Array(20).fill(plain));
    const { facts, sources } = probeOne(native, process50, Object.keys(states).map(Number));
    expect(sampled).toEqual([60, 62, 64, 66, 68, 70, 72, 74]);
    expect(facts.map(({ tid }) => tid)).toEqual(sampled);
    expect(sources.every(({ status, artifact }) => status === 'ok' && artifact === 'probe.registers')).toBe(
      true,
    );
  });

  test('leaves a process alone that took over the pid of the one that was ranked', () => {
    const { native, sampled } = recorded({ 50: 'R' }, [plain], start + 1);
    const { facts, sources } = probeOne(native, process50, [50]);
    expect([facts.length, sampled.length]).toEqual([0, 0]);
    expect(sources[0]).toMatchObject({ status: 'absent', reason: 'the process has ended' });
  });

  const samplesOf = (row: readonly number[], options?: RegisterOptions) =>
    probeOne(recorded({ 50: 'R' }, [row]).native, process50, [50], options).facts[0]?.samples ?? [];

  test('ends at the eighth sample where two modes stand by then', () => {
    expect(samplesOf([0x9fe0, 0xbfe0, ...oneMode, ...otherMode])).toHaveLength(8);
  });

  test('goes on where the flags stand with one mode, and ends where another mode shows', () => {
    const row = [...oneMode, 0xbfe0, ...otherMode];
    expect(samplesOf(row)).toEqual([...oneMode, 0xbfe0]);
  });

  test('goes on for some samples where no flag stands, and no further', () => {
    expect(samplesOf([...plain, ...plain])).toHaveLength(11);
    expect(samplesOf([...plain, ...plain], { leastStill: 8 })).toHaveLength(8);
    // Between two hashes for the first ten samples.
    expect(samplesOf([...plain, 0x9fe0, 0xbfe0, ...plain])).toEqual([...plain, 0x9fe0, 0xbfe0]);
  });

  test('does not hold a stopped process, and says that nothing runs', () => {
    const { native, sampled } = recorded({ 50: 'T' }, []);
    const { sources } = probeOne(native, process50, [50]);
    expect(sampled).toEqual([]);
    expect(sources[0]).toMatchObject({ status: 'empty', reason: 'no thread of it runs' });
  });

  test('a row that the crowd cut short is told as truncated', () => {
    const value: RegisterSamples = { architecture: 'x64', samples: plain.slice(0, 3), heldUs: 1, cut: true };
    const { native } = recorded({ 50: 'R' }, []);
    const waiting = { ...native, sampleRegisters: () => ({ status: 'ok', value }) as const };
    const { sources } = probeOne(waiting, process50, [50]);
    expect(sources[0]).toMatchObject({ status: 'truncated' });
  });

  test('survives stat files that are cut, empty or of another shape', () => {
    const native = recordedNative({
      readFile: () => ({ status: 'ok', value: new TextEncoder().encode('50 (') }),
    });
    expect(probeOne(native, process50, [50]).facts).toEqual([]);
  });
});

describe('on this kernel', () => {
  afterEach(endAll);
  const native = liveNative();
  const probe = (pid: number) =>
    probeOne(
      native,
      { pid, startTicks: statOf(pid).startTicks },
      readdirSync(`/proc/${pid}/task`).map(Number),
      // Whatever else this machine computes.
      { patience: { stopUs: 10e6, totalUs: 20e6 } },
    );

  test('a thread that flushes and changes its rounding mode looks like RandomX', async () => {
    const { pid } = await startRole('compute', 'flush', 'nearest', 'up', 'down', 'zero');
    // On a crowded machine one row may fall into a time in which the thread was not let go on, and shows one mode.
    let facts = probe(pid).facts;
    for (let round = 0; round < 8 && !facts.some((fact) => looksLikeRandomX(fact).match); round += 1)
      facts = probe(pid).facts;
    expect(facts.some((fact) => looksLikeRandomX(fact).match)).toBe(true);
    expect(facts[0]).toMatchObject({ pid, tid: pid, startTicks: statOf(pid).startTicks });
  });

  test('interval arithmetic and flushing with one mode do not', async () => {
    for (const args of [
      ['keep', 'up', 'down'],
      ['flush', 'nearest'],
    ]) {
      const { pid } = await startRole('compute', ...args);
      const { facts } = probe(pid);
      expect(facts.length).toBeGreaterThan(0);
      expect(facts.filter((fact) => looksLikeRandomX(fact).match)).toEqual([]);
    }
  });

  test('a process that sleeps is not held', async () => {
    const { pid } = startProgram('sleep', '100');
    await until(() => readFileSync(`/proc/${pid}/wchan`, 'latin1').includes('nanosleep'));
    expect(probe(pid)).toMatchObject({ facts: [], sources: [{ status: 'empty' }] });
  });
});
