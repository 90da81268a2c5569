import { expect, test } from 'bun:test';
import type { LoginEvent } from '../../model/facts/event.ts';
import { at, failures, read, sshd } from '../incident.fixture.ts';
import { AddressTries, addressOf, isRelay, Tries } from './tries.ts';

const logins = (log: string, source = 'auth.log'): readonly LoginEvent[] =>
  read(log, { source }).filter((event) => event.what === 'login');

function noted(...logs: readonly (readonly LoginEvent[])[]): AddressTries {
  const [first] = logs.flat();
  if (first === undefined) throw new TypeError('no login');
  const tries = new AddressTries(first);
  for (const [log, events] of logs.entries()) for (const event of events) tries.note(event, log);
  return tries;
}

const dayUs = 86_400e6;

test('lines of one connection, and the same line in another log, are one try', () => {
  const one =
    sshd('2024-03-10 02:00:00', 'Invalid user pi from 192.0.2.1 port 7') +
    sshd('2024-03-10 02:00:02', 'Failed password for invalid user pi from 192.0.2.1 port 7 ssh2') +
    sshd('2024-03-10 02:00:03', 'Connection closed by invalid user pi 192.0.2.1 port 7 [preauth]');
  expect(noted(logins(one)).count).toBe(1);
  expect(noted(logins(one), logins(one, 'journal')).count).toBe(1);
});

test('several passwords within one connection are as many tries', () => {
  const three = ['00', '02', '04']
    .map((second) =>
      sshd(`2024-03-10 02:00:${second}`, 'Failed password for root from 192.0.2.1 port 7 ssh2'),
    )
    .join('');
  expect(noted(logins(three)).count).toBe(3);
});

test('tries before a time, whatever their order', () => {
  const events = logins(failures('2024-03-09 00:00:00', 200, 60, ['192.0.2.1'], ['root', 'git']));
  for (const given of [events, events.toReversed()]) {
    const tries = noted(given);
    expect(tries.count).toBe(200);
    expect(tries.first.us).toBe(at('2024-03-09 00:00:00'));
    expect(tries.before(at('2024-03-10 00:00:00'), dayUs)).toBe(200);
    expect(tries.before(at('2024-03-08 23:59:00'), dayUs)).toBe(0);
    expect(tries.before(at('2024-03-20 00:00:00'), dayUs)).toBe(0);
    const half = tries.before(at('2024-03-09 01:40:00'), dayUs);
    expect(half).toBeGreaterThan(60);
    expect(half).toBeLessThan(140);
  }
});

test('what comes for a year stays in its room', () => {
  const [model] = logins(failures('2024-03-09 00:00:00', 1, 1, ['192.0.2.1'], ['root']));
  if (model === undefined) throw new TypeError('no login');
  const tries = new Tries(model);
  for (let index = 0; index < 50_000; index += 1) {
    tries.add({ ...model, us: model.us + index * 600e6 }, `user${index}`);
  }
  expect(tries.count).toBe(50_000);
  expect(tries.before(model.us + 50_000 * 600e6, Number.POSITIVE_INFINITY)).toBe(50_000);
  expect(tries.others.size).toBeLessThanOrEqual(32);
});

test('addresses have one form, and those of relays name nobody', () => {
  expect(addressOf('::ffff:192.0.2.1')).toBe('192.0.2.1');
  expect(addressOf('FE80::1%eth0')).toBe('fe80::1');
  expect(['172.17.0.1', '172.18.0.1', '127.0.0.1', '::1'].every(isRelay)).toBe(true);
  expect(['172.17.0.2', '172.16.0.1', '192.0.2.1', '10.0.0.1'].some(isRelay)).toBe(false);
});
