import { expect, test } from 'bun:test';
import type { AgentFact } from '../model/facts/host.ts';
import { agentProtection } from './agent-protection.ts';
import { hostFact, judgedBy, text, told } from './facts.fixture.ts';

const analyze = judgedBy(agentProtection);
const signs = (agent: string, ...kinds: readonly AgentFact['sign'][]): readonly AgentFact[] =>
  kinds.map((sign) => ({
    kind: 'agent',
    source: { source: text(`/sign/${sign}`) },
    agent,
    sign,
    text: text(`${agent} ${sign}`),
  }));

test('an agent whose unit is masked was put out of action', () => {
  const [found] = analyze(...signs('aliyun-aegis', 'folder', 'unit-masked', 'vendor'));
  expect(found).toMatchObject({
    rule: 'protection.agent-silenced',
    severity: 'medium',
    technique: 'T1562.001',
    params: { signs: 'folder, unit-masked, vendor' },
  });
});

test('an agent of this cloud that is set up and does not run is medium', () => {
  expect(told(analyze(...signs('aliyun-aegis', 'unit', 'vendor')))).toEqual([
    'protection.agent-silenced medium',
  ]);
});

test('an agent that runs is clean, whatever else is there', () => {
  expect(analyze(...signs('aliyun-aegis', 'unit', 'folder', 'vendor', 'unit-masked', 'process'))).toEqual([]);
});

test('what a purged agent leaves, and a cloud without agent, are notes', () => {
  expect(told(analyze(...signs('wazuh', 'folder', 'log')))).toEqual(['protection.agent-not-running info']);
  expect(told(analyze(...signs('aliyun-aegis', 'vendor')))).toEqual(['protection.agent-expected info']);
});

test('disabled auditd and clamav are clean; masked they are low', () => {
  expect(
    analyze(...signs('auditd', 'package', 'unit', 'unit-disabled'), ...signs('clamav', 'package', 'unit')),
  ).toEqual([]);
  expect(told(analyze(...signs('auditd', 'package', 'unit-masked')))).toEqual([
    'protection.agent-not-running low',
  ]);
});

test('monitors and cloud tools weigh less than a security agent', () => {
  expect(told(analyze(...signs('gcp-guest', 'package', 'vendor')))).toEqual([
    'protection.agent-not-running low',
  ]);
  expect(told(analyze(...signs('aliyun-cloudmonitor', 'unit-masked')))).toEqual([
    'protection.agent-not-running low',
  ]);
});

test('from an image or a namespace only a masked unit is judged', () => {
  const set = signs('aliyun-aegis', 'package', 'unit', 'vendor');
  expect(analyze(hostFact({ live: false, scope: 'files' }), ...set)).toEqual([]);
  expect(analyze(hostFact({ scope: 'pid-namespace' }), ...set)).toEqual([]);
  const masked = signs('aliyun-aegis', 'folder', 'unit-masked');
  expect(told(analyze(hostFact({ live: false, scope: 'files' }), ...masked))).toEqual([
    'protection.agent-silenced medium',
  ]);
});

test('a thousand signs of one agent make one finding with bounded evidence', () => {
  const many = Array.from({ length: 1000 }, () => signs('wazuh', 'unit')).flat();
  const found = analyze(...many);
  expect(found).toHaveLength(1);
  expect(found[0]?.evidence.length).toBe(8);
});
