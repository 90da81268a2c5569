import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { isKernelThread, parseProcStat } from './proc-pid-stat.ts';

const parse = (text: string): ReturnType<typeof parseProcStat> => parseProcStat(Buffer.from(text, 'latin1'));
const tail =
  '1 4242 4000 34816 4242 4194304 103 7 2 9 1500 250 30 20 25 5 8 0 170510 3133440 393 18446744073709551615 ' +
  '1 2 3 0 0 0 0 0 0 0 0 0 17 3 0 3 0 0 0 1 2 3 4 5 6 7 0\n';

describe('/proc/pid/stat', () => {
  test('every field stands under its name', () => {
    expect(parse(`4242 (xmr) R ${tail}`)).toMatchObject({
      pid: 4242,
      name: 'xmr',
      state: 'R',
      parent: 1,
      group: 4242,
      session: 4000,
      terminal: 34816,
      flags: 4194304,
      minorFaults: 103,
      majorFaults: 2,
      userTicks: 1500,
      systemTicks: 250,
      childUserTicks: 30,
      childSystemTicks: 20,
      priority: 25,
      nice: 5,
      threads: 8,
      startTicks: 170510,
      virtual: 3133440,
      rssPages: 393,
      processor: 3,
      realtimePriority: 0,
      policy: 3,
    });
  });

  test('a name with brackets, spaces, newlines and a false tail does not shift the fields', () => {
    const stat = parse(`4242 (a) S 1 1 1\n(b) ) R ${tail}`);
    expect(String(stat?.name)).toBe('a) S 1 1 1%0A(b) ');
    expect(stat).toMatchObject({ state: 'R', parent: 1, startTicks: 170510 });
  });

  test('a kernel thread is told by its flags, not by its name', () => {
    expect(isKernelThread(2129984)).toBe(true);
    expect(isKernelThread(4194304)).toBe(false);
    expect(isKernelThread(0x8020_0000)).toBe(true);
  });

  test('negative numbers are read', () => {
    expect(
      parse(`2 (x) S 0 0 0 0 -1 69238880 0 0 0 0 0 0 -3 -4 -51 -20 1 0 5 0 0 9 ${'0 '.repeat(20)}`),
    ).toMatchObject({
      priority: -51,
      nice: -20,
    });
  });

  test('what is cut short, empty or no stat file is nothing', () => {
    for (const text of [
      '',
      '4242',
      '4242 (xmr',
      '4242 (xmr)',
      '4242 (xmr) R 1 2 3',
      'x (y) R 1',
      `4242 (x) 1 ${tail}`,
    ]) {
      expect(parse(text)).toBeUndefined();
    }
  });

  test('our own file agrees with the running process', () => {
    const stat = parseProcStat(readFileSync('/proc/self/stat'));
    expect(stat).toMatchObject({ pid: process.pid, parent: process.ppid });
    expect(stat?.threads).toBeGreaterThan(0);
  });
});
