import { expect, test } from 'bun:test';
import type { ResultFinding, ResultMiner, ResultPersistence, ScanResult } from '../../model/result.ts';
import { base } from '../../report/base.fixture.ts';
import { findingRow as findingOf, since } from '../../report/rows.fixture.ts';
import { decide } from './decide.ts';
import { signalsOf } from './signals.ts';

const said = { title: 'x', explanation: 'x' };
const findingRow = (row: Partial<ResultFinding>): ResultFinding =>
  findingOf(row.id ?? 'F', said, said, { rule: 'cpu.randomx-registers', ...row });

const miner = (user: string): ResultMiner => ({
  pid: 9,
  startTime: since,
  exe: '/tmp/m',
  deleted: false,
  user,
  cpu: 100,
  commandLine: 'm',
  hidden: false,
  state: 'running',
  score: 99,
  findings: ['F1', 'F2'],
  persistence: [],
});
const proof = (['registers', 'traffic'] as const).map((witness, at) =>
  findingRow({ id: `F${at + 1}`, pid: 9, witness, bearing: 'proof' }),
);

function decided(rest: Partial<ScanResult>, actionable: readonly ResultPersistence[] = []) {
  const result: ScanResult = {
    ...base,
    verdict: 'mining',
    state: 'running',
    why: [],
    score: 99,
    findings: proof,
    miners: [miner('www-data')],
    persistence: [...actionable],
    ...rest,
  };
  const { answer, reasons } = decide(result, signalsOf(result), actionable);
  return [answer, ...reasons.map(({ id }) => id)];
}

const row = (mechanism: string, source: string): ResultPersistence => ({
  id: 'P1',
  mechanism,
  source,
  user: '',
  trigger: '',
  command: '',
  decoded: [],
  active: true,
  judgement: 'malicious',
  reasons: [],
  text: '',
});
const known = [
  {
    vector: 'ssh-brute-force',
    grade: 'confirmed',
    attackers: [],
    account: '',
    service: 'sshd',
    chain: [],
    missing: [],
    excluded: [],
  },
] as const satisfies readonly object[];
const entry = known.map((one) => ({ ...one, attackers: [], chain: [], missing: [], excluded: [] }));

test('a miner of a service is cleaned', () => {
  expect(decided({})).toEqual(['clean', 'way-in-unknown', 'user-level']);
  expect(decided({ entry })).toEqual(['clean', 'user-level', 'way-in-known']);
});

test('somebody was root and nobody knows how: rebuild', () => {
  expect(decided({ miners: [miner('root')] })).toEqual(['rebuild', 'root-and-way-in-unknown']);
  expect(decided({ miners: [miner('root')], entry })).toEqual(['clean', 'way-in-known']);
});

test('a kernel that lies is rebuilt, also where the way in is known', () => {
  const findings = [...proof, findingRow({ id: 'F9', rule: 'hidden.module', witness: 'kernel' })];
  expect(decided({ findings, entry })[0]).toBe('rebuild');
  expect(decided({ entry }, [row('kernel-module-file', '/lib/modules/x.ko')])[0]).toBe('rebuild');
  const taint = [...proof, findingRow({ id: 'F9', rule: 'kernel.taint-unexplained', witness: 'kernel' })];
  expect(decided({ findings: taint, entry })[0]).toBe('clean');
});

test('what checks logins was replaced: rebuild; other tools come back from their packages', () => {
  const ssh = row('changed-tool', '/usr/sbin/sshd');
  const ps = row('changed-tool', '/usr/bin/ps');
  expect(decided({ persistence: [ssh], entry })).toEqual([
    'rebuild',
    'login-programs-changed',
    'user-level',
    'way-in-known',
  ]);
  expect(decided({ persistence: [ps], entry })).toEqual([
    'clean',
    'system-programs-changed',
    'user-level',
    'way-in-known',
  ]);
});

test('what was not checked is a reason that is told', () => {
  const coverage = [{ id: 'cpu', checked: false, required: true }];
  expect(decided({ coverage, entry })).toContain('not-all-checked');
  expect(decided({ findings: [], miners: [], coverage })).toEqual([
    'clean',
    'not-all-checked',
    'no-miner-found',
  ]);
});
