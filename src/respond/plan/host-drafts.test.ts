/** Steps of a running host: settings of its kernel, units that are forgotten, evidence, containment. */
import { describe, expect, test } from 'bun:test';
import { processFact } from '../../../test/process-fact.ts';
import type { ChangeOf } from '../../model/plan.ts';
import type { ResultMiner, ResultPersistence } from '../../model/result.ts';
import { printableText } from '../../model/text.ts';
import { base } from '../../report/base.fixture.ts';
import { since } from '../../report/rows.fixture.ts';
import type { CaseView } from './case-view.ts';
import type { Draft } from './draft.ts';
import { editPlan, parsePlanEdits } from './edit-plan.ts';
import { containDraft } from './first-drafts.ts';
import { kernelDrafts } from './kernel-drafts.ts';
import { planCase } from './plan-case.ts';
import { signalsOf } from './signals.ts';
import { unitDrafts } from './unit-drafts.ts';

const text = printableText;

function entryRow(
  id: string,
  source: string,
  line: string,
  judgement: ResultPersistence['judgement'],
): ResultPersistence {
  return {
    id,
    mechanism: 'kernel-setting',
    source,
    user: '',
    trigger: 'boot',
    command: line,
    decoded: [],
    active: true,
    judgement,
    reasons: [],
    text: line,
  };
}

const miner: ResultMiner = {
  pid: 40,
  startTime: since,
  exe: '/tmp/.x/m',
  deleted: false,
  user: 'root',
  cpu: 100,
  commandLine: '/tmp/.x/m',
  hidden: false,
  state: 'running',
  score: 99,
  findings: [],
  persistence: [],
};

interface Host {
  readonly rows?: readonly ResultPersistence[];
  readonly settings?: Readonly<Record<string, string>>;
  readonly processes?: CaseView['processes'];
}

const viewOf = ({ rows = [], settings = {}, processes = [] }: Host): CaseView => ({
  scan: 1,
  result: { ...base, verdict: 'mining', state: 'running', why: [], score: 99, persistence: [...rows] },
  processes,
  files: new Map(),
  settings: new Map(Object.entries(settings)),
  putBack: [],
});

const edit = (path: string, before: string): Draft => ({
  phase: 'restore',
  findings: [],
  change: {
    kind: 'edit-file',
    path: text(path),
    edits: [{ line: 1, before: text(before) }],
    after: '0'.repeat(64),
    unlock: false,
  },
  preconditions: [],
  reversibility: 'reversible',
  breaks: [],
  verify: 'content',
});

const take = (path: string): Draft => ({
  ...edit(path, ''),
  change: { kind: 'quarantine', path: text(path) },
});

const told = (drafts: readonly Draft[]): readonly string[] =>
  drafts.map(({ change }) => {
    if (change.kind === 'set-kernel-value') return `${change.name} ${change.was} -> ${change.value}`;
    return change.kind === 'by-hand' ? `${change.task} ${change.subjects.join()}` : change.kind;
  });

describe('settings of the kernel', () => {
  const of = (
    host: Host,
    drafts: readonly Draft[],
    miners: readonly ResultMiner[] = [],
    actionable: readonly ResultPersistence[] = [],
  ): readonly string[] => {
    const view = viewOf(host);
    return told(kernelDrafts(view, { ...signalsOf(view.result), miners }, drafts, actionable));
  };
  const pages = 'vm.nr_hugepages = 1280';

  test('go back to what kernels are built with when the line goes', () => {
    const settings = { 'vm.nr_hugepages': '1280' };
    expect(of({ settings }, [edit('/etc/sysctl.d/99-m.conf', pages)])).toEqual(['vm.nr_hugepages 1280 -> 0']);
    const row = entryRow('P1', '/etc/sysctl.d/99-m.conf', pages, 'malicious');
    expect(of({ settings, rows: [row] }, [take(row.source)], [], [row])).toEqual([
      'vm.nr_hugepages 1280 -> 0',
    ]);
  });

  test('go back to what another file says, the last of them', () => {
    const rows = [
      entryRow('P1', '/etc/sysctl.conf', 'vm.nr_hugepages=64', 'benign'),
      entryRow('P2', '/etc/sysctl.d/10-db.conf', 'vm.nr_hugepages=32', 'benign'),
      entryRow('P3', '/etc/sysctl.d/20-db.conf', 'vm/nr_hugepages = 48', 'benign'),
    ];
    const settings = { 'vm.nr_hugepages': '1280' };
    const drafts = [edit('/etc/sysctl.d/99-m.conf', pages)];
    expect(of({ settings, rows }, drafts)).toEqual(['vm.nr_hugepages 1280 -> 64']);
    expect(of({ settings, rows: rows.slice(1) }, drafts)).toEqual(['vm.nr_hugepages 1280 -> 48']);
  });

  test('that somebody else set since stay, as do those that are as they should be', () => {
    const drafts = [edit('/etc/sysctl.d/x.conf', 'kernel.randomize_va_space = 0')];
    expect(of({ settings: { 'kernel.randomize_va_space': '2' } }, drafts)).toEqual([]);
    expect(of({ settings: { 'kernel.randomize_va_space': '1' } }, drafts)).toEqual([]);
    expect(of({ settings: {} }, drafts)).toEqual([]);
  });

  test('whose value before nobody knows are named and left to people', () => {
    const drafts = [edit('/etc/sysctl.conf', 'kernel.nmi_watchdog=0')];
    expect(of({ settings: { 'kernel.nmi_watchdog': '0' } }, drafts)).toEqual([
      'restore-setting kernel.nmi_watchdog',
    ]);
  });

  test('a core pattern that was set in the kernel alone goes back', () => {
    const row = entryRow('P1', '/proc/sys/kernel/core_pattern', '|/tmp/.x/m %p', 'malicious');
    const settings = { 'kernel.core_pattern': '|/tmp/.x/m %p' };
    expect(of({ settings, rows: [row] }, [], [], [row])).toEqual([
      'kernel.core_pattern |/tmp/.x/m %p -> core',
    ]);
  });

  test('huge pages that a miner of root made are freed, where nobody else has any and no file asks for them', () => {
    const settings = { 'vm.nr_hugepages': '1168' };
    expect(of({ settings }, [], [miner])).toEqual(['vm.nr_hugepages 1168 -> 0']);
    expect(of({ settings }, [], [{ ...miner, user: 'www-data' }])).toEqual([]);
    const database = processFact(7, { hugetlb: 2 << 20 });
    expect(of({ settings, processes: [database] }, [], [miner])).toEqual([]);
    const rows = [entryRow('P1', '/etc/sysctl.d/db.conf', 'vm.nr_hugepages=1168', 'benign')];
    expect(of({ settings, rows }, [], [miner])).toEqual([]);
  });

  test('values that are no values are never written', () => {
    const hostile = '|/tmp/x $(reboot)\u0000;';
    const row = entryRow('P1', '/proc/sys/kernel/core_pattern', hostile, 'malicious');
    const settings = { 'kernel.core_pattern': hostile };
    expect(of({ settings, rows: [row] }, [], [], [row])).toEqual(['restore-setting kernel.core_pattern']);
  });
});

describe('units that are gone', () => {
  const systemd = processFact(1, { name: text('systemd') });
  const user = processFact(900, {
    name: text('systemd'),
    argv: [text('/lib/systemd/systemd'), text('--user')],
    effectiveUid: 1000,
  });
  const units = (drafts: readonly Draft[], processes = [systemd]): readonly unknown[] =>
    unitDrafts(viewOf({ processes }), drafts).map(({ change }) => change);

  test('are forgotten by the manager that had them, links and templates left out', () => {
    const drafts = [
      take('/etc/systemd/system/multi-user.target.wants/a.service'),
      take('/etc/systemd/system/a.service'),
      take('/etc/systemd/system/b.timer'),
      take('/etc/systemd/system/c@.service'),
      take('/etc/init.d/d'),
      take('/root/.config/systemd/user/e.service'),
    ];
    expect(units(drafts)).toEqual([{ kind: 'forget-units', units: ['a.service', 'b.timer', 'd.service'] }]);
    expect(units(drafts, [systemd, user])).toContainEqual({
      kind: 'forget-units',
      uid: 1000,
      units: ['e.service'],
    });
  });

  test('are not those of a drop-in, of which the owner’s service is made, nor of a host without systemd', () => {
    expect(units([take('/etc/systemd/system/cron.service.d/override.conf')])).toEqual([]);
    expect(units([edit('/etc/systemd/system/cron.service', 'ExecStartPost=/tmp/x')])).toEqual([]);
    expect(units([take('/etc/systemd/system/a.service')], [])).toEqual([]);
  });
});

describe('containment', () => {
  const cut: ChangeOf<'contain'>['cut'] = { mode: 'block', addresses: ['192.0.2.66'], names: [] };

  test('becomes that of the whole host where the responder says so, and of a folder it does not', () => {
    const plan = planCase(
      viewOf({}),
      { at: () => ({ id: 'missing', subject: text('x'), detail: '' }), copies: new Map() },
      {
        made: '2024-01-02T03:04:05Z',
        target: { kind: 'live', name: text('host') },
        added: [],
        cut,
      },
    );
    // Nothing is removed, so nobody is cut off.
    expect(plan.steps).toEqual([]);
    const draft = containDraft(cut, 900, text('host'), ['F1']);
    const steps = [{ ...draft, id: 'S1', findings: [...draft.findings], preconditions: [], breaks: [] }];
    const [wish] = parsePlanEdits('isolate') ?? [];
    if (wish === undefined) throw new Error('no edit');
    const isolated = editPlan({ ...plan, steps }, wish, () => plan);
    expect(isolated).toMatchObject({
      steps: [
        {
          id: 'S1',
          change: { kind: 'contain', cut: { mode: 'isolate' }, seconds: 900 },
          breaks: [{ id: 'cut-off' }],
        },
      ],
    });
    expect(editPlan(plan, wish, () => plan)).toBe('unknown');
    const folder = { ...plan, steps, target: { ...plan.target, kind: 'folder' as const } };
    expect(editPlan(folder, wish, () => plan)).toBe('unknown');
    expect(parsePlanEdits('isolate S1')).toBeUndefined();
  });
});
