import { expect, test } from 'bun:test';
import type { LedgerEntry, LedgerRecord } from '../model/ledger.ts';
import { type Plan, planVersion, type Step } from '../model/plan.ts';
import { printableText } from '../model/text.ts';
import { openSteps, progressOf, stopsOf } from './plan-progress.ts';

const step = (id: string, byHand = false): Step => ({
  id,
  phase: 'files',
  findings: [],
  change: byHand
    ? { kind: 'by-hand', task: 'scan-again', subjects: [] }
    : { kind: 'quarantine', path: printableText(`/tmp/${id}`) },
  preconditions: [],
  reversibility: 'reversible',
  breaks: [],
  verify: 'gone',
});

const plan: Plan = {
  schema: `demine-plan/${planVersion}`,
  made: '2024-01-02T03:04:05Z',
  scan: 1,
  target: { kind: 'folder', name: printableText('/mnt'), machineId: '', bootId: '' },
  decision: { answer: 'clean', reasons: [] },
  steps: [step('S1'), step('S2'), step('S3', true)],
  left: [],
  added: [],
};

const began = (id: string): LedgerRecord => ({
  kind: 'began',
  step: id,
  token: `${id}-1`,
  before: { kind: 'processes', processes: [] },
});
const done = (id: string): LedgerRecord => ({ kind: 'done', step: id, token: `${id}-1`, notes: [] });
const stopped = (id: string): LedgerRecord => ({
  kind: 'stopped',
  step: id,
  token: `${id}-1`,
  why: { id: 'read-only', subject: printableText('/tmp'), detail: 'EROFS' },
});
const undone = (id: string): readonly LedgerRecord[] => [
  { kind: 'undoing', step: id, token: `${id}-1` },
  { kind: 'undone', step: id, token: `${id}-1`, notes: [] },
];

const after = (...records: readonly LedgerRecord[]) => {
  const entries = records.map((record, n): LedgerEntry => ({ n, time: '', record }));
  return { plan, entries };
};

test('a plan that was never begun, is all done or all taken back keeps nobody from making another', () => {
  expect(progressOf(after())).toEqual({ kind: 'settled' });
  expect(progressOf(after(began('S1'), done('S1'), began('S2'), done('S2')))).toEqual({ kind: 'settled' });
  expect(progressOf(after(began('S1'), done('S1'), ...undone('S1')))).toEqual({ kind: 'settled' });
  expect(progressOf(after(began('S1'), done('S1'), stopped('S2'), ...undone('S1')))).toEqual({
    kind: 'settled',
  });
});

test('one that stopped is to be gone on with, and says where and why', () => {
  const halted = after(began('S1'), done('S1'), stopped('S2'));
  expect(progressOf(halted)).toEqual({ kind: 'unfinished', done: 1, count: 2 });
  expect([...stopsOf(halted.entries)]).toMatchObject([['S2', { id: 'read-only' }]]);
  expect(openSteps(halted).map(({ id }) => id)).toEqual(['S2', 'S3']);
  expect(progressOf(after(stopped('S1')))).toEqual({ kind: 'unfinished', done: 0, count: 2 });
});

test('one whose run was cut off in the middle of a step, forwards or backwards, names the step', () => {
  expect(progressOf(after(began('S1')))).toEqual({ kind: 'cut-off', step: 'S1' });
  const [undoing] = undone('S1');
  if (undoing === undefined) throw new Error('no record');
  expect(progressOf(after(began('S1'), done('S1'), undoing))).toEqual({ kind: 'cut-off', step: 'S1' });
});

test('a step that stopped once and was done later has no stop any more', () => {
  const both = after(stopped('S1'), began('S1'), done('S1'), began('S2'), done('S2'));
  expect([...stopsOf(both.entries)]).toEqual([]);
});
