import { describe, expect, test } from 'bun:test';
import { parseRule, parseZone } from './tzif.ts';

const us = (text: string): number => Date.parse(text) * 1000;

interface Part {
  readonly transitions: readonly (readonly [number, number])[];
  readonly types: readonly (readonly [number, number, number])[];
  readonly names: string;
}

/** A TZif file of our own, version 2, the narrow part empty as modern ones have it. */
function tzif({ transitions, types, names }: Part, footer: string): Uint8Array {
  const header = (counts: readonly number[]): Buffer => {
    const out = Buffer.alloc(44);
    out.write('TZif2', 'latin1');
    for (const [index, count] of counts.entries()) out.writeUInt32BE(count, 20 + index * 4);
    return out;
  };
  const times = Buffer.alloc(transitions.length * 8);
  for (const [index, [time]] of transitions.entries()) times.writeBigInt64BE(BigInt(time), index * 8);
  const kinds = Buffer.alloc(types.length * 6);
  for (const [index, [offset, summer, name]] of types.entries()) {
    kinds.writeInt32BE(offset, index * 6);
    kinds[index * 6 + 4] = summer;
    kinds[index * 6 + 5] = name;
  }
  return Buffer.concat([
    header([0, 0, 0, 0, 1, 1]),
    Buffer.from([0, 0, 0, 0, 0, 0, 0]),
    header([0, 0, 0, transitions.length, types.length, names.length]),
    times,
    Buffer.from(transitions.map(([, type]) => type)),
    kinds,
    Buffer.from(names, 'latin1'),
    Buffer.from(`\n${footer}\n`, 'latin1'),
  ]);
}

const shanghai = tzif({ transitions: [], types: [[28_800, 0, 0]], names: 'CST\0' }, 'CST-8');
const berlin = tzif(
  {
    transitions: [
      [Date.parse('2023-03-26T01:00:00Z') / 1000, 1],
      [Date.parse('2023-10-29T01:00:00Z') / 1000, 0],
    ],
    types: [
      [3600, 0, 0],
      [7200, 1, 4],
    ],
    names: 'CET\0CEST\0',
  },
  'CET-1CEST,M3.5.0,M10.5.0/3',
);

describe('a time zone of the host', () => {
  test('one without summer time', () => {
    const zone = parseZone(shanghai);
    expect(zone?.name).toBe('CST');
    expect(zone?.fromLocal(us('2024-07-01T08:00:00Z'))).toEqual({
      us: us('2024-07-01T00:00:00Z'),
      certain: true,
    });
  });

  test('by its transitions, and by its rule after the last', () => {
    const zone = parseZone(berlin);
    expect(zone?.offsetAt(us('2023-07-01T00:00:00Z'))).toBe(7200);
    expect(zone?.offsetAt(us('2023-12-01T00:00:00Z'))).toBe(3600);
    expect(zone?.offsetAt(us('2031-07-01T00:00:00Z'))).toBe(7200);
    expect(zone?.offsetAt(us('2031-12-01T00:00:00Z'))).toBe(3600);
    expect(zone?.offsetAt(us('2031-03-30T00:59:59Z'))).toBe(3600);
    expect(zone?.offsetAt(us('2031-03-30T01:00:00Z'))).toBe(7200);
  });

  test('an hour that comes twice is the first and not certain; one that never comes is not certain', () => {
    const zone = parseZone(berlin);
    expect(zone?.fromLocal(us('2023-10-29T02:30:00Z'))).toEqual({
      us: us('2023-10-29T00:30:00Z'),
      certain: false,
    });
    expect(zone?.fromLocal(us('2023-10-29T03:30:00Z'))).toEqual({
      us: us('2023-10-29T02:30:00Z'),
      certain: true,
    });
    expect(zone?.fromLocal(us('2023-03-26T02:30:00Z')).certain).toBe(false);
    expect(zone?.fromLocal(us('2023-03-26T01:30:00Z'))).toEqual({
      us: us('2023-03-26T00:30:00Z'),
      certain: true,
    });
  });

  test('rules of POSIX: quoted names, the southern half, days of the year', () => {
    expect(parseRule('<+0330>-3:30')?.offsetAt(0)).toBe(12_600);
    const sydney = parseRule('AEST-10AEDT,M10.1.0,M4.1.0/3');
    expect(sydney?.offsetAt(us('2024-01-15T00:00:00Z'))).toBe(39_600);
    expect(sydney?.offsetAt(us('2024-07-15T00:00:00Z'))).toBe(36_000);
    const julian = parseRule('XXX3YYY,J60/0,J300/0');
    expect(julian?.offsetAt(us('2024-03-01T03:00:00Z'))).toBe(-7200);
    expect(julian?.offsetAt(us('2024-03-01T02:59:59Z'))).toBe(-10_800);
  });

  test('agrees with the system about a real zone, at every hour of three years', () => {
    const rule = parseRule('EST5EDT,M3.2.0,M11.1.0');
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: 'America/New_York',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
    });
    for (let at = Date.UTC(2022, 0, 1); at < Date.UTC(2025, 0, 1); at += 3_600_000) {
      const parts = Object.fromEntries(
        format.formatToParts(at).map(({ type, value }) => [type, Number(value)]),
      );
      const wall = Date.UTC(parts['year'] ?? 0, (parts['month'] ?? 1) - 1, parts['day'], parts['hour']);
      if (rule?.offsetAt(at * 1000) !== (wall - at) / 1000) throw new Error(new Date(at).toISOString());
    }
  });

  test('what is cut, empty, forged or absurd is none', () => {
    expect(parseZone(new Uint8Array(0))).toBeUndefined();
    expect(parseZone(berlin.subarray(0, 60))).toBeUndefined();
    expect(
      parseZone(Buffer.from('TZif2 and no more, and no more, and no more, and no more')),
    ).toBeUndefined();
    const forged = Buffer.from(berlin);
    forged.writeUInt32BE(0xffff_ffff, 44 + 7 + 20 + 12);
    expect(parseZone(forged)).toBeUndefined();
    expect(parseRule('CET-1CEST,X1,X2')?.offsetAt(0)).toBe(3600);
    expect(parseRule('1')).toBeUndefined();
  });
});
