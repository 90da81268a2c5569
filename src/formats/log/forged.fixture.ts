/**
 * Lines of services with one field that an attacker chooses, filled as the service itself writes it: escaped, quoted or
 * cut the way its source says. For tests that whatever stands there stays what it is.
 */
import { audit } from './audit/audit.ts';
import type { LogFormat } from './decoder.ts';
import { activemq } from './services/activemq.ts';
import { confluence } from './services/confluence.ts';
import { containerDaemonLog } from './services/container-daemon.ts';
import { criOutput, dockerJsonFile } from './services/container-output.ts';
import { flink } from './services/flink.ts';
import { jenkins } from './services/jenkins.ts';
import { jupyter } from './services/jupyter.ts';
import { kubelet } from './services/klog.ts';
import { kubernetesAudit } from './services/kubernetes-audit.ts';
import { mysqlError } from './services/mysql.ts';
import { openvpnLog } from './services/openvpn.ts';
import { pm2 } from './services/pm2.ts';
import { postgresql } from './services/postgresql.ts';
import { postgresqlCsv, postgresqlJson } from './services/postgresql-structured.ts';
import { redis } from './services/redis.ts';
import { redisMonitor } from './services/redis-monitor.ts';
import { rocketmq } from './services/rocketmq.ts';
import { weblogic } from './services/weblogic.ts';
import { syslog } from './syslog.ts';
import { apacheAccess, nginxAccess } from './web/access.ts';
import { apacheError, nginxError } from './web/error-log.ts';
import { iis } from './web/iis.ts';
import { jsonAccess } from './web/json-access.ts';

export interface Forgeable {
  readonly name: string;
  readonly format: LogFormat;
  /** The line, with what the attacker wants in its field. */
  line(wanted: string): string;
}

const hex = (text: string): string => Buffer.from(text, 'utf8').toString('hex').toUpperCase();
const octal = (byte: string): string => byte.charCodeAt(0).toString(8).padStart(3, '0');

/** vis(3) as sshd's log uses it: VIS_SAFE and VIS_OCTAL. */
const vis = (text: string): string =>
  text.replace(/[\x00-\x1f\x7f\\]/g, (byte) => (byte === '\\' ? '\\\\' : `\\${octal(byte)}`));
/** rsyslog writes what is no text as `#012`. */
const rsyslog = (text: string): string => text.replace(/[\x00-\x1f\x7f]/g, (byte) => `#${octal(byte)}`);
const nginx = (text: string): string =>
  text.replace(
    /[\x00-\x1f"\\\x7f]/g,
    (byte) => `\\x${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
const apache = (text: string): string =>
  text
    .replace(/["\\]/g, '\\$&')
    .replace(/[\x00-\x1f\x7f]/g, (byte) =>
      byte === '\n'
        ? '\\n'
        : byte === '\t'
          ? '\\t'
          : `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`,
    );
/** A word of a request line: a client cannot send a blank in it. */
const word = (text: string): string =>
  text.replace(/[\x00-\x20\x7f]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
/** One line of what has no way to send another. */
const oneLine = (text: string): string => text.replace(/[\x00\r\n]/g, ' ');
/** What the audit system writes of a string that others chose. */
const untrusted = (text: string): string =>
  /^[!-~]*$/.test(text) && !text.includes('"') ? `"${text}"` : hex(text);

const sys = (program: string, message: string): string => `2024-01-02T03:04:05Z web1 ${program}: ${message}`;
const java = '2024-01-02 03:04:05,678';

export const forgeable: readonly Forgeable[] = [
  {
    name: 'sshd: the account of a password that failed',
    format: syslog,
    line: (text) =>
      sys('sshd[1]', `Failed password for invalid user ${vis(text)} from 192.0.2.7 port 50000 ssh2`),
  },
  {
    name: 'sshd: the account that is not there',
    format: syslog,
    line: (text) => sys('sshd[1]', `Invalid user ${vis(text)} from 192.0.2.7 port 50000`),
  },
  {
    name: 'sshd: the account of a connection that ended',
    format: syslog,
    line: (text) =>
      sys('sshd[1]', `Disconnected from invalid user ${vis(text)} 192.0.2.7 port 50000 [preauth]`),
  },
  {
    name: 'sshd: what a client says as it leaves',
    format: syslog,
    line: (text) =>
      sys('sshd[1]', `Received disconnect from 192.0.2.7 port 50000:11: ${vis(text)} [preauth]`),
  },
  {
    name: 'PAM: the account of a failure',
    format: syslog,
    line: (text) =>
      sys(
        'vsftpd[1]',
        `pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=x rhost=192.0.2.7  user=${rsyslog(text)}`,
      ),
  },
  {
    name: 'sudo: the command',
    format: syslog,
    line: (text) => sys('sudo', `ada : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/echo ${rsyslog(text)}`),
  },
  {
    name: 'cron: the command',
    format: syslog,
    line: (text) => sys('CRON[1]', `(ada) CMD (echo ${rsyslog(text)})`),
  },
  {
    name: 'the kernel: the name of a process that crashed',
    format: syslog,
    line: (text) =>
      sys('kernel', `[  1.000000] ${rsyslog(text).slice(0, 15)}[7]: segfault at 0 ip 0 sp 0 error 4`),
  },
  {
    name: 'logger(1): a message of anybody’s program',
    format: syslog,
    line: (text) => sys('webapp[9]', rsyslog(text)),
  },
  {
    name: 'a password change that PAM refused',
    format: syslog,
    line: (text) =>
      sys('passwd[9]', `pam_unix(passwd:chauthtok): user "${rsyslog(text)}" does not exist in /etc/passwd`),
  },
  {
    name: 'ASA: the user',
    format: syslog,
    line: (text) =>
      `Jan  2 2024 03:04:05 fw : %ASA-6-113005: AAA user authentication Rejected : reason = Invalid password : server = 198.51.100.1 : user = ${rsyslog(text)} : user IP = 192.0.2.7`,
  },
  {
    name: 'JumpServer: the user name',
    format: syslog,
    line: (text) =>
      sys('jumpserver', `login_log - ${JSON.stringify({ username: text, ip: '192.0.2.7', status: 0 })}`),
  },
  {
    name: 'charon: the peer of EAP',
    format: syslog,
    line: (text) => sys('charon', `05[IKE] EAP method EAP_MD5 failed for peer ${rsyslog(text)}`),
  },
  {
    name: 'audit: the account of a login that failed',
    format: audit,
    line: (text) =>
      `type=USER_LOGIN msg=audit(1704164645.678:5): pid=1 uid=0 auid=4294967295 ses=4294967295 msg='op=login acct=${untrusted(text)} exe="/usr/sbin/sshd" hostname=? addr=192.0.2.7 terminal=ssh res=failed'`,
  },
  {
    name: 'audit: a file that was opened',
    format: audit,
    line: (text) =>
      `type=PATH msg=audit(1704164645.678:5): item=0 name=${untrusted(text)} inode=5 dev=08:01 mode=0100644`,
  },
  {
    name: 'audit: the name of a process',
    format: audit,
    line: (text) =>
      `type=ANOM_ABEND msg=audit(1704164645.678:5): auid=1000 uid=1000 gid=1000 ses=1 pid=9 comm=${untrusted(text.slice(0, 15))} exe="/usr/bin/x" sig=6 res=1`,
  },
  ...(['nginx', 'apache'] as const).flatMap((server) => {
    const format = server === 'nginx' ? nginxAccess : apacheAccess;
    const escaped = server === 'nginx' ? nginx : apache;
    const head = '192.0.2.7 - - [02/Jan/2024:03:04:05 +0000]';
    return [
      {
        name: `${server}: the agent`,
        format,
        line: (text: string) => `${head} "GET /a HTTP/1.1" 404 31 "-" "${escaped(text)}"`,
      },
      {
        name: `${server}: the referrer`,
        format,
        line: (text: string) => `${head} "GET /a HTTP/1.1" 404 31 "${escaped(text)}" "curl"`,
      },
      {
        name: `${server}: the target`,
        format,
        line: (text: string) => `${head} "GET /${escaped(word(text))} HTTP/1.1" 404 31 "-" "curl"`,
      },
      {
        name: `${server}: a request that is none`,
        format,
        line: (text: string) => `${head} "${escaped(text)}" 400 31 "-" "-"`,
      },
    ];
  }),
  {
    name: 'nginx: the request of an error',
    format: nginxError,
    line: (text) =>
      `2024/01/02 03:04:05 [error] 7#7: *1 open() "/srv/a" failed (2: No such file or directory), client: 192.0.2.7, server: x, request: "GET /${word(text).replaceAll('"', '%22')} HTTP/1.1", host: "x"`,
  },
  {
    name: 'Apache: the file of an error',
    format: apacheError,
    line: (text) =>
      `[Tue Jan 02 03:04:05.678901 2024] [core:info] [pid 7] [client 192.0.2.7:5] AH00128: File does not exist: /srv/${apache(text)}`,
  },
  {
    name: 'IIS: the agent',
    format: iis,
    line: (text) =>
      `#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status cs(User-Agent)\n2024-01-02 03:04:05 192.0.2.7 GET /a - 404 ${word(text).replaceAll('%20', '+')}`,
  },
  {
    name: 'Caddy: a header',
    format: jsonAccess,
    line: (text) =>
      JSON.stringify({
        level: 'info',
        ts: 1_704_164_645.678,
        logger: 'http.log.access',
        msg: 'handled request',
        request: {
          remote_ip: '192.0.2.7',
          method: 'GET',
          host: 'x',
          uri: '/a',
          headers: { 'User-Agent': [text] },
        },
        status: 404,
        size: 31,
      }),
  },
  {
    name: 'PostgreSQL: the role that was refused',
    format: postgresql,
    line: (text) =>
      `2024-01-02 03:04:05.678 UTC [12] FATAL:  password authentication failed for user "${oneLine(text).slice(0, 63)}"`,
  },
  {
    name: 'PostgreSQL: the role in the prefix too',
    format: postgresql,
    line: (text) => {
      const role = oneLine(text).slice(0, 63);
      return `2024-01-02 03:04:05.678 UTC [12] ${role}@app FATAL:  password authentication failed for user "${role}"`;
    },
  },
  {
    name: 'PostgreSQL: a statement over lines',
    format: postgresql,
    line: (text) =>
      `2024-01-02 03:04:05.678 UTC [12] ada@app LOG:  statement: SELECT '${text.replace(/\r?\n/g, '\n\t').replaceAll('\0', '')}'`,
  },
  {
    name: 'PostgreSQL csv: a statement over lines',
    format: postgresqlCsv,
    line: (text) =>
      `2024-01-02 03:04:05.678 UTC,"ada","app",12,"192.0.2.7:5",65.1,1,"SELECT",2024-01-02 03:00:00 UTC,3/4,0,LOG,00000,"statement: ${text.replaceAll('"', '""').replaceAll('\0', '')}",,,,,,,,,"psql"`,
  },
  {
    name: 'PostgreSQL json: the role that was refused',
    format: postgresqlJson,
    line: (text) =>
      JSON.stringify({
        timestamp: '2024-01-02 03:04:05.678 UTC',
        user: text,
        pid: 12,
        remote_host: '192.0.2.7',
        error_severity: 'FATAL',
        message: `password authentication failed for user "${text}"`,
      }),
  },
  {
    name: 'MySQL: the user that was refused',
    format: mysqlError,
    line: (text) =>
      `2024-01-02T03:04:05.678901Z 8 [Note] [MY-010926] [Server] Access denied for user '${oneLine(text).slice(0, 32)}'@'192.0.2.7' (using password: YES)`,
  },
  {
    name: 'Redis: the name that a client gave itself',
    format: redis,
    line: (text) =>
      `1:S 02 Jan 2024 03:04:05.678 * REPLICAOF 203.0.113.5:1 enabled (user request from 'id=3 addr=192.0.2.7:5 laddr=10.0.0.1:6379 fd=8 name=${text.replace(/[^!-~]/g, '')} db=0')`,
  },
  {
    name: 'Redis: a value that MONITOR shows',
    format: redisMonitor,
    line: (text) => `1704164645.678901 [0 192.0.2.7:60866] "set" "k" ${JSON.stringify(text)}`,
  },
  {
    name: 'Redis: the command itself that MONITOR shows',
    format: redisMonitor,
    line: (text) => `1704164645.678901 [0 192.0.2.7:60866] ${JSON.stringify(text)}`,
  },
  {
    name: 'dockerd: the name of a container',
    format: containerDaemonLog,
    line: (text) =>
      `time="2024-01-02T03:04:05Z" level=debug msg=${JSON.stringify(`Calling POST /v1.41/containers/create?name=${encodeURIComponent(text)}`)}`,
  },
  {
    name: 'dockerd: what a registry answered',
    format: containerDaemonLog,
    line: (text) => `time="2024-01-02T03:04:05Z" level=error msg="pull failed" error=${JSON.stringify(text)}`,
  },
  {
    name: 'Docker: what a container prints',
    format: dockerJsonFile,
    line: (text) => JSON.stringify({ log: `${text}\n`, stream: 'stdout', time: '2024-01-02T03:04:05.6Z' }),
  },
  {
    name: 'CRI: what a container prints',
    format: criOutput,
    line: (text) => `2024-01-02T03:04:05.678901234Z stdout F ${oneLine(text)}`,
  },
  {
    name: 'the kubelet: the agent',
    format: kubelet,
    line: (text) =>
      `I0102 03:04:05.678901    1234 httplog.go:132] "HTTP" verb="GET" URI="/healthz" latency="1ms" userAgent=${JSON.stringify(text)} audit-ID="" srcIP="192.0.2.7:5" resp=200`,
  },
  {
    name: 'Kubernetes: the agent',
    format: kubernetesAudit,
    line: (text) =>
      JSON.stringify({
        apiVersion: 'audit.k8s.io/v1',
        stage: 'ResponseComplete',
        requestURI: '/api/v1/pods',
        verb: 'list',
        user: { username: 'system:anonymous' },
        sourceIPs: [text, '192.0.2.7'],
        userAgent: text,
        objectRef: { resource: 'pods' },
        responseStatus: { code: 403 },
        stageTimestamp: '2024-01-02T03:04:05Z',
      }),
  },
  {
    name: 'Jupyter: the target',
    format: jupyter,
    line: (text) =>
      `[W 2024-01-02 03:04:05.678 ServerApp] 404 GET /${word(text)} (@192.0.2.7) 1.20ms referer=None`,
  },
  {
    name: 'Jupyter: the referrer',
    format: jupyter,
    line: (text) =>
      `[W 2024-01-02 03:04:05.678 ServerApp] 404 GET /x (@192.0.2.7) 1.20ms referer=${oneLine(text)}`,
  },
  {
    name: 'Jenkins: the account',
    format: jenkins,
    line: (text) =>
      `2024-01-02 03:04:05.678+0000 [id=1]\tWARNING\thudson.security.csrf.CrumbFilter#doFilter: No valid crumb was included in request for /x by ${oneLine(text)}. Returning 403.`,
  },
  {
    name: 'Confluence: the referrer',
    format: confluence,
    line: (text) =>
      `${java} ERROR [http-1] [a.B] execute x\n -- referer: ${oneLine(text)} | url: /index.action | userName: anonymous | action: index`,
  },
  {
    name: 'ActiveMQ: the user',
    format: activemq,
    line: (text) => `${java} | WARN  | User name [${oneLine(text)}] or password is invalid. | a.B | t`,
  },
  {
    name: 'RocketMQ: the configuration that was sent',
    format: rocketmq,
    line: (text) =>
      `2024-01-02 03:04:05 INFO AdminBrokerThread_1 - updateBrokerConfig, new config: [{a=${oneLine(text)}}] client: /192.0.2.7:5`,
  },
  {
    name: 'WebLogic: the user that was locked',
    format: weblogic,
    line: (text) =>
      `####<Jan 2, 2024> <Notice> <S> <h> <s> <t> <u> <> <> <1704164645678> <BEA-090078> <User ${oneLine(text)} in security realm b has had 5 invalid login attempts, locking account for 30 minutes.> `,
  },
  {
    name: 'Flink: the name of a job',
    format: flink,
    line: (text) =>
      `${java} INFO  a.StandaloneDispatcher [] - Received JobGraph submission '${oneLine(text)}' (${'0a'.repeat(16)}).`,
  },
  {
    name: 'PM2: the name of an application',
    format: pm2,
    line: (text) =>
      `2024-01-02T03:04:05: PM2 log: App [${oneLine(text)}:1] exited with code [0] via signal [SIGINT]`,
  },
  {
    name: 'OpenVPN: the user that was refused',
    format: openvpnLog,
    line: (text) =>
      `2024-01-02 03:04:05 192.0.2.7:5555 TLS: Username/Password authentication succeeded for username '${oneLine(text)}' `,
  },
];
