import { describe, expect, test } from 'bun:test';
import { processFact } from '../../test/process-fact.ts';
import { RecordedTarget, recordedNative } from '../../test/recorded-target.ts';
import { printableText } from '../model/text.ts';
import { readRegistersLater } from './registers-later.ts';

const randomx = [0x9fe0, 0xbfe0, 0xdfe0, 0xdfc0, 0xffe0, 0x1fa0, 0x9fe0, 0xbfe0];
const plain = Array<number>(12).fill(0x1fa0);
const nowUs = 1_700_000_100_000_000;

const line = (pid: number, parent: number): string =>
  `${pid} (job) R ${parent} 1 1 0 -1 4194304 0 0 0 0 90 9 0 0 20 0 1 0 150 4096 1 ${'0 '.repeat(27)}\n`;

/** Process 50, which computes what `rowAt` says, and the children that it has at a time. */
function host(rowAt: (ms: number, pid: number) => readonly number[], childrenAt: (ms: number) => string) {
  let now = 0;
  const files = Object.fromEntries(
    [
      [50, 1],
      [61, 50],
      [62, 50],
    ].flatMap(([pid = 0, parent = 0]) => [
      [`/proc/${pid}/stat`, line(pid, parent)],
      [`/proc/${pid}/task/${pid}/stat`, line(pid, parent)],
    ]),
  );
  const target = new RecordedTarget({
    files: { ...files, '/proc/50/task/50/children': () => childrenAt(now) },
  });
  const native = recordedNative({
    readFile: (path) => {
      const name = printableText(new TextDecoder().decode(path));
      const { status, bytes } = target.readNow({ kind: 'file', path: name });
      return status === 'ok'
        ? { status: 'ok', value: Uint8Array.from(bytes) }
        : { status: 'absent', reason: '' };
    },
    sampleRegisters: (pid) => ({
      status: 'ok',
      value: { architecture: 'x64', samples: rowAt(now, pid), heldUs: 10 },
    }),
  });
  const sleep = (ms: number): Promise<void> => {
    now += ms;
    return Promise.resolve();
  };
  const stage = { target, native, maxThreads: 8, nowUs, clock: () => now, sleep };
  return { stage, waited: () => now };
}

const filling = processFact(50, { startTicks: 150 });

describe('memory that is laid out for RandomX', () => {
  test('is waited for until its registers show it', async () => {
    const { stage, waited } = host(
      (ms) => (ms < 1200 ? plain : randomx),
      () => '',
    );
    const read = await readRegistersLater(stage, [filling], false);
    expect(read.facts.map(({ pid, tid }) => [pid, tid])).toEqual([[50, 50]]);
    expect(waited()).toBe(1200);
  });

  test('is given up after some seconds, on a crowded host after more, and says nothing then', async () => {
    for (const [crowded, least, most] of [
      [false, 2900, 3200],
      [true, 9900, 10_200],
    ] as const) {
      const { stage, waited } = host(
        () => plain,
        () => '',
      );
      expect(await readRegistersLater(stage, [filling], crowded)).toEqual({ facts: [], processes: [] });
      expect(waited()).toBeGreaterThan(least);
      expect(waited()).toBeLessThan(most);
    }
  });

  test('is used by children that come and go: the one that lives now is seen', async () => {
    const { stage, waited } = host(
      (ms, pid) => (pid === 62 && ms >= 500 ? randomx : plain),
      (ms) => (ms < 500 ? '61 ' : '62 '),
    );
    const read = await readRegistersLater(stage, [filling], false);
    expect(read.facts.map(({ pid }) => pid)).toEqual([62]);
    expect(read.processes.map(({ pid, parent }) => [pid, parent])).toEqual([[62, 50]]);
    expect(waited()).toBe(500);
  });

  test('with children that no kernel could have: nothing is read of them', async () => {
    const { stage } = host(
      () => plain,
      () => '-1 0 x 99999999999999999999 ',
    );
    expect((await readRegistersLater(stage, [filling], false)).facts).toEqual([]);
  });

  test('that may not be read is not waited for', async () => {
    const { stage, waited } = host(
      () => plain,
      () => '',
    );
    const sampleRegisters = () => ({ status: 'denied', reason: 'process 9 traces it' }) as const;
    const refused = { ...stage, native: { ...stage.native, sampleRegisters } };
    expect(await readRegistersLater(refused, [filling], true)).toEqual({ facts: [], processes: [] });
    expect(waited()).toBe(0);
  });

  test('nothing to wait for takes no time', async () => {
    const { stage, waited } = host(
      () => plain,
      () => '',
    );
    await readRegistersLater(stage, [], true);
    expect(waited()).toBe(0);
  });
});
