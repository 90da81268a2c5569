import { expect, test } from 'bun:test';
import {
  cpuUse,
  judgedBy,
  listener,
  ownedBy,
  processFact,
  randomxSamples,
  registers,
} from './facts.fixture.ts';
import { randomxRegisters } from './randomx-registers.ts';

const miner = processFact({ pid: 300, path: '/usr/bin/sshd-helper' });
const analyze = judgedBy(randomxRegisters);

test('a thread that flushes to zero and changes rounding computes RandomX', () => {
  const [found, ...more] = analyze(miner, cpuUse(miner, 400), registers(miner, randomxSamples));
  expect(more).toEqual([]);
  expect(found).toMatchObject({
    rule: 'cpu.randomx-registers',
    severity: 'critical',
    bearing: 'proof',
    subject: { kind: 'process', pid: 300 },
    params: { threads: 1, modes: 4 },
  });
  expect(found?.evidence[0]?.text).toContain('9fe0 bfe0');
});

test('threads of one process make one finding', () => {
  const found = analyze(
    miner,
    registers(miner, randomxSamples, { tid: 301 }),
    registers(miner, randomxSamples, { tid: 302 }),
  );
  expect(found.map((one) => one.params['threads'])).toEqual([2]);
});

test('arm64 is read from FPCR', () => {
  const flush = 1 << 24;
  const samples = [0, 1, 2, 3, 0, 1, 2, 3].map((mode) => flush | (mode << 22));
  expect(analyze(miner, registers(miner, samples, { architecture: 'arm64' }))).toHaveLength(1);
  expect(
    analyze(miner, registers(miner, [...samples.map((s) => s & ~flush)], { architecture: 'arm64' })),
  ).toEqual([]);
});

test('interval arithmetic changes the rounding without flushing and is clean', () => {
  expect(
    analyze(miner, registers(miner, [0x3fa0, 0x5fa0, 0x3fa0, 0x5fa0, 0x3fa0, 0x5fa0, 0x3fa0, 0x5fa0])),
  ).toEqual([]);
});

test('-ffast-math flushes with one rounding mode and is clean', () => {
  expect(
    analyze(
      miner,
      registers(
        miner,
        Array.from({ length: 12 }, () => 0x9fe0),
      ),
    ),
  ).toEqual([]);
});

test('fewer than eight samples prove nothing', () => {
  expect(analyze(miner, registers(miner, randomxSamples.slice(0, 7)))).toEqual([]);
});

test('a package-owned monerod is told as context', () => {
  const node = processFact({ pid: 400, path: '/usr/bin/monerod' });
  const [found] = analyze(node, ownedBy('/usr/bin/monerod', 'monero'), registers(node, randomxSamples));
  expect(found).toMatchObject({ rule: 'cpu.randomx-full-node', severity: 'low', bearing: 'context' });
});

test('an undeclared monerod that serves the network is possibly a node', () => {
  const node = processFact({ pid: 400, path: '/home/a/monero/monerod' });
  const [found] = analyze(node, listener([400], '0.0.0.0', 18080), registers(node, randomxSamples));
  expect(found).toMatchObject({ rule: 'cpu.randomx-full-node', severity: 'medium' });
});

test('the name monerod alone hides no miner', () => {
  const node = processFact({ pid: 400, path: '/tmp/monerod' });
  expect(analyze(node, registers(node, randomxSamples))[0]?.rule).toBe('cpu.randomx-registers');
});

test('registers of a process that is in no list are still judged', () => {
  const [found] = analyze(registers(processFact({ pid: 999 }), randomxSamples));
  expect(found?.params['process']).toBe('');
});

test('a thousand hostile samples are bounded in evidence', () => {
  const samples = Array.from({ length: 1000 }, (_, at) => randomxSamples[at % 8] ?? 0);
  const facts = Array.from({ length: 50 }, (_, at) => registers(miner, samples, { tid: 1000 + at }));
  const [found] = analyze(miner, ...facts);
  expect(found?.evidence.length).toBeLessThanOrEqual(10);
  expect(found?.evidence[0]?.text.length).toBeLessThan(200);
});
