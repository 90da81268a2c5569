import { describe, expect, test } from 'bun:test';
import { commandLogSettings } from './command.ts';
import type { LogSettings } from './place.ts';
import {
  dockerLogSettings,
  kubernetesLogSettings,
  mysqlLogSettings,
  postgresqlLogSettings,
  redisLogSettings,
  supervisorLogSettings,
  weblogicLogSettings,
} from './services.ts';
import {
  auditLogSettings,
  rsyslogLogSettings,
  sshdLogSettings,
  sudoLogSettings,
  syslogNgLogSettings,
} from './system.ts';
import { apacheLogSettings, nginxLogSettings, tomcatLogSettings } from './web.ts';

const said = ({ places, includes, base }: LogSettings): readonly string[] => [
  ...places.map(({ kind, path }) => `${kind} ${path}`),
  ...includes.map((path) => `include ${path}`),
  ...(base === undefined ? [] : [`base ${base}`]),
];

describe('where settings say that logs lie', () => {
  test('nginx', () => {
    const text = `user www; # access_log /not/this;
http { include /etc/nginx/conf.d/*.conf;
  log_format main '$remote_addr "$request"; {}';
  access_log /data/logs/shop access main buffer=32k;
  access_log "/data/logs/a b.log" main;
  server { access_log off; error_log logs/error.log warn; error_log stderr; access_log syslog:server=192.0.2.1;
    access_log /data/$host.log; } }`;
    expect(said(nginxLogSettings(text))).toEqual([
      'nginx /data/logs/shop',
      'nginx /data/logs/a b.log',
      'nginx-error logs/error.log',
      'include /etc/nginx/conf.d/*.conf',
    ]);
  });

  test('Apache', () => {
    const text = `ServerRoot "/etc/httpd"
Define LOGS /data/logs
#CustomLog /not/this common
IncludeOptional conf.d/*.conf
CustomLog "logs/access_log" combined
CustomLog "|/usr/sbin/rotatelogs -l /data/logs/shop.%Y%m%d 86400" combined
CustomLog "|/usr/bin/logger -t httpd" combined
ErrorLog \${LOGS}/error.log
TransferLog \${APACHE_LOG_DIR}/other.log
ErrorLog syslog:local1
CustomLog \${UNKNOWN}/x.log common
`;
    expect(said(apacheLogSettings(text.replaceAll('\\$', '$')))).toEqual([
      'apache logs/access_log',
      'apache /data/logs/shop.*',
      'apache-error /data/logs/error.log',
      'apache /var/log/apache2/other.log',
      'include conf.d/*.conf',
      'base /etc/httpd',
    ]);
  });

  test('Tomcat', () => {
    const text =
      '<Server><Valve className="org.apache.catalina.valves.RemoteIpValve"/><Valve className="org.apache.catalina.valves.AccessLogValve" directory="/data/tomcat" prefix="shop_access" suffix=".log" pattern="%h"/></Server>';
    expect(said(tomcatLogSettings(text))).toEqual([
      'tomcat /data/tomcat/shop_access*.log',
      'catalina logs/catalina.out',
    ]);
  });

  test('rsyslog and syslog-ng', () => {
    const text = `# *.* /not/this
module(load="imfile")
input(type="imfile" File="/var/log/shop.log" Tag="shop")
$IncludeConfig /etc/rsyslog.d/*.conf
include(file="/opt/rsyslog/*.conf")
$template Remote,"/data/remote/%HOSTNAME%/%PROGRAMNAME%.log"
auth,authpriv.*  -/data/auth.log;Format
*.emerg :omusrmsg:*
*.=debug;\\
  mail.none /data/debug
if $programname == 'sshd' then action(type="omfile" file="/data/sshd.log")
template(name="x" type="string" string="/data/%FROMHOST-IP%.log")
& stop
`;
    expect(said(rsyslogLogSettings(text))).toEqual([
      'syslog /data/sshd.log',
      'syslog /data/*.log',
      'syslog /data/remote/*/*.log',
      'syslog /data/auth.log',
      'syslog /data/debug',
      'include /opt/rsyslog/*.conf',
      'include /etc/rsyslog.d/*.conf',
    ]);
    const other = `@version: 4.2
@include "scl.conf"
source s_local { file("/proc/kmsg"); internal(); };
destination d_auth { file("/data/auth.log" perm(0640)); };
destination d_hosts { file("/data/$HOST/\${YEAR}.log" create_dirs(yes)); };
log { source(s_local); destination(d_auth); };`;
    expect(said(syslogNgLogSettings(other.replaceAll('\\$', '$')))).toEqual([
      'syslog /data/auth.log',
      'syslog /data/*/*.log',
      'include scl.conf',
    ]);
  });

  test('sudo, sshd and auditd', () => {
    expect(
      said(sudoLogSettings('Defaults env_reset, logfile="/data/sudo.log"\nroot ALL=(ALL) ALL\n')),
    ).toEqual(['syslog /data/sudo.log']);
    expect(said(sshdLogSettings('#SSHD_OPTS="-E /not/this"\nSSHD_OPTS="-4 -E /data/sshd.log"\n'))).toEqual([
      'syslog /data/sshd.log',
    ]);
    expect(said(auditLogSettings('log_format = ENRICHED\nlog_file = /data/audit.log\n'))).toEqual([
      'audit /data/audit.log',
    ]);
  });

  test('databases', () => {
    expect(
      said(
        redisLogSettings(
          '# logfile x\nlogfile "shop.log"\ndir /data/redis\nlogfile ""\ninclude /etc/more.conf\n',
        ),
      ),
    ).toEqual(['redis shop.log', 'include /etc/more.conf', 'base /data/redis']);
    const mysql =
      '[mysqld]\ndatadir=/data/mysql\nlog-error = db\ngeneral_log_file=/data/q.log\n!includedir /etc/my.cnf.d\n';
    expect(said(mysqlLogSettings(mysql))).toEqual([
      'mysql db.err',
      'mysql-general /data/q.log',
      'include /etc/my.cnf.d/*.cnf',
      'base /data/mysql',
    ]);
    const postgresql =
      "data_directory = '/data/pg'\t# where\n#log_directory = 'x'\nlog_directory = 'pg_log'\nlog_filename = 'db-%a.log'\n";
    expect(said(postgresqlLogSettings(postgresql))).toEqual([
      'postgresql pg_log/db-*.log',
      'postgresql-csv pg_log/db-*.csv',
      'postgresql-json pg_log/db-*.json',
      'base /data/pg',
    ]);
    expect(said(postgresqlLogSettings('port = 5432\n'))).toEqual([]);
  });

  test('containers and schedulers', () => {
    expect(said(dockerLogSettings('{"data-root": "/data/docker"}'))).toEqual([
      'docker-output /data/docker/containers/*/*-json.log',
    ]);
    expect(said(kubernetesLogSettings('    - --audit-log-path=/data/audit.log\n'))).toEqual([
      'kubernetes-audit /data/audit.log',
    ]);
    const supervisor = '[supervisord]\nlogfile=/data/s.log ; main\n[program:x]\nlogfile=/data/x.log\n';
    expect(said(supervisorLogSettings(supervisor))).toEqual(['supervisor /data/s.log']);
    expect(
      said(weblogicLogSettings('<domain-registry><domain location="/data/d1"/></domain-registry>')),
    ).toEqual(['weblogic /data/d1/servers/*/logs/*.log']);
  });
});

describe('where commands say that logs and settings lie', () => {
  const told = (command: string): readonly string[] => {
    const { places, settings } = commandLogSettings(command.split(' '));
    return [
      ...places.map(({ kind, path }) => `${kind} ${path}`),
      ...settings.map(({ of, path }) => `read ${of} ${path}`),
    ];
  };

  test.each([
    ['/usr/sbin/nginx -c /data/nginx.conf', 'read nginx /data/nginx.conf'],
    ['nginx: master process', ''],
    ['/opt/apache/bin/httpd -f/data/httpd.conf -DFOREGROUND', 'read apache /data/httpd.conf'],
    ['/usr/bin/redis-server /data/redis.conf', 'read redis /data/redis.conf'],
    ['redis-server *:6379', ''],
    [
      '/usr/sbin/mysqld --defaults-file=/data/my.cnf --log-error=/data/e.log',
      'mysql /data/e.log, read mysql /data/my.cnf',
    ],
    ['/usr/lib/postgresql/15/bin/postgres -D /data/pg', 'read postgresql /data/pg/postgresql.conf'],
    ['/usr/sbin/sshd -D -E /data/sshd.log', 'syslog /data/sshd.log'],
    [
      '/usr/bin/dockerd --data-root=/data/docker -H fd://',
      'docker-output /data/docker/containers/*/*-json.log',
    ],
    [
      'java -Xmx1g -Dweblogic.RootDirectory=/data/d1 weblogic.Server',
      'weblogic /data/d1/servers/*/logs/*.log',
    ],
    ['java -Dcatalina.base=/data/tomcat x', 'read tomcat /data/tomcat/conf/server.xml'],
    ['/opt/tomcat/bin/startup.sh CATALINA_BASE=/data/tomcat', 'read tomcat /data/tomcat/conf/server.xml'],
    ['/usr/bin/vim -c /etc/passwd', ''],
    ['', ''],
  ])('%s', (command, expected) => {
    expect(told(command).join(', ')).toBe(expected);
  });

  test('of a hundred thousand words end soon', () => {
    expect(told('nginx -c '.repeat(100_000))).toEqual([]);
    expect(told(`constructor ${'-Dcatalina.base '.repeat(100_000)}`)).toEqual([]);
  });
});

test('settings that are none, or made to be slow, end soon and say little', () => {
  const readers = [
    ...[nginxLogSettings, apacheLogSettings, tomcatLogSettings, rsyslogLogSettings, syslogNgLogSettings],
    ...[sudoLogSettings, sshdLogSettings, auditLogSettings, redisLogSettings, mysqlLogSettings],
    ...[postgresqlLogSettings, dockerLogSettings, kubernetesLogSettings, supervisorLogSettings],
    weblogicLogSettings,
  ];
  const size = 1 << 20;
  const pieces = [
    ...['\0', 'a', ' ', '"', '\\\n', 'access_log ', 'CustomLog "', 'input(', 'file="', 'destination {file("'],
    ...['<Valve AccessLogValve ', '<domain location="', '"data-root":"', '--audit-log-path=', 'a=-E ', '${'],
    ...['$template x,"', 'Defaults logfile=', '*.* ', '%', '{;}', '#'],
  ];
  for (const read of readers) {
    for (const piece of pieces) {
      const { places } = read(piece.repeat(Math.floor(size / piece.length)));
      expect(places.every(({ path }) => typeof path === 'string')).toBe(true);
    }
  }
}, 60_000);
