import { describe, expect, test } from 'bun:test';
import type { LedgerEntry, LedgerRecord } from '../../model/ledger.ts';
import type { Change, Plan, Step } from '../../model/plan.ts';
import type { ScanResult } from '../../model/result.ts';
import { type Statement, statementSchema } from '../../model/statement.ts';
import { printableText } from '../../model/text.ts';
import { cleanResult, hostileResult, miningResult } from '../../report/result.fixture.ts';
import { printableOf } from '../plan/printable-of.ts';
import type { StoredPlan } from '../plan-folder.ts';
import { checkStatement, sealed, statementText } from '../statement/sealed.ts';
import { cleanStatement } from '../statement/statement.fixture.ts';
import { type Look, makeStatement } from './make-statement.ts';

const [miner] = miningResult.miners;
const [entry] = miningResult.persistence;
if (miner === undefined || entry === undefined) throw new Error('the fixture changed');

const target: Plan['target'] = {
  kind: 'live',
  name: printableText('web-03'),
  machineId: miningResult.host.machineId,
  bootId: miningResult.host.bootId,
};
const step = (id: string, change: Change, findings: readonly string[]): Step => ({
  id,
  phase: 'files',
  findings: [...findings],
  change,
  preconditions: [],
  reversibility: 'reversible',
  breaks: [],
  verify: 'gone',
});
const killed: Change = {
  kind: 'kill',
  processes: [
    { pid: miner.pid, startTicks: 1, name: printableText('x'), exe: printableText(miner.exe), role: 'miner' },
  ],
  programs: [],
};
const taken = (path: string): Change => ({ kind: 'quarantine', path: printableOf(path) });

/** A plan of which all was done, at noon. */
function done(
  steps: readonly Step[],
  decision: Plan['decision'] = { answer: 'clean', reasons: [] },
): StoredPlan {
  const before = { kind: 'processes', processes: [] } as const;
  const records = steps.flatMap(({ id }): readonly LedgerRecord[] => [
    { kind: 'began', step: id, token: `${id}-1`, before: { ...before, processes: [] } },
    { kind: 'done', step: id, token: `${id}-1`, notes: [] },
  ]);
  return {
    number: 1,
    folder: '/run/case/plan-1',
    sha256: '0'.repeat(64),
    entries: records.map((record, n): LedgerEntry => ({ n, time: '2026-11-24T12:00:00.000Z', record })),
    plan: {
      schema: 'demine-plan/1.0',
      made: '2026-11-24T11:00:00.000Z',
      scan: 1,
      target,
      decision,
      steps: [...steps],
      left: [],
      added: [],
    },
  };
}

const look = (now: ScanResult, given: Partial<Look> = {}): Statement =>
  makeStatement({
    number: 1,
    began: '2026-11-24T12:00:30.000Z',
    made: '2026-11-24T12:00:40.000Z',
    version: '0.1.0',
    kind: 'live',
    case: cleanStatement.case,
    before: miningResult,
    now,
    scan: { number: 2, result: '0'.repeat(64) },
    resultOf: () => miningResult,
    plans: [],
    earlier: [],
    ground: {
      survey: { at: (path) => ({ id: 'missing', subject: printableOf(path), detail: 'ENOENT' }) },
      runs: () => false,
      containerRuns: () => false,
      setting: () => undefined,
    },
    altered: 0,
    ...given,
  });
const stateOf = ({ things }: Statement, kind: string, where: string): string | undefined =>
  things.rows.find((row) => row.kind === kind && row.where?.startsWith(where))?.state;

/** The miner again, with another number. */
const back: ScanResult = {
  ...cleanResult,
  verdict: 'mining',
  processes: miningResult.processes.map((row) => ({
    ...row,
    pid: row.pid + 10_000,
    startTime: '2026-11-24T12:00:10Z',
  })),
  persistence: miningResult.persistence,
};

describe('a statement', () => {
  test('of a removal that held is clean, at once and not yet over time', () => {
    const said = look(cleanResult, {
      plans: [done([step('S1', killed, []), step('S2', taken(entry.source), [entry.id])])],
    });
    expect(said.conclusion).toEqual({
      outcome: 'clean',
      reasons: [
        { id: 'nothing-found', count: 0 },
        { id: 'one-look', count: 1 },
      ],
    });
    expect(said.schedule.map(({ look: made }) => made)).toEqual([
      1,
      ...Array.from({ length: 5 }, () => undefined),
    ]);
    expect(said.schedule[0]?.due).toBe('2026-11-24T12:00:00.000Z');
    expect(statementSchema.safeParse(JSON.parse(JSON.stringify(said))).success).toBe(true);
  });

  test('of a miner that was killed and runs again says that it came back', () => {
    const said = look(back, { plans: [done([step('S1', killed, [])])] });
    expect(said.conclusion.outcome).toBe('came-back');
    expect(stateOf(said, 'miner', miner.exe)).toBe('came-back');
    // Its entry was in no step: it never went.
    expect(stateOf(said, 'entry', entry.source)).toBe('still-there');
  });

  test('does not take an entry for removed because its program was', () => {
    const said = look(back, { plans: [done([step('S1', taken(miner.exe), [entry.id])])] });
    expect(stateOf(said, 'entry', entry.source)).toBe('still-there');
    const gone = look(back, { plans: [done([step('S1', taken(entry.source), [entry.id])])] });
    expect(stateOf(gone, 'entry', entry.source)).toBe('came-back');
  });

  test('of a host that nobody cleaned is still there', () => {
    expect(look(back).conclusion.outcome).toBe('still-there');
    expect(look(miningResult).conclusion.outcome).toBe('still-there');
  });

  test('says what was checked at the incident and is not now', () => {
    const less: ScanResult = {
      ...cleanResult,
      coverage: cleanResult.coverage.filter(({ id }) => id !== 'gpu' && id !== 'modules'),
    };
    const said = look(less);
    expect(said.notChecked.filter(({ before }) => before).map(({ id }) => id)).toEqual(['modules', 'gpu']);
    expect(said.conclusion.outcome).toBe('inconclusive');
  });

  test('knows a restart since the removal, and counts looks since then alone', () => {
    const plans = [done([step('S1', killed, [])])];
    const rebooted: ScanResult = { ...cleanResult, host: { ...cleanResult.host, bootId: 'another' } };
    const early = sealed({
      ...cleanStatement,
      look: { ...cleanStatement.look, started: '2026-11-24T11:00:00.000Z' },
    });
    const path = 'verify-1/statement.json';
    const stored = { number: 1, path, checked: checkStatement(Buffer.from(statementText(early)), path) };
    const said = look(rebooted, { plans, earlier: [stored], number: 2 });
    expect(said.subject.rebooted).toBe(true);
    expect(said.schedule.find(({ when }) => when === 'reboot')).toEqual({ when: 'reboot', look: 2 });
    expect(said.schedule.find(({ when }) => when === 'at-once')?.look).toBe(2);
    expect(said.looks).toHaveLength(1);
    expect(look(cleanResult, { plans }).subject.rebooted).toBe(false);
  });

  test('of a folder has no looks over time, and did not see what ran', () => {
    const files: ScanResult = {
      ...cleanResult,
      host: { ...cleanResult.host, scope: 'files' },
      processes: [],
    };
    const said = look(files, { kind: 'folder' });
    expect([said.schedule, said.conclusion.outcome]).toEqual([[], 'inconclusive']);
    expect(said.subject.name).toBe(files.options.target);
    const image = { ...miningResult, processes: [], miners: [], sockets: [], findings: [] };
    expect(look(files, { kind: 'folder', before: image }).conclusion.outcome).toBe('clean');
  });

  test('takes whatever a target wrote, and stays what a reader takes', () => {
    const said = look(hostileResult, { before: hostileResult });
    const text = statementText(sealed(said));
    expect(checkStatement(Buffer.from(text), 'x')).toMatchObject({ altered: [] });
  });

  test('of a host whose kernel was changed is never clean from inside', () => {
    const decision: Plan['decision'] = { answer: 'rebuild', reasons: [{ id: 'kernel-level', subjects: [] }] };
    const plans = [done([step('S1', killed, [])], decision)];
    expect(look(cleanResult, { plans }).conclusion.outcome).toBe('inconclusive');
    // A later plan, made from a scan that it hid from, says nothing of it.
    const later = { ...done([step('S1', killed, [])]), number: 2 };
    expect(look(cleanResult, { plans: [...plans, later] }).conclusion.outcome).toBe('inconclusive');
    // Nor does it take a plan: the scan of the incident says so.
    const [finding] = miningResult.findings;
    if (finding === undefined) throw new Error('the fixture changed');
    const before = { ...miningResult, findings: [{ ...finding, rule: 'hidden.module' }] };
    expect(look(cleanResult, { before }).conclusion.outcome).toBe('inconclusive');
  });
});
