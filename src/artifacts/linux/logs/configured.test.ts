import { describe, expect, test } from 'bun:test';
import { type Recorded, RecordedTarget } from '../../../../test/recorded-target.ts';
import { configuredLogs } from './configured.ts';
import { findLogs } from './find-logs.ts';
import { logKinds } from './table.ts';
import { unpackLog } from './unpack.ts';

function look(files: Readonly<Record<string, Recorded>>, commands: readonly string[] = []) {
  const given = Object.entries(files).map(([path, one], index): [string, Recorded] =>
    typeof one === 'string'
      ? [path, { content: one, stat: { inode: index + 2, device: 1, modifiedUs: 1, size: one.length } }]
      : [path, one],
  );
  const target = new RecordedTarget({ kind: 'folder', files: Object.fromEntries(given) });
  const { kinds, problems } = configuredLogs(
    target,
    logKinds,
    unpackLog,
    commands.map((command) => command.split(' ')),
  );
  const found = findLogs(target, kinds).files.map(
    ({ log, reading, path }) => `${log.slice(10)} ${reading.id} ${path}`,
  );
  return { found, problems, rows: kinds.length - logKinds.length, asked: target.asked };
}

const access = '192.0.2.1 - - [14/Nov/2023:22:13:20 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8"\n';
const json =
  '{"level":"info","ts":1700000000.1,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"192.0.2.1","method":"GET","uri":"/","host":"a","headers":{}},"status":200,"size":5}\n';
const syslog = 'Nov 14 22:13:20 web-1 sshd[1]: Failed password for root from 192.0.2.7 port 5 ssh2\n';

describe('logs that settings name', () => {
  test('are found where a table knows no place, with those that were rotated', () => {
    const { found, problems } = look({
      '/etc/nginx/nginx.conf': 'http { include sites/*.site; access_log /data/logs/shop; }',
      '/etc/nginx/sites/a.site': 'server { access_log logs/a.log; error_log /data/logs/a-error; }',
      '/data/logs/shop': access,
      '/data/logs/shop.1': access,
      '/usr/share/nginx/logs/a.log': access,
      '/data/logs/a-error':
        '2023/11/14 22:13:20 [error] 7#7: *1 open() "/x" failed (2: No such file or directory), client: 192.0.2.1\n',
      '/etc/httpd/conf/httpd.conf':
        'ServerRoot /srv/httpd\nInclude more/*.conf\nCustomLog logs/access combined\n',
      '/srv/httpd/more/a.conf': 'CustomLog "|/usr/sbin/rotatelogs /data/logs/ssl.%Y%m%d 86400" combined\n',
      '/srv/httpd/logs/access': access,
      '/data/logs/ssl.20231114': access,
      '/etc/rsyslog.d/50-shop.conf': 'auth.* /data/logs/auth\n',
      '/data/logs/auth': syslog,
      '/opt/shop/conf/server.xml':
        '<Valve className="x.AccessLogValve" directory="acc" prefix="shop" suffix=".txt"/>',
      '/opt/shop/acc/shop.2023-11-14.txt': access,
      '/etc/postgresql/15/main/postgresql.conf': "data_directory = '/data/pg'\nlog_directory = 'pg_log'\n",
      '/data/pg/pg_log/postgresql-2023-11-14_000000.log': '2023-11-14 22:13:20.123 UTC [7] LOG:  starting\n',
      '/etc/redis/redis.conf': 'dir /data/redis\nlogfile redis.txt\n',
      '/data/redis/redis.txt': '7:M 14 Nov 2023 22:13:20.123 * Ready to accept connections\n',
      '/etc/docker/daemon.json': '{"data-root":"/data/docker"}',
      '/data/docker/containers/abc/abc-json.log':
        '{"log":"x\\n","stream":"stdout","time":"2023-11-14T22:13:20Z"}\n',
      '/u01/app/domain-registry.xml': '<domain-registry><domain location="/data/d1"/></domain-registry>',
      '/data/d1/servers/Admin/logs/Admin.log':
        '####<Nov 14, 2023 10:13:20 PM UTC> <Info> <x> <h> <s> <t> <u> <> <> <1700000000000> <BEA-1> <m>\n',
    });
    expect(problems).toEqual([]);
    expect(found.toSorted()).toEqual([
      'apache apache-access /data/logs/ssl.20231114',
      'apache apache-access /srv/httpd/logs/access',
      'docker-output docker-json-file /data/docker/containers/abc/abc-json.log',
      'nginx nginx-access /data/logs/shop',
      'nginx nginx-access /data/logs/shop.1',
      'nginx nginx-access /usr/share/nginx/logs/a.log',
      'nginx-error nginx-error /data/logs/a-error',
      'postgresql postgresql /data/pg/pg_log/postgresql-2023-11-14_000000.log',
      'redis redis /data/redis/redis.txt',
      'syslog syslog /data/logs/auth',
      'tomcat tomcat-access /opt/shop/acc/shop.2023-11-14.txt',
      'weblogic weblogic /data/d1/servers/Admin/logs/Admin.log',
    ]);
  });

  test('at their usual places are no further rows, and may be written as JSON', () => {
    const usual = {
      '/etc/nginx/nginx.conf':
        'http { access_log /var/log/nginx/access.log; error_log /var/log/nginx/error.log; }',
      '/etc/rsyslog.conf': '*.* /var/log/syslog\nauth.* /var/log/auth.log\n',
      '/var/log/auth.log': syslog,
    };
    const { found, rows } = look({ ...usual, '/var/log/nginx/access.log': access });
    expect(found).toEqual(['auth syslog /var/log/auth.log', 'nginx nginx-access /var/log/nginx/access.log']);
    expect(rows).toBeLessThanOrEqual(2);
    const other = look({ ...usual, '/var/log/nginx/access.log': json });
    expect(other.found).toContain('nginx web-json /var/log/nginx/access.log');
  });

  test('are found by the commands that services are started with', () => {
    const files = {
      '/app/shop/conf/server.xml': '<Valve className="x.AccessLogValve" prefix="acc" suffix=".txt"/>',
      '/app/shop/logs/acc.2023-11-14.txt': access,
      '/app/redis.conf': 'logfile /data/redis.log\n',
      '/data/redis.log': '7:M 14 Nov 2023 22:13:20.123 * Ready to accept connections\n',
    };
    const commands = ['java -Dcatalina.base=/app/shop x', '/usr/bin/redis-server /app/redis.conf'];
    expect(look(files, commands).found).toEqual([
      'tomcat tomcat-access /app/shop/logs/acc.2023-11-14.txt',
      'redis redis /data/redis.log',
    ]);
    expect(look(files).found).toEqual([]);
    const many = Array.from({ length: 30_000 }, (_, index) => `sshd -E /data/${index}`);
    expect(look(files, many).rows).toBe(400);
  });

  test('of a host without any are none, and nothing is said', () => {
    expect(look({ '/etc/passwd': 'root:x:0:0::/root:/bin/sh\n' })).toMatchObject({
      found: [],
      problems: [],
      rows: 0,
    });
  });
});

describe('settings that somebody wrote to be read', () => {
  test('make no log of what is none, and say so', () => {
    const { found, problems } = look({
      '/etc/nginx/nginx.conf':
        'http { access_log /etc/shadow; access_log /dev/zero; access_log ../../../proc/kcore; access_log /var/log/auth.log; access_log /a%41; access_log /; access_log /*/*/*/*/*/x; }',
      '/etc/shadow': 'root:$6$x$y:19000:0:99999:7:::\n',
      '/var/log/auth.log': syslog,
    });
    expect(found).toEqual(['auth syslog /var/log/auth.log']);
    expect(problems.map(({ source, reason }) => `${source}: ${reason}`)).toEqual([
      '/etc/shadow: settings name it, and it is no log of that kind',
      '/var/log/auth.log: settings name it, and it is no log of that kind',
    ]);
  });

  test('bring in themselves, thousands of others and thousands of logs, and come to an end', () => {
    const many = Object.fromEntries(
      Array.from({ length: 1_500 }, (_, index) => [
        `/etc/nginx/conf.d/${index}.conf`,
        `access_log /data/${index};`,
      ]),
    );
    const { rows, problems } = look({
      '/etc/nginx/nginx.conf': 'include nginx.conf; include conf.d/*;',
      ...many,
    });
    expect(rows).toBeLessThanOrEqual(400);
    expect(problems.map(({ status, reason }) => `${status} ${reason}`)).toEqual([
      'truncated too many settings of logs',
    ]);
    const lines = Array.from({ length: 3_000 }, (_, index) => `access_log /data/${index};`).join('\n');
    const other = look({ '/etc/nginx/nginx.conf': lines });
    expect(other.rows).toBe(400);
    expect(other.problems.map(({ reason }) => reason)).toEqual(['too many logs that settings name']);
  });

  test('that are pipes, links to nowhere or too large are passed over or told', () => {
    const { problems, rows } = look({
      '/etc/nginx/nginx.conf': { status: 'denied', reason: 'EACCES' },
      '/etc/redis.conf': { content: 'logfile /data/r\n', stat: { type: 'fifo' } },
      '/etc/rsyslog.conf': `auth.* /data/auth\n${'#'.repeat(2 << 20)}`,
    });
    expect(rows).toBe(1);
    expect(problems.map(({ source, status }) => `${source} ${status}`)).toEqual([
      '/etc/rsyslog.conf truncated',
    ]);
  });
});
