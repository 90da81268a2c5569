import { expect, test } from 'bun:test';
import { type Plan, planVersion, type Step } from '../../model/plan.ts';
import { printableText } from '../../model/text.ts';
import { editPlan, parsePlanEdits, renumbered } from './edit-plan.ts';

const sha256 = '0'.repeat(64);

function step(id: string, phase: Step['phase'], path: string, findings: readonly string[] = []): Step {
  return {
    id,
    phase,
    findings: [...findings],
    change: { kind: 'quarantine', path: printableText(path) },
    preconditions: [
      { kind: 'file', file: { path: printableText(path), type: 'file', inode: '1', size: 1, sha256 } },
    ],
    reversibility: 'reversible',
    breaks: [],
    verify: 'gone',
  };
}

const left = (subject: string, why: 'one-signal' | 'package-unchanged', addable: boolean) => ({
  subject,
  what: printableText('/x'),
  why,
  addable,
});

const plan: Plan = {
  schema: `demine-plan/${planVersion}`,
  made: '2024-01-02T03:04:05Z',
  scan: 1,
  target: { kind: 'folder', name: printableText('/mnt'), machineId: '', bootId: '' },
  decision: { answer: 'clean', reasons: [] },
  steps: [
    step('S1', 'timers', '/etc/cron.d/x', ['P1', 'F1']),
    step('S2', 'files', '/tmp/.x/a', ['P2']),
    step('S3', 'files', '/opt/b', ['P3']),
    step('S4', 'files', '/tmp/.x', ['P2']),
  ],
  left: [left('P4', 'one-signal', true), left('P5', 'package-unchanged', false)],
  added: [],
};

const never = (): Plan => {
  throw new Error('no other plan is needed');
};

function edit(text: string, fresh: (added: readonly string[]) => Plan = never): Plan | string {
  const [parsed] = parsePlanEdits(text) ?? [];
  if (parsed === undefined) return 'form';
  return editPlan(plan, parsed, fresh);
}

const ids = (edited: Plan | string): unknown =>
  typeof edited === 'string' ? edited : edited.steps.map(({ id }) => id);

test('what is asked is read, and nothing else', () => {
  expect(parsePlanEdits(' move  S5 before S2 ')).toEqual([{ kind: 'move', step: 'S5', before: 'S2' }]);
  expect(parsePlanEdits('add P1 P2')).toEqual([
    { kind: 'add', subject: 'P1' },
    { kind: 'add', subject: 'P2' },
  ]);
  for (const text of [
    '',
    'drop',
    'drop P1',
    'add S1',
    'move S1 S2',
    'drop S1 P2',
    'move S1 after S2',
    'rm S1',
  ]) {
    expect(parsePlanEdits(text)).toBeUndefined();
  }
});

test('a step goes, is told as dropped, and the others keep the numbers that were seen', () => {
  const edited = edit('drop S1');
  expect(ids(edited)).toEqual(['S2', 'S3', 'S4']);
  expect(edited).toMatchObject({ left: [{}, {}, { subject: 'P1', why: 'dropped', addable: true }] });
  expect(typeof edited === 'string' ? [] : renumbered(edited).steps.map(({ id }) => id)).toEqual([
    'S1',
    'S2',
    'S3',
  ]);
  expect(edit('drop S9')).toBe('unknown');
});

test('the order within a phase is the responder’s, that of the phases is not', () => {
  expect(ids(edit('move S3 before S2'))).toEqual(['S1', 'S3', 'S2', 'S4']);
  expect(edit('move S3 before S1')).toBe('order');
  expect(edit('move S1 before S3')).toBe('order');
  expect(edit('move S2 before S2')).toBe('unknown');
});

test('a folder stays behind what lies in it', () => {
  expect(edit('move S4 before S2')).toBe('order');
  expect(ids(edit('move S4 before S3'))).toEqual(['S1', 'S2', 'S4', 'S3']);
});

test('an entry comes in with its steps, dropped ones stay out, and one on the same file is the fresh one', () => {
  const dropped = editPlan(plan, { kind: 'drop', step: 'S3' }, never);
  if (typeof dropped === 'string') throw new Error(dropped);
  const asked: string[][] = [];
  const added = editPlan(dropped, { kind: 'add', subject: 'P4' }, (wanted) => {
    asked.push([...wanted]);
    return {
      ...plan,
      left: [],
      steps: [
        step('S1', 'timers', '/etc/cron.d/x', ['P1', 'P4']),
        step('S2', 'persistence', '/etc/rc.local', ['P4']),
        ...plan.steps.slice(1),
      ],
    };
  });
  if (typeof added === 'string') throw new Error(added);
  expect(asked).toEqual([['P4']]);
  expect(
    renumbered(added).steps.map(({ id, change, findings }) => [
      id,
      'path' in change ? change.path : '',
      findings.includes('P4'),
    ]),
  ).toEqual([
    ['S1', '/etc/cron.d/x', true],
    ['S2', '/etc/rc.local', true],
    ['S3', '/tmp/.x/a', false],
    ['S4', '/tmp/.x', false],
  ]);
  expect(added.added).toEqual(['P4']);
  expect(added.left.map(({ subject }) => subject)).toEqual(['P5', 'P3']);
});

test('what must stay out cannot be added', () => {
  expect(edit('add P5')).toBe('not-addable');
  expect(edit('add P9')).toBe('unknown');
  expect(edit('add P4', () => plan)).toBe('not-addable');
});
