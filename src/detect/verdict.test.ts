import { expect, test } from 'bun:test';
import type { Finding } from '../model/finding.ts';
import type { ProcessJudgement } from './score.ts';
import { type HostView, judgeHost } from './verdict.ts';

const finding = (parts: Partial<Finding> = {}): Finding => ({
  rule: 'x',
  severity: 'medium',
  confidence: 70,
  technique: '',
  bearing: 'supports',
  witness: 'kernel',
  subject: { kind: 'host' },
  params: {},
  evidence: [],
  benign: [],
  ...parts,
});
const process = (parts: Partial<ProcessJudgement> = {}): ProcessJudgement => ({
  pid: 300,
  startTicks: 1,
  score: 96,
  witnesses: ['registers', 'cpu'],
  judgement: 'mining',
  actionable: true,
  proven: true,
  stopped: false,
  ...parts,
});
const checked = { id: 'processes', required: true, checked: true };
const unowned = { id: 'unowned-cpu', required: false, checked: false, reason: 'interval' };
const verdict = (parts: Partial<HostView> = {}) =>
  judgeHost({
    findings: [],
    processes: [],
    coverage: [checked],
    excused: 0,
    interval: 3,
    nameOf: (pid) => `p${pid}`,
    ...parts,
  });
const ids = (parts: Partial<HostView>) => verdict(parts).why.map(({ id }) => id);

test('clean needs every required check', () => {
  expect(verdict()).toMatchObject({ verdict: 'clean', state: 'none', score: 0 });
  const missing = { id: 'hidden-processes', required: true, checked: false };
  expect(verdict({ coverage: [checked, missing] })).toMatchObject({
    verdict: 'inconclusive',
    why: [{ id: 'not-checked', params: { checks: 'hidden-processes', count: 1 } }],
  });
  expect(verdict({ coverage: [checked, unowned] }).verdict).toBe('clean');
});

test('one miner makes the host mining, with its witnesses as reason', () => {
  const judged = verdict({ processes: [process()] });
  expect(judged).toMatchObject({ verdict: 'mining', state: 'running', score: 96 });
  expect(judged.why.slice(0, 2)).toEqual([
    { id: 'miner-running', params: { process: 'p300', pid: 300, score: 96 } },
    { id: 'agreeing-witnesses', params: { pid: 300, witnesses: 'registers, cpu', count: 2 } },
  ]);
});

test('a miner that stands still is stopped', () => {
  const judged = verdict({ processes: [process({ stopped: true })] });
  expect(judged).toMatchObject({ verdict: 'mining', state: 'stopped' });
  expect(judged.why[0]?.id).toBe('miner-stopped');
});

test('any medium finding is suspicious; a low one is not', () => {
  expect(verdict({ findings: [finding()] })).toMatchObject({ verdict: 'suspicious', state: 'traces' });
  expect(verdict({ findings: [finding({ bearing: 'hides' })] })).toMatchObject({
    verdict: 'suspicious',
    state: 'none',
  });
  expect(verdict({ findings: [finding({ severity: 'low' })] }).verdict).toBe('clean');
});

test('a suspect that points to mining runs or stands still', () => {
  const subject = { kind: 'process', pid: 300, startTicks: 1 } as const;
  const suspect = process({ judgement: 'suspicious', score: 60 });
  const findings = [finding({ subject })];
  expect(verdict({ findings, processes: [suspect] }).state).toBe('running');
  expect(verdict({ findings, processes: [{ ...suspect, stopped: true }] }).state).toBe('stopped');
});

test('a proof with one witness says why it is not called mining', () => {
  const single = process({ judgement: 'suspicious', actionable: false, witnesses: ['registers'] });
  const findings = [finding({ subject: { kind: 'process', pid: 300, startTicks: 1 }, bearing: 'proof' })];
  expect(ids({ processes: [single], findings })).toEqual(['single-witness']);
});

test('what was excused and what was not judged is said', () => {
  expect(ids({ excused: 2, coverage: [checked, unowned] })).toEqual([
    'nothing-found',
    'excused-by-owner',
    'unowned-cpu-not-judged',
  ]);
});

test('a thousand miners make bounded reasons', () => {
  const processes = Array.from({ length: 1000 }, (_, at) => process({ pid: at + 2 }));
  expect(verdict({ processes }).why.length).toBeLessThanOrEqual(8);
});
