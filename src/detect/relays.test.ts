import { expect, test } from 'bun:test';
import type { SocketTraffic } from '../model/facts/network.ts';
import { connection, judgedBy, listener, ownedBy, processFact, told } from './facts.fixture.ts';
import { relays } from './relays.ts';

const analyze = judgedBy(relays);
const path = '/tmp/.s/gost';
const relay = processFact({ pid: 80, path });
const traffic = (bytesSent: number, bytesReceived: number): SocketTraffic => ({
  bytesSent,
  bytesReceived,
  segmentsOut: 10,
  segmentsIn: 10,
  dataSegmentsOut: 5,
  dataSegmentsIn: 5,
  lastSentMs: 100,
  lastReceivedMs: 100,
  rttUs: 100,
});
const port = listener([80], '0.0.0.0', 3333);
const accepted = connection([80], '10.0.0.9', 51000, {
  local: { address: '10.0.0.1', port: 3333 },
  traffic: traffic(40_000, 9_000),
});
const made = connection([80], '203.0.113.9', 443, { traffic: traffic(9_200, 41_000) });

test('what comes in on one side and goes out on the other, from a drop place, is a relay', () => {
  const [found] = analyze(relay, port, accepted, made);
  expect(found).toMatchObject({
    rule: 'forward.relay',
    severity: 'medium',
    params: { from: 3333, to: '203.0.113.9:443' },
  });
});

test('an unowned proxy in /usr/local is low, a packaged one is not told', () => {
  const caddy = processFact({ pid: 80, path: '/usr/local/bin/caddy' });
  expect(told(analyze(caddy, ownedBy('/usr/local/bin/caddy', ''), port, accepted, made))).toEqual([
    'forward.relay low',
  ]);
  expect(analyze(relay, ownedBy(path, 'gost'), port, accepted, made)).toEqual([]);
});

test('an application that calls a service, and a proxy to a private address, are clean', () => {
  const calls = { ...made, traffic: traffic(700, 300_000) };
  expect(analyze(relay, port, accepted, calls)).toEqual([]);
  expect(
    analyze(relay, port, accepted, connection([80], '10.0.0.5', 8080, { traffic: traffic(9_200, 41_000) })),
  ).toEqual([]);
  expect(analyze(relay, port, accepted)).toEqual([]);
});

test('counters that are no numbers are no relay', () => {
  expect(analyze(relay, port, accepted, { ...made, traffic: traffic(Number.NaN, Number.NaN) })).toEqual([]);
});
