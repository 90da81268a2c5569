import { expect, test } from 'bun:test';
import type { Finding } from '../model/finding.ts';
import { cpuUse, identity, instant, keptWaiting, nowUs, processFact } from './facts.fixture.ts';
import { type CpuProfile, cpuProfile } from './process-record.ts';
import { findingWeight, judgeProcess, scoreOf } from './score.ts';

const process = processFact({ pid: 300 });
const idle: CpuProfile = cpuProfile(process, undefined, nowUs);
const hog: CpuProfile = cpuProfile(process, cpuUse(process, 350), nowUs);
const found = (parts: Partial<Finding>): Finding => ({
  rule: 'x',
  severity: 'high',
  confidence: 90,
  technique: '',
  bearing: 'supports',
  witness: 'memory-shape',
  subject: { kind: 'process', ...identity(process) },
  params: {},
  evidence: [],
  benign: [],
  ...parts,
});
const registersProof = found({
  severity: 'critical',
  confidence: 97,
  bearing: 'proof',
  witness: 'registers',
});
const judged = (findings: readonly Finding[], cpu = hog, excused = false) =>
  judgeProcess(process, findings, cpu, excused);

test('registers and CPU are two witnesses: mining', () => {
  expect(judged([registersProof])).toMatchObject({
    judgement: 'mining',
    witnesses: ['registers', 'cpu'],
    actionable: true,
    stopped: false,
  });
  expect(judged([registersProof]).score).toBeGreaterThan(90);
});

test('registers and one percent of a core are two witnesses: workers share a quota', () => {
  const worker = cpuProfile(process, cpuUse(process, 2), nowUs);
  expect(judged([registersProof], worker).judgement).toBe('mining');
  expect(judged([found({ bearing: 'proof', witness: 'traffic' })], worker).judgement).toBe('suspicious');
});

test('registers of a process that used no CPU are one witness: suspicious', () => {
  expect(judged([registersProof], idle)).toMatchObject({
    judgement: 'suspicious',
    actionable: false,
    proven: true,
  });
});

test('registers of a process that the crowd left two percent of a core are mining: it wanted one', () => {
  const young = { ...process, startTime: instant(nowUs - 5e6), userUs: 100_000, systemUs: 0 };
  const waiting = cpuProfile(young, keptWaiting(process, 2), nowUs);
  expect(waiting).toMatchObject({ now: 2, wanted: 100, busy: true, hog: true });
  expect(judged([registersProof], waiting)).toMatchObject({ judgement: 'mining', stopped: false });
  expect(judged([], waiting)).toMatchObject({ judgement: 'benign', score: 0 });
});

test('registers of a young process that is stopped now but worked since its start: mining, and running', () => {
  const started = { us: nowUs - 10e6, precision: 'tick', source: 'kernel', certain: true } as const;
  const young = { ...process, state: 'T', startTime: started, userUs: 3_000_000 };
  const stopped = cpuProfile(young, cpuUse(process, 0), nowUs);
  expect(stopped).toMatchObject({ life: undefined, busy: false });
  expect(judged([registersProof], stopped)).toMatchObject({ judgement: 'mining', stopped: false });
  expect(judged([found({ bearing: 'proof', witness: 'traffic' })], stopped).judgement).toBe('suspicious');
});

test('a throttled miner still used CPU', () => {
  const throttled = cpuProfile({ ...process, state: 'T' }, cpuUse(process, 6), nowUs);
  expect(judged([registersProof], throttled)).toMatchObject({ judgement: 'mining', stopped: false });
});

test('two witnesses that each say 60 % say 84 % together; one witness is not counted twice', () => {
  const sure = { severity: 'critical', confidence: 100 } as const;
  const two = [found({ ...sure, witness: 'view' }), found({ ...sure, witness: 'gpu' })];
  expect(scoreOf(two, false).score).toBe(84);
  expect(scoreOf([two[0] ?? registersProof, found({ ...sure, witness: 'view' })], false).score).toBe(60);
});

test('context and notes say nothing, also beside CPU', () => {
  expect(findingWeight(found({ bearing: 'context' }))).toBe(0);
  expect(scoreOf([found({ severity: 'info' })], true)).toEqual({ score: 0, witnesses: [] });
});

test('without proof three witnesses and a high support make mining', () => {
  const shape = found({ confidence: 90 });
  const command = found({ witness: 'command-line', confidence: 85 });
  const seen = found({ witness: 'indicator', confidence: 75 });
  expect(judged([shape, command, seen]).judgement).toBe('mining');
  expect(judged([shape, command, seen], idle).judgement).toBe('suspicious');
  expect(judged([shape]).judgement).toBe('suspicious');
});

test('hiding alone is never mining', () => {
  const hides = (['view', 'name', 'environment', 'file', 'kernel'] as const).map((witness) =>
    found({ bearing: 'hides', severity: 'critical', confidence: 99, witness }),
  );
  expect(judged(hides).judgement).toBe('suspicious');
});

test('low findings are unusual, none are benign, and what the owner declared is excused', () => {
  expect(judged([found({ severity: 'low' })]).judgement).toBe('unusual');
  expect(judged([]).judgement).toBe('benign');
  expect(judged([], hog, true).judgement).toBe('excused');
  expect(judged([found({ severity: 'medium' })], hog, true).judgement).toBe('suspicious');
});

test('a confidence out of range stays within the score', () => {
  expect(scoreOf([found({ confidence: 1e9, witness: 'registers' })], true).score).toBeLessThanOrEqual(100);
  expect(scoreOf([found({ confidence: -5 })], false).score).toBe(0);
});
