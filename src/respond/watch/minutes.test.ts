/** CPU by the minute, and the ring of a fixed size in which it is kept. */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printableText } from '../../model/text.ts';
import { putMinute, readMinutes, ringBytes, slotOf, slotsFor } from './minute-ring.ts';
import { type CpuLook, type CpuSample, type Minute, usedBetween } from './minutes.ts';

const sample = (pid: number, ticks: number, startTicks = 1): CpuSample => ({
  pid,
  startTicks,
  name: printableText(`p${pid}`),
  ticks,
});
const look = (upMs: number, busyTicks: number, ...samples: readonly CpuSample[]): CpuLook => ({
  atMs: upMs,
  upMs,
  busyTicks,
  processes: new Map(samples.map((one) => [one.pid, one])),
});

describe('what was used', () => {
  test('is the difference of two looks, largest first, and all together beside it', () => {
    const used = usedBetween(
      look(0, 1_000, sample(1, 100), sample(2, 50)),
      look(60_000, 8_000, sample(1, 3_100), sample(2, 50), sample(3, 600)),
      100,
    );
    expect(used).toEqual({
      percent: 116.7,
      known: 60,
      rows: [
        { pid: 1, name: printableText('p1'), percent: 50 },
        { pid: 3, name: printableText('p3'), percent: 10 },
      ],
    });
  });

  test('of a number that another process has by now, all is new', () => {
    const used = usedBetween(look(0, 0, sample(5, 9_000, 1)), look(60_000, 6_000, sample(5, 60, 77)), 100);
    expect(used.rows).toEqual([{ pid: 5, name: printableText('p5'), percent: 1 }]);
  });

  test('counters that go backwards, and no time at all, make no nonsense', () => {
    expect(usedBetween(look(0, 500, sample(1, 500)), look(60_000, 0, sample(1, 100)), 100)).toEqual({
      percent: 0,
      known: 0,
      rows: [],
    });
    expect(usedBetween(look(5, 0), look(5, 10), 100).percent).toBe(0);
  });
});

describe('the ring', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'demine-ring-'));
    path = join(folder, 'minutes');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const minuteAt = (number: number, names: readonly string[] = ['x']): Minute => ({
    at: number * 60_000,
    percent: 1,
    known: 1,
    processes: 9,
    logins: 0,
    events: 0,
    top: names.map((name, pid) => ({ pid, name: printableText(name), percent: 50 })),
  });

  test('goes round in a file of a fixed size and gives the newest in order', () => {
    const slots = slotsFor(180);
    for (let number = 1; number <= 17; number += 1) putMinute(path, slots, minuteAt(number));
    expect(readMinutes(path).map(({ at }) => at / 60_000)).toEqual([13, 14, 15, 16, 17]);
    expect(statSync(path).size).toBeLessThanOrEqual(ringBytes(180));
    expect(ringBytes(90 * 86_400)).toBeLessThan(8e6);
  });

  test('a minute full of long names fits its slot, with as many as there is room for', () => {
    const long = minuteAt(
      1,
      Array.from({ length: 8 }, (_, at) => `${'\u00e9\u0001'.repeat(40)}${at}`),
    );
    expect(slotOf(long).length).toBe(768);
    putMinute(path, 5, long);
    const [read] = readMinutes(path);
    expect(read?.top.length).toBeGreaterThan(0);
    expect(read?.top.length).toBeLessThan(8);
  });

  test('what a power loss or somebody else wrote is left out', () => {
    for (let number = 1; number <= 3; number += 1) putMinute(path, 5, minuteAt(number));
    truncateSync(path, 768 * 3 + 100);
    expect(readMinutes(path).map(({ at }) => at / 60_000)).toEqual([1, 2]);
    writeFileSync(path, `{${'['.repeat(2_000)}`);
    expect(readMinutes(path)).toEqual([]);
    writeFileSync(path, `${JSON.stringify({ at: 'x', top: 1 }).padEnd(768)}`);
    expect(readMinutes(path)).toEqual([]);
    rmSync(path);
    expect(readMinutes(path)).toEqual([]);
    symlinkSync('/etc/passwd', path);
    expect(() => readMinutes(path)).toThrow();
    expect(() => putMinute(path, 5, minuteAt(1))).toThrow();
  });
});
