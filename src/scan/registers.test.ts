import { describe, expect, test } from 'bun:test';
import { processFact } from '../../test/process-fact.ts';
import { RecordedTarget, recordedNative } from '../../test/recorded-target.ts';
import type { CpuUseFact, ProcessFact } from '../model/facts/process.ts';
import { printableText } from '../model/text.ts';
import type { Native } from '../native/port.ts';
import { looksLikeRandomX } from '../probe/registers.ts';
import { readRegisters } from './registers.ts';

const nowUs = 1_700_000_100_000_000;
const randomx = [0x9fe0, 0xbfe0, 0xdfe0, 0xdfc0, 0xffe0, 0x1fa0, 0x9fe0, 0xbfe0];

const line = (pid: number, state: string, used: number): string =>
  `${pid} (job) ${state} 1 1 1 0 -1 4194304 0 0 0 0 ${used} 9 0 0 20 0 1 0 150 4096 1 ${'0 '.repeat(27)}\n`;

function use(process: ProcessFact, percent: number, tids: readonly number[]): CpuUseFact {
  return {
    kind: 'cpu-use',
    source: { source: printableText('/proc/50/stat') },
    pid: process.pid,
    startTicks: process.startTicks,
    windowUs: 1e6,
    usedUs: percent * 1e4,
    percent,
    threads: tids.map((tid) => ({
      tid,
      name: printableText('job'),
      state: 'S',
      percent: percent / tids.length,
      nice: 0,
      policy: 0,
    })),
  };
}

/** A process 50 with the threads 50 and 51, whose state follows a clock. */
function host(stateAt: (ms: number) => string, samples: Native['sampleRegisters']) {
  let now = 0;
  const stat = (pid: number, used: number) => () => line(pid, stateAt(now), used);
  const files = {
    '/proc/50/stat': stat(50, 900),
    '/proc/50/task/50/stat': stat(50, 0),
    '/proc/50/task/51/stat': stat(51, 900),
  };
  const target = new RecordedTarget({ files });
  const held: number[] = [];
  const native = recordedNative({
    readFile: (path) => {
      const name = printableText(new TextDecoder().decode(path));
      const { status, bytes } = target.readNow({ kind: 'file', path: name });
      return status === 'ok'
        ? { status: 'ok', value: Uint8Array.from(bytes) }
        : { status: 'absent', reason: '' };
    },
    sampleRegisters: (pid, tid, count, gap) => {
      held.push(tid);
      return samples(pid, tid, count, gap);
    },
  });
  const stage = {
    target,
    native,
    maxThreads: 8,
    nowUs,
    clock: () => now,
    sleep: (ms: number) => {
      now += ms;
      return Promise.resolve();
    },
  };
  return { stage, held, waited: () => now };
}

const computing: Native['sampleRegisters'] = () => ({
  status: 'ok',
  value: { architecture: 'x64', samples: randomx, heldUs: 10 },
});
const quiet = processFact(50, { startTicks: 150 });
const worker = processFact(50, { startTicks: 150, userUs: 9_000_000, state: 'T' });
const none = new Map<number, CpuUseFact>();

describe('registers of suspects', () => {
  test('a running thread is read at once', async () => {
    const { stage, waited } = host(() => 'R', computing);
    const read = await readRegisters(stage, [quiet], new Map([[50, use(quiet, 90, [51])]]));
    expect(read.facts.map(({ tid }) => tid)).toEqual([51]);
    expect(read).toMatchObject({ hot: 1, sampled: 1 });
    expect(waited()).toBe(0);
  });

  test('one that is out of quota for a moment is waited for', async () => {
    const { stage, waited } = host((ms) => (ms < 80 ? 'S' : 'R'), computing);
    const read = await readRegisters(stage, [quiet], new Map([[50, use(quiet, 30, [51])]]));
    expect(read.facts).toHaveLength(1);
    expect(waited()).toBe(80);
  });

  test('one that sleeps all the time is given up soon, and is no gap', async () => {
    const { stage, waited, held } = host(() => 'S', computing);
    const read = await readRegisters(stage, [quiet], new Map([[50, use(quiet, 30, [51])]]));
    expect(read).toMatchObject({ facts: [], hot: 1, sampled: 1 });
    expect(held).toEqual([]);
    expect(waited()).toBeLessThan(300);
  });

  test('one that is stopped by signals is waited for over a whole period of a second', async () => {
    const { stage, waited } = host((ms) => (ms < 900 ? 'T' : 'R'), computing);
    const read = await readRegisters(stage, [worker], none);
    // The hardest worker of its life first.
    expect(read.facts.map(({ tid }) => tid)).toEqual([51, 50]);
    expect(waited()).toBe(900);
  });

  test('one that is met in the running half of its period is not given up for that', async () => {
    // Stopped for 70 ms of each 100; its thread is caught in a call while it may run, until late.
    const turns = (ms: number): string => (ms % 100 < 70 ? 'T' : ms < 800 ? 'S' : 'R');
    const { stage } = host(turns, computing);
    const read = await readRegisters(stage, [quiet], new Map([[50, use(quiet, 30, [51])]]));
    expect(read.facts.map(({ tid }) => tid)).toEqual([51]);
  });

  test('one that stays stopped is given up after a second and a half', async () => {
    const { stage, waited } = host(() => 'T', computing);
    expect((await readRegisters(stage, [worker], none)).facts).toEqual([]);
    expect(waited()).toBeLessThan(1600);
  });

  test('a stopped process that never worked, and a sleeper that did, are not waited for', async () => {
    const stopped = host(() => 'T', computing);
    await readRegisters(stopped.stage, [quiet], none);
    const sleeping = host(() => 'S', computing);
    await readRegisters(sleeping.stage, [worker], none);
    expect([stopped.waited(), sleeping.waited()]).toEqual([0, 0]);
  });

  test('a row of samples that a signal cut short is taken again', async () => {
    let rows = 0;
    const cut: Native['sampleRegisters'] = () => {
      rows += 1;
      const samples = rows <= 3 ? randomx.slice(0, 2) : randomx;
      return { status: 'ok', value: { architecture: 'x64', samples, heldUs: 10 } };
    };
    const { stage } = host(() => 'R', cut);
    const read = await readRegisters(stage, [quiet], new Map([[50, use(quiet, 30, [51])]]));
    // What was seen before the signal counts too.
    expect(read.facts.map(({ samples }) => samples.length)).toEqual([14]);
  });

  test('a row that flushes in one mode is followed by others, of which one shows a second', async () => {
    const one = Array.from({ length: 8 }, () => 0x9fe0);
    for (const [after, match, most] of [
      [1, true, 2],
      [3, true, 4],
      [99, false, 4],
    ] as const) {
      let rows = 0;
      const { stage } = host(
        () => 'R',
        () => {
          rows += 1;
          const samples = rows > after ? one.with(3, 0xbfe0) : one;
          return { status: 'ok', value: { architecture: 'x64', samples, heldUs: 10, cut: true } };
        },
      );
      const read = await readRegisters(stage, [quiet], new Map([[50, use(quiet, 30, [51])]]));
      expect(read.facts.map((fact) => looksLikeRandomX(fact).match)).toEqual([match]);
      expect(read.facts.map(({ samples }) => samples.length)).toEqual([most * 8]);
    }
  });

  test('the source of a thread tells of all its rows together', async () => {
    const still = randomx.map(() => 0x9fe0);
    const cut = (samples: readonly number[]) =>
      ({ status: 'ok', value: { architecture: 'x64', samples, heldUs: 10, cut: true } }) as const;
    const timeout = { status: 'timeout', reason: 'did not stop' } as const;
    for (const [rows, told] of [
      // Two halves are a row.
      [[cut(randomx.slice(0, 4)), cut(randomx.slice(4))], { status: 'ok', bytes: 32 }],
      // It was read; that it did not stop again is no gap.
      [[cut(still), timeout, timeout, timeout, timeout], { status: 'ok', bytes: 32 }],
      // Less than a row, however it ended.
      [
        [cut(randomx.slice(0, 3)), ...Array.from({ length: 99 }, () => timeout)],
        { status: 'timeout', bytes: 12 },
      ],
    ] as const) {
      let row = -1;
      const { stage } = host(
        () => 'R',
        () => {
          row += 1;
          return rows[row] ?? timeout;
        },
      );
      const read = await readRegisters(stage, [quiet], new Map([[50, use(quiet, 30, [51])]]));
      expect(read.sources).toMatchObject([{ source: 'ptrace:50/51', ...told }]);
    }
  });

  test('one that got three percent of a core and wanted all is hot: not to read it is a gap', async () => {
    const waiting = { ...use(quiet, 3, [51]), wanted: 100 };
    for (const [samples, read] of [
      [randomx, { hot: 1, sampled: 1 }],
      [[], { hot: 1, sampled: 0 }],
    ] as const) {
      const { stage } = host(
        () => 'R',
        () => ({ status: 'ok', value: { architecture: 'x64', samples, heldUs: 1, cut: true } }),
      );
      expect(await readRegisters(stage, [quiet], new Map([[50, waiting]]))).toMatchObject(read);
    }
  });

  test('what is refused is a gap of a hot process, told with its reason, and not asked again', async () => {
    const { stage, held } = host(
      () => 'R',
      () => ({ status: 'denied', reason: 'EPERM' }),
    );
    const read = await readRegisters(stage, [quiet], new Map([[50, use(quiet, 90, [51])]]));
    expect(read).toMatchObject({ facts: [], hot: 1, sampled: 0, reason: 'EPERM' });
    expect(held).toEqual([51]);
  });

  test('process 1 is never held, stopped or not', async () => {
    const init = processFact(1, { startTicks: 150, userUs: 9_000_000, state: 'T' });
    const { stage, held } = host(() => 'T', computing);
    await readRegisters(stage, [init], new Map([[1, use(init, 90, [1])]]));
    expect(held).toEqual([]);
  });
});
