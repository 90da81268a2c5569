import { expect, test } from 'bun:test';
import {
  cpuUse,
  judgedBy,
  mapping,
  memoryMap,
  ownedBy,
  processFact,
  text,
  threadUse,
  told,
} from './facts.fixture.ts';
import { memoryShape } from './memory-shape.ts';

const analyze = judgedBy(memoryShape);
const miner = processFact({ pid: 300, path: '/usr/lib/helper' });
const dataset = mapping({ start: 0x7f1000000000, size: 0x82000000, line: 10 });
const cache = mapping({ start: 0x7f2000000000, size: 0x10000000, line: 12 });
const code = mapping({ start: 0x7f3000000000, size: 0x20000, access: 'rwxp', line: 14 });
const pad = mapping({ start: 0x7f4000000000, size: 0x200000, line: 16 });
const busy = [threadUse({ tid: 301, pinned: 0 }), threadUse({ tid: 302, pinned: 1 })];

test('dataset and cache together are high, with their lines', () => {
  const [found] = analyze(miner, memoryMap(miner, [dataset, cache]));
  expect(found).toMatchObject({
    rule: 'memory.randomx-dataset',
    severity: 'high',
    bearing: 'supports',
    params: { size: 2080, sign: 'cache' },
  });
  expect(found?.evidence.slice(0, 2).map((line) => line.line)).toEqual([10, 12]);
});

test('a dataset with busy pinned threads is high', () => {
  const found = analyze(miner, cpuUse(miner, 200, busy), memoryMap(miner, [dataset]));
  expect(found[0]).toMatchObject({ severity: 'high', params: { sign: 'threads' } });
});

test('a dataset-sized block alone is low in a hog and nothing in an idle program', () => {
  expect(told(analyze(miner, cpuUse(miner, 200), memoryMap(miner, [dataset])))).toEqual([
    'memory.randomx-cache low',
  ]);
  expect(analyze(miner, memoryMap(miner, [dataset]))).toEqual([]);
});

test('light mode with a piece of code for each scratchpad is medium in a program of nobody that computes', () => {
  const whole = memoryMap(miner, [cache, code, pad]);
  for (const use of [cpuUse(miner, 200, busy), cpuUse(miner, 8)])
    expect(told(analyze(miner, use, whole))).toEqual(['memory.randomx-cache medium']);
  expect(told(analyze(miner, whole))).toEqual(['memory.randomx-cache low']);
  const owned = ownedBy('/usr/lib/helper', 'helper');
  expect(told(analyze(miner, owned, cpuUse(miner, 200, busy), whole))).toEqual(['memory.randomx-cache low']);
});

test('light mode as librandomx lays it out, in one mapping with its scratchpads, is whole', () => {
  const joined = mapping({ start: 0x7f2000000000, size: 0x10001000 + 2 * 0x201000, line: 12 });
  const codes = [0x7f3000000000, 0x7f3000100000].map((start, at) =>
    mapping({ start, size: 0x13000 * (2 - at), access: at === 0 ? 'rwxp' : 'r-xp', line: 14 + at }),
  );
  expect(told(analyze(miner, cpuUse(miner, 200), memoryMap(miner, [joined, ...codes])))).toEqual([
    'memory.randomx-cache medium',
  ]);
});

test('light mode where pieces of code and scratchpads do not pair is low', () => {
  const pads = Array.from({ length: 7 }, (_, at) =>
    mapping({ start: 0x7f4000000000 + at * 0x1000000, size: 0x200000, line: 20 + at }),
  );
  expect(told(analyze(miner, cpuUse(miner, 200, busy), memoryMap(miner, [cache, code, ...pads])))).toEqual([
    'memory.randomx-cache low',
  ]);
});

test('a heap of 2.5 GiB beside a little machine code is nothing', () => {
  const heap = mapping({ start: 0x700000000000, size: 0xa0000000, line: 9 });
  expect(analyze(miner, cpuUse(miner, 200, busy), memoryMap(miner, [heap, code]))).toEqual([]);
});

test('locked scratchpads on pinned threads are medium, in a package low', () => {
  const pads = [0, 1].map((at) =>
    mapping({
      start: 0x7f4000000000 + at * 0x1000000,
      size: 0x200000,
      line: 20 + at,
      flags: ['rd', 'wr', 'lo', 'ht'],
    }),
  );
  const found = analyze(miner, cpuUse(miner, 200, busy), memoryMap(miner, pads));
  expect(told(found)).toEqual(['memory.mining-shape medium']);
  const owned = analyze(
    miner,
    ownedBy('/usr/lib/helper', 'helper'),
    cpuUse(miner, 200, busy),
    memoryMap(miner, pads),
  );
  expect(told(owned)).toEqual(['memory.mining-shape low']);
});

test('an array of 256 MiB, thread stacks and a database with huge pages are clean', () => {
  const numpy = processFact({ pid: 301, path: '/usr/bin/python3.13' });
  const stacks = Array.from({ length: 64 }, (_, at) =>
    mapping({ start: 0x7e0000000000 + at * 0x900000, size: 0x800000 }),
  );
  const shared = mapping({ size: 0x82000000, access: 'rw-s', path: text('/anon_hugepage (deleted)') });
  expect(analyze(numpy, cpuUse(numpy, 400, busy), memoryMap(numpy, [cache, ...stacks, shared]))).toEqual([]);
});

test('a map of seventy thousand mappings is judged', () => {
  const many = Array.from({ length: 70_001 }, (_, at) => mapping({ start: at * 0x2000, size: 0x1000 }));
  expect(analyze(miner, memoryMap(miner, many))).toEqual([]);
});
