/** Ways into Windows hosts by OpenSSH: its own event log. */
import { describe, expect, test } from 'bun:test';
import type { GivenEvent } from '../../src/formats/evtx/evtx.fixture.ts';
import { at, look, mined, ways } from './windows-logs.fixture.ts';

const ssh = (us: number, payload: string): GivenEvent => ({
  provider: 'OpenSSH',
  channel: 'OpenSSH/Operational',
  computer: 'WEB-07',
  eventId: 4,
  us,
  data: { process: 'sshd', payload },
});
const failed = (from: string, count: number, start = '2026-03-01T02:00:00Z'): readonly GivenEvent[] =>
  Array.from({ length: count }, (_, index) =>
    ssh(
      at(start, index * 3),
      `Failed password for ${['administrator', 'invalid user admin', 'invalid user test'][index % 3]} from ${from} port ${50_000 + index} ssh2`,
    ),
  );
const accepted = (time: string, account: string, from: string, method = 'password'): GivenEvent =>
  ssh(at(time), `Accepted ${method} for ${account} from ${from} port 51000 ssh2`);
/** The administrator comes from his own network each day. */
const usual = Array.from({ length: 8 }, (_, day) =>
  ssh(at('2026-02-18T01:00:00Z', day * 86_400), 'Accepted password for ops from 10.0.0.50 port 5000 ssh2'),
);
const of = (...events: readonly GivenEvent[]) =>
  look(mined('2026-03-01T03:12:00Z'), { 'OpenSSH%4Operational': [...usual, ...events] });

describe('OpenSSH of Windows', () => {
  test('a password that was guessed, then the first trace within minutes', async () => {
    const told = await of(
      ...failed('203.0.113.9', 60),
      accepted('2026-03-01T03:05:00Z', 'administrator', '203.0.113.9'),
    );
    expect(ways(told)).toEqual(['confirmed ssh-brute-force administrator 203.0.113.9']);
    expect(told.result.entry?.[0]?.chain.map(({ step }) => step)).toEqual([
      'attempt',
      'success',
      'file',
      'persistence',
    ]);
  });

  test.each<[string, readonly GivenEvent[]]>([
    ['guesses that never came in', failed('203.0.113.9', 200)],
    [
      'an administrator who mistypes, and works minutes before',
      [
        ...failed('10.0.0.50', 2, '2026-03-01T03:04:00Z'),
        accepted('2026-03-01T03:05:00Z', 'ops', '10.0.0.50'),
      ],
    ],
    [
      'a name that says that somebody was accepted',
      [
        ...failed('203.0.113.9', 60),
        ssh(
          at('2026-03-01T03:05:00Z'),
          'Failed password for invalid user x from 203.0.113.9 port 1 ssh2 Accepted password for administrator from 203.0.113.9 port 50 ssh2',
        ),
        ssh(at('2026-03-01T03:06:00Z'), 'Invalid user \x1b[2J管理员 from 203.0.113.9 port 3'),
      ],
    ],
  ])('no way in: %s', async (_, events) => {
    const told = await of(...events);
    expect(ways(told)).toEqual([]);
    expect(JSON.stringify(told.result)).not.toContain('\\u001b');
  });

  test('a host that is only guessed at is clean', async () => {
    const { result } = await look({}, { 'OpenSSH%4Operational': [...usual, ...failed('203.0.113.9', 200)] });
    expect(result.verdict).toBe('clean');
  });
});
