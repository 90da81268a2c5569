/** Logs that are no text, read through the table of logs as a scan does. */
import { Database } from 'bun:sqlite';
import { describe, expect, test } from 'bun:test';
import { gzipSync } from 'node:zlib';
import { type Recorded, RecordedTarget } from '../../../../test/recorded-target.ts';
import { atopFile } from '../../../formats/atop.fixture.ts';
import { type EntryGiven, journalFile } from '../../../formats/journal/journal.fixture.ts';
import { everyTenMinutes, saFile } from '../../../formats/sysstat.fixture.ts';
import { machines, utmpRecord } from '../../../formats/utmp/utmp.fixture.ts';
import type { EventOf, EventWhat, LogEvent } from '../../../model/facts/event.ts';
import { SourceLog } from '../../../model/source-log.ts';
import { findLogs } from './find-logs.ts';
import { readLogs } from './read-logs.ts';
import { sniff } from './sniff.ts';
import { logKinds, logReadings } from './table.ts';
import { unpackLog } from './unpack.ts';

const noon = 1_700_000_000;
const passwd = { '/etc/passwd': 'root:x:0:0::/root:/bin/sh\nada:x:1000:1000::/home/ada:/bin/sh\n' };

function read(files: Record<string, Recorded>) {
  // A file has the size of its content and an inode of its own.
  const given = Object.entries(files).map(([path, one], index): [string, Recorded] => {
    if (
      typeof one === 'function' ||
      (typeof one === 'object' && !('content' in one) && !ArrayBuffer.isView(one))
    )
      return [path, one];
    const { content, stat = {} } =
      typeof one === 'string' || ArrayBuffer.isView(one) ? { content: one } : one;
    return [path, { content, stat: { inode: index + 2, device: 1, size: content.length, ...stat } }];
  });
  const target = new RecordedTarget({ kind: 'folder', files: Object.fromEntries(given) });
  const events: LogEvent[] = [];
  const log = new SourceLog();
  const bounds = { bytes: 1 << 30, ms: 60_000 };
  const found = findLogs(target, logKinds);
  const facts = readLogs(
    { target, log, found, unpack: unpackLog, nowUs: (noon + 1e6) * 1e6, bounds },
    { begin: () => {}, event: (event) => events.push(event), end: () => {} },
  );
  const of = <W extends EventWhat>(what: W): readonly EventOf<W>[] =>
    events.filter((event): event is EventOf<W> => event.what === what);
  const told = (path: string) => log.listed.find(({ source }) => source === path);
  return { events, facts, of, told };
}

describe('the history of load', () => {
  const day = (start: number) =>
    saFile({ records: everyTenMinutes(start, [...Array(20).fill(0.05), ...Array(20).fill(0.97)]) });
  const atop = atopFile({
    samples: [
      { seconds: noon, interval: 1000, busy: 0.5, sinceBoot: true },
      { seconds: noon + 600, interval: 600, busy: 0.9 },
    ],
  });

  test('of sysstat and atop gives an event a sample, packed or not, and all days of a folder are one log', () => {
    const { facts, of } = read({
      '/var/log/sysstat/sa14': { content: day(noon), stat: { modifiedUs: 2e6 } },
      '/var/log/sysstat/sa13.gz': { content: gzipSync(day(noon - 86_400)), stat: { modifiedUs: 1e6 } },
      '/var/log/sysstat/sar13': 'Linux 6.1 (web-1)\n',
      '/var/log/sa/sa20231114': day(noon + 86_400),
      '/var/log/atop/atop_20231114': atop,
    });
    expect(
      facts.map(({ log, source, status, events }) => [log, source.source as string, status, events]),
    ).toEqual([
      ['linux.log.sysstat', '/var/log/sysstat/sa13.gz', 'ok', 40],
      ['linux.log.sysstat', '/var/log/sysstat/sa14', 'ok', 40],
      ['linux.log.sysstat', '/var/log/sa/sa20231114', 'ok', 40],
      ['linux.log.atop', '/var/log/atop/atop_20231114', 'ok', 1],
    ]);
    expect(facts[0]).toMatchObject({ firstUs: (noon - 86_400 + 600) * 1e6, gaps: [] });
    expect(of('load')).toHaveLength(121);
    expect(of('load')[0]).toMatchObject({ seconds: 600, certain: true });
    expect(of('load').at(-1)?.busy).toBeCloseTo(90, 0);
  });

  test('that is cut, broken or of another program is told as such', () => {
    const whole = day(noon);
    const { told, of } = read({
      '/var/log/sysstat/sa01': whole.subarray(0, whole.length - 5),
      '/var/log/sysstat/sa02': 'mined since nobody knows when',
      '/var/log/atop/atop_20231114': atop.subarray(0, 500),
      '/var/log/atop/atop_20231115': '',
    });
    expect(told('/var/log/sysstat/sa01')).toMatchObject({
      status: 'truncated',
      reason: 'ends within a record',
    });
    expect(told('/var/log/sysstat/sa02')).toMatchObject({
      status: 'error',
      reason: 'not written by sysstat',
    });
    expect(told('/var/log/atop/atop_20231114')?.status).toBe('truncated');
    expect(told('/var/log/atop/atop_20231115')?.status).toBe('empty');
    expect(of('load').length).toBe(40);
  });

  test('that has no end is not held', () => {
    const { told, of } = read({ '/var/log/sysstat/sa01': new Uint8Array(65 << 20) });
    expect(told('/var/log/sysstat/sa01')).toMatchObject({
      status: 'truncated',
      reason: 'more than 64 MiB, not read',
    });
    expect(of('load')).toEqual([]);
  });
});

/** glibc's struct lastlog of 64-bit x86: time, line, host. */
function lastlogOf(
  records: Readonly<Record<number, readonly [seconds: number, line: string, host: string]>>,
) {
  const uids = Object.keys(records).map(Number);
  const bytes = Buffer.alloc((Math.max(...uids) + 1) * 292);
  for (const uid of uids) {
    const [seconds, line, host] = records[uid] ?? [0, '', ''];
    bytes.writeUInt32LE(seconds, uid * 292);
    bytes.write(line, uid * 292 + 4, 'latin1');
    bytes.write(host, uid * 292 + 36, 'latin1');
  }
  return bytes;
}

function database(...statements: readonly string[]): Uint8Array {
  const made = new Database(':memory:');
  for (const statement of statements) made.run(statement);
  const bytes = made.serialize();
  made.close();
  return bytes;
}

const wtmpTable =
  'CREATE TABLE wtmp(ID INTEGER PRIMARY KEY, Type INTEGER, User TEXT NOT NULL, Login INTEGER, Logout INTEGER, TTY TEXT, RemoteHost TEXT, Service TEXT) STRICT';
const session = (id: number) =>
  `INSERT INTO wtmp VALUES (${id}, 3, 'ada', ${(noon + id) * 1e6}, NULL, 'pts/0', '192.0.2.7', 'sshd')`;
const wtmp = (...ids: readonly number[]) => database(wtmpTable, ...ids.map(session));
// util-linux liblastlog2/src/lastlog2.c
const lastlog2 = database(
  'CREATE TABLE Lastlog2(Name TEXT PRIMARY KEY, Time INTEGER, TTY TEXT, RemoteHost TEXT, Service TEXT)',
  `INSERT INTO Lastlog2 VALUES ('ada', ${noon}, 'pts/0', '192.0.2.7', 'sshd')`,
);

describe('last logins and the sessions of wtmpdb', () => {
  test('are read where they lie, with the names of their accounts', () => {
    const { facts, of } = read({
      ...passwd,
      '/var/log/lastlog': lastlogOf({ 0: [noon, 'tty1', ''], 1000: [noon + 5, 'pts/0', '192.0.2.7'] }),
      '/var/lib/lastlog/lastlog2.db': lastlog2,
      '/var/lib/wtmpdb/wtmp.db': wtmp(1, 2),
    });
    expect(facts.map(({ log, status, lastOnly }) => [log, status, lastOnly])).toEqual([
      ['linux.log.wtmpdb', 'ok', undefined],
      ['linux.log.lastlog2', 'ok', true],
      ['linux.log.lastlog', 'ok', true],
    ]);
    expect(of('login').map(({ account, from, us }) => [account, from, us] as readonly unknown[])).toEqual([
      ['ada', '192.0.2.7', noon * 1e6],
      ['root', '', noon * 1e6],
      ['ada', '192.0.2.7', (noon + 5) * 1e6],
    ]);
    expect(of('session').map(({ phase, account }) => `${phase} ${account}`)).toEqual([
      'opened ada',
      'opened ada',
    ]);
  });

  test('of a host where nobody logged in yet, and of one that was emptied, are no error', () => {
    const { facts } = read({
      '/var/log/lastlog': new Uint8Array(292_000),
      '/var/lib/wtmpdb/wtmp.db': wtmp(),
      '/var/lib/lastlog/lastlog2.db': '',
    });
    expect(facts.map(({ log, status }) => [log, status])).toEqual([
      ['linux.log.wtmpdb', 'ok'],
      ['linux.log.lastlog2', 'empty'],
      ['linux.log.lastlog', 'ok'],
    ]);
  });

  test('from which somebody took rows say so', () => {
    const { told, facts } = read({ '/var/lib/wtmpdb/wtmp.db': wtmp(1, 2, 7) });
    expect(facts[0]).toMatchObject({ status: 'ok', doubts: [{ what: 'missing', count: 4 }] });
    expect(told('/var/lib/wtmpdb/wtmp.db')).toMatchObject({
      status: 'ok',
      reason: 'numbered records that are not there: 4',
    });
  });

  test('that are no database, and views in its place, are refused', () => {
    const view = database(wtmpTable.replace('wtmp(', 'real('), 'CREATE VIEW wtmp AS SELECT * FROM real');
    const { told, events } = read({
      '/var/lib/wtmpdb/wtmp.db': view,
      '/var/lib/lastlog/lastlog2.db': 'SQLite format 3\0 and no more',
      '/var/log/lastlog': Buffer.from('no records at all'.repeat(100)),
    });
    expect(told('/var/lib/wtmpdb/wtmp.db')).toMatchObject({
      status: 'error',
      reason: 'not the schema of wtmpdb',
    });
    expect(told('/var/lib/lastlog/lastlog2.db')?.status).toBe('error');
    expect(events).toEqual([]);
  });
});

describe('a journal', () => {
  const entry = (
    seqnum: number,
    fields: Readonly<Record<string, string>>,
    us = seqnum * 1e6,
  ): EntryGiven => ({
    seqnum,
    us: noon * 1e6 + us,
    monotonicUs: 9e9 + us,
    fields: { _HOSTNAME: 'web1', _TRANSPORT: 'syslog', ...fields },
  });
  const path = '/var/log/journal/0123456789abcdef/system.journal';
  const accepted = {
    SYSLOG_IDENTIFIER: 'sshd',
    MESSAGE: 'Accepted password for root from 203.0.113.9 port 22 ssh2',
  };

  test('of a healthy host leaves no doubt', () => {
    const sent = { ...accepted, _UID: '0', _EXE: '/usr/sbin/sshd' };
    const { told, facts } = read({ [path]: journalFile({ entries: [entry(1, sent), entry(2, sent)] }) });
    expect(told(path)).toBeUndefined();
    expect(facts[0]?.doubts).toBeUndefined();
  });

  test('in which an account speaks in the name of a program says so, and its word is no login', () => {
    const forged = { ...accepted, _UID: '1000', _EXE: '/usr/bin/logger' };
    const gone = { ...accepted, SYSLOG_IDENTIFIER: 'su', MESSAGE: '(to root) ada on pts/0', _UID: '1000' };
    const { told, facts, of } = read({
      [path]: journalFile({ entries: [entry(1, forged), entry(2, gone)] }),
    });
    expect([...of('login'), ...of('privilege')]).toEqual([]);
    expect(facts[0]).toMatchObject({
      status: 'ok',
      doubts: [
        { what: 'claimed', count: 1 },
        { what: 'unproven', count: 1 },
      ],
    });
    expect(told(path)?.reason).toBe(
      'messages in the name of a program that did not send them: 1; messages of which nobody knows who sent them: 1',
    );
  });

  test('whose entries or clock go back says so', () => {
    const sent = { MESSAGE: 'x', _UID: '0' };
    const { told, facts } = read({
      [path]: journalFile({ entries: [entry(5, sent, 7200e6), entry(3, sent, 0), entry(9, sent, 7300e6)] }),
    });
    expect(facts[0]?.doubts).toEqual([{ what: 'disordered', count: 2 }]);
    expect(facts[0]?.steps).toEqual([{ line: 3, fromUs: (noon + 7200) * 1e6, toUs: noon * 1e6 }]);
    expect(told(path)?.reason).toBe('records that stand behind later ones: 2');
  });

  test('of which a field was changed afterwards says so', () => {
    const bytes = Buffer.from(journalFile({ entries: [entry(1, { ...accepted, _UID: '0' })] }));
    const at = bytes.indexOf('203.0.113.9');
    bytes.write('198.51.100.', at, 'latin1');
    const { told } = read({ [path]: bytes });
    expect(told(path)).toMatchObject({ status: 'ok' });
    expect(told(path)?.reason).toContain('parts that are not what was written');
  });
});

describe('a wtmp', () => {
  const records = Array.from({ length: 6 }, (_, index) =>
    utmpRecord(machines['x86-64'], { type: 7, user: 'ada', host: '192.0.2.7', seconds: noon + index }),
  );

  test('of which a cleaner emptied a record or cut out a part says so', () => {
    const emptied = Buffer.from(Buffer.concat(records));
    emptied.writeUInt32LE(0, 384 * 2);
    const cut = Buffer.concat([...records.slice(0, 3), new Uint8Array(100).fill(0x41), ...records.slice(3)]);
    for (const content of [emptied, cut]) {
      const { told, facts } = read({ '/var/log/wtmp': content });
      expect(facts[0]).toMatchObject({ status: 'ok', doubts: [{ what: 'changed', count: 1 }] });
      expect(told('/var/log/wtmp')?.reason).toBe('parts that are not what was written: 1');
      expect(read({ '/run/utmp': content }).told('/run/utmp')).toBeUndefined();
    }
    expect(read({ '/var/log/wtmp': Buffer.concat(records) }).told('/var/log/wtmp')).toBeUndefined();
  });
});

describe('an unknown file', () => {
  test('is known by what it begins with', () => {
    const of = (bytes: Uint8Array) => sniff(bytes, logReadings)?.reading.id;
    expect(of(saFile({ records: everyTenMinutes(noon, [0.5]) }))).toBe('sysstat');
    expect(of(atopFile({ samples: [{ seconds: noon, interval: 600, busy: 0.5 }] }))).toBe('atop');
    expect(of(wtmp(1))).toBe('wtmpdb');
    expect(of(lastlog2)).toBe('lastlog2');
    expect(of(database('CREATE TABLE other(ID INTEGER)'))).toBeUndefined();
  });
});
