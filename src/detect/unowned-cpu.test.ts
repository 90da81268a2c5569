import { expect, test } from 'bun:test';
import type { CpuLedgerFact, CpuWindow } from '../model/facts/kernel.ts';
import { factSet, hostFact, judgedBy, text, told } from './facts.fixture.ts';
import { unownedCpu, unownedCpuJudged } from './unowned-cpu.ts';

const window = (gap: number, parts: Partial<CpuWindow> = {}): CpuWindow => ({
  wallUs: 5_000_000,
  totalUs: 2_000_000 + gap * 50_000,
  visibleUs: 2_000_000,
  forks: 3,
  ...parts,
});
const ledger = (...windows: readonly CpuWindow[]): CpuLedgerFact => ({
  kind: 'cpu-ledger',
  source: { source: text('/proc/stat'), line: 1 },
  windows,
  cores: 4,
});
const analyze = judgedBy(unownedCpu, { interval: 30 });
const six = (gap: number, parts?: Partial<CpuWindow>) => Array.from({ length: 6 }, () => window(gap, parts));

test('the same gap in six windows is CPU that nobody owns', () => {
  const [found] = analyze(hostFact(), ledger(...six(55)));
  expect(found).toMatchObject({
    rule: 'cpu.unowned',
    severity: 'medium',
    params: { percent: 55, windows: 6 },
  });
  expect(told(analyze(ledger(...six(350))))).toEqual(['cpu.unowned high']);
});

test('one window without the gap clears the host', () => {
  expect(analyze(ledger(...six(55), window(3)))).toEqual([]);
});

test('a short interval is not judged, and says so', () => {
  const facts = factSet(ledger(...six(55)));
  expect(judgedBy(unownedCpu, { interval: 3 })(...facts)).toEqual([]);
  expect(unownedCpuJudged(facts, { interval: 3 })).toBe(false);
  expect(unownedCpuJudged(facts, { interval: 30 })).toBe(true);
});

test('windows full of forks do not count: a compiler is no hidden process', () => {
  expect(analyze(ledger(...six(80, { forks: 900 })))).toEqual([]);
});

test('inside a container the total is that of the machine and is not judged', () => {
  expect(analyze(hostFact({ scope: 'container' }), ledger(...six(300)))).toEqual([]);
});

test('windows without time and negative gaps break nothing', () => {
  expect(analyze(ledger(...six(80, { wallUs: 0 })))).toEqual([]);
  expect(analyze(ledger(...six(-50)))).toEqual([]);
});
