import { describe, expect, test } from 'bun:test';
import { given } from '../../../formats/evtx/binxml.fixture.ts';
import { type GivenEvent, logOf } from '../../../formats/evtx/evtx.fixture.ts';
import { readAll } from '../../../formats/evtx/read-log.fixture.ts';
import { EventTallies } from './tally.ts';

const at = (minute: number): number => Date.UTC(2026, 10, 26, 8, minute) * 1000;
const auditing = { provider: 'Microsoft-Windows-Security-Auditing', channel: 'Security' } as const;

const logon = (eventId: number, minute: number, ip: string, name = 'administrator'): GivenEvent => ({
  ...auditing,
  eventId,
  us: at(minute),
  data: {
    TargetUserName: name,
    TargetDomainName: 'CORP',
    LogonType: given.u32(3),
    IpAddress: ip,
    WorkstationName: 'KALI',
  },
});

function tallied(events: readonly GivenEvent[]): EventTallies {
  const tallies = new EventTallies();
  readAll(logOf(events), (record) => tallies.see(record));
  return tallies;
}

describe('logons', () => {
  test('are told by who, from where and how, with the first and the last', () => {
    const { logons } = tallied([
      logon(4625, 1, '203.0.113.9'),
      logon(4625, 3, '203.0.113.9'),
      logon(4625, 2, '203.0.113.9'),
      logon(4624, 4, '::ffff:203.0.113.9'),
      logon(4624, 5, '-'),
    ]).tally;
    const kind = { computer: 'HOST', type: 3, user: 'CORP\\administrator' };
    expect(logons).toEqual([
      { ...kind, outcome: 'failure', from: '203.0.113.9', count: 3, firstUs: at(1), lastUs: at(3) },
      { ...kind, outcome: 'success', from: '203.0.113.9', count: 1, firstUs: at(4), lastUs: at(4) },
      { ...kind, outcome: 'success', from: 'KALI', count: 1, firstUs: at(5), lastUs: at(5) },
    ]);
  });

  test('by remote desktop are sessions; who only reached the logon is not taken for one', () => {
    const services = 'Microsoft-Windows-TerminalServices';
    const { logons } = tallied([
      {
        provider: `${services}-RemoteConnectionManager`,
        eventId: 1149,
        userData: 'EventXML',
        data: { Param1: 'eve', Param2: 'CORP', Param3: '198.51.100.7' },
      },
      {
        provider: `${services}-LocalSessionManager`,
        eventId: 21,
        userData: 'EventXML',
        data: { User: 'CORP\\eve', SessionID: given.u32(2), Address: '198.51.100.7' },
      },
    ]).tally;
    expect(logons.map(({ outcome, user, from, type }) => [outcome, user, from, type])).toEqual([
      ['reached', 'CORP\\eve', '198.51.100.7', -1],
      ['session', 'CORP\\eve', '198.51.100.7', -1],
    ]);
  });

  test('are none where another provider uses the number', () => {
    expect(tallied([{ ...logon(4624, 1, '203.0.113.9'), provider: 'MyApp' }]).tally.logons).toEqual([]);
    expect(tallied([{ provider: 'MyApp', eventId: 21, data: { User: 'x' } }]).tally.logons).toEqual([]);
  });

  test('with names that would act on a screen are printable, and long ones cut', () => {
    const { logons } = tallied([logon(4624, 1, '203.0.113.9', `\x1b[2J\u202e${'x'.repeat(2000)}`)]).tally;
    expect(logons[0]?.user).toStartWith('CORP\\%1B[2J%E2%80%AExxx');
    expect(logons[0]?.user.length).toBeLessThan(400);
  });
});

describe('a tally', () => {
  test('counts hosts and kinds of events, the most frequent first', () => {
    const { hosts, kinds } = tallied([
      { computer: 'A', eventId: 7045, us: at(1) },
      { computer: 'B', eventId: 1, us: at(2) },
      { computer: 'B', eventId: 1, us: at(9) },
    ]).tally;
    expect(hosts).toEqual([
      { computer: 'B', count: 2, firstUs: at(2), lastUs: at(9) },
      { computer: 'A', count: 1, firstUs: at(1), lastUs: at(1) },
    ]);
    expect(kinds.map(({ eventId, count }) => [eventId, count])).toEqual([
      [1, 2],
      [7045, 1],
    ]);
  });

  test('of parts, joined, is that of the whole', () => {
    const events = Array.from({ length: 60 }, (_, index) =>
      logon(index % 3 === 0 ? 4624 : 4625, index, `203.0.113.${index % 4}`),
    );
    const joined = new EventTallies();
    for (const part of [events.slice(0, 13), events.slice(13, 40), events.slice(40)])
      joined.join(tallied(part).tally);
    expect(joined.summary([])).toEqual(tallied(events).summary([]));
  });

  test('of more kinds than it keeps counts the rest', () => {
    const tallies = new EventTallies();
    const kind = (index: number) => ({
      channel: `C${index}`,
      provider: '',
      eventId: 1,
      count: 2,
      firstUs: 0,
      lastUs: 0,
    });
    const leftOut = { hosts: 0, kinds: 3, logons: 0 };
    tallies.join({
      hosts: [],
      kinds: Array.from({ length: 20_002 }, (_, index) => kind(index)),
      logons: [],
      leftOut,
    });
    expect(tallies.tally.kinds).toHaveLength(20_000);
    expect(tallies.tally.leftOut.kinds).toBe(7);
  });
});
