/**
 * All logs that are read, one row each: id, how it is read, where it lies.
 *
 * Sources: rsyslog and syslog-ng as Debian, Ubuntu, RHEL, SUSE, Alpine and Arch set them up (their default
 * configurations); the packages of the services and their own documentation for where they write; hier(7).
 */
import { audit } from '../../../formats/log/audit/audit.ts';
import { bashHistory } from '../../../formats/log/history/bash.ts';
import { clientHistory } from '../../../formats/log/history/client.ts';
import { fishHistory } from '../../../formats/log/history/fish.ts';
import { zshHistory } from '../../../formats/log/history/zsh.ts';
import { aptHistory } from '../../../formats/log/packages/apt-history.ts';
import { dpkgLog } from '../../../formats/log/packages/dpkg.ts';
import { pacmanLog } from '../../../formats/log/packages/pacman.ts';
import { dnfLog, yumLog, zypperHistory } from '../../../formats/log/packages/rpm.ts';
import { activemq } from '../../../formats/log/services/activemq.ts';
import { confluence } from '../../../formats/log/services/confluence.ts';
import { containerDaemonLog } from '../../../formats/log/services/container-daemon.ts';
import { criOutput, dockerJsonFile } from '../../../formats/log/services/container-output.ts';
import { flink } from '../../../formats/log/services/flink.ts';
import { jenkins } from '../../../formats/log/services/jenkins.ts';
import { jupyter } from '../../../formats/log/services/jupyter.ts';
import { kubelet } from '../../../formats/log/services/klog.ts';
import { kubernetesAudit } from '../../../formats/log/services/kubernetes-audit.ts';
import { mysqlError, mysqlGeneral } from '../../../formats/log/services/mysql.ts';
import { nacos } from '../../../formats/log/services/nacos.ts';
import { openvpnLog } from '../../../formats/log/services/openvpn.ts';
import { pm2 } from '../../../formats/log/services/pm2.ts';
import { postgresql } from '../../../formats/log/services/postgresql.ts';
import { postgresqlCsv, postgresqlJson } from '../../../formats/log/services/postgresql-structured.ts';
import { redis } from '../../../formats/log/services/redis.ts';
import { redisMonitor } from '../../../formats/log/services/redis-monitor.ts';
import { rocketmq } from '../../../formats/log/services/rocketmq.ts';
import { salt } from '../../../formats/log/services/salt.ts';
import { spark } from '../../../formats/log/services/spark.ts';
import { supervisor } from '../../../formats/log/services/supervisor.ts';
import { weblogic } from '../../../formats/log/services/weblogic.ts';
import { xxlJob } from '../../../formats/log/services/xxl-job.ts';
import { yarn } from '../../../formats/log/services/yarn.ts';
import { syslog } from '../../../formats/log/syslog.ts';
import { apacheAccess, nginxAccess, tomcatAccess, traefikAccess } from '../../../formats/log/web/access.ts';
import { catalina } from '../../../formats/log/web/catalina.ts';
import { confluenceAccess } from '../../../formats/log/web/confluence-access.ts';
import { apacheError, nginxError } from '../../../formats/log/web/error-log.ts';
import { iis } from '../../../formats/log/web/iis.ts';
import { jsonAccess } from '../../../formats/log/web/json-access.ts';
import { atop, sysstat } from './load-records.ts';
import { type LogKind, type LogReading, lines, logKind } from './log-kind.ts';
import { lastlog, lastlog2, wtmpdb } from './login-records.ts';
import { btmp, journal, journalFields, journalObjects, utmpNow, wtmp } from './records.ts';

const system = lines(syslog);
const nginx = lines(nginxAccess);
const apache = lines(apacheAccess);
const apacheErrors = lines(apacheError);
const shell = lines(bashHistory);
const confluenceRequests = lines(confluenceAccess);
const objects = lines(jsonAccess);
const w3c = lines(iis);
/** Access logs of applications of Java, which lie beside their own. */
const accessLogs: readonly LogReading[] = [apache, confluenceRequests, objects, w3c];

/** `sa05` or `sa20240105`; the reports beside them, `sar05`, are text. */
const daysOf = (folder: string): readonly string[] =>
  ['0', '1', '2', '3'].map((first) => `${folder}/sa${first}*`);

/** Their beginnings are looked at before those of wtmp, which has no mark of its own. */
const withMarks: readonly LogKind[] = [
  logKind('wtmpdb', wtmpdb, '/var/lib/wtmpdb/wtmp*.db'),
  logKind('lastlog2', lastlog2, '/var/lib/lastlog/lastlog2.db'),
  {
    ...logKind('sysstat', sysstat, ...daysOf('/var/log/sysstat'), ...daysOf('/var/log/sa')),
    daily: true,
  },
  { ...logKind('atop', atop, '/var/log/atop/atop_*'), daily: true },
  logKind('journal-export', journalFields, '/var/log/journal/*.export', '/var/log/journal*.export'),
  logKind('journal-json', journalObjects, '/var/log/journal/*.json', '/var/log/journal*.json'),
];

const ofSystem: readonly LogKind[] = [
  logKind('auth', system, '/var/log/auth.log', '/var/log/secure', '/var/log/authlog'),
  logKind('syslog', system, '/var/log/syslog', '/var/log/messages', '/var/log/everything.log'),
  logKind('cron', system, '/var/log/cron', '/var/log/cron.log', '/var/log/crond.log'),
  logKind('kernel', system, '/var/log/kern.log', '/var/log/kernel.log', '/var/log/iptables.log'),
  logKind('daemon', system, '/var/log/daemon.log'),
  logKind('user', system, '/var/log/user.log'),
  logKind('mail', system, '/var/log/mail.log', '/var/log/maillog', '/var/log/mail', '/var/log/mail.err'),
  logKind('sudo', system, '/var/log/sudo.log'),
  logKind('boot', system, '/var/log/boot.log'),
  logKind('debug', system, '/var/log/debug'),
  logKind('journal', journal, '/var/log/journal/*/*.journal', '/run/log/journal/*/*.journal'),
  logKind('wtmp', wtmp, '/var/log/wtmp', '/var/log/wtmps'),
  logKind('btmp', btmp, '/var/log/btmp', '/var/log/btmps'),
  logKind('utmp', utmpNow, '/run/utmp', '/var/run/utmp'),
  logKind('lastlog', lastlog, '/var/log/lastlog'),
  logKind('audit', lines(audit), '/var/log/audit/audit.log'),
];

const ofPackages: readonly LogKind[] = [
  logKind('dpkg', lines(dpkgLog), '/var/log/dpkg.log'),
  logKind('apt', lines(aptHistory), '/var/log/apt/history.log'),
  logKind('yum', lines(yumLog), '/var/log/yum.log'),
  logKind('dnf', lines(dnfLog), '/var/log/dnf.log', '/var/log/dnf.rpm.log'),
  logKind('zypper', lines(zypperHistory), '/var/log/zypp/history'),
  logKind('pacman', lines(pacmanLog), '/var/log/pacman.log'),
];

/** What people typed. Every text is a line of these, so they are known by their names alone. */
const histories: readonly LogKind[] = [
  logKind('shell-history', shell, '~/.bash_history', '~/.ash_history', '~/.sh_history'),
  logKind('zsh-history', lines(zshHistory), '~/.zsh_history', '~/.histfile'),
  logKind('fish-history', lines(fishHistory), '~/.local/share/fish/fish_history'),
  logKind(
    'client-history',
    lines(clientHistory),
    ...[
      '~/.mysql_history',
      '~/.psql_history',
      '~/.python_history',
      '~/.sqlite_history',
      '~/.rediscli_history',
    ],
  ),
];

const ofWeb: readonly LogKind[] = [
  logKind(
    'nginx',
    nginx,
    '/var/log/nginx/*access*.log',
    '/www/wwwlogs/*.log',
    '/usr/local/nginx/logs/*access*.log',
  ),
  logKind(
    'nginx-error',
    lines(nginxError),
    '/var/log/nginx/*error*.log',
    '/usr/local/nginx/logs/*error*.log',
  ),
  logKind('apache', apache, '/var/log/apache2/*access*.log', '/var/log/httpd/*access_log'),
  logKind('apache-error', apacheErrors, '/var/log/apache2/*error*.log', '/var/log/httpd/*error_log'),
  logKind(
    'tomcat',
    lines(tomcatAccess),
    ...['/var/log/tomcat*/localhost_access_log*.txt', '/opt/*/logs/localhost_access_log*.txt'],
    '/usr/local/*/logs/localhost_access_log*.txt',
  ),
  logKind(
    'catalina',
    lines(catalina),
    ...['/var/log/tomcat*/catalina.out', '/opt/*/logs/catalina.out', '/usr/local/*/logs/catalina.out'],
  ),
  logKind('web-json', objects, '/var/log/caddy/*.log', '/var/log/traefik/*.json'),
  logKind('traefik', lines(traefikAccess), '/var/log/traefik/access.log'),
  logKind('iis', w3c, '/inetpub/logs/LogFiles/W3SVC*/*.log'),
  {
    // Of what people put where they like, by the word that all have in their names.
    ...logKind(
      'web-access',
      apache,
      ...[
        '/opt/*/logs/*access*',
        '/opt/*/*/logs/*access*',
        '/opt/*/log/*access*',
        '/usr/local/*/logs/*access*',
      ],
      ...['/data/logs/*access*', '/data/*/logs/*access*', '/srv/*/logs/*access*', '/home/*/*/logs/*access*'],
      ...[
        '/home/*/logs/*access*',
        '/var/www/*/logs/*access*',
        '/var/log/*/*access*',
        '/var/lib/*/logs/*access*',
      ],
      ...['/u01/*/user_projects/domains/*/servers/*/logs/access*', '/nacos/logs/*access*'],
    ),
    beside: accessLogs,
    guessed: true,
  },
];

const withAccess = (kind: LogKind): LogKind => ({ ...kind, beside: accessLogs });

const ofServices: readonly LogKind[] = [
  logKind(
    'redis-monitor',
    lines(redisMonitor),
    ...['/var/log/redis/*monitor*.log', '/var/log/redis*monitor*.log', '/var/log/valkey/*monitor*.log'],
  ),
  logKind('redis', lines(redis), '/var/log/redis/*.log', '/var/log/redis*.log', '/var/log/valkey/*.log'),
  logKind(
    'postgresql',
    lines(postgresql),
    ...['/var/log/postgresql/*.log', '/var/lib/pgsql/data/log/*.log', '/var/lib/pgsql/*/data/log/*.log'],
    '/var/lib/postgresql/*/main/log/*.log',
  ),
  logKind(
    'postgresql-csv',
    lines(postgresqlCsv),
    '/var/log/postgresql/*.csv',
    '/var/lib/pgsql/data/log/*.csv',
  ),
  logKind(
    'postgresql-json',
    lines(postgresqlJson),
    '/var/log/postgresql/*.json',
    '/var/lib/pgsql/data/log/*.json',
  ),
  logKind(
    'mysql',
    lines(mysqlError),
    ...['/var/log/mysql/error.log', '/var/log/mysqld.log', '/var/log/mariadb/*.log', '/var/lib/mysql/*.err'],
  ),
  logKind('mysql-general', lines(mysqlGeneral), '/var/log/mysql/mysql.log', '/var/lib/mysql/*-general.log'),
  logKind('docker-output', lines(dockerJsonFile), '/var/lib/docker/containers/*/*-json.log'),
  logKind('cri-output', lines(criOutput), '/var/log/pods/*/*/*.log'),
  logKind(
    'container-daemon',
    lines(containerDaemonLog),
    '/var/log/docker.log',
    '/var/log/upstart/docker.log',
  ),
  logKind('kubelet', lines(kubelet), '/var/log/kubelet.log', '/var/log/kubernetes/kubelet.log'),
  logKind(
    'kubernetes-audit',
    lines(kubernetesAudit),
    ...[
      '/var/log/kubernetes/audit.log',
      '/var/log/kubernetes/audit/audit.log',
      '/var/log/kube-apiserver/audit.log',
    ],
    '/var/lib/rancher/k3s/server/logs/audit.log',
  ),
  logKind('jenkins', lines(jenkins), '/var/log/jenkins/jenkins.log'),
  logKind('confluence', lines(confluence), '/var/atlassian/application-data/confluence/logs/*.log'),
  logKind('activemq', lines(activemq), '/opt/*/data/activemq.log', '/var/log/activemq/activemq.log'),
  logKind('rocketmq', lines(rocketmq), '~/logs/rocketmqlogs/*.log'),
  withAccess(logKind('nacos', lines(nacos), '/opt/nacos/logs/*.log', '~/nacos/logs/*.log')),
  logKind(
    'xxl-job',
    lines(xxlJob),
    '/data/applogs/xxl-job/*.log',
    '/data/applogs/xxl-job/jobhandler/*/*.log',
  ),
  withAccess(logKind('weblogic', lines(weblogic), '/u01/*/user_projects/domains/*/servers/*/logs/*.log')),
  logKind(
    'yarn',
    lines(yarn),
    '/var/log/hadoop-yarn/*.log',
    '/opt/hadoop/logs/*.log',
    '/usr/local/hadoop/logs/*.log',
  ),
  logKind('spark', lines(spark), '/var/log/spark/*.log', '/opt/spark/logs/*'),
  logKind('flink', lines(flink), '/opt/flink/log/*.log', '/var/log/flink/*.log'),
  logKind('jupyter', lines(jupyter), '/var/log/jupyter*.log'),
  logKind('salt', lines(salt), '/var/log/salt/*'),
  logKind('pm2', lines(pm2), '~/.pm2/pm2.log'),
  logKind('supervisor', lines(supervisor), '/var/log/supervisor/supervisord.log', '/var/log/supervisord.log'),
  logKind('openvpn', lines(openvpnLog), '/var/log/openvpn/*.log', '/var/log/openvpn*.log'),
];

export const logKinds: readonly LogKind[] = [
  ...[...withMarks, ...ofSystem, ...ofPackages, ...histories],
  ...[...ofWeb, ...ofServices],
];

const byNameAlone = new Set(histories.map(({ reading }) => reading));

/** Each way of reading once. */
export const allReadings: readonly LogReading[] = [...new Set(logKinds.map(({ reading }) => reading))];

/** In the order in which an unknown file is tried: those that every text would be one of are left out. */
export const logReadings: readonly LogReading[] = allReadings.filter((reading) => !byNameAlone.has(reading));
