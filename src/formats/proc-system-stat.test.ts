import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { onlyCpu } from './cpu-list.ts';
import { parseSystemStat } from './proc-system-stat.ts';

const parse = (text: string): ReturnType<typeof parseSystemStat> => parseSystemStat(Buffer.from(text));

describe('/proc/stat', () => {
  test('CPU time, CPUs, boot and forks are read', () => {
    expect(
      parse(
        'cpu  100 20 30 4000 5 6 7 8 9 1\ncpu0 50 10 15 2000 1 1 1 1 0 0\ncpu1 50 10 15 2000 1 1 1 1 0 0\n' +
          'intr 1 2 3\nctxt 99\nbtime 1763900000\nprocesses 4321\nprocs_running 3\nprocs_blocked 0\n',
      ),
    ).toEqual({
      userTicks: 100,
      niceTicks: 20,
      systemTicks: 30,
      idleTicks: 4000,
      ioWaitTicks: 5,
      irqTicks: 6,
      softIrqTicks: 7,
      stealTicks: 8,
      cpus: 2,
      bootSeconds: 1763900000,
      forks: 4321,
      running: 3,
    });
  });

  test('a file without the sum of all CPUs is nothing', () => {
    expect(parse('')).toBeUndefined();
    expect(parse('cpu \n')).toBeUndefined();
    expect(parse('cpu  a b c d\n')).toBeUndefined();
  });

  test('the running machine has a boot time and CPUs', () => {
    const stat = parseSystemStat(readFileSync('/proc/stat'));
    expect(stat?.cpus).toBeGreaterThan(0);
    expect(stat?.bootSeconds).toBeGreaterThan(1_000_000_000);
  });
});

describe('CPU list', () => {
  test('only a list of one CPU is a pin', () => {
    expect(['3', '0-3', '0,2', '', '12345678'].map(onlyCpu)).toEqual([
      3,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
