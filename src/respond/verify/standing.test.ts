import { describe, expect, test } from 'bun:test';
import type { RecordedFile, Stop } from '../../model/ledger.ts';
import type { Change, Plan, Step } from '../../model/plan.ts';
import { printableText } from '../../model/text.ts';
import type { StepState } from '../ledger/state.ts';
import type { SurveyedFile } from '../plan/case-view.ts';
import { stepRows } from './standing.ts';

const path = printableText('/etc/cron.d/x');
const [was, other, ours] = ['1', '2', '3'].map((digit) => digit.repeat(64)) as [string, string, string];

const recorded = (sha256: string, state: Partial<RecordedFile['state']> = {}): RecordedFile => ({
  path,
  state: {
    type: 'file',
    device: '8:1',
    inode: '1',
    size: 1,
    mode: 0o104755,
    uid: 0,
    gid: 0,
    links: 1,
    accessedNs: '0',
    modifiedNs: '0',
    changedNs: '0',
    flags: 0x10,
    attributes: [],
    ...state,
  },
  sha256,
  folder: { accessedNs: '0', modifiedNs: '0' },
});
const surveyed = (file: RecordedFile, rest: Partial<SurveyedFile> = {}): SurveyedFile => ({
  file,
  owner: { kind: 'none' },
  ...rest,
});
const missing: Stop = { id: 'missing', subject: path, detail: 'ENOENT' };
const denied: Stop = { id: 'denied', subject: path, detail: 'EACCES' };
const done: StepState = {
  kind: 'done',
  token: 'S1-1',
  before: { kind: 'file', file: recorded(was) },
  notes: [],
};
const quarantine: Change = { kind: 'quarantine', path };
const edit: Change = {
  kind: 'edit-file',
  path,
  edits: [{ line: 1, before: path }],
  after: ours,
  unlock: false,
};
const process = { pid: 41, startTicks: 7, name: path, exe: path, role: 'miner' } as const;
const kill: Change = { kind: 'kill', processes: [process], programs: [] };

const planWith = (change: Change): Plan => ({
  schema: 'demine-plan/1.0',
  made: '2024-01-02T03:04:05Z',
  scan: 1,
  target: { kind: 'live', name: path, machineId: '', bootId: 'b' },
  decision: { answer: 'clean', reasons: [] },
  steps: [
    {
      id: 'S1',
      phase: 'timers',
      findings: [],
      change,
      preconditions: [],
      reversibility: 'reversible',
      breaks: [],
      verify: 'gone',
    } satisfies Step,
  ],
  left: [],
  added: [],
});
function standing(
  change: Change,
  now: SurveyedFile | Stop,
  state: StepState | undefined = done,
  runs?: boolean,
  setting?: string,
): string | undefined {
  const states = new Map(state === undefined ? [] : [['S1', state]]);
  const [row] = stepRows(1, planWith(change), states, {
    survey: { at: () => now },
    runs: () => runs,
    containerRuns: () => runs,
    setting: () => setting,
  });
  return row?.standing;
}

describe('a step that took a file', () => {
  test('holds while the name is free', () => {
    expect(standing(quarantine, missing)).toBe('holds');
  });

  test('is undone where something lies there again, whatever it holds', () => {
    expect(standing(quarantine, surveyed(recorded(was)))).toBe('returned');
    expect(standing(quarantine, surveyed(recorded(other)))).toBe('returned');
    const owner = { kind: 'package', name: path, manager: 'dpkg' } as const;
    expect(standing(quarantine, surveyed(recorded(other), { owner, integrity: 'changed' }))).toBe('returned');
    expect(standing(quarantine, surveyed(recorded(was), { owner }))).toBe('returned');
  });

  test('is well where the package’s own file was brought back', () => {
    const owner = { kind: 'package', name: path, manager: 'dpkg' } as const;
    expect(standing(quarantine, surveyed(recorded(other), { owner, integrity: 'unchanged' }))).toBe(
      'replaced',
    );
  });

  test('is not vouched for where one cannot look', () => {
    expect(standing(quarantine, denied)).toBe('not-checked');
  });
});

describe('a step that edited a file', () => {
  test('holds, is undone, or somebody wrote on', () => {
    expect(standing(edit, surveyed(recorded(ours)))).toBe('holds');
    expect(standing(edit, surveyed(recorded(was)))).toBe('returned');
    expect(standing(edit, surveyed(recorded(other)))).toBe('changed');
    expect(standing(edit, missing)).toBe('changed');
    expect(standing(edit, denied)).toBe('not-checked');
  });
});

describe('a step that set rights', () => {
  const rights: Change = {
    kind: 'set-metadata',
    path,
    mode: 0o100755,
    flags: { immutable: false, appendOnly: false },
  };
  test('holds, is undone, or is another again', () => {
    const now = (state: Partial<RecordedFile['state']>): SurveyedFile => surveyed(recorded(was, state));
    expect(standing(rights, now({ mode: 0o100755, flags: 0x80000 }))).toBe('holds');
    expect(standing(rights, now({}))).toBe('returned');
    expect(standing(rights, now({ mode: 0o100700, flags: 0 }))).toBe('changed');
    expect(standing(rights, missing)).toBe('changed');
    const capability = { name: printableText('security.capability'), value: '' };
    const none: Change = { kind: 'set-metadata', path, capability: 'none' };
    expect(standing(none, now({}))).toBe('holds');
    expect(standing(none, now({ attributes: [capability] }))).not.toBe('holds');
  });
});

describe('a step that brought a file back', () => {
  const restore: Change = {
    kind: 'restore-file',
    path,
    from: { kind: 'package', archive: path, package: path, member: path },
    sha256: ours,
    size: 1,
    mode: 0o755,
    uid: 0,
    gid: 0,
    modifiedSeconds: 0,
  };
  const absent: StepState = {
    ...done,
    before: { kind: 'absent', absence: { path, folder: { accessedNs: '0', modifiedNs: '0' } } },
  };
  test('holds, is undone, or the package brought a newer one', () => {
    expect(standing(restore, surveyed(recorded(ours)))).toBe('holds');
    expect(standing(restore, surveyed(recorded(was)))).toBe('returned');
    expect(standing(restore, surveyed(recorded(other)))).toBe('changed');
    const owner = { kind: 'package', name: path, manager: 'dpkg' } as const;
    expect(standing(restore, surveyed(recorded(other), { owner, integrity: 'unchanged' }))).toBe('replaced');
    expect(standing(restore, surveyed(recorded(ours)), absent)).toBe('holds');
    expect(standing(restore, missing, absent)).toBe('returned');
    expect(standing(restore, missing)).toBe('changed');
  });

  test('does not let the step that took the false one look undone', () => {
    const [taken] = planWith(quarantine).steps;
    const [brought] = planWith(restore).steps;
    if (taken === undefined || brought === undefined) throw new Error('no steps');
    const plan: Plan = { ...planWith(quarantine), steps: [taken, { ...brought, id: 'S2' }] };
    const owner = { kind: 'package', name: path, manager: 'dpkg' } as const;
    const ground = {
      survey: { at: () => surveyed(recorded(ours), { owner, integrity: 'unknown' as const }) },
      runs: () => false,
      containerRuns: () => false,
      setting: () => undefined,
    };
    const states = new Map<string, StepState>([
      ['S1', done],
      ['S2', done],
    ]);
    expect(stepRows(1, plan, states, ground).map(({ standing: now }) => now)).toEqual(['replaced', 'holds']);
  });
});

describe('a step that set a value of the kernel', () => {
  const set: Change = { kind: 'set-kernel-value', name: 'vm.nr_hugepages', was: '1280', value: '0' };
  test('holds, is undone, or is another', () => {
    const state: StepState = { ...done, before: { kind: 'kernel-value', value: '1280' } };
    const values = ['0', '1280', '17', undefined];
    expect(values.map((value) => standing(set, missing, state, undefined, value))).toEqual([
      'holds',
      'returned',
      'changed',
      'not-checked',
    ]);
  });
});

describe('a step on processes', () => {
  const killed: StepState = { ...done, before: { kind: 'processes', processes: [] } };
  test('holds while none of them runs, and nothing of their programs', () => {
    expect(standing(kill, missing, killed, false)).toBe('holds');
    expect(standing(kill, missing, killed, true)).toBe('returned');
    expect(standing(kill, missing, killed, undefined)).toBe('not-checked');
  });

  test('of a container holds while none of it runs', () => {
    const stop: Change = {
      kind: 'container',
      action: 'stop',
      engine: { kind: 'docker', socket: path, uid: 0, api: '1.41' },
      container: { id: was, name: path, image: path, imageId: path },
    };
    expect([false, true, undefined].map((runs) => standing(stop, missing, killed, runs))).toEqual([
      'holds',
      'returned',
      'not-checked',
    ]);
    expect(standing({ ...stop, action: 'pause' }, missing, killed, true)).toBe('past');
  });

  test('that held them for a moment is past', () => {
    expect(standing({ ...kill, kind: 'freeze' }, missing, killed, true)).toBe('past');
    const reload: Change = { kind: 'reload', managers: [{ service: 'systemd' }] };
    expect(standing(reload, missing, killed)).toBe('past');
  });
});

test('what was not done, stopped, undone or is people’s says so', () => {
  const byHand: Change = { kind: 'by-hand', task: 'close-door', subjects: [] };
  expect(standing(byHand, missing)).toBe('by-hand');
  const states = new Map<string, StepState>([
    ['open', { kind: 'open' }],
    ['stopped', { kind: 'open', stop: denied }],
    ['cut off', { kind: 'begun', token: 'S1-1', before: { kind: 'file', file: recorded(was) } }],
    ['undone', { kind: 'undone', notes: [] }],
  ]);
  expect([...states].map(([name, state]) => [name, standing(quarantine, missing, state)])).toEqual([
    ['open', 'open'],
    ['stopped', 'stopped'],
    ['cut off', 'stopped'],
    ['undone', 'undone'],
  ]);
  const [row] = stepRows(3, planWith(quarantine), new Map(), {
    survey: { at: () => missing },
    runs: () => undefined,
    containerRuns: () => undefined,
    setting: () => undefined,
  });
  expect(row).toEqual({ plan: 3, id: 'S1', change: 'quarantine', subject: path, standing: 'open' });
});
