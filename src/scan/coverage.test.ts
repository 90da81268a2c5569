import { expect, test } from 'bun:test';
import { hostFact } from '../detect/facts.fixture.ts';
import { coverage as english } from '../messages/en/coverage.ts';
import { coverage as chinese } from '../messages/zh-CN/coverage.ts';
import { SourceLog } from '../model/source-log.ts';
import { type CoverageInput, liveCoverage } from './coverage.ts';

const whole: CoverageInput = {
  host: hostFact(),
  log: new SourceLog(),
  interval: 3,
  processesDenied: 0,
  asRoot: true,
  processesUnread: 0,
  processes: 9,
  pidSweep: { done: true },
  hot: 0,
  hotSampled: 0,
  suspectsLeft: 0,
  suspectsUnread: 0,
  unownedJudged: true,
  persistence: true,
};

const reasonOf = (input: Partial<CoverageInput>, texts = english): string | undefined =>
  liveCoverage({ ...whole, ...input }, texts).find(({ id }) => id === 'processes')?.reason;

test('root is not told to become root where a process is refused to it', () => {
  expect(reasonOf({})).toBeUndefined();
  expect(reasonOf({ processesDenied: 3, asRoot: false })).toBe(
    '3 processes of other users could not be read; run as root',
  );
  expect(reasonOf({ processesDenied: 1 })).toBe(
    '1 process could not be read, even as root: a security module or a container refuses it',
  );
  expect(reasonOf({ processesDenied: 1, asRoot: false }, chinese)).toEndWith('请以 root 运行');
  expect(reasonOf({ processesDenied: 1 }, chinese)).toContain('安全模块');
});
