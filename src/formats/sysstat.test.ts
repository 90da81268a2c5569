import { describe, expect, test } from 'bun:test';
import type { CpuHistory } from './cpu-history.ts';
import { everyTenMinutes, type SaFile, type SaRecord, saFile } from './sysstat.fixture.ts';
import { parseSysstat, sysstatBeganUs } from './sysstat.ts';

const start = 1_700_000_400;

function read(bytes: Uint8Array): CpuHistory {
  const history = parseSysstat(bytes);
  if (history === undefined) throw new Error('not taken for a file of sysstat');
  return history;
}

const shares = (history: CpuHistory): readonly number[] =>
  history.samples.map((sample) => Math.round(sample.busyPercent));

/** `bytes` with a 32-bit number of its own order changed. */
function changed(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  new DataView(copy.buffer).setUint32(at, value, true);
  return copy;
}

const day = everyTenMinutes(start, [0.05, 0.03, 0.97, 1]);
/** Where the fixture's list of activities and its records begin. */
const [activitiesAt, recordsAt] = [420, 420 + 3 * 36];

describe('a file of sadc', () => {
  test('says when each share of all processors was', () => {
    const history = read(saFile({ records: day }));
    expect(history).toMatchObject({ program: 'sysstat 12.6.1', beganUs: start * 1e6, end: 'whole' });
    expect(history.reason).toBeUndefined();
    expect(shares(history)).toEqual([5, 3, 97, 100]);
    expect(history.samples[0]).toMatchObject({ fromUs: start * 1e6, toUs: (start + 600) * 1e6 });
    expect(history.samples.map((sample) => sample.offset)).toEqual(
      [...history.samples.map((sample) => sample.offset)].sort((a, b) => a - b),
    );
  });

  const kinds: readonly (readonly [string, Partial<SaFile>])[] = [
    ['of the other byte order', { bigEndian: true }],
    ['of a later version with longer structures', { grown: true }],
    ['of a later version in the other byte order', { grown: true, bigEndian: true }],
    ['of sysstat 11 (0x2173)', { format: 0x2173 }],
    ['of sysstat 11 on a 32-bit big-endian machine', { format: 0x2173, narrow: true, bigEndian: true }],
    ['of sysstat 10 (0x2171)', { format: 0x2171 }],
    ['of sysstat 10 on a 32-bit machine', { format: 0x2171, narrow: true }],
    ['of a machine with 256 processors', { processors: 256 }],
  ];
  test.each(kinds)('%s is read alike', (_, kind) => {
    const history = read(saFile({ ...kind, records: day }));
    expect(history.end).toBe('whole');
    expect(history.beganUs).toBe(start * 1e6);
    expect(shares(history)).toEqual([5, 3, 97, 100]);
  });

  test.each([0x2171, 0x2173, 0x2175] as const)(
    'of format %i: no sample spans a restart, and comments are stepped over',
    (format) => {
      const records: readonly SaRecord[] = [
        ...everyTenMinutes(start, [0.1]),
        { kind: 'comment', seconds: start + 700 },
        { kind: 'restart', seconds: start + 800 },
        ...everyTenMinutes(start + 900, [0.9]),
      ];
      const history = read(saFile({ format, records }));
      expect(history.end).toBe('whole');
      expect(shares(history)).toEqual([10, 90]);
      expect(history.samples[1]?.fromUs).toBe((start + 900) * 1e6);
    },
  );

  test('structures nobody knows yet are stepped over', () => {
    const extra: SaRecord = { kind: 'extra', seconds: start + 650 };
    const [first, second, ...rest] = day;
    if (first === undefined || second === undefined) throw new Error('no records');
    expect(shares(read(saFile({ records: [first, second, extra, ...rest] })))).toEqual([5, 3, 97, 100]);
  });

  test('waiting for disks and time stolen by the hypervisor are not busy', () => {
    const stolen = { kind: 'statistics', seconds: start + 3000, busy: 0.2, steal: 0.5 } as const;
    const history = read(saFile({ records: [...day, stolen] }));
    expect(shares(history).at(-1)).toBe(20);
  });

  test('counters that go back without a restart record give no sample', () => {
    const bytes = saFile({ records: everyTenMinutes(start, [0.5, 0.5]) });
    const recordSize = (bytes.length - recordsAt) / 3;
    // user of CPU all in the last record: after 24 bytes of header, 16 of A_PCSW and the number of items.
    const broken = changed(bytes, recordsAt + 2 * recordSize + 24 + 16 + 4, 7);
    expect(shares(read(broken))).toEqual([50]);
  });

  test('the start of a file is enough to say when it begins', () => {
    expect(sysstatBeganUs(saFile({ records: day }).subarray(0, 600))).toBe(start * 1e6);
    expect(sysstatBeganUs(Buffer.from('Linux 6.1.0 (host) 	01/01/26'))).toBeUndefined();
  });
});

describe('a file that is not whole', () => {
  test('keeps what stands before the cut, wherever that is', () => {
    const bytes = saFile({ records: day });
    for (let length = 8; length < bytes.length; length += 1) {
      const history = read(bytes.subarray(0, length));
      expect(shares(history)).toEqual([5, 3, 97, 100].slice(0, history.samples.length));
      expect(['cut', 'whole']).toContain(history.end);
    }
    // The CPUs stand before the activity that is cut: they are whole.
    expect(read(bytes.subarray(0, bytes.length - 1))).toMatchObject({ end: 'cut' });
    expect(shares(read(bytes.subarray(0, bytes.length - 1)))).toEqual([5, 3, 97, 100]);
  });

  test('what others wrote is not taken for one', () => {
    expect(parseSysstat(new Uint8Array(0))).toBeUndefined();
    expect(parseSysstat(Buffer.from('%96\u0000 no'))).toBeUndefined();
  });

  test('a format of another time is told, not guessed', () => {
    const old = saFile({ records: day });
    old[2] = 0x70;
    expect(read(old)).toMatchObject({
      end: 'unknown',
      reason: 'format 0x2170 of sysstat 12.6.1 not read',
      samples: [],
    });
  });

  test('a CPU structure of another version is told, not guessed', () => {
    const bytes = changed(saFile({ records: day }), activitiesAt + 36 + 4, 0x8c);
    expect(read(bytes)).toMatchObject({ end: 'unknown', samples: [] });
  });
});

describe('a hostile file', () => {
  const bytes = saFile({ records: day });
  const lies: readonly (readonly [string, number, number])[] = [
    ['header of 4 GiB', 8, 0xffffffff],
    ['header types that overflow', 16, 0xffffffff],
    ['four billion activities', 76 + 20, 0xffffffff],
    ['activities of no size', 76 + 16 + 36, 0],
    ['records of no size', 76 + 16 + 40, 0],
    ['a negative number of items', activitiesAt + 8, 0x80000001],
    ['items of no size', activitiesAt + 20, 0],
    ['parts without end', activitiesAt + 36 + 12, 0x7fffffff],
    ['no date', 76, 5],
  ];
  test.each(lies)('%s is refused before anything is read by it', (_, at, value) => {
    expect(read(changed(bytes, at, value))).toMatchObject({ end: 'broken', samples: [] });
  });

  test('a count in a record beyond the file ends it there', () => {
    expect(read(changed(bytes, recordsAt + 24 + 16, 0x0fffffff))).toMatchObject({ end: 'cut', samples: [] });
    expect(read(changed(bytes, recordsAt + 24 + 16, 0xffffffff))).toMatchObject({
      end: 'broken',
      samples: [],
    });
  });

  test('a chain of extra structures that never ends runs out of file', () => {
    const head = saFile({ records: [{ kind: 'extra', seconds: start }] });
    const chain = new Uint8Array(1 << 20);
    const view = new DataView(chain.buffer);
    for (let at = 8; at < chain.length; at += 24) view.setUint32(at, 1, true);
    const whole = new Uint8Array(Buffer.concat([head.subarray(0, recordsAt + 24), chain]));
    expect(read(whole).end).toBe('cut');
  });

  test('no byte changed at random throws, hangs or makes a share that cannot be', () => {
    let seed = 12_345;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % below;
    };
    for (const format of [0x2171, 0x2173, 0x2175] as const) {
      const original = saFile({ format, records: day });
      for (let round = 0; round < 1500; round += 1) {
        const copy = original.slice();
        for (let change = random(4); change >= 0; change -= 1)
          copy[4 + random(copy.length - 4)] = random(256);
        for (const sample of parseSysstat(copy)?.samples ?? []) {
          expect(sample.busyPercent).toBeWithin(0, 100.0001);
          expect(sample.toUs).toBeGreaterThan(sample.fromUs);
        }
      }
    }
  });
});
