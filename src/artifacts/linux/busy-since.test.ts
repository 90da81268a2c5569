import { describe, expect, test } from 'bun:test';
import type { LoadFact } from '../../model/facts/kernel.ts';
import { printableText } from '../../model/text.ts';
import { busySince } from './busy-since.ts';

const hourUs = 3600e6;
const dayHours = 24;
/** A Monday, 00:00 UTC. */
const midnightUs = 1_700_438_400_000_000;
const at = (hour: number): number => midnightUs + hour * hourUs;

/** One value an hour from midnight on; undefined where nothing is recorded. */
function history(
  values: readonly (number | undefined)[],
  view: LoadFact['view'] = 'sysstat',
): readonly LoadFact[] {
  return values.flatMap((value, hour) =>
    value === undefined
      ? []
      : [
          {
            kind: 'load',
            source: { source: printableText('/var/log/sysstat/sa20') },
            view,
            value,
            fromUs: at(hour),
            toUs: at(hour + 1),
            text: printableText(''),
          } as const,
        ],
  );
}

const hours = (count: number, value: number): readonly number[] => new Array<number>(count).fill(value);
/** Days of little load, with a backup of `length` hours at two in the morning. */
const backups = (days: number, length: number): readonly number[] =>
  Array.from({ length: days * dayHours }, (_, hour) =>
    hour % dayHours >= 2 && hour % dayHours < 2 + length ? 92 : 6,
  );

describe('a healthy history', () => {
  test('without load has no onset', () => {
    expect(busySince(history(hours(200, 4)), at(200))).toBeUndefined();
    expect(busySince([], at(0))).toBeUndefined();
  });

  test.each([2, 4, 6, 9])(
    'nightly backups of %i hours are no onset, at whatever hour one looks',
    (length) => {
      const days = backups(7, length);
      for (let now = 4 * dayHours; now <= days.length; now += 1) {
        expect(busySince(history(days.slice(0, now)), at(now))).toBeUndefined();
      }
    },
  );

  test('a backup of each Sunday is known from the Sunday before', () => {
    const week = hours(7 * dayHours, 5).map((value, hour) => (hour >= 3 && hour < 11 ? 95 : value));
    expect(busySince(history([...week, ...week.slice(0, 10)]), at(week.length + 10))).toBeUndefined();
  });

  test('a short job that ended is no stretch', () => {
    expect(busySince(history([...hours(50, 5), ...hours(4, 95), ...hours(5, 5)]), at(59))).toBeUndefined();
  });

  test('the long job of last week is not what is asked for', () => {
    expect(
      busySince(history([...hours(50, 5), ...hours(20, 95), ...hours(100, 5)]), at(170)),
    ).toBeUndefined();
  });
});

describe('a miner in the history', () => {
  test('began at the hour from which the CPU stayed up', () => {
    const facts = history([...backups(5, 3), ...hours(30, 97)]);
    expect(busySince(facts, at(5 * dayHours + 30))).toEqual({ fromUs: at(5 * dayHours), certain: true });
  });

  test('is seen after three hours', () => {
    const quiet = hours(48, 8);
    expect(busySince(history([...quiet, 99, 99]), at(50))).toBeUndefined();
    expect(busySince(history([...quiet, 99, 99, 99]), at(51))).toEqual({ fromUs: at(48), certain: true });
  });

  test('keeps its onset over a pause of two hours and over noise between the bounds', () => {
    const facts = history([...hours(48, 8), ...hours(10, 90), 3, 3, ...hours(10, 90), 50, 55, 90, 90]);
    expect(busySince(facts, at(72))).toEqual({ fromUs: at(48), certain: true });
  });

  test('that was stopped has an end', () => {
    const facts = history([...hours(48, 8), ...hours(10, 90), ...hours(4, 5)]);
    expect(busySince(facts, at(62))).toEqual({ fromUs: at(48), toUs: at(58), certain: true });
  });

  test('that was there before the history began is not certain', () => {
    expect(busySince(history(hours(100, 95)), at(100))).toEqual({ fromUs: at(0), certain: false });
  });

  test('whose onset falls in a hole of the history is not certain', () => {
    const facts = history([...hours(48, 8), ...new Array<undefined>(12).fill(undefined), ...hours(20, 95)]);
    expect(busySince(facts, at(80))).toEqual({ fromUs: at(60), certain: false });
  });

  test('where the history stops long before now is known to its end only', () => {
    const facts = history([...hours(48, 8), ...hours(10, 95)]);
    expect(busySince(facts, at(90))).toEqual({ fromUs: at(48), toUs: at(58), certain: false });
  });

  test('is taken from the program that is certain of it', () => {
    const sysstat = history([...hours(48, 8), ...hours(20, 95)]);
    const atop = history([...new Array<undefined>(40).fill(undefined), ...hours(28, 95)], 'atop');
    expect(busySince([...atop, ...sysstat], at(68))).toEqual({ fromUs: at(48), certain: true });
  });
});

describe('a hostile history', () => {
  const honest = history([...hours(48, 8), ...hours(20, 95)]);
  const [some] = honest;
  if (some === undefined) throw new Error('no facts');

  test('values and times that cannot be are left out', () => {
    const lies: readonly LoadFact[] = [
      { ...some, value: Number.NaN },
      { ...some, value: -5, fromUs: at(49), toUs: at(50) },
      { ...some, value: 1e9 },
      { ...some, fromUs: Number.NEGATIVE_INFINITY },
      { ...some, fromUs: at(10), toUs: at(9) },
      { ...some, fromUs: at(1000), toUs: at(1001) },
      { ...some, fromUs: 0, toUs: at(60) },
      { ...some, view: 'loadavg', value: 3, fromUs: at(60), toUs: at(61) },
    ];
    expect(busySince([...lies, ...honest], at(68))).toEqual({ fromUs: at(48), certain: true });
  });

  test('the order of facts says nothing, and copies change nothing', () => {
    expect(busySince([...honest, ...honest].reverse(), at(68))).toEqual({ fromUs: at(48), certain: true });
  });

  test('a load that jumps each hour is no stretch', () => {
    const jumping = Array.from({ length: 200 }, (_, hour) => (hour % 2 === 0 ? 100 : 0));
    expect(busySince(history(jumping), at(200))).toBeUndefined();
  });
});
