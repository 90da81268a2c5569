import { describe, expect, test } from 'bun:test';
import { type Recorded, RecordedTarget } from '../../../../test/recorded-target.ts';
import { journalFile } from '../../../formats/journal/journal.fixture.ts';
import { machines, utmpRecord } from '../../../formats/utmp/utmp.fixture.ts';
import type { LogEvent } from '../../../model/facts/event.ts';
import { SourceLog } from '../../../model/source-log.ts';
import { findLogs } from './find-logs.ts';
import { readLogs } from './read-logs.ts';
import { sniff } from './sniff.ts';
import { logKinds, logReadings } from './table.ts';
import { unpackLog } from './unpack.ts';

const noon = 1_700_000_000;

function read(files: Record<string, Recorded>) {
  const target = new RecordedTarget({ kind: 'folder', files });
  const events: LogEvent[] = [];
  const log = new SourceLog();
  const bounds = { bytes: 1 << 30, ms: 60_000 };
  const found = findLogs(target, logKinds);
  const facts = readLogs(
    { target, log, found, unpack: unpackLog, nowUs: noon * 1e6, bounds },
    { begin: () => {}, event: (event) => events.push(event), end: () => {} },
  );
  return { events, facts };
}

const login = utmpRecord(machines['x86-64'], { type: 7, user: 'root', host: '203.0.113.9', seconds: noon });
const accepted = 'Accepted password for root from 203.0.113.9 port 22 ssh2';
const journal = journalFile({
  entries: [
    {
      seqnum: 1,
      us: noon * 1e6,
      monotonicUs: 9e9,
      fields: { _HOSTNAME: 'web1', SYSLOG_IDENTIFIER: 'sshd', MESSAGE: accepted, _TRANSPORT: 'syslog' },
    },
  ],
});

describe('the table of logs', () => {
  test('every id and every place stands in it once', () => {
    const ids = logKinds.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const places = logKinds.flatMap(({ paths }) => paths);
    expect(places.filter((path, at) => places.indexOf(path) !== at)).toEqual([]);
    for (const path of places) expect(path).toMatch(/^(?:\/|~\/)[^~]+$/);
  });

  test('sessions, failed logins and the journal are read where they lie', () => {
    const { events, facts } = read({
      '/var/log/wtmp': { content: login },
      '/var/log/btmp': { content: login },
      '/var/log/journal/0123456789abcdef/system.journal': { content: journal },
    });
    expect(facts.map(({ log, status }) => [log, status]).sort()).toEqual([
      ['linux.log.btmp', 'ok'],
      ['linux.log.journal', 'ok'],
      ['linux.log.wtmp', 'ok'],
    ]);
    const logins = events.filter(({ what }) => what === 'login' || what === 'session');
    expect(logins.some((event) => event.what === 'login' && event.outcome === 'failed')).toBe(true);
    expect(logins.some((event) => event.what === 'login' && event.outcome === 'accepted')).toBe(true);
    expect(events.every(({ us }) => us === noon * 1e6)).toBe(true);
  });

  test('a journal and a wtmp that are cut or blanked are told, and nothing else suffers', () => {
    const { events, facts } = read({
      '/var/log/wtmp': { content: Buffer.concat([new Uint8Array(768), login]) },
      '/var/log/journal/0123456789abcdef/system.journal': { content: journal.subarray(0, 100) },
      '/var/log/auth.log': { content: 'Nov 14 22:13:20 web1 sshd[1]: Server listening on :: port 22.\n' },
    });
    const of = (log: string) => facts.find((fact) => fact.log === `linux.log.${log}`);
    expect(of('wtmp')?.unreadable).toBeGreaterThan(0);
    expect(of('journal')).toMatchObject({
      unreadable: 1,
      status: 'error',
      reason: 'it ends within its head',
    });
    expect(of('auth')).toMatchObject({ status: 'ok', events: 1 });
    expect(events.length).toBeGreaterThan(1);
  });

  test('histories of shells and clients are read by their names', () => {
    const { events, facts } = read({
      '/etc/passwd': { content: 'ada:x:1000:1000::/home/ada:/bin/ksh\n' },
      '/home/ada/.sh_history': { content: 'whoami\0\nid\0\n', stat: { inode: 5 } },
      '/home/ada/.python_history': { content: 'import os\n', stat: { inode: 6 } },
      '/home/ada/.sqlite_history': { content: '_HiStOrY_V2_\nselect\\0401;\n', stat: { inode: 7 } },
    });
    expect(facts.map(({ log, status }) => `${log} ${status}`)).toEqual([
      'linux.log.shell-history ok',
      'linux.log.client-history ok',
      'linux.log.client-history ok',
    ]);
    const said = events.flatMap((event) => (event.what === 'command' ? [String(event.command)] : []));
    expect(said.map((command) => command.replaceAll('%00', ''))).toEqual([
      'whoami',
      'id',
      'import os',
      'select 1;',
    ]);
    expect(events.every((event) => event.what === 'command' && event.account === 'ada')).toBe(true);
  });

  test('a link in a home makes no history of a log of the host', () => {
    const request = '192.0.2.1 - - [14/Nov/2023:22:13:20 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8"\n';
    const { events, facts } = read({
      '/etc/passwd': { content: 'ada:x:1000:1000::/home/ada:/bin/sh\n' },
      '/home/ada/.bash_history': { link: '/var/log/nginx/access.log' },
      '/var/log/nginx/access.log': { content: request },
    });
    expect(facts.map(({ log }) => log)).toEqual(['linux.log.nginx']);
    expect(events.map(({ what }) => what)).toEqual(['request']);
  });

  test('a store that fails within a log leaves it as not whole', () => {
    const target = new RecordedTarget({
      kind: 'folder',
      files: { '/var/log/auth.log': { content: 'Nov 14 22:13:20 h sshd[1]: x\n'.repeat(3) } },
    });
    let taken = 0;
    const [fact] = readLogs(
      {
        target,
        log: new SourceLog(),
        found: findLogs(target, logKinds),
        unpack: unpackLog,
        nowUs: noon * 1e6,
        bounds: { bytes: 1 << 30, ms: 60_000 },
      },
      {
        begin: () => {},
        event: () => {
          taken += 1;
        },
        end: () => {},
        stopped: () => (taken > 1 ? 'the case cannot be written' : undefined),
      },
    );
    expect(fact).toMatchObject({ status: 'truncated', reason: 'the case cannot be written' });
  });

  test('an unknown file is known by its content, and a text that is none is no history', () => {
    expect(sniff(login, logReadings)?.reading.id).toBe('wtmp');
    expect(sniff(journal, logReadings)?.reading.id).toBe('journal');
    const access = '192.0.2.1 - - [14/Nov/2023:22:13:20 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8"\n';
    expect(sniff(Buffer.from(access.repeat(20)), logReadings)?.reading.id).toMatch(/^(?:nginx|apache)/);
    const audit =
      'type=USER_LOGIN msg=audit(1700000000.000:1): pid=1 uid=0 auid=0 ses=1 msg=\'op=login acct="root" exe="/usr/sbin/sshd" hostname=? addr=192.0.2.1 terminal=ssh res=failed\'\n';
    expect(sniff(Buffer.from(audit.repeat(20)), logReadings)?.reading.id).toBe('audit');
    expect(sniff(Buffer.from('to do:\nbuy milk\ncall the office\n'), logReadings)).toBeUndefined();
  });
});
