import { expect, test } from 'bun:test';
import type { OwnerConfig } from '../model/config.ts';
import type { Fact } from '../model/fact.ts';
import { FactSet } from '../model/fact.ts';
import {
  cpuUse,
  exe,
  identity,
  judgeContext,
  login,
  miningTrace,
  ownerConfig,
  processFact,
  randomxSamples,
  registers,
  text,
  wallet,
} from './facts.fixture.ts';
import { judge } from './judge.ts';

const path = '/opt/miner/xmrig';
const miner = processFact({ pid: 300, path, user: { uid: 990, name: text('mine') } });
const working: readonly Fact[] = [
  miner,
  cpuUse(miner, 390),
  registers(miner, randomxSamples),
  miningTrace(miner, wallet('4OWN')),
  miningTrace(miner, login),
];
const declared = (parts: Partial<OwnerConfig['mining'][number]> = {}): OwnerConfig =>
  ownerConfig({ mining: [{ exe: path, reason: 'ours', ...parts }] });
const judged = (config: OwnerConfig, facts: readonly Fact[] = working) =>
  judge(new FactSet(facts), judgeContext({ config }), [{ id: 'processes', required: true, checked: true }]);

test('without a declaration it is mining', () => {
  expect(judged(ownerConfig({})).verdict).toBe('mining');
});

test('a declared miner is excused with the reason of its owner', () => {
  const result = judged(declared({ user: 'mine', wallet: '4OWN' }));
  expect(result).toMatchObject({ verdict: 'clean', findings: [] });
  expect(result.excused.map(({ reason }) => reason)).toContain('ours');
  expect(result.processes[0]?.judgement).toBe('excused');
});

test('another account, path or a deleted file is not the declared miner', () => {
  expect(judged(declared({ user: 'other' })).verdict).toBe('mining');
  expect(judged(declared({ exe: '/opt/miner/other' })).verdict).toBe('mining');
  const gone = { ...miner, exe: exe(path, { deleted: true }) };
  expect(judged(declared(), [gone, ...working.slice(1)]).verdict).toBe('mining');
});

test('a declared miner that pays another wallet is raised and excused of nothing', () => {
  const result = judged(declared({ wallet: '4DECLARED' }));
  expect(result.verdict).toBe('mining');
  expect(result.excused).toEqual([]);
  expect(result.findings.find(({ rule }) => rule === 'owner.wallet-differs')).toMatchObject({
    severity: 'high',
    params: { declared: '4DECLARED', found: '4OWN' },
  });
});

test('a donation address beside the own wallet in memory is no other wallet; one in the arguments is', () => {
  const donation = miningTrace(miner, wallet('4DONATE'));
  expect(judged(declared({ wallet: '4OWN.rig1' }), [...working, donation]).verdict).toBe('clean');
  const argument = miningTrace(miner, wallet('4THEIRS'), 'command-line');
  expect(judged(declared({ wallet: '4OWN' }), [...working, argument]).verdict).toBe('mining');
});

test('a declared miner with another pool in its arguments is raised', () => {
  const pool = {
    kind: 'pool',
    host: 'pool.example.net',
    port: 3333,
    scheme: 'stratum+tcp',
    known: false,
  } as const;
  const facts = [...working, miningTrace(miner, pool, 'command-line')];
  expect(judged(declared({ pools: ['pool.example.net:3333'] }), facts).verdict).toBe('clean');
  const result = judged(declared({ pools: ['pool.example.org'] }), facts);
  expect(result.findings.map(({ rule }) => rule)).toContain('owner.pool-differs');
});

test('what hides is not excused by declaring mining', () => {
  const hidden: Fact = {
    kind: 'hidden-process',
    source: { source: text('call:kill') },
    ...identity(miner),
    seenBy: ['kill', 'scheduler'],
    missingFrom: ['readdir'],
  };
  expect(judged(declared(), [...working, hidden])).toMatchObject({
    verdict: 'suspicious',
    findings: [{ rule: 'hidden.process' }],
  });
});

test('an exception covers its rule under its conditions only', () => {
  const odd = processFact({ pid: 400, path: '/dev/shm/tool' });
  const facts = [odd, cpuUse(odd, 90)];
  const rule = 'disguise.unusual-folder';
  expect(judged(ownerConfig({}), facts).verdict).toBe('suspicious');
  expect(
    judged(ownerConfig({ exceptions: [{ rule, exe: '/dev/shm/tool', reason: 'r' }] }), facts).verdict,
  ).toBe('clean');
  expect(judged(ownerConfig({ exceptions: [{ rule, exe: '/dev/shm/x', reason: 'r' }] }), facts).verdict).toBe(
    'suspicious',
  );
});

test('a declared agent is excused of what it looks like, not of mining', () => {
  const agents = [{ path: '/dev/shm/agent/', reason: 'agent' }];
  const agent = processFact({ pid: 500, path: '/dev/shm/agent/bin' });
  expect(judged(ownerConfig({ agents }), [agent, cpuUse(agent, 90)]).verdict).toBe('clean');
  const mines = [agent, cpuUse(agent, 90), registers(agent, randomxSamples)];
  expect(judged(ownerConfig({ agents }), mines).verdict).toBe('mining');
});
