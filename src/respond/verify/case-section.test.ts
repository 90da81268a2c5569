import { afterAll, beforeEach, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '../../model/plan.ts';
import type { Statement } from '../../model/statement.ts';
import { printableText } from '../../model/text.ts';
import { openLedger } from '../ledger/ledger-file.ts';
import { ledgerPath, newestPlan, writePlan } from '../plan-folder.ts';
import { sealed, statementId, statementText } from '../statement/sealed.ts';
import { cleanStatement } from '../statement/statement.fixture.ts';
import { caseSection, compareEvidence, plansOf } from './case-section.ts';
import { alteredStatements, compareLooks, makeVerifyFolder, storedStatements } from './verify-folder.ts';

const scratch = mkdtempSync(join(tmpdir(), 'demine-case-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let folder: string;
let count = 0;

const scan = { number: 1, started: '2026-11-23T19:31:02Z', verdict: 'mining', text: '{"verdict":"mining"}' };
const plan: Plan = {
  schema: 'demine-plan/1.0',
  made: '2024-01-02T03:04:05Z',
  scan: 1,
  target: { kind: 'folder', name: printableText('/mnt/image'), machineId: '', bootId: '' },
  decision: { answer: 'clean', reasons: [] },
  steps: [],
  left: [],
  added: [],
};

beforeEach(() => {
  count += 1;
  folder = join(scratch, String(count));
  mkdirSync(folder);
  writePlan(folder, plan);
  append(2);
});

function append(records: number): void {
  const ledger = openLedger(ledgerPath({ folder: join(folder, 'plan-1') }));
  if (ledger.entries.length === 0) {
    const { sha256 } = newestPlan(folder);
    ledger.append({ kind: 'opened', plan: sha256, target: printableText('/mnt/image'), tool: '0' });
  }
  for (let at = 0; at < records; at += 1) ledger.append({ kind: 'lifting' });
  ledger.close();
}
const rewrite = (path: string, change: (text: string) => string): void => {
  writeFileSync(join(folder, path), change(readFileSync(join(folder, path), 'utf8')));
};
const states = (signed: Statement['case'], text: string | undefined = scan.text): Record<string, string> =>
  Object.fromEntries(compareEvidence(signed, folder, { text }).map(({ name, state }) => [name, state]));

describe('a case beside its statement', () => {
  test('is as it was, and may have gone on', () => {
    const signed = caseSection(folder, scan);
    expect(signed).toMatchObject({ name: String(count), plans: [{ number: 1, ledger: { entries: 3 } }] });
    expect(states(signed)).toEqual({
      'scan 1': 'as-signed',
      'plan-1/plan.json': 'as-signed',
      'plan-1/ledger': 'as-signed',
      ledger: 'as-signed',
    });
    append(1);
    openLedger(join(folder, 'ledger')).close();
    expect(states(signed)).toMatchObject({ 'plan-1/ledger': 'longer', ledger: 'as-signed' });
    expect(caseSection(folder, scan).sha256).not.toBe(signed.sha256);
  });

  test('shows each file that was changed', () => {
    const signed = caseSection(folder, scan);
    expect(states(signed, '{"verdict":"clean"}')).toMatchObject({ 'scan 1': 'altered' });
    expect(compareEvidence(signed, folder, {})[0]?.state).toBe('missing');
    expect(compareEvidence(signed, folder, 'unreadable')[0]?.state).toBe('unread');
    rewrite('plan-1/plan.json', (text) => text.replace('"scan": 1', '"scan": 2'));
    expect(states(signed)).toMatchObject({ 'plan-1/plan.json': 'altered', 'plan-1/ledger': 'as-signed' });
    rmSync(join(folder, 'plan-1', 'plan.json'));
    expect(states(signed)).toMatchObject({ 'plan-1/plan.json': 'missing' });
  });

  test('shows a ledger that was changed, cut, or written anew with hashes that fit', () => {
    const signed = caseSection(folder, scan);
    const ledger = join(folder, 'plan-1', 'ledger');
    const before = readFileSync(ledger, 'utf8');
    rewrite('plan-1/ledger', (text) => text.replace('"opened"', '"openeD"'));
    expect(states(signed)).toMatchObject({ 'plan-1/ledger': 'altered' });
    writeFileSync(ledger, `${before.split('\n').slice(0, 2).join('\n')}\n`);
    expect(states(signed)).toMatchObject({ 'plan-1/ledger': 'altered' });
    rmSync(ledger);
    expect(states(signed)).toMatchObject({ 'plan-1/ledger': 'missing' });
    // A chain of its own, longer than what was signed, and whole.
    append(5);
    expect(plansOf(folder).broken).toBe(0);
    expect(states(signed)).toMatchObject({ 'plan-1/ledger': 'altered' });
  });

  test('that is damaged when the statement is made says so', () => {
    rewrite('plan-1/ledger', (text) => text.replace('"opened"', '"openeD"'));
    expect(plansOf(folder)).toMatchObject({ plans: [], broken: 1 });
    const section = caseSection(folder, scan);
    expect(section.plans).toMatchObject([{ number: 1, ledger: 'broken' }]);
    expect(states(section)).toMatchObject({ 'plan-1/ledger': 'altered' });
  });

  test('with a plan that was changed after it was begun is not as it was', () => {
    rewrite('plan-1/plan.json', (text) => text.replace('"scan": 1', '"scan": 2'));
    expect(plansOf(folder)).toMatchObject({ plans: [{ number: 1 }], broken: 1 });
  });

  test('with odd things in it is read all the same', () => {
    mkdirSync(join(folder, 'plan-9'));
    writeFileSync(join(folder, 'plan-x'), '');
    symlinkSync('/etc/passwd', join(folder, 'ledger'));
    expect(plansOf(folder)).toMatchObject({ plans: [{ number: 1 }], broken: 1 });
    const section = caseSection(folder, scan);
    expect([section.ledger, section.plans.map(({ number }) => number)]).toEqual(['broken', [1]]);
    // With a ledger and without its plan, something was taken away.
    writeFileSync(join(folder, 'plan-9', 'ledger'), readFileSync(join(folder, 'plan-1', 'ledger')));
    expect(plansOf(folder)).toMatchObject({ plans: [{ number: 1 }], broken: 2 });
    expect(caseSection(folder, scan).plans).toMatchObject([{ number: 1 }, { number: 9, plan: 'broken' }]);
  });

  test('whose plan was not begun may be planned anew', () => {
    writePlan(folder, { ...plan, scan: 2 });
    const signed = caseSection(folder, scan);
    expect(signed.plans.map(({ number }) => number)).toEqual([1]);
    writePlan(folder, { ...plan, scan: 3 });
    expect(
      compareEvidence(signed, folder, { text: scan.text }).every(({ state }) => state === 'as-signed'),
    ).toBe(true);
  });
});

describe('the statements of a case', () => {
  function put(
    looks: Statement['looks'] = [],
    outcome: Statement['conclusion']['outcome'] = 'clean',
  ): string {
    const { number, folder: into } = makeVerifyFolder(folder);
    const file = sealed({
      ...cleanStatement,
      made: { ...cleanStatement.made, number },
      conclusion: { ...cleanStatement.conclusion, outcome },
      looks,
    });
    writeFileSync(join(into, 'statement.json'), statementText(file));
    return statementId(file);
  }
  const look = (number: number, id: string): Statement['looks'][number] => ({
    number,
    id,
    time: cleanStatement.look.started,
    outcome: 'clean',
  });

  test('are a chain: one that was changed or is gone is seen', () => {
    const first = put();
    put([look(1, first)]);
    expect(alteredStatements(storedStatements(folder))).toBe(0);
    // Signing changes the file, and not what it says.
    rewrite('verify-1/statement.json', (text) => text.replace('"clean"', '"inconclusive"'));
    expect(alteredStatements(storedStatements(folder))).toBe(1);
    rmSync(join(folder, 'verify-1'), { recursive: true });
    expect(storedStatements(folder).map(({ number }) => number)).toEqual([2]);
    expect(alteredStatements(storedStatements(folder))).toBe(1);
    expect(compareLooks([look(1, first)], storedStatements(folder))).toEqual([
      { name: 'verify-1/statement.json', state: 'missing' },
    ]);
    // One written anew in its place has another hash.
    mkdirSync(join(folder, 'verify-1'));
    const other = sealed({
      ...cleanStatement,
      made: { ...cleanStatement.made, number: 1 },
      looks: [],
      steps: [],
    });
    writeFileSync(join(folder, 'verify-1', 'statement.json'), statementText(other));
    expect(alteredStatements(storedStatements(folder))).toBe(1);
    expect(compareLooks([look(1, first)], storedStatements(folder))).toMatchObject([{ state: 'altered' }]);
    expect(compareLooks([look(1, statementId(other))], storedStatements(folder))).toMatchObject([
      { state: 'as-signed' },
    ]);
  });

  test('of a run that was cut off, and what is no statement, are no crash', () => {
    mkdirSync(join(folder, 'verify-1'));
    expect(makeVerifyFolder(folder).number).toBe(2);
    writeFileSync(join(folder, 'verify-2', 'statement.json'), '\0'.repeat(100));
    mkdirSync(join(folder, 'verify-4', 'statement.json'), { recursive: true });
    mkdirSync(join(folder, 'verify-7'));
    symlinkSync('/dev/zero', join(folder, 'verify-7', 'statement.json'));
    mkdirSync(join(folder, 'verify-08'));
    const stored = storedStatements(folder);
    expect(stored.map(({ number, checked }) => [number, checked])).toEqual([
      [1, undefined],
      [2, undefined],
      [4, undefined],
      [7, undefined],
    ]);
    expect(makeVerifyFolder(folder).number).toBe(8);
  });
});
