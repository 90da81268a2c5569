/** Who was logged in, from utmp and from logind, as they are and as somebody may make them. */
import { describe, expect, test } from 'bun:test';
import { machines, utmpRecord } from '../../formats/utmp/utmp.fixture.ts';
import { printableText } from '../../model/text.ts';
import { mostLogins, seenLogins, sessionOfLogind, sessionsOfUtmp } from './logins.ts';
import { startMs } from './watch.fixture.ts';

const text = printableText;
const none = { logins: [], dropped: 0 };

describe('sessions', () => {
  test('of utmp are those of people, with where they came from', () => {
    const [machine] = Object.values(machines);
    if (machine === undefined) throw new Error('no machine');
    const record = (type: number, user: string): Uint8Array =>
      utmpRecord(machine, { type, pid: 9, line: 'pts/0', user, host: '192.0.2.9', seconds: 1_700_000_000 });
    const sessions = sessionsOfUtmp(Buffer.concat([record(7, 'ada'), record(8, ''), record(7, 'eve')]));
    expect(sessions.map(({ user, line, from }) => `${user} ${line} ${from}`)).toEqual([
      'ada pts/0 192.0.2.9',
      'eve pts/0 192.0.2.9',
    ]);
    expect(sessionsOfUtmp(new Uint8Array(4_000).fill(0xff))).toEqual([]);
  });

  test('of logind are those of people, and not those that end, of greeters and of managers', () => {
    const session =
      'UID=0\nUSER=root\nTTY=pts/1\nREMOTE_HOST=192.0.2.7\nCLASS=user\nSTATE=active\nREALTIME=1767322800000000\n';
    expect(sessionOfLogind(session)).toEqual({
      user: text('root'),
      line: text('pts/1'),
      from: text('192.0.2.7'),
      beginUs: 1_767_322_800_000_000,
    });
    expect(sessionOfLogind(session.replace('active', 'closing'))).toBeUndefined();
    expect(sessionOfLogind(session.replace('CLASS=user', 'CLASS=greeter'))).toBeUndefined();
    expect(sessionOfLogind(session.replace('CLASS=user', 'CLASS=manager'))).toBeUndefined();
    expect(sessionOfLogind('')).toBeUndefined();
    const odd = sessionOfLogind(`USER=\u001b[31m${'x'.repeat(5_000)}\nTTY=\u0007\n`);
    expect(odd?.user.length).toBeLessThanOrEqual(256);
    expect(odd?.line).toBe(text('\u0007'));
  });
});

describe('the book of logins', () => {
  const ada = { user: text('ada'), line: text('pts/0'), beginUs: (startMs - 60_000) * 1000 };

  test('opens one that came, keeps it while it lasts, and closes it', () => {
    const first = seenLogins(none, [ada], startMs);
    expect(first.logins).toEqual([
      { user: text('ada'), line: text('pts/0'), begin: new Date(startMs - 60_000).toISOString() },
    ]);
    const second = seenLogins(first, [ada], startMs + 60_000);
    expect(second).toEqual(first);
    const third = seenLogins(second, [], startMs + 120_000);
    expect(third.logins[0]?.end).toBe(new Date(startMs + 120_000).toISOString());
    expect(seenLogins(third, [ada], startMs + 180_000).logins.length).toBe(2);
  });

  test('has an end, and tells how many it dropped', () => {
    const many = Array.from({ length: 1_000 }, (_, at) => ({ user: text(`u${at}`), line: text('x') }));
    const book = seenLogins(none, many, startMs);
    expect([book.logins.length, book.dropped]).toEqual([mostLogins, 1_000 - mostLogins]);
  });

  test('a begin that lies ahead, or is no time, is now', () => {
    const odd = [
      { ...ada, beginUs: 9e18 },
      { ...ada, line: text('b'), beginUs: Number.NaN },
    ];
    const now = new Date(startMs).toISOString();
    expect(seenLogins(none, odd, startMs).logins.map(({ begin }) => begin)).toEqual([now, now]);
  });
});
