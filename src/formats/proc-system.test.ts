import { describe, expect, test } from 'bun:test';
import { parseCpuInfo, parseLoadAverage, parseMemoryInfo, parseUptime } from './proc-system.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

describe('files of the machine', () => {
  test('loadavg gives three averages and the tasks', () => {
    expect(parseLoadAverage(bytes('8.01 7.95 4.20 9/312 4242\n'))).toEqual({
      one: 8.01,
      five: 7.95,
      fifteen: 4.2,
      running: 9,
      tasks: 312,
      lastPid: 4242,
    });
    for (const text of ['', 'high', '8.01 7.95\n']) expect(parseLoadAverage(bytes(text))).toBeUndefined();
  });

  test('uptime is in seconds', () => {
    expect(parseUptime(bytes('1705.10 3000.00\n'))).toBe(1705.1);
    expect(parseUptime(bytes('long'))).toBeUndefined();
  });

  test('memory is in bytes, huge pages are counted', () => {
    expect(
      parseMemoryInfo(
        bytes(
          'MemTotal:       16384000 kB\nMemFree: 1 kB\nMemAvailable:    8000000 kB\nHugePages_Total:    1280\nHugePages_Free:     115\nHugepagesize:       2048 kB\n',
        ),
      ),
    ).toEqual({
      total: 16384000 * 1024,
      available: 8000000 * 1024,
      hugePages: 1280,
      hugePagesFree: 115,
      hugePageSize: 2048 * 1024,
    });
    expect(parseMemoryInfo(bytes('MemTotal: lots\n'))).toBeUndefined();
  });

  test('CPUs are counted and the first model is named', () => {
    expect(
      parseCpuInfo(
        bytes('processor\t: 0\nmodel name\t: Fast \x1bCPU\n\nprocessor\t: 1\nmodel name\t: Other\n'),
      ),
    ).toEqual({ count: 2, model: expect.stringMatching(/^Fast %1BCPU$/) });
    expect(parseCpuInfo(bytes(''))).toMatchObject({ count: 0, model: '' });
  });
});
