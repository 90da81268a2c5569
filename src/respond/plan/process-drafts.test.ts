import { expect, test } from 'bun:test';
import { processFact } from '../../../test/process-fact.ts';
import type { ProcessFact } from '../../model/facts/process.ts';
import type { Plan } from '../../model/plan.ts';
import type { ResultFinding, ResultMiner, ScanResult } from '../../model/result.ts';
import { printableText } from '../../model/text.ts';
import { base } from '../../report/base.fixture.ts';
import { findingRow as findingOf, processRow, since, socketRow } from '../../report/rows.fixture.ts';
import type { CaseView, Survey, SurveyedFile } from './case-view.ts';
import { planCase } from './plan-case.ts';
import { signalsOf } from './signals.ts';

const said = { title: 'x', explanation: 'x' };
const findingRow = (row: Partial<ResultFinding>): ResultFinding =>
  findingOf(row.id ?? 'F', said, said, { rule: 'cpu.randomx-registers', ...row });

const text = printableText;

/** One that runs `exe`, with findings of these witnesses. */
interface Running {
  readonly pid: number;
  readonly exe: string;
  readonly witnesses: readonly ('registers' | 'traffic' | 'file' | 'name' | 'package')[];
  readonly mines?: boolean;
  readonly fact?: Partial<ProcessFact>;
}

function viewOf(running: readonly Running[], rest: Partial<ScanResult> = {}): CaseView {
  const findings = running.flatMap(({ pid, witnesses }) =>
    witnesses.map((witness, at) =>
      findingRow({ id: `F${pid}${at}`, pid, witness, rule: 'cpu.randomx-registers', bearing: 'proof' }),
    ),
  );
  const idsOf = (pid: number): string[] => findings.filter((one) => one.pid === pid).map(({ id }) => id);
  const miners = running
    .filter(({ mines }) => mines === true)
    .map(
      ({ pid, exe }): ResultMiner => ({
        pid,
        startTime: since,
        exe,
        deleted: false,
        user: 'www-data',
        cpu: 100,
        commandLine: exe,
        hidden: false,
        state: 'running',
        score: 99,
        findings: idsOf(pid),
        persistence: [],
      }),
    );
  const result: ScanResult = {
    ...base,
    verdict: 'mining',
    state: 'running',
    why: [],
    score: 99,
    findings,
    miners,
    persistence: [],
    processes: running.map(({ pid, exe, mines }) =>
      processRow({ pid, exe, judgement: mines === true ? 'mining' : 'suspicious', findings: idsOf(pid) }),
    ),
    ...rest,
  };
  const processes = running.map(({ pid, exe, fact }) =>
    processFact(pid, {
      exe: { path: text(exe), deleted: false, memfd: false },
      argv: [text(exe)],
      ...fact,
    }),
  );
  return { scan: 1, result, processes, files: new Map(), settings: new Map(), putBack: [] };
}

function surveyOf(owned: readonly string[], unowned: readonly string[]): Survey {
  const fileAt = (path: string, owner: SurveyedFile['owner']): SurveyedFile => ({
    file: {
      path: text(path),
      sha256: '0'.repeat(64),
      state: {
        type: 'file',
        device: '8:1',
        inode: '7',
        size: 1,
        mode: 0o755,
        uid: 0,
        gid: 0,
        links: 1,
        accessedNs: '0',
        modifiedNs: '0',
        changedNs: '0',
        attributes: [],
      },
      folder: { accessedNs: '0', modifiedNs: '0' },
    },
    owner,
    integrity: 'unchanged',
  });
  const files = new Map([
    ...owned.map(
      (path) => [path, fileAt(path, { kind: 'package', name: text('p'), manager: 'dpkg' })] as const,
    ),
    ...unowned.map((path) => [path, fileAt(path, { kind: 'none' })] as const),
  ]);
  return {
    at: (path) => files.get(path) ?? { id: 'missing', subject: text(path), detail: '' },
    copies: new Map(),
  };
}

const live = {
  made: '2024-01-02T03:04:05Z',
  target: { kind: 'live', name: text('host') },
  added: [],
} as const;

const pidsIn = (plan: Plan, kind: 'freeze' | 'kill'): readonly number[] =>
  plan.steps.flatMap(({ change, phase }) =>
    change.kind === kind && phase === kind ? change.processes.map(({ pid }) => pid) : [],
  );

test('respawners come before miners, parents before children, and all are frozen before any is killed', () => {
  const view = viewOf([
    { pid: 40, exe: '/tmp/.x/m', witnesses: ['registers', 'traffic'], mines: true, fact: { parent: 42 } },
    { pid: 41, exe: '/tmp/.x/guard', witnesses: ['file', 'package'], fact: { parent: 42 } },
    { pid: 42, exe: '/tmp/.x/guard', witnesses: ['file', 'package'] },
  ]);
  const plan = planCase(view, surveyOf([], ['/tmp/.x/m']), live);
  expect(pidsIn(plan, 'freeze')).toEqual([42, 41, 40]);
  expect(pidsIn(plan, 'kill')).toEqual([42, 41, 40]);
  const order = plan.steps.map(({ change }) => change.kind);
  expect(order.indexOf('freeze')).toBeLessThan(order.indexOf('quarantine'));
  expect(order.indexOf('kill')).toBeLessThan(order.indexOf('quarantine'));
});

test('what a service manager starts once more is ended when its file is gone', () => {
  const view = viewOf([{ pid: 40, exe: '/tmp/.x/m', witnesses: ['registers', 'traffic'], mines: true }]);
  const { steps } = planCase(view, surveyOf([], ['/tmp/.x/m']), live);
  const order = steps.map(({ change }) => change.kind);
  expect(order.lastIndexOf('kill')).toBeGreaterThan(order.lastIndexOf('quarantine'));
  const last = steps[order.lastIndexOf('kill')]?.change;
  expect(last).toMatchObject({ kind: 'kill', programs: ['/tmp/.x/m'] });
});

test('a miner in a container is for people, with its name', () => {
  const container = { runtime: 'docker', id: 'a'.repeat(64), name: 'shop', image: 'alpine' };
  const view = viewOf([{ pid: 40, exe: '/m', witnesses: ['registers', 'traffic'], mines: true }]);
  const miners = view.result.miners.map((miner) => ({ ...miner, container }));
  const plan = planCase({ ...view, result: { ...view.result, miners } }, surveyOf([], []), live);
  expect(plan.steps.map(({ change }) => change)).toContainEqual({
    kind: 'by-hand',
    task: 'remove-container',
    subjects: [text(`docker shop alpine ${'a'.repeat(64)}`)],
  });
});

test('two that watch each other are one set', () => {
  const twin = { exe: '/var/tmp/.y/a', witnesses: ['file', 'package'] } as const;
  const view = viewOf([
    { pid: 50, ...twin, fact: { parent: 51 } },
    { pid: 51, ...twin, fact: { parent: 50 } },
  ]);
  expect(pidsIn(planCase(view, surveyOf([], []), live), 'kill').toSorted()).toEqual([50, 51]);
});

test('an interpreter of a package is killed where it runs a script that the plan takes, and not else', () => {
  const view = viewOf([
    { pid: 60, exe: '/tmp/.x/m', witnesses: ['registers', 'traffic'], mines: true },
    {
      pid: 61,
      exe: '/usr/bin/bash',
      witnesses: [],
      fact: { argv: [text('bash'), text('/tmp/.x/m')] },
    },
    {
      pid: 63,
      exe: '/usr/bin/less',
      witnesses: [],
      fact: { argv: [text('less'), text('/tmp/.x/m')] },
    },
    { pid: 62, exe: '/usr/bin/bash', witnesses: ['file', 'package'], fact: { argv: [text('bash')] } },
  ]);
  const plan = planCase(view, surveyOf(['/usr/bin/bash'], ['/tmp/.x/m']), live);
  expect(pidsIn(plan, 'kill')).toEqual([61, 60]);
});

test('kernel threads, the first process and what is declared are not killed, whatever is said of them', () => {
  const proven = { exe: '/tmp/.x/m', witnesses: ['registers', 'traffic'] } as const;
  const view = viewOf(
    [
      { pid: 1, ...proven, mines: true },
      { pid: 70, ...proven, mines: true, fact: { kernelThread: true } },
      { pid: 71, ...proven, mines: true },
      {
        pid: 72,
        ...proven,
        mines: true,
        fact: { container: { runtime: 'docker', id: 'a'.repeat(64) } },
      },
    ],
    { excused: [{ rule: 'cpu.randomx-registers', pid: 71, reason: 'ours', title: '' }] },
  );
  const plan = planCase(view, surveyOf([], []), live);
  // That of a container whose engine does not answer is: nothing else ends it.
  expect(pidsIn(plan, 'kill')).toEqual([72]);
  expect(plan.left.map(({ subject, why }) => `${subject} ${why}`)).toEqual([
    'pid 70 kernel-thread',
    'pid 71 declared',
  ]);
});

test('one witness is not enough, nor one and a name', () => {
  for (const witnesses of [['registers'], ['registers', 'registers'], ['registers', 'name']] as const) {
    const view = viewOf([{ pid: 80, exe: '/tmp/.x/m', witnesses, mines: true }]);
    expect(signalsOf(view.result).miners).toEqual([]);
    expect(pidsIn(planCase(view, surveyOf([], ['/tmp/.x/m']), live), 'kill')).toEqual([]);
  }
});

test('of a folder no process is planned', () => {
  const view = viewOf([{ pid: 90, exe: '/tmp/.x/m', witnesses: ['registers', 'traffic'], mines: true }]);
  const plan = planCase(view, surveyOf([], ['/tmp/.x/m']), {
    ...live,
    target: { kind: 'folder', name: text('/mnt') },
  });
  expect(plan.steps.map(({ change }) => change.kind)).not.toContain('kill');
  expect(plan.steps.map(({ change }) => change.kind)).toContain('quarantine');
});

test('what listens is told, and killing cannot be taken back', () => {
  const view = viewOf([{ pid: 95, exe: '/tmp/.x/m', witnesses: ['registers', 'traffic'], mines: true }], {
    sockets: [socketRow({ inode: 5, state: 'listen', local: '0.0.0.0:8080', pids: [95] })],
  });
  const step = planCase(view, surveyOf([], []), live).steps.find(({ change }) => change.kind === 'kill');
  expect(step).toMatchObject({
    reversibility: 'irreversible',
    breaks: [{ id: 'listening', subject: '0.0.0.0:8080' }],
    preconditions: [{ kind: 'process', pid: 95, startTicks: 195, bootId: base.host.bootId }],
  });
});

test('a miner is shown with its pool and wallet, by which an owner knows his own', () => {
  const view = viewOf([{ pid: 40, exe: '/tmp/.x/m', witnesses: ['registers', 'traffic'], mines: true }]);
  const miners = view.result.miners.map((miner) => ({
    ...miner,
    pool: 'pool.example.test:3333',
    wallet: `\x1b[2J${'4'.repeat(900)}`,
  }));
  const plan = planCase({ ...view, result: { ...view.result, miners } }, surveyOf([], ['/tmp/.x/m']), live);
  const [held] = plan.steps.flatMap(({ change }) => (change.kind === 'freeze' ? change.processes : []));
  expect(held?.pool).toBe(text('pool.example.test:3333'));
  expect(held?.wallet).toMatch(/^%1B\[2J4{200,270}$/);
});
