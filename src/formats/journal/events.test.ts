import { describe, expect, test } from 'bun:test';
import type { LogEvent } from '../../model/facts/event.ts';
import { printableText } from '../../model/text.ts';
import { type JournalEventsOutcome, readJournalEvents } from './events.ts';
import { type EntryGiven, journalFile } from './journal.fixture.ts';

const source = printableText('/var/log/journal/x/system.journal');
const noon = 1_700_000_000e6;
const decompress = { xz: () => undefined, lz4: () => undefined, zstd: () => undefined };

function read(entries: readonly EntryGiven[]) {
  const bytes = journalFile({ entries });
  const events: LogEvent[] = [];
  const file = { read: (offset: number, length: number) => bytes.subarray(offset, offset + length) };
  const outcome = readJournalEvents({ source, file, size: bytes.length, decompress }, (event) =>
    events.push(event),
  );
  if (outcome.status !== 'ok') throw new Error(outcome.status);
  return { events, outcome };
}

let count = 0;
const entry = (fields: Readonly<Record<string, string>>, more: Partial<EntryGiven> = {}): EntryGiven => {
  count += 1;
  return {
    monotonicUs: count * 1e6,
    seqnum: count,
    us: noon + count * 1e6,
    fields: { _HOSTNAME: 'web1', ...fields },
    ...more,
  };
};
const accepted = 'Accepted password for root from 203.0.113.9 port 22 ssh2';
const sshd = { SYSLOG_IDENTIFIER: 'sshd', MESSAGE: accepted, _TRANSPORT: 'syslog', _PID: '900' };
const whatOf = (fields: Readonly<Record<string, string>>): string | undefined => {
  const { events } = read([entry(fields)]);
  return events.at(-1)?.what;
};
type Ok = Extract<JournalEventsOutcome, { readonly status: 'ok' }>;

describe('entries of a journal', () => {
  test('are read as syslog lines are', () => {
    const { events, outcome } = read([
      entry(
        { ...sshd, _UID: '0', _EXE: '/usr/sbin/sshd', _SOURCE_REALTIME_TIMESTAMP: `${noon + 5}` },
        { us: noon + 9 },
      ),
    ]);
    expect(events.map(({ what }) => what)).toEqual(['host', 'login']);
    expect(events[1]).toMatchObject({
      what: 'login',
      outcome: 'accepted',
      from: '203.0.113.9',
      pid: 900,
      us: noon + 5,
      precision: 'microsecond',
      certain: true,
      host: 'web1',
      text: accepted,
    });
    expect(outcome).toMatchObject({ entries: 1, events: 2, claims: 0 });
  });

  test('what nobody knows more of is a message; a time far from the entry is not believed', () => {
    const { events } = read([
      entry({
        SYSLOG_IDENTIFIER: 'app\x1b',
        MESSAGE: 'a\x1b[2J\n',
        SYSLOG_PID: '12',
        _SOURCE_REALTIME_TIMESTAMP: '5',
      }),
    ]);
    expect(events[1]).toMatchObject({ what: 'message', program: 'app%1B', pid: 12, text: 'a%1B[2J%0A' });
    expect(events[1]?.us).toBe(noon + count * 1e6);
  });

  test('without a message are none', () => {
    expect(read([entry({ PRIORITY: '6' })]).events.map(({ what }) => what)).toEqual(['host']);
  });
});

describe('a message in the name of another', () => {
  test('is what a container writes', () => {
    const { events } = read([
      entry({ ...sshd, _UID: '0', _COMM: 'dockerd', CONTAINER_NAME: 'web', IMAGE_NAME: 'nginx:1' }),
      entry({ ...sshd, _UID: '1000', _COMM: 'conmon', CONTAINER_NAME: 'sshd' }),
    ]);
    expect(events.slice(1)).toMatchObject([
      {
        what: 'container',
        runtime: 'docker',
        action: 'output',
        container: 'web',
        image: 'nginx:1',
        detail: accepted,
      },
      { what: 'container', runtime: 'podman', container: 'sshd' },
    ]);
  });

  test('is what an ordinary account sent as sshd', () => {
    for (const exe of ['/usr/bin/logger', '/usr/bin/python3.11', '/tmp/sshd', '/home/eve/sshd', undefined]) {
      const { events, outcome } = read([
        entry({ ...sshd, _UID: '1000', ...(exe === undefined ? {} : { _EXE: exe }) }),
      ]);
      expect(events.at(-1)?.what).toBe('message');
      expect(outcome.claimed).toMatchObject([{ program: 'sshd', uid: 1000, exe: exe ?? '' }]);
      expect(outcome.unproven).toBe(exe === undefined ? 1 : 0);
    }
    expect(
      whatOf({
        SYSLOG_IDENTIFIER: 'kernel',
        MESSAGE: 'x[7]: segfault at 0 ip 0 sp 0 error 4',
        _TRANSPORT: 'syslog',
        _UID: '0',
      }),
    ).toBe('message');
  });

  test('is not what the programs of the system say under the account that called them', () => {
    expect(whatOf({ ...sshd, _UID: '0', _EXE: '/usr/sbin/sshd' })).toBe('login');
    expect(whatOf({ ...sshd, _UID: '74', _EXE: '/usr/lib/openssh/sshd-session' })).toBe('login');
    expect(whatOf({ ...sshd, _UID: '74', _EXE: '/usr/sbin/sshd (deleted)' })).toBe('login');
    expect(whatOf(sshd)).toBe('login');
    const su = {
      SYSLOG_IDENTIFIER: 'su',
      MESSAGE: '(to root) ada on pts/0',
      _UID: '1000',
      _TRANSPORT: 'syslog',
    };
    expect(whatOf({ ...su, _EXE: '/usr/bin/su' })).toBe('privilege');
    // logger(1) ends as fast as su(1) may: without a program nobody knows who it was.
    expect(whatOf(su)).toBe('message');
    expect(
      whatOf({
        SYSLOG_IDENTIFIER: 'kernel',
        MESSAGE: 'device eth0 entered promiscuous mode',
        _TRANSPORT: 'kernel',
      }),
    ).toBe('kernel');
  });
});

describe('the order of entries', () => {
  const orderOf = (changes: readonly Partial<EntryGiven>[]) => {
    const entries = changes.map((change, index) => ({
      fields: { MESSAGE: `${index}` },
      seqnum: index + 1,
      us: noon + index * 1e6,
      monotonicUs: 1e6 + index * 1e6,
      ...change,
    }));
    const { events, outcome } = read(entries);
    const { order }: Ok = outcome;
    const hosts = events.flatMap((event) =>
      event.what === 'host' ? [`${event.action} ${event.detail}`] : [],
    );
    return { order, hosts };
  };

  test('tells boots', () => {
    const { order, hosts } = orderOf([{}, {}, { boot: 'b', monotonicUs: 5 }]);
    expect(hosts).toEqual([`booted boot ${'a'.repeat(32)}`, `booted boot ${'b'.repeat(32)}`]);
    expect(order.boots.map(({ entries, firstUs, lastUs }) => [entries, firstUs, lastUs])).toEqual([
      [2, noon, noon + 1e6],
      [1, noon + 2e6, noon + 2e6],
    ]);
    expect(order).toMatchObject({
      gaps: [],
      missing: 0,
      seqnumBack: 0,
      monotonicBack: 0,
      quiet: [],
      steps: [],
    });
  });

  test('tells numbers that are missing and come again', () => {
    const { order } = orderOf([{}, { seqnum: 7 }, { seqnum: 7 }, { seqnum: 3 }]);
    expect(order.gaps).toEqual([{ after: 1, before: 7, fromUs: noon, toUs: noon + 1e6 }]);
    expect(order).toMatchObject({ missing: 5, seqnumBack: 2 });
  });

  test('tells clocks that went back, and a host that ran without a word', () => {
    const { order, hosts } = orderOf([
      {},
      { us: noon - 3600e6 },
      { us: noon - 3599e6, monotonicUs: 1 },
      { us: noon + 9e10, monotonicUs: 9e10 },
    ]);
    expect(hosts.slice(1)).toEqual([`clock-set boot ${'a'.repeat(32)}`]);
    expect(order.steps).toEqual([{ line: 2, fromUs: noon, toUs: noon - 3600e6 }]);
    expect(order.monotonicBack).toBe(1);
    expect(order.quiet).toEqual([{ fromUs: noon - 3599e6, toUs: noon + 9e10 }]);
  });
});
