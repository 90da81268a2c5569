import { describe, expect, test } from 'bun:test';
import { gzipSync } from 'node:zlib';
import { type Recorded, RecordedTarget } from '../../../../test/recorded-target.ts';
import type { LogEvent } from '../../../model/facts/event.ts';
import type { LogFact } from '../../../model/facts/log.ts';
import { SourceLog } from '../../../model/source-log.ts';
import { printableText } from '../../../model/text.ts';
import { withReadings } from './beside.ts';
import { findLogs } from './find-logs.ts';
import { findInFolder } from './log-folder.ts';
import { type LogBounds, readLogs } from './read-logs.ts';
import { sniff } from './sniff.ts';
import { logKinds, logReadings } from './table.ts';
import { unpackLog } from './unpack.ts';
import type { HostZone } from './zone.ts';

const us = (text: string): number => Date.parse(text) * 1000;
const wide: LogBounds = { bytes: 2 ** 40, ms: 60_000 };

const file = (content: string | Uint8Array, written: string, inode: number): Recorded => ({
  content,
  stat: { modifiedUs: us(written), inode, device: 1 },
});

interface Seen {
  readonly events: readonly LogEvent[];
  readonly facts: readonly LogFact[];
  readonly log: SourceLog;
}

function read(files: Record<string, Recorded>, bounds = wide, folder = false, zone?: HostZone): Seen {
  const target = new RecordedTarget({ kind: 'folder', files });
  const found = folder ? findInFolder(target, logReadings, unpackLog) : findLogs(target, logKinds);
  const events: LogEvent[] = [];
  const log = new SourceLog();
  const nowUs = us('2024-06-01T00:00:00Z');
  const request = {
    target,
    log,
    found,
    unpack: unpackLog,
    nowUs,
    bounds,
    ...(zone === undefined ? {} : { zone }),
  };
  const facts = readLogs(request, {
    begin: () => {},
    event: (event) => events.push(event),
    end: () => {},
  });
  return { events, facts, log };
}

describe('an access log beside a log of a service', () => {
  const request = '192.0.2.1 - - [02/Jan/2024:03:04:05 +0000] "POST /x HTTP/1.1" 200 9\n'.repeat(3);
  const open =
    '[02/Jan/2024:03:04:05 +0000] ada http-nio-8090-exec-1 192.0.2.1 GET / HTTP/1.1 200 1ms 9 - x\n';
  const found = (files: Record<string, string>) => {
    const recorded = Object.entries(files).map(
      ([path, content], index) => [path, file(content, '2024-01-02T04:00:00Z', index + 1)] as const,
    );
    const target = new RecordedTarget({ kind: 'folder', files: Object.fromEntries(recorded) });
    const { files: logs } = withReadings(target, findLogs(target, logKinds), unpackLog);
    return logs.map(({ path, reading }) => `${path} ${reading.id}`);
  };

  test.each([
    ['/u01/oracle/user_projects/domains/base/servers/AdminServer/logs/access.log', request, 'apache-access'],
    ['/opt/nacos/logs/access_log.2024-01-02.log', request, 'apache-access'],
    ['/opt/atlassian/confluence/logs/conf_access_log.2024-01-02.log', open, 'confluence-access'],
    [
      '/var/log/shop/access.json',
      '{"level":"info","ts":1,"request":{"method":"GET","uri":"/"},"status":200}\n',
      'web-json',
    ],
  ])('%s is read as what it is', (path, content, id) => {
    expect(found({ [path]: content })).toEqual([`${path} ${id}`]);
  });

  test('what is no access log is left, whatever its name says, and so is a whole flood of zeros', () => {
    expect(
      found({
        '/var/log/shop/access.log': 'nothing\nthat a server\nwrites\n',
        '/opt/x/logs/access.bin': '\0'.repeat(100_000),
      }),
    ).toEqual([]);
  });
});

const failed = (time: string, account = 'root', host = 'web-1'): string =>
  `${time} ${host} sshd[12]: Failed password for ${account} from 192.0.2.7 port 50000 ssh2\n`;

describe('the logs of a host', () => {
  test('rotated over the turn of the year are read oldest first, each in its own year', () => {
    const { events, facts } = read({
      '/var/log/auth.log': file(failed('Jan  7 10:00:00'), '2024-01-07T10:00:00Z', 11),
      '/var/log/auth.log.1': file(
        failed('Dec 31 23:59:59') + failed('Jan  1 00:00:01'),
        '2024-01-01T00:00:01Z',
        12,
      ),
      '/var/log/auth.log.2.gz': file(gzipSync(failed('Dec 24 08:00:00')), '2023-12-24T08:00:00Z', 13),
      '/etc/localtime': { link: '/usr/share/zoneinfo/Etc/UTC' },
    });
    expect(events.map((event) => new Date(event.us / 1000).toISOString().slice(0, 19))).toEqual([
      '2023-12-24T08:00:00',
      '2023-12-31T23:59:59',
      '2024-01-01T00:00:01',
      '2024-01-07T10:00:00',
    ]);
    expect(events.every((event) => event.certain)).toBe(true);
    expect(facts.map(({ source, status, events: count }) => [source.source, status, count] as const)).toEqual(
      [
        [printableText('/var/log/auth.log.2.gz'), 'ok', 1],
        [printableText('/var/log/auth.log.1'), 'ok', 2],
        [printableText('/var/log/auth.log'), 'ok', 1],
      ],
    );
    expect(facts[1]).toMatchObject({
      log: 'linux.log.auth',
      host: 'web-1',
      firstUs: us('2023-12-31T23:59:59Z'),
      lastUs: us('2024-01-01T00:00:01Z'),
      unreadable: 0,
    });
  });

  test('with dates in their names keep their years in a copy that lost its times', () => {
    const { events } = read({
      '/var/log/messages-20231231': file(failed('Dec 30 03:00:00'), '2024-05-30T00:00:00Z', 11),
      '/var/log/messages': file(failed('Jan  2 03:00:00'), '2024-01-02T03:00:00Z', 12),
    });
    expect(events.map((event) => new Date(event.us / 1000).getUTCFullYear())).toEqual([2023, 2024]);
  });

  test('of a set that lost its times follow from the one that is written now', () => {
    const copied = '2024-05-30T00:00:00Z';
    // Fourteen months, rotated monthly: the oldest shows a later day of the year than the copy was made on.
    const { events } = read({
      '/var/log/auth.log.3': file(failed('Apr 10 03:00:00'), copied, 11),
      '/var/log/auth.log.2': file(failed('Apr 20 03:00:00') + failed('Dec 30 03:00:00'), copied, 12),
      '/var/log/auth.log.1': file(
        ['Jan  2', 'Feb 20', 'Apr 10', 'Apr 28'].map((day) => failed(`${day} 03:00:00`)).join(''),
        copied,
        13,
      ),
      '/var/log/auth.log': file(failed('May 29 03:00:00') + failed('May 29 20:00:00'), copied, 14),
      '/etc/localtime': { link: '/usr/share/zoneinfo/Etc/UTC' },
    });
    expect(
      events.map(({ us: at, certain }) => [new Date(at / 1000).toISOString().slice(0, 10), certain]),
    ).toEqual([
      ['2023-04-10', false],
      ['2023-04-20', false],
      ['2023-12-30', true],
      ['2024-01-02', true],
      ['2024-02-20', true],
      ['2024-04-10', true],
      ['2024-04-28', true],
      ['2024-05-29', true],
      ['2024-05-29', true],
    ]);
  });

  test('of a host that does not tell its zone are not certain', () => {
    const one = { '/var/log/secure': file(failed('Jan  7 10:00:00'), '2024-01-07T10:00:00Z', 11) };
    expect(read(one).facts[0]?.uncertain).toBe(1);
    const told = { ...one, '/etc/timezone': 'Etc/UTC\n' };
    expect(read(told).facts[0]?.uncertain).toBe(0);
  });

  test('that are no files, or the same file twice, are read once and no more', () => {
    const { facts } = read({
      '/var/log/syslog': file(failed('Jan  7 10:00:00'), '2024-01-07T10:00:00Z', 11),
      '/var/log/messages': file(failed('Jan  7 10:00:00'), '2024-01-07T10:00:00Z', 11),
      '/var/log/cron/old/x': 'x',
      '/var/log/authorised.txt': 'x',
      '/var/log/auth.log.swp': 'x',
    });
    expect(facts.map(({ source }) => source.source as string)).toEqual(['/var/log/syslog']);
  });

  test('say what is odd about them: zeros, foreign lines, cut lines, a clock that goes back', () => {
    const { facts } = read({
      '/var/log/auth.log': file(
        `${failed('2024-01-07T10:00:00Z')}${'\0'.repeat(500)}${failed('2024-01-07T11:00:00Z')}garbage\n` +
          `${failed('2024-01-07T08:00:00Z')}2024-01-07T12:00:00Z web-1 sshd[1]: ${'x'.repeat(70_000)}\n`,
        '2024-01-07T12:00:00Z',
        11,
      ),
    });
    expect(facts[0]).toMatchObject({ nulBytes: 500, unreadable: 1, cutLines: 1, lines: 5, events: 4 });
    expect(facts[0]?.steps).toEqual([
      { line: 4, fromUs: us('2024-01-07T11:00:00Z'), toUs: us('2024-01-07T08:00:00Z') },
    ]);
  });

  test('denied, broken and empty end as what they are', () => {
    const { log, facts } = read({
      '/var/log/auth.log': {
        content: failed('Jan  7 10:00:00'),
        stat: { modifiedUs: us('2024-01-07T10:00:00Z'), inode: 5, device: 1 },
      },
      '/var/log/auth.log.1.gz': file(Uint8Array.of(0x1f, 0x8b, 7, 0, 1, 2, 3), '2024-01-01T00:00:00Z', 6),
      '/var/log/syslog': file('', '2024-01-07T00:00:00Z', 7),
    });
    expect(facts.map(({ status }) => status)).toEqual(['error', 'ok', 'empty']);
    expect(log.listed.map(({ artifact, status }) => [artifact, status])).toEqual([
      ['linux.log.auth', 'error'],
      ['linux.log.syslog', 'empty'],
    ]);
  });
});

describe('silence', () => {
  const hourly = (from: string, hours: number): string => {
    let text = '';
    for (let minute = 0; minute < hours * 60; minute += 10) {
      text += failed(new Date(Date.parse(from) + minute * 60_000).toISOString());
    }
    return text;
  };

  test('of two days in a busy log is told, over rotated files too, and whether the host was started after it', () => {
    const boot = '2024-01-07T00:01:00Z web-1 kernel: Linux version 6.1.0 (x)\n';
    const { facts } = read({
      '/var/log/syslog.1': file(hourly('2024-01-01T00:00:00Z', 96), '2024-01-05T00:00:00Z', 11),
      '/var/log/syslog': file(boot + hourly('2024-01-07T00:10:00Z', 48), '2024-01-09T00:00:00Z', 12),
    });
    expect(facts.map(({ gaps }) => gaps.length)).toEqual([0, 1]);
    expect(facts[1]?.gaps[0]).toMatchObject({ toUs: us('2024-01-07T00:01:00Z'), line: 1, booted: true });
  });

  test('is not told of a log of which a part could not be read', () => {
    const { facts } = read({
      '/var/log/syslog.2': file(hourly('2024-01-01T00:00:00Z', 96), '2024-01-05T00:00:00Z', 11),
      '/var/log/syslog.1.gz': file(Uint8Array.of(0x1f, 0x8b, 7, 1), '2024-01-07T00:00:00Z', 12),
      '/var/log/syslog': file(hourly('2024-01-07T00:10:00Z', 48), '2024-01-09T00:00:00Z', 13),
    });
    expect(facts.map(({ status, gaps }) => [status, gaps.length])).toEqual([
      ['ok', 0],
      ['error', 0],
      ['ok', 0],
    ]);
  });

  test('of nights and weekends is the rhythm of a log', () => {
    let text = '';
    for (let day = 0; day < 28; day += 1) {
      if (day % 7 > 4) continue;
      text += hourly(new Date(Date.parse('2024-01-01T08:00:00Z') + day * 86_400_000).toISOString(), 9);
    }
    const { facts } = read({ '/var/log/auth.log': file(text, '2024-01-28T17:00:00Z', 11) });
    expect(facts[0]?.gaps).toEqual([]);
  });
});

describe('when time or room is short', () => {
  const lines = (day: number): string => failed(`2024-01-0${day}T10:00:00Z`).repeat(1_000);
  const set: Record<string, Recorded> = {
    '/var/log/auth.log': file(lines(3), '2024-01-03T10:00:00Z', 11),
    '/var/log/auth.log.1': file(lines(2), '2024-01-02T10:00:00Z', 12),
    '/var/log/auth.log.2': file(lines(1), '2024-01-01T10:00:00Z', 13),
  };
  const size = lines(1).length;

  test('the newest logs are read, the rest is told', () => {
    const { facts, log } = read(set, { bytes: 2 * size, ms: 60_000 });
    expect(facts.map(({ source }) => source.source as string)).toEqual([
      '/var/log/auth.log.1',
      '/var/log/auth.log',
    ]);
    expect(log.listed).toMatchObject([{ source: '/var/log/auth.log.2', status: 'truncated' }]);
  });

  test('a log that is too large is read at its end, from a whole line on', () => {
    const { facts, events } = read(set, { bytes: size / 2 + 7, ms: 60_000 });
    expect(facts).toHaveLength(1);
    expect(facts[0]).toMatchObject({ status: 'truncated', reason: 'its end alone', unreadable: 0 });
    expect(events.length).toBeGreaterThan(490);
    expect(events[0]?.source.line).toBeUndefined();
    // The offset is that of the file.
    const offset = events[0]?.source.offset ?? 0;
    expect(lines(3).slice(offset, offset + 20)).toBe('2024-01-03T10:00:00Z');
  });

  test('no time at all leaves all of it out', () => {
    const { facts, log } = read(set, { bytes: 2 ** 30, ms: 0 });
    expect(facts).toEqual([]);
    expect(log.listed).toHaveLength(3);
  });
});

describe('hostile logs', () => {
  test('a line of 100 MB costs no more than its beginning, and those around it are read', () => {
    const before = Buffer.from(failed('2024-01-07T10:00:00Z'));
    const after = Buffer.from(`\n${failed('2024-01-07T11:00:00Z')}`);
    const content = Buffer.alloc(before.length + 100_000_000 + after.length, 0x41);
    before.copy(content);
    after.copy(content, before.length + 100_000_000);
    const { facts, events } = read({ '/var/log/auth.log': file(content, '2024-01-07T11:00:00Z', 11) });
    expect(facts[0]).toMatchObject({ events: 2, lines: 3, cutLines: 1, unreadable: 1, status: 'ok' });
    expect(events[1]?.source).toMatchObject({ line: 3, offset: before.length + 100_000_001 });
  });

  test('a packed log that was cut gives what it holds, and is told', () => {
    const packed = gzipSync(failed('2024-01-07T10:00:00Z').repeat(20_000)).subarray(0, -400);
    const { facts } = read({ '/var/log/auth.log.1.gz': file(packed, '2024-01-07T11:00:00Z', 11) });
    expect(facts[0]).toMatchObject({ status: 'truncated', reason: 'it ends within' });
    expect(facts[0]?.events).toBeGreaterThan(1_000);
  });

  test('a bomb of zeros ends, and is told', () => {
    const bomb = gzipSync(Buffer.alloc(300 << 20));
    const { facts } = read({ '/var/log/auth.log.1.gz': file(bomb, '2024-01-07T11:00:00Z', 11) });
    expect(['error', 'truncated']).toContain(facts[0]?.status ?? '');
    expect(facts[0]?.events).toBe(0);
  });

  test('a packed log whose checksum is of another content is told, and read', () => {
    const packed = gzipSync(failed('2024-01-07T10:00:00Z'));
    packed[packed.length - 8] = (packed.at(-8) ?? 0) ^ 0xff;
    const { facts, log } = read({ '/var/log/auth.log.1.gz': file(packed, '2024-01-07T11:00:00Z', 11) });
    expect(facts[0]).toMatchObject({ status: 'ok', events: 1, doubts: [{ what: 'checksum', count: 1 }] });
    expect(log.listed).toMatchObject([
      { status: 'ok', reason: 'checksums that are not those of the content: 1' },
    ]);
  });

  test('an account named like a line, with escapes, is an account', () => {
    const account = 'x from 198.51.100.9 port 1 ssh2\x1b[2J';
    const { events } = read({
      '/var/log/auth.log': file(failed('2024-01-07T10:00:00Z', account), '2024-01-07T10:00:00Z', 11),
    });
    expect(events).toMatchObject([{ what: 'login', outcome: 'failed', from: '192.0.2.7' }]);
    expect(events[0]?.text).not.toContain('\x1b');
  });

  test('thousands of host names take no room', () => {
    const text = Array.from({ length: 5_000 }, (_, index) =>
      failed('2024-01-07T10:00:00Z', 'root', index % 2 === 0 ? 'web-1' : `h${index}`),
    ).join('');
    const { facts } = read({ '/var/log/auth.log': file(text, '2024-01-07T10:00:00Z', 11) });
    expect(facts[0]?.host as string).toBe('web-1');
  });
});

describe('a folder of a log server', () => {
  const auth = failed('2024-01-07T10:00:00Z', 'root', 'web-1');
  const files: Record<string, Recorded> = {
    '/remote/web-1/auth.log': file(auth, '2024-01-07T10:00:00Z', 11),
    '/remote/db-1/2024/01/whatever': file(
      gzipSync(failed('Jan  7 10:00:00', 'root', 'db-1')),
      '2024-01-07T10:00:00Z',
      12,
    ),
    '/remote/db-2/messages': file('Jan  7 10:00:00 kernel: Linux version 6.1\n', '2024-01-07T10:00:00Z', 13),
    '/remote/README': file('How this folder is made.\nBy hand.\n', '2024-01-07T10:00:00Z', 14),
    '/remote/picture.png': file(
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3),
      '2024-01-07T10:00:00Z',
      15,
    ),
  };

  test('is known by its content, and hosts by lines or folders', () => {
    const { events, facts } = read(files, wide, true);
    expect(facts.map(({ source, host }) => [source.source, host] as readonly string[])).toEqual([
      ['recorded/remote/db-1/2024/01/whatever', 'db-1'],
      ['recorded/remote/db-2/messages', 'db-2'],
      ['recorded/remote/web-1/auth.log', 'web-1'],
    ]);
    expect(events.map(({ host }) => host as string)).toEqual(['db-1', '', 'web-1']);
  });

  test('keeps what no reader knows apart', () => {
    const target = new RecordedTarget({ kind: 'folder', files });
    const { unknown } = findInFolder(target, logReadings, unpackLog);
    expect(unknown as readonly string[]).toEqual(['/remote/README', '/remote/picture.png']);
  });

  test('is not taken for a log where fewer than most lines are', () => {
    const mixed = Buffer.from(`${auth}a\nb\nc\n`);
    expect(sniff(mixed, logReadings)).toBeUndefined();
    expect(sniff(Buffer.from(`${auth}${auth}a\n`), logReadings)?.reading.id).toBe('syslog');
  });
});
