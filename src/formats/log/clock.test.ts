import { describe, expect, test } from 'bun:test';
import { LogClock } from './clock.ts';
import { YearScan, type Years } from './years.ts';

const us = (text: string): number => Date.parse(text) * 1000;
const day = (months: readonly string[]): { readonly scan: YearScan } => {
  const scan = new YearScan();
  for (const [index, text] of months.entries()) {
    const bytes = Buffer.from(`${text} 03:00:00 host x: y`, 'latin1');
    scan.see(bytes, 0, bytes.length, index + 1);
  }
  return { scan };
};
const yearsOf = (months: readonly string[], anchor: string, isWritten = true): Years =>
  day(months).scan.resolve(us(anchor), isWritten);
const each = (months: readonly string[], years: Years): readonly number[] =>
  months.map((_, index) => years.at(index + 1));

describe('years of a log without years', () => {
  test('go over at the turn of the year, and end where the file was written', () => {
    const lines = ['Nov 30', 'Dec 31', 'Jan  1', 'Feb  2'];
    const years = yearsOf(lines, '2024-02-02T05:00:00Z');
    expect(each(lines, years)).toEqual([2023, 2023, 2024, 2024]);
    expect(years.certain).toBe(true);
  });

  test('are not certain where the file was written on another day', () => {
    const lines = ['Nov 30', 'Dec  1'];
    const years = yearsOf(lines, '2024-06-02T05:00:00Z');
    expect(each(lines, years)).toEqual([2023, 2023]);
    expect(years.certain).toBe(false);
    expect(yearsOf(['Jun  2'], '2024-06-02T05:00:00Z', false).certain).toBe(false);
  });

  test('a log that was last written at the turn of the year', () => {
    const years = yearsOf(['Dec 30', 'Dec 31'], '2024-01-01T00:10:00Z');
    expect(each(['', ''], years)).toEqual([2023, 2023]);
    expect(years.certain).toBe(true);
  });

  test('many years without lines between them are as many turns', () => {
    const lines = ['Mar  1', 'Jan  5', 'Jan  6', 'Dec 24', 'Jul  1'];
    expect(each(lines, yearsOf(lines, '2024-07-01T10:00:00Z'))).toEqual([2022, 2023, 2023, 2023, 2024]);
  });

  test('a clock that was wrong for a while moves nothing else, and its lines are told', () => {
    const lines = ['Nov 26', 'Jan  1', 'Jan  1', 'Nov 26', 'Nov 27'];
    const years = yearsOf(lines, '2024-11-27T10:00:00Z');
    expect(each(lines, years)).toEqual([2024, 2024, 2024, 2024, 2024]);
    expect(lines.map((_, index) => years.isAstray(index + 1))).toEqual([false, true, true, false, false]);
  });

  test('the 29th of February lies in a leap year', () => {
    const years = yearsOf(['Feb 28', 'Feb 29', 'Mar  1'], '2023-03-05T10:00:00Z');
    expect(years.at(2)).toBe(2020);
    expect(years.certain).toBe(false);
  });

  test('a log without a time has no year that could be known', () => {
    const scan = new YearScan();
    const bytes = Buffer.from('Foo 99 no time here');
    scan.see(bytes, 0, bytes.length, 1);
    expect(scan.resolve(us('2024-01-01T00:00:00Z'), true).certain).toBe(false);
  });
});

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
    const clock = new LogClock({ years: yearsOf(['Dec 31', 'Jan  1'], '2024-01-01T10:00:00Z') });
    expect(clock.yearless(1, 12, 31, 23, 59, 59)).toBe(true);
    expect([clock.us, clock.certain]).toEqual([us('2023-12-31T23:59:59Z'), true]);
    clock.yearless(2, 1, 1, 0, 0, 0);
    expect(clock.us).toBe(us('2024-01-01T00:00:00Z'));
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
