import { expect, test } from 'bun:test';
import type { ForwardFact } from '../model/facts/network.ts';
import { judgedBy, ownedBy, processFact, text, told } from './facts.fixture.ts';
import { forwards } from './forwards.ts';

const analyze = judgedBy(forwards);
const forward = (toAddress: string, parts: Partial<ForwardFact> = {}): ForwardFact => ({
  kind: 'forward',
  source: { source: text('netlink:nftables') },
  mechanism: 'nftables',
  family: 'ip',
  action: 'dnat',
  fromPort: 3333,
  toAddress,
  toPort: 443,
  where: text('nat prerouting'),
  text: text(`tcp dport 3333 dnat to ${toAddress}:443`),
  ...parts,
});

test('a rule to a public address is low', () => {
  const [found] = analyze(forward('203.0.113.9'));
  expect(found).toMatchObject({
    rule: 'forward.rule',
    severity: 'low',
    params: { to: '203.0.113.9:443', from: 3333 },
  });
});

test('container publishing, redirects and masquerading are clean', () => {
  expect(
    analyze(
      forward('172.17.0.2'),
      forward('127.0.0.1', { action: 'redirect' }),
      forward('203.0.113.9', { action: 'masquerade' }),
      forward('', { action: 'redirect' }),
    ),
  ).toEqual([]);
});

test('an unowned relay to a public address is medium, a packaged one a note', () => {
  const relay = processFact({ pid: 80, path: '/tmp/.s/gost' });
  const fact = forward('203.0.113.9', { mechanism: 'relay', action: 'relay', pid: 80 });
  expect(told(analyze(relay, fact))).toEqual(['forward.relay medium']);
  const haproxy = processFact({ pid: 80, path: '/usr/sbin/haproxy' });
  expect(told(analyze(haproxy, ownedBy('/usr/sbin/haproxy', 'haproxy'), fact))).toEqual([
    'forward.relay info',
  ]);
});

test('thousands of rules are bounded', () => {
  expect(analyze(...Array.from({ length: 2000 }, () => forward('203.0.113.9')))).toHaveLength(100);
});
