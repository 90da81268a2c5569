import { expect, test } from 'bun:test';
import { connection, factSet, processFact } from '../detect/facts.fixture.ts';
import type { Fact } from '../model/fact.ts';
import { bestTraces } from './traces.ts';

const miner = processFact({ pid: 70, path: '/opt/m' });
const poolOf = (...facts: readonly Fact[]): string | undefined =>
  bestTraces([], factSet(miner, ...facts), miner, true).pool;

test('the address that it is connected to stands for the pool, IPv6 in brackets, another host before itself', () => {
  const near = connection([70], '127.0.0.1', 3333);
  expect(poolOf(near, connection([70], '192.0.2.7', 3333))).toBe('192.0.2.7:3333');
  expect(poolOf(connection([70], '2001:db8::7', 443))).toBe('[2001:db8::7]:443');
  expect(poolOf(near)).toBe('127.0.0.1:3333');
});

test('a socket of the host itself is no pool', () => {
  const local = connection([70], '', 0, { transport: 'unix' });
  expect(poolOf(local)).toBeUndefined();
  expect(poolOf(local, connection([70], '192.0.2.7', 3333))).toBe('192.0.2.7:3333');
  expect(poolOf(connection([71], '192.0.2.7', 3333))).toBeUndefined();
});
