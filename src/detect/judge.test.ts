import { expect, test } from 'bun:test';
import { benign, rules } from '../messages/en/rules.ts';
import { benign as benignZh, rules as rulesZh } from '../messages/zh-CN/rules.ts';
import { type Fact, FactSet } from '../model/fact.ts';
import {
  connection,
  cpuUse,
  exe,
  hostFact,
  identity,
  judgeContext,
  login,
  mapping,
  memoryMap,
  miningTrace,
  processFact,
  randomxSamples,
  registers,
  text,
  threadUse,
  wallet,
} from './facts.fixture.ts';
import { analyzers, judge, ownerRules } from './judge.ts';

const coverage = [{ id: 'processes', required: true, checked: true }];
const judged = (...facts: readonly Fact[]) =>
  judge(new FactSet([hostFact(), ...facts]), judgeContext(), coverage);

const path = '/dev/shm/.x/kdevtmpfsi';
const miner = processFact({
  pid: 666,
  exe: exe(path, { deleted: true }),
  name: text('kworker/0:1'),
  argv: [text('[kworker/0:1]')],
});
const infected: readonly Fact[] = [
  miner,
  cpuUse(miner, 390, [threadUse({ pinned: 0 }), threadUse({ tid: 102, pinned: 1 })]),
  registers(miner, randomxSamples),
  memoryMap(miner, [
    mapping({ start: 0x7f1000000000, size: 0x82000000 }),
    mapping({ start: 0x7f2000000000, size: 0x10000000 }),
  ]),
  miningTrace(miner, wallet()),
  miningTrace(miner, login),
  connection([666], '203.0.113.9', 443),
  {
    kind: 'hidden-process',
    source: { source: text('call:kill') },
    ...identity(miner),
    seenBy: ['kill', 'stat'],
    missingFrom: ['readdir'],
  },
];

test('an infected host is mining, and every witness is heard', () => {
  const result = judged(...infected);
  expect(result).toMatchObject({ verdict: 'mining', state: 'running' });
  expect(result.score).toBeGreaterThan(98);
  expect(result.processes[0]).toMatchObject({ pid: 666, judgement: 'mining', actionable: true });
  expect(new Set(result.findings.map(({ rule }) => rule))).toEqual(
    new Set([
      'content.mining-session',
      'cpu.randomx-registers',
      'disguise.deleted-executable',
      'disguise.kernel-thread-name',
      'disguise.unusual-folder',
      'hidden.process',
      'memory.randomx-dataset',
      'traffic.stratum-session',
    ]),
  );
});

test('findings are sorted worst first, and the order does not depend on that of the facts', () => {
  const order = (facts: readonly Fact[]) => judged(...facts).findings.map(({ rule }) => rule);
  expect(order(infected)[0]).toBe('cpu.randomx-registers');
  expect(order([...infected].reverse())).toEqual(order(infected));
});

test('one witness alone is not called mining', () => {
  const quiet = processFact({ pid: 700, path: '/usr/bin/quiet' });
  expect(judged(quiet, registers(quiet, randomxSamples))).toMatchObject({
    verdict: 'suspicious',
    why: [{ id: 'single-witness' }],
  });
});

test('an empty host is clean', () => {
  expect(judged()).toMatchObject({ verdict: 'clean', findings: [], processes: [], exposure: [] });
});

test('every finding has evidence, an id that has texts, and known benign explanations', () => {
  for (const found of judged(...infected).findings) {
    expect(found.evidence.length).toBeGreaterThan(0);
    expect(Object.keys(rules)).toContain(found.rule);
    for (const id of found.benign) expect(Object.keys(benign)).toContain(id);
  }
});

test('every rule that has texts is reported by an analyzer or by the declarations', () => {
  const reported = new Set<string>([...analyzers.flatMap((analyzer) => analyzer.rules), ...ownerRules]);
  expect([...reported].toSorted()).toEqual(Object.keys(rules).toSorted());
  expect(Object.keys(rulesZh).toSorted()).toEqual(Object.keys(rules).toSorted());
  expect(Object.keys(benignZh).toSorted()).toEqual(Object.keys(benign).toSorted());
});

test('names full of escapes reach parameters and evidence in printable form only', () => {
  const odd = processFact({ pid: 667, path: '/tmp/\u001b[2J\u202e<b>', name: text('\u0007\n') });
  const shown = JSON.stringify(judged(odd, cpuUse(odd, 99), registers(odd, randomxSamples)).findings);
  expect(shown).not.toMatch(/[\u0007\u001b\u202e]|\\u0007|\\u001b|\\n/);
});

test('ten thousand processes are judged', () => {
  const many = Array.from({ length: 10_000 }, (_, at) => processFact({ pid: at + 2 }));
  expect(judged(...many, ...infected).processes).toHaveLength(1);
});
