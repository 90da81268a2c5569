import { describe, expect, test } from 'bun:test';
import { deflateSync } from 'node:zlib';
import { type AtopFile, type AtopSample, atopFile } from './atop.fixture.ts';
import { atopBeganUs, parseAtop } from './atop.ts';
import { inflateStart } from './atop-inflate.ts';
import type { CpuHistory } from './cpu-history.ts';

const start = 1_700_000_400;
const samples: readonly AtopSample[] = [
  { seconds: start, interval: 6_000, busy: 0.5, sinceBoot: true },
  { seconds: start + 600, interval: 600, busy: 0.04 },
  { seconds: start + 1200, interval: 600, busy: 0.98 },
];

function read(bytes: Uint8Array): CpuHistory {
  const history = parseAtop(bytes);
  if (history === undefined) throw new Error('not taken for a file of atop');
  return history;
}

const shares = (history: CpuHistory): readonly number[] =>
  history.samples.map((sample) => Math.round(sample.busyPercent));

describe('a raw log of atop', () => {
  test('says when each share of all processors was; the time since boot is no sample', () => {
    const history = read(atopFile({ samples }));
    expect(history).toMatchObject({ program: 'atop 2.8', beganUs: start * 1e6, end: 'whole' });
    expect(shares(history)).toEqual([4, 98]);
    expect(history.samples[0]).toMatchObject({ fromUs: start * 1e6, toUs: (start + 600) * 1e6 });
  });

  const kinds: readonly (readonly [string, Partial<AtopFile>])[] = [
    ['2.0', { minor: 0 }],
    ['2.11, with control groups after the processes', { minor: 11 }],
    ['2.13, with two numbers of processors', { minor: 13 }],
    ['2.8 of the other byte order', { bigEndian: true }],
    ['2.13 of the other byte order', { minor: 13, bigEndian: true }],
  ];
  test.each(kinds)('of version %s is read alike', (_, kind) => {
    const history = read(atopFile({ ...kind, samples }));
    expect(history.end).toBe('whole');
    expect(shares(history)).toEqual([4, 98]);
  });

  test('a version or a machine whose structure is not known gives words, never numbers', () => {
    expect(read(atopFile({ samples, minor: 14 }))).toMatchObject({
      end: 'unknown',
      reason: 'atop version 2.14 not read',
      samples: [],
    });
    expect(read(atopFile({ samples, recordSize: 88 }))).toMatchObject({
      end: 'unknown',
      reason: 'atop records of 88 bytes not read',
      samples: [],
    });
  });

  test('its start is enough to say when it begins', () => {
    expect(atopBeganUs(atopFile({ samples }).subarray(0, 500))).toBe(start * 1e6);
    expect(atopBeganUs(atopFile({ samples: [] }))).toBeUndefined();
    expect(atopBeganUs(new Uint8Array(500))).toBeUndefined();
  });
});

describe('a raw log that is not whole or lies', () => {
  test('keeps what stands before the cut', () => {
    const bytes = atopFile({ samples });
    for (let length = 480; length < bytes.length; length += 17) {
      expect(['cut', 'whole']).toContain(read(bytes.subarray(0, length)).end);
    }
    expect(read(bytes.subarray(0, bytes.length - 100))).toMatchObject({ end: 'cut' });
    expect(shares(read(bytes.subarray(0, bytes.length - 1)))).toEqual([4, 98]);
  });

  test('more ticks than the time has room for are no sample', () => {
    const [, honest] = samples;
    if (honest === undefined) throw new Error('no sample');
    const history = read(atopFile({ samples: [honest, { ...honest, seconds: start + 1200, times: 5 }] }));
    expect(shares(history)).toEqual([4]);
    expect(history).toMatchObject({ end: 'broken', reason: '1 samples say what cannot be' });
  });

  test('lengths beyond the file and dates that cannot be end it', () => {
    const bytes = atopFile({ samples });
    const lie = (at: number, value: number): CpuHistory => {
      const copy = bytes.slice();
      new DataView(copy.buffer).setUint32(at, value, true);
      return read(copy);
    };
    expect(lie(480 + 16, 0xffffffff)).toMatchObject({ end: 'cut', samples: [] });
    expect(lie(480 + 20, 0xffffffff)).toMatchObject({ end: 'cut', samples: [] });
    expect(lie(480 + 4, 0xffffffff)).toMatchObject({ end: 'broken', samples: [] });
    expect(lie(8, 0)).toMatchObject({ end: 'broken', samples: [] });
  });

  test('what others wrote is not taken for one', () => {
    expect(parseAtop(new Uint8Array(0))).toBeUndefined();
    expect(parseAtop(Buffer.from('atop raw log, honestly'))).toBeUndefined();
  });
});

describe('the start of a zlib stream', () => {
  let seed = 99;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % below;
  };
  const contents = {
    'noise, which is stored': () => random(256),
    'few values': () => random(4) * 60,
    'mostly zero, as statistics are': (at: number) => (at % 40 < 3 ? random(256) : 0),
    'all zero': () => 0,
  };
  test.each(Object.entries(contents))('%s comes out as it went in', (_, byteAt) => {
    for (const level of [0, 1, 6, 9]) {
      for (const strategy of [0, 2, 4]) {
        const content = Uint8Array.from({ length: 3000 }, (__, at) => byteAt(at));
        const stream = deflateSync(content, { level, strategy });
        for (const wanted of [1, 152, 2999, 3000]) {
          expect(inflateStart(stream, wanted)).toEqual(content.slice(0, wanted));
        }
        expect(inflateStart(stream, 3001)).toBeUndefined();
      }
    }
  });

  test('cut, changed or foreign streams give nothing or bytes, and end', () => {
    const stream = deflateSync(Uint8Array.from({ length: 4000 }, (_, at) => (at * at) % 251));
    expect(inflateStart(stream.subarray(0, 40), 152)).toBeUndefined();
    expect(inflateStart(Buffer.from('no zlib at all'), 1)).toBeUndefined();
    for (let round = 0; round < 3000; round += 1) {
      const copy = Uint8Array.from(stream.subarray(0, 400));
      for (let change = random(5); change >= 0; change -= 1) copy[2 + random(398)] = random(256);
      expect([152, undefined]).toContain(inflateStart(copy, 152)?.length);
    }
  });
});
