import { describe, expect, test } from 'bun:test';
import { LogClock } from './clock.ts';

const us = (text: string): number => Date.parse(text) * 1000;
describe('the clock of a log', () => {
  test('an offset of its own is exact', () => {
    const clock = new LogClock();
    expect(clock.withOffset(2024, 1, 2, 3, 4, 5, 678_000, 'millisecond', 3600)).toBe(true);
    expect([clock.us, clock.precision, clock.certain]).toEqual([
      us('2024-01-02T02:04:05.678Z'),
      'millisecond',
      true,
    ]);
  });

  test('the zone of the host is applied, and is not certain where the host does not say it', () => {
    const zone = {
      name: 'CST',
      offsetAt: () => 28_800,
      fromLocal: (wall: number) => ({ us: wall - 28_800e6, certain: true }),
    };
    const clock = new LogClock({ zone });
    expect(clock.local(2024, 7, 1, 8, 0, 1)).toBe(true);
    expect([clock.us, clock.certain]).toEqual([us('2024-07-01T00:00:01Z'), true]);
    const unknown = new LogClock({ zoneKnown: false });
    unknown.local(2024, 7, 1, 8, 0, 1);
    expect(unknown.certain).toBe(false);
  });

  test('without a year the years of the log are asked', () => {
    const years = { at: (line: number) => 2022 + line, isCertain: (line: number) => line === 1 };
    const clock = new LogClock({ years });
    expect(clock.yearless(1, 12, 31, 23, 59, 59, 250_000, 'millisecond')).toBe(true);
    expect([clock.us, clock.precision, clock.certain]).toEqual([
      us('2023-12-31T23:59:59.250Z'),
      'millisecond',
      true,
    ]);
    clock.yearless(2, 1, 1, 0, 0, 0);
    expect([clock.us, clock.certain]).toEqual([us('2024-01-01T00:00:00Z'), false]);
    const blind = new LogClock();
    blind.yearless(1, 1, 1, 0, 0, 0);
    expect(blind.certain).toBe(false);
  });

  test('what is no time is refused, a leap second is one', () => {
    const clock = new LogClock();
    expect(clock.local(2024, 13, 1, 0, 0, 0)).toBe(false);
    expect(clock.local(2023, 2, 29, 0, 0, 0)).toBe(false);
    expect(clock.local(2024, 4, 31, 0, 0, 0)).toBe(false);
    expect(clock.local(2024, 1, 1, 24, 0, 0)).toBe(false);
    expect(clock.local(2016, 12, 31, 23, 59, 60)).toBe(true);
    expect(clock.us).toBe(us('2017-01-01T00:00:00Z'));
  });

  test('a step back is told once, small disorder is none', () => {
    const clock = new LogClock();
    for (const [index, text] of ['10:00:00', '10:00:05', '10:00:01', '08:00:00', '08:00:01'].entries()) {
      clock.epoch(us(`2024-01-01T${text}Z`), 'second');
      clock.passed(index + 1);
    }
    expect(clock.steps).toEqual([
      { line: 4, fromUs: us('2024-01-01T10:00:05Z'), toUs: us('2024-01-01T08:00:00Z') },
    ]);
  });
});
