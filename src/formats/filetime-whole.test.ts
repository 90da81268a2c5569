import { describe, expect, test } from 'bun:test';
import { isMoment, momentText, momentUs } from './filetime.ts';

describe('a FILETIME that is kept whole', () => {
  test('keeps its 100 ns as text and is cut to microseconds as a number', () => {
    const exact = 133_536_000_123_456_789n;
    expect(momentText(exact)).toBe('2024-02-28T13:20:12.3456789Z');
    expect(momentUs(exact)).toBe(Date.UTC(2024, 1, 28, 13, 20, 12) * 1000 + 345_678);
  });

  test('before 1970 goes down, as every moment does', () => {
    const epoch = 116_444_736_000_000_000n;
    expect(momentText(1n)).toBe('1601-01-01T00:00:00.0000001Z');
    expect([0n, 1n, 10n, 11n].map((units) => momentUs(epoch - units))).toEqual([0, -1, -1, -2]);
  });

  test('of zero, of "never" and of no year is no moment', () => {
    for (const time of [0n, 0x7fff_ffff_ffff_ffffn, 0xffff_ffff_ffff_ffffn])
      expect([isMoment(time), momentUs(time), momentText(time)]).toEqual([false, undefined, undefined]);
  });
});
