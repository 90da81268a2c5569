import { expect, test } from 'bun:test';
import { processFact } from '../../../test/process-fact.ts';
import type { ProcessFact } from '../../model/facts/process.ts';
import type { Stop } from '../../model/ledger.ts';
import { printableText } from '../../model/text.ts';
import { base } from '../../report/base.fixture.ts';
import { processRow } from '../../report/rows.fixture.ts';
import type { CaseView, SurveyedFile } from './case-view.ts';
import type { Draft } from './draft.ts';
import { insideDrafts, insideToSurvey } from './inside-drafts.ts';

const text = printableText;
const container = { runtime: 'lxc', id: 'box' } as const;
const inside = (pid: number, exe: string, more: Partial<ProcessFact> = {}): ProcessFact =>
  processFact(pid, {
    exe: { path: text(exe), deleted: false, memfd: false },
    argv: [text(exe)],
    container,
    namespaces: { mnt: 7 },
    ...more,
  });

function viewOf(processes: readonly ProcessFact[]): CaseView {
  const rows = processes.map(({ pid, exe }) =>
    processRow({ pid, exe: exe?.path ?? '', judgement: pid === 40 ? 'mining' : 'benign' }),
  );
  const result = {
    ...base,
    verdict: 'mining',
    state: 'running',
    why: [],
    score: 99,
    processes: rows,
    miners: [],
    persistence: [],
  } as const;
  return {
    scan: 1,
    result: { ...result, why: [], processes: rows, miners: [], persistence: [] },
    processes,
    files: new Map(),
    settings: new Map(),
    putBack: [],
  };
}

const kill = (processes: readonly ProcessFact[]): Draft => ({
  phase: 'kill',
  findings: ['F1'],
  change: {
    kind: 'kill',
    processes: processes.map(({ pid, startTicks, name }) => ({
      pid,
      startTicks,
      name,
      exe: text('/x'),
      role: 'miner',
    })),
    programs: [],
  },
  preconditions: [],
  reversibility: 'irreversible',
  breaks: [],
  verify: 'ended',
});

const at = (path: string): SurveyedFile | Stop => ({
  file: {
    path: text(path),
    sha256: '0'.repeat(64),
    state: {
      ...{ type: 'file', device: '8:1', inode: '7', size: 1, mode: 0o755, uid: 0, gid: 0, links: 1 },
      ...{ accessedNs: '0', modifiedNs: '0', changedNs: '0', attributes: [] },
    },
    folder: { accessedNs: '0', modifiedNs: '0' },
  },
  owner: { kind: 'unknown' },
});
const survey = new Map([[7, at]]);
const told = (drafts: readonly Draft[]) =>
  drafts.map(({ change, reversibility }) =>
    change.kind === 'take-inside'
      ? `${reversibility} ${change.file} by ${change.inside.pid} in ${change.inside.container}`
      : change.kind,
  );

test('what it runs is taken by somebody who stays, and can be put back', () => {
  const miner = inside(40, '/tmp/.x/m');
  const view = viewOf([inside(9, '/sbin/init'), inside(12, '/usr/sbin/cron'), miner]);
  const drafts = insideDrafts(view, survey, [kill([miner])]);
  expect(told(drafts)).toEqual(['reversible /tmp/.x/m by 9 in lxc box']);
  expect(drafts[0]).toMatchObject({
    phase: 'persistence',
    preconditions: [{ kind: 'file' }, { kind: 'process', pid: 9, bootId: base.host.bootId }],
  });
});

test('with the last of them the namespace goes, and the file cannot be put back', () => {
  const all = [inside(9, '/usr/bin/tini'), inside(40, '/tmp/.x/m')];
  expect(told(insideDrafts(viewOf(all), survey, [kill(all)]))).toEqual([
    'irreversible /tmp/.x/m by 40 in lxc box',
  ]);
});

test('nothing that lies where packages put things, no deleted program, nothing of the host, nothing that is not ended', () => {
  const shell = inside(40, '/usr/bin/python3', { argv: [text('python3'), text('/opt/.m.py')] });
  const gone = inside(41, '/tmp/.x/m', { exe: { path: text('/tmp/.x/m'), deleted: true, memfd: false } });
  const host = processFact(42, {
    exe: { path: text('/tmp/h'), deleted: false, memfd: false },
    namespaces: { mnt: 1 },
  });
  const other = inside(43, '/tmp/.x/other', { namespaces: { mnt: 8 } });
  const view = viewOf([shell, gone, host, other, inside(44, '/tmp/.x/stays')]);
  expect(told(insideDrafts(view, survey, [kill([shell, gone, host, other])]))).toEqual([
    'reversible /opt/.m.py by 44 in lxc box',
  ]);
  expect(insideDrafts(view, survey, [])).toEqual([]);
});

test('only namespaces of containers that somebody mines in are looked into, and none that an engine deals with', () => {
  const miner = inside(40, '/tmp/.x/m');
  const quiet = inside(50, '/app/shop', {
    container: { runtime: 'lxc', id: 'quiet' },
    namespaces: { mnt: 8 },
  });
  const view = viewOf([miner, quiet, processFact(60, {})]);
  expect(insideToSurvey(view, new Set())).toEqual([
    {
      inside: {
        container: text('lxc box'),
        namespace: 7,
        pid: 40,
        startTicks: miner.startTicks,
        bootId: base.host.bootId,
      },
      paths: ['/tmp/.x/m'],
    },
  ]);
  expect(insideToSurvey(view, new Set(['box']))).toEqual([]);
});
