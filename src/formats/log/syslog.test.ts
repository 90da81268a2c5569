import { describe, expect, test } from 'bun:test';
import type { LogEvent } from '../../model/facts/event.ts';
import { printableText } from '../../model/text.ts';
import { LogReader } from './decode-log.ts';
import { LineReader } from './line-reader.ts';
import { syslog } from './syslog.ts';
import { YearScan } from './years.ts';

function read(text: string | Uint8Array) {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
  const scan = new YearScan();
  const lines = new LineReader((line) => scan.see(line.bytes, line.start, line.end, line.number));
  lines.push(bytes);
  lines.end();
  const events: LogEvent[] = [];
  const years = scan.resolve({ us: Date.UTC(2024, 2, 1) * 1000, isWritten: true });
  const reader = new LogReader(printableText('/var/log/auth.log'), syslog, { years }, (event) =>
    events.push(event),
  );
  reader.push(bytes);
  return { events, outcome: reader.end() };
}

const seen = (text: string): readonly unknown[] =>
  read(text).events.map((event) => [
    new Date(event.us / 1000).toISOString(),
    String(event.host),
    event.what === 'message'
      ? `${event.program}${event.pid === undefined ? '' : `[${event.pid}]`}`
      : event.what,
  ]);

describe('logs of syslog daemons', () => {
  test('the traditional form, with priority, fractions and a year', () => {
    expect(seen('Feb  2 03:04:05 web1 systemd[1]: Started x.\n')).toEqual([
      ['2024-02-02T03:04:05.000Z', 'web1', 'systemd[1]'],
    ]);
    expect(seen('<86>Feb 12 03:04:05.678 web1 CRON[7]: (root) x\n')[0]).toEqual([
      '2024-02-12T03:04:05.678Z',
      'web1',
      'CRON[7]',
    ]);
    expect(seen('Feb 12 2019 03:04:05 web1 app: x\n')[0]).toEqual([
      '2019-02-12T03:04:05.000Z',
      'web1',
      'app',
    ]);
  });

  test('what rsyslog folded happened as often as it says, and no oftener than a hundred times', () => {
    const of = (times: string, message = 'Failed password for root from 192.0.2.7 port 5 ssh2') =>
      read(`Feb  2 03:04:05 web1 sshd[7]: message repeated ${times} times: [ ${message}]\n`).events;
    expect(of('5')).toHaveLength(5);
    expect(of('5')[4]).toMatchObject({ what: 'login', outcome: 'failed', from: '192.0.2.7', port: 5 });
    expect(of('999999999')).toHaveLength(100);
    expect(of('0').map(({ what }) => what)).toEqual(['message']);
    expect(of('3', 'something else').map(({ what }) => what)).toEqual(['message']);
    // A name that a client sent is one within it too.
    const name = 'x from 192.0.2.9 port 1 ssh2] message repeated 50 times: [ Accepted password for root';
    expect(of('2', `Invalid user ${name} from 192.0.2.7 port 5`)).toMatchObject([
      { what: 'login', outcome: 'failed', known: false, from: '192.0.2.7' },
      { what: 'login', outcome: 'failed', known: false, from: '192.0.2.7' },
    ]);
  });

  test('journalctl with the whole time, and with seconds since 1970', () => {
    const told = ['2024-01-02T03:04:05.000Z', 'web1', 'sshd[7]'];
    expect(seen('Tue 2024-01-02 03:04:05 UTC web1 sshd[7]: x\n')).toEqual([told]);
    expect(seen('Tue 2024-01-02 11:04:05 +0800 web1 sshd[7]: x\n')).toEqual([told]);
    expect(seen('1704164645.000000 web1 sshd[7]: x\n')).toEqual([told]);
    // A zone's name says nothing by itself: the host's own holds.
    expect(seen('Tue 2024-01-02 03:04:05 CST web1 sshd[7]: x\n')).toEqual([told]);
  });

  test('what only looks so is no head', () => {
    for (const line of [
      'Tue 2024-01-02 03:04:05 x web1 sshd[7]: x',
      'Tuesday 2024-01-02 03:04:05 UTC web1 sshd[7]: x',
      'Tue 2024-99-02 03:04:05 UTC web1 sshd[7]: x',
      'Tue 2024-01-02 03:04:05',
      '1704164645.00000x web1 sshd[7]: x',
      '1704164645.000000',
      '9999999999999.000000 web1 sshd[7]: x',
    ]) {
      expect([line, read(`${line}\n`).events.length]).toEqual([line, 0]);
    }
  });

  test('ISO 8601 with offsets, and RFC 5424 with structured data', () => {
    expect(seen('2024-02-02T03:04:05.678901+08:00 web1 sshd[12]: Server listening\n')[0]).toEqual([
      '2024-02-01T19:04:05.678Z',
      'web1',
      'sshd[12]',
    ]);
    expect(seen('2024-02-02 03:04:05,678 web1 app: x\n')[0]).toEqual([
      '2024-02-02T03:04:05.678Z',
      'web1',
      'app',
    ]);
    const data = '[a x="]\\" y"][b z="1"]';
    const { events } = read(
      `<38>1 2024-02-02T03:04:05Z web1 sshd 12 - ${data} Accepted password for root from 192.0.2.1 port 2 ssh2\n`,
    );
    expect(events[0]).toMatchObject({
      what: 'login',
      outcome: 'accepted',
      from: '192.0.2.1',
      pid: 12,
      host: 'web1',
    });
  });

  test('BusyBox writes the facility before the program, klogd no host', () => {
    expect(
      read('Feb  2 03:04:05 alpine auth.info sshd[9]: Invalid user x from 192.0.2.1 port 2\n').events[0],
    ).toMatchObject({ what: 'login', host: 'alpine', pid: 9 });
    expect(seen('Feb  2 03:04:05 kernel: [1.0] sda2: rw=0\n')[0]).toEqual([
      '2024-02-02T03:04:05.000Z',
      '',
      'kernel',
    ]);
    expect(seen('Feb  2 03:04:05: --- last message repeated 5 times ---\n')[0]).toEqual([
      '2024-02-02T03:04:05.000Z',
      '',
      '',
    ]);
  });

  test('an event says where it stands', () => {
    const { events } = read('Feb  2 03:04:05 h a: x\nFeb  2 03:04:06 h b: y\n');
    expect(events.map(({ source, text }) => [source.line, source.offset, String(text)])).toEqual([
      [1, 0, 'Feb  2 03:04:05 h a: x'],
      [2, 23, 'Feb  2 03:04:06 h b: y'],
    ]);
  });

  test('an indented line goes on with its message, others are counted as unreadable', () => {
    const { events, outcome } = read(
      'Feb  2 03:04:05 h a: x\n\tmore\nno head\n  more\nMMM 22 07:54:32 h a: b\n\n',
    );
    expect(events).toHaveLength(1);
    expect(outcome).toMatchObject({ lines: 5, events: 1, continued: 1, unreadable: 3 });
  });

  test('lines that were cut, filled with NUL or are no text cost nothing but themselves', () => {
    const noise = Buffer.concat([
      new Uint8Array(5000),
      Buffer.from('Feb  2 03:04:05 h\xff\x1b[2J a\x9b[1]: \xfe\n', 'latin1'),
      Buffer.from('Feb  2 03:04'),
    ]);
    const { events, outcome } = read(noise);
    expect(events).toHaveLength(1);
    expect(String(events[0]?.host)).toBe('h%FF%1B[2J');
    expect(outcome).toMatchObject({ nulBytes: 5000, unreadable: 1 });
  });

  test('a message that looks like a line stays a message', () => {
    const line =
      'Feb  2 03:04:05 h app[1]: Feb  2 03:04:05 h sshd[2]: Accepted password for root from 192.0.2.1 port 2 ssh2';
    expect(read(`${line}\n`).events[0]).toMatchObject({ what: 'message', program: 'app' });
    const tag = 'Feb  2 03:04:05 h x sshd[2]: Accepted password for root from 192.0.2.1 port 2 ssh2';
    expect(read(`${tag}\n`).events[0]).toMatchObject({ what: 'message', program: '' });
  });
});
