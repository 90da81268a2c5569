import { expect, test } from 'bun:test';
import type { HostsEntryFact } from '../model/facts/network.ts';
import { blockedNames } from './blocked-names.ts';
import { judgedBy, text, told } from './facts.fixture.ts';

const analyze = judgedBy(blockedNames);
const entry = (address: string, ...names: readonly string[]): HostsEntryFact => ({
  kind: 'hosts-entry',
  source: { source: text('/etc/hosts'), line: 9 },
  address,
  names,
  text: text(`${address} ${names.join(' ')}`),
});

test('blocked services of security agents are high, a single one medium', () => {
  expect(told(analyze(entry('127.0.0.1', 'update.aegis.aliyun.com', 'jsrv.aegis.aliyun.com')))).toEqual([
    'protection.names-blocked high',
  ]);
  expect(told(analyze(entry('0.0.0.0', 'Update.Aegis.Aliyun.com.')))).toEqual([
    'protection.names-blocked medium',
  ]);
});

test('blocked pools are medium', () => {
  const [found] = analyze(entry('0.0.0.0', 'xmr-eu1.nanopool.org'));
  expect(found).toMatchObject({ rule: 'protection.pools-blocked', severity: 'medium' });
});

test('in a block list of thousands both are notes', () => {
  const list = Array.from({ length: 4000 }, (_, at) => entry('0.0.0.0', `ads${at}.example.com`));
  expect(told(analyze(...list, entry('0.0.0.0', 'xmr-eu1.nanopool.org', 'www.virustotal.com')))).toEqual([
    'protection.names-blocked info',
    'protection.pools-blocked info',
  ]);
});

test('an ordinary hosts file is clean', () => {
  expect(
    analyze(
      entry('127.0.0.1', 'localhost', 'host'),
      entry('127.0.1.1', 'host.example.com'),
      entry('::1', 'ip6-localhost'),
      entry('198.51.100.4', 'update.aegis.aliyun.com'),
      entry('0.0.0.0', 'notaegis.aliyun.com.example.net'),
    ),
  ).toEqual([]);
});

test('a line with ten thousand names is bounded in what is told', () => {
  const names = Array.from({ length: 10_000 }, (_, at) => `h${at}.aegis.aliyun.com`);
  const [found] = analyze(entry('0.0.0.0', ...names));
  expect(String(found?.params['names']).split(', ')).toHaveLength(10);
});
