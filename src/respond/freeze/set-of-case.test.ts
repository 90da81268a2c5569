import { expect, test } from 'bun:test';
import type { ProcessFact } from '../../model/facts/process.ts';
import type { ScanResult } from '../../model/result.ts';
import { cleanResult, miningResult, suspiciousResult } from '../../report/result.fixture.ts';
import { membersOfCase } from './set-of-case.ts';

/** Only what is looked at. */
const facts = (...pids: number[]): readonly ProcessFact[] =>
  pids.map((pid) => ({ pid, startTicks: pid * 10 }) as ProcessFact);
const all = facts(1, 1333, 4702, 4711);
const withParent = (judgement: ScanResult['processes'][number]['judgement']): ScanResult => ({
  ...miningResult,
  miners: miningResult.miners.map((miner) => ({ ...miner, persistence: [] })),
  processes: miningResult.processes.map((row) =>
    row.pid === 4711 ? { ...row, ppid: 4702 } : row.pid === 4702 ? { ...row, judgement } : row,
  ),
});

test('the miner, and the process that a malicious entry starts', () => {
  expect(membersOfCase(miningResult, all)).toEqual([
    { pid: 4702, startTicks: 47_020, role: 'respawner' },
    { pid: 4711, startTicks: 47_110, role: 'miner' },
  ]);
  const honest = miningResult.persistence.map((entry) => ({ ...entry, judgement: 'unusual' as const }));
  expect(membersOfCase({ ...miningResult, persistence: honest }, all).map(({ pid }) => pid)).toEqual([4711]);
});

test('a parent that is judged, and no honest one', () => {
  expect(membersOfCase(withParent('suspicious'), all).map(({ pid }) => pid)).toEqual([4702, 4711]);
  for (const judgement of ['benign', 'unusual', 'excused'] as const)
    expect(membersOfCase(withParent(judgement), all).map(({ pid }) => pid)).toEqual([4711]);
});

test('nobody without a start by which it is known again, and nobody of a host that does not mine', () => {
  expect(membersOfCase(miningResult, facts(4702))).toEqual([
    { pid: 4702, startTicks: 47_020, role: 'respawner' },
  ]);
  expect(membersOfCase(cleanResult, all)).toEqual([]);
  expect(membersOfCase(suspiciousResult, facts(...suspiciousResult.processes.map(({ pid }) => pid)))).toEqual(
    [],
  );
});
