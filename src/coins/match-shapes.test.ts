import { describe, expect, test } from 'bun:test';
import type { Mapping } from '../model/facts/process.ts';
import { printableText } from '../model/text.ts';
import { matchShapes, mayBecomeRandomx, type ShapeContext } from './match-shapes.ts';
import { datasetAtHeight, ethashDataset } from './shapes.ts';

type Row = readonly [size: number, access?: string, path?: string, flags?: readonly string[]];

/** Mappings side by side with a hole after each, unless `tight`. */
function map(rows: readonly Row[], tight = false): readonly Mapping[] {
  let start = 0x7f0000000000;
  return rows.map(([size, access = 'rw-p', path = '', flags], index) => {
    const mapping: Mapping = {
      start,
      size,
      access,
      offset: 0,
      inode: 0,
      path: printableText(path),
      line: index + 1,
      ...(flags === undefined ? {} : { flags }),
    };
    start += size + (tight ? 0 : 0x100000);
    return mapping;
  });
}

const idle: ShapeContext = { hugetlb: 0, locked: 0, pinnedThreads: 0, busyThreads: 0 };
const busy = (threads: number, pinned = 0): ShapeContext => ({
  ...idle,
  busyThreads: threads,
  pinnedThreads: pinned,
});
const names = (rows: readonly Row[], context: ShapeContext, tight = false) =>
  matchShapes(map(rows, tight), context).map(({ algorithm, mode }) => `${algorithm} ${mode}`);

const dataset = 0x82000000;
const cache = 0x10000000;
const pad = 0x200000;

describe('RandomX', () => {
  test('fast mode of XMRig in huge pages, piece by piece', () => {
    const huge = '/anon_hugepage (deleted)';
    const flags = ['rd', 'wr', 'lo', 'ht'];
    const rows: Row[] = [
      [dataset, 'rw-p', huge, flags],
      [cache, 'rw-p', huge, flags],
      ...Array.from({ length: 4 }, (): Row => [pad, 'rw-p', huge, flags]),
      ...Array.from({ length: 4 }, (): Row => [0x40000, 'rwxp']),
    ];
    const [match] = matchShapes(map(rows), {
      hugetlb: 0x92800000,
      locked: 0x92800000,
      pinnedThreads: 4,
      busyThreads: 4,
    });
    expect(match?.algorithm).toBe('randomx');
    expect(match?.mode).toBe('fast');
    expect(match?.strength).toBe(100);
    expect(match?.parts.map((part) => part.what)).toEqual([
      'dataset',
      'cache',
      ...Array.from({ length: 4 }, () => 'code' as const),
      ...Array.from({ length: 4 }, () => 'scratchpad' as const),
    ]);
    expect(match?.parts[0]?.line).toBe(1);
  });

  test('fast mode without huge pages: sizes up to 2 MiB and a page larger', () => {
    expect(names([[dataset + 0x201000], [cache + 0x201000]], idle)).toEqual(['randomx fast']);
    expect(names([[dataset + 0x202000], [cache + 0x201000]], idle)).toEqual([]);
  });

  test('fast mode of librandomx, all in one mapping as measured', () => {
    expect(names([[0x92404000], [0x26000, 'rwxp'], [0x13000, 'r-xp']], busy(2))).toEqual(['randomx fast']);
  });

  test('light mode of librandomx as measured', () => {
    const rows: Row[] = [
      [0x201000],
      [0x13000, 'rwxp'],
      [0x201000],
      [0x13000, 'rwxp'],
      [0x10001000],
      [0x13000, 'r-xp'],
    ];
    expect(names(rows, busy(2))).toEqual(['randomx light']);
    // On a crowded host no thread is hot.
    expect(names(rows, idle)).toEqual(['randomx light']);
    expect(names(rows.slice(0, 5).toSpliced(1, 1), idle)).toEqual([]);
  });

  test('stacks of threads, 8 MiB behind a guard, are no scratchpads', () => {
    // librandomx0 with two threads as measured: side by side, so that a guard touches its stack.
    const rows: Row[] = [
      [0x402000],
      [0x1000, '---p'],
      [0x800000],
      [0x1000, '---p'],
      [0x800000],
      [0x10001000],
      [0x26000, 'rwxp'],
      [0x13000, 'r-xp'],
    ];
    const [match] = matchShapes(map(rows, true), busy(2));
    expect(match).toMatchObject({ mode: 'light', consistent: true });
    // Two scratchpads for five pieces of code is no pair, whatever is left out.
    const more = rows.toSpliced(6, 1, [0x5f000, 'rwxp']);
    expect(matchShapes(map(more, true), busy(2))[0]?.consistent).toBe(false);
  });

  test('may be in the making where the cache is there and nothing else yet', () => {
    expect(mayBecomeRandomx(map([[0x10001000]]))).toBe(true);
    expect(mayBecomeRandomx(map([[dataset]]))).toBe(true);
    // A heap of a gigabyte, of whole scratchpads by chance: only beside generated code.
    expect(mayBecomeRandomx(map([[0x40000000]]))).toBe(false);
    expect(mayBecomeRandomx(map([[0x40000000], [0x20000, 'rwxp']]))).toBe(true);
    expect(mayBecomeRandomx(map([[0x8000000], [0x20000, 'rwxp']]))).toBe(false);
    expect(mayBecomeRandomx(map([[cache, 'rw-s', '/dev/shm/x']]))).toBe(false);
    expect(mayBecomeRandomx([])).toBe(false);
  });

  test('fast is stronger than light', () => {
    const fast = matchShapes(map([[dataset], [cache], [0x20000, 'rwxp']]), busy(1))[0]?.strength ?? 0;
    const light = matchShapes(map([[cache], [pad], [0x20000, 'rwxp']]), busy(1))[0]?.strength ?? 100;
    expect(fast).toBeGreaterThan(light);
  });
});

describe('what is not mining', () => {
  test('a cache alone, a dataset alone, a sum of both without code', () => {
    const lists: readonly (readonly Row[])[] = [[[cache]], [[dataset]], [[0x92404000]], [[cache], [pad]]];
    for (const rows of lists) {
      expect(names(rows, busy(8, 8))).toEqual([]);
    }
  });

  test('a JVM whose heap is exactly 2080 MiB in huge pages, with its code cache in a reserved range', () => {
    const rows: Row[] = [
      [dataset, 'rw-p', '/anon_hugepage (deleted)', ['ht']],
      [0x270000, 'rwxp'],
      [0x7590000, '---p'],
      [0x280000, 'rwxp'],
      [0x7580000, '---p'],
      [pad],
    ];
    expect(names(rows, { ...busy(8), hugetlb: dataset }, true)).toEqual([]);
  });

  test('Node with a buffer of 256 MiB: its code lies in a reserved range', () => {
    const rows: Row[] = [[cache + 0x1000], [pad], [0x40000, 'rwxp'], [0x7fc0000, '---p']];
    expect(names(rows, busy(4), true)).toEqual([]);
  });

  test('numpy: arrays of 256 MiB and 2 MiB, busy, without code', () => {
    expect(names([[cache + 0x1000], [0x201000], [0x201000], [0x800000], [0x1000, '---p']], busy(8))).toEqual(
      [],
    );
  });

  test('PostgreSQL: shared memory in huge pages', () => {
    expect(
      names(
        [
          [dataset, 'rw-s', '/anon_hugepage (deleted)', ['ht']],
          [cache, 'rw-s'],
        ],
        busy(8),
      ),
    ).toEqual([]);
  });

  test('files of these sizes', () => {
    expect(
      names(
        [
          [dataset, 'rw-p', '/var/lib/db/data'],
          [cache, 'rw-p', '/var/lib/db/log'],
          [0x20000, 'r-xp', '/lib/x.so'],
        ],
        busy(2),
      ),
    ).toEqual([]);
  });

  test('a hundred thread stacks of 8 MiB', () => {
    const rows = Array.from({ length: 200 }, (_, at): Row => (at % 2 === 0 ? [0x1000, '---p'] : [0x800000]));
    expect(names(rows, busy(100, 100), true)).toEqual([]);
  });

  test('a virtual machine with locked huge pages of any size', () => {
    expect(
      names(
        [
          [0x40000000, 'rw-p', '/anon_hugepage (deleted)', ['ht', 'lo']],
          [pad, 'rw-p', '', ['ht', 'lo']],
        ],
        busy(4, 4),
      ),
    ).toEqual([]);
  });
});

describe('scratchpads alone', () => {
  const pads = (size: number, count: number, flags: readonly string[]): Row[] =>
    Array.from({ length: count }, (): Row => [size, 'rw-p', '/anon_hugepage (deleted)', flags]);

  test('CryptoNight, heavy, GhostRider in locked huge pages with pinned threads', () => {
    expect(names(pads(pad, 4, ['ht', 'lo']), busy(4, 4))).toEqual(['cn scratchpads']);
    expect(names(pads(2 * pad, 2, ['ht', 'lo']), busy(2, 2))).toEqual(['cn-heavy scratchpads']);
    expect(names(pads(8 * pad, 4, ['ht', 'lo']), busy(4, 4))).toEqual(['ghostrider scratchpads']);
  });

  test('not without lock, without pinning, or in numbers that no threads explain', () => {
    expect(names(pads(pad, 4, ['ht']), busy(4, 4))).toEqual([]);
    expect(names(pads(pad, 4, ['ht', 'lo']), busy(4, 0))).toEqual([]);
    expect(names(pads(pad, 64, ['ht', 'lo']), busy(2, 2))).toEqual([]);
  });
});

describe('Ethash data sets', () => {
  test('the first epochs have the sizes of the published table', () => {
    expect([0, 1, 2].map(ethashDataset)).toEqual([1073739904, 1082130304, 1090514816]);
  });

  test('epochs are counted in blocks of the coin', () => {
    expect(datasetAtHeight('ethash', 59_999)).toBe(ethashDataset(1));
    expect(datasetAtHeight('etchash', 60_000)).toBe(ethashDataset(1));
    expect(datasetAtHeight('kawpow', 15_000)).toBe(ethashDataset(2));
  });
});

test('seventy thousand mappings end', () => {
  const rows = Array.from(
    { length: 80_000 },
    (_, at): Row => [at % 3 === 0 ? 0x20000 : pad, at % 3 === 0 ? 'rwxp' : 'rw-p'],
  );
  expect(names(rows, busy(1))).toEqual([]);
});
