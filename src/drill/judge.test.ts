import { expect, test } from 'bun:test';
import { judgeInfected, judgeTwin, newAlarms } from './judge.ts';
import { finding, result } from './result.fixture.ts';

const registers = finding({ rule: 'cpu.randomx-registers', severity: 'high', pid: 7 });
const expected = { verdicts: ['mining'], rules: ['cpu.randomx-registers'] } as const;
const empty = result('clean', []);

test('the right verdict with the right finding about the right process is as expected', () => {
  const judged = judgeInfected(result('mining', [registers]), expected, 7, empty);
  expect(judged).toMatchObject({ asExpected: true, problem: 'none', verdict: 'mining' });
});

test('a clean verdict for a miner is wrong', () => {
  const judged = judgeInfected(result('clean', []), expected, 7, empty);
  expect(judged).toMatchObject({ asExpected: false, problem: 'verdict' });
});

test('the right verdict for another process or by another rule is wrong', () => {
  expect(judgeInfected(result('mining', [registers]), expected, 8, empty)).toMatchObject({
    asExpected: false,
    problem: 'rule',
  });
  const other = finding({ rule: 'content.wallet', severity: 'high', pid: 7 });
  expect(judgeInfected(result('mining', [other]), expected, 7, empty).asExpected).toBe(false);
});

test('a twin is clean with low findings, and not with one of medium', () => {
  const low = finding({ rule: 'disguise.unusual-folder', severity: 'low', pid: 7 });
  expect(judgeTwin(result('clean', [low]), empty).asExpected).toBe(true);
  const medium = finding({ rule: 'disguise.unusual-folder', severity: 'medium', pid: 7 });
  expect(judgeTwin(result('clean', [medium]), empty)).toMatchObject({ asExpected: false, problem: 'alarm' });
});

test('a twin that is called suspicious on a clean host is wrong, also without a finding', () => {
  expect(judgeTwin(result('suspicious', []), empty)).toMatchObject({ asExpected: false, problem: 'verdict' });
});

test('what the host has anyway is not counted, what a process shows always is', () => {
  const ofHost = finding({ rule: 'protection.agent-silenced', severity: 'high' });
  const ofProcess = finding({ rule: 'disguise.deleted-executable', severity: 'high', pid: 3 });
  const baseline = result('suspicious', [ofHost, ofProcess]);
  expect(newAlarms(baseline, baseline)).toEqual([ofProcess]);
  expect(judgeTwin(result('suspicious', [ofHost]), baseline).asExpected).toBe(true);
});
