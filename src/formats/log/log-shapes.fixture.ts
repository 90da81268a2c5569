/** One line, or one record over lines, of each format, as its service writes it: what tests cut, change and repeat. */
import { audit } from './audit/audit.ts';
import type { LogFormat } from './decoder.ts';
import { bashHistory } from './history/bash.ts';
import { clientHistory } from './history/client.ts';
import { fishHistory } from './history/fish.ts';
import { zshHistory } from './history/zsh.ts';
import { aptHistory } from './packages/apt-history.ts';
import { dpkgLog } from './packages/dpkg.ts';
import { pacmanLog } from './packages/pacman.ts';
import { dnfLog, yumLog, zypperHistory } from './packages/rpm.ts';
import { activemq } from './services/activemq.ts';
import { confluence } from './services/confluence.ts';
import { containerDaemonLog } from './services/container-daemon.ts';
import { criOutput, dockerJsonFile } from './services/container-output.ts';
import { flink } from './services/flink.ts';
import { jenkins } from './services/jenkins.ts';
import { jupyter } from './services/jupyter.ts';
import { kubelet } from './services/klog.ts';
import { kubernetesAudit } from './services/kubernetes-audit.ts';
import { mysqlError, mysqlGeneral } from './services/mysql.ts';
import { nacos } from './services/nacos.ts';
import { openvpnLog } from './services/openvpn.ts';
import { pm2 } from './services/pm2.ts';
import { postgresql } from './services/postgresql.ts';
import { postgresqlCsv, postgresqlJson } from './services/postgresql-structured.ts';
import { redis } from './services/redis.ts';
import { redisMonitor } from './services/redis-monitor.ts';
import { rocketmq } from './services/rocketmq.ts';
import { salt } from './services/salt.ts';
import { spark } from './services/spark.ts';
import { supervisor } from './services/supervisor.ts';
import { weblogic } from './services/weblogic.ts';
import { xxlJob } from './services/xxl-job.ts';
import { yarn } from './services/yarn.ts';
import { syslog } from './syslog.ts';

const at = '2024-01-02 03:04:05,678';
export const logShapes: readonly (readonly [LogFormat, string])[] = [
  [
    audit,
    'type=SYSCALL msg=audit(1700000000.123:5): arch=c000003e syscall=59 success=yes pid=1 uid=0 auid=0 exe="/bin/sh"\x1dUID="root"\ntype=EXECVE msg=audit(1700000000.123:5): argc=2 a0="sh" a1[0]=41 a1[1]=42\ntype=PROCTITLE msg=audit(1700000000.123:5): proctitle=41',
  ],
  [
    audit,
    `type=USER_AUTH msg=audit(1700000000.123:6): pid=1 uid=0 msg='op=PAM:authentication acct="x" exe="/usr/sbin/sshd" addr=192.0.2.1 res=failed'`,
  ],
  [bashHistory, '#1700000000\necho "a\nb"\nfor i in 1\ndo\nx\ndone\ncat <<E\nx\nE'],
  [zshHistory, ': 1700000000:0;echo a\\\nb\x83\xa4'],
  [fishHistory, '- cmd: a\\nb\n  when: 1700000000\n  paths:\n    - /x'],
  [clientHistory, '_HiStOrY_V2_\nselect\\0401;'],
  [dpkgLog, '2024-01-02 03:04:05 install curl:amd64 <none> 7.1'],
  [
    aptHistory,
    'Start-Date: 2024-01-02  03:04:05\nCommandline: apt x\nInstall: a:amd64 (1, automatic), b (2)\nEnd-Date: 2024-01-02  03:04:05',
  ],
  [yumLog, 'Jan 02 03:04:05 Installed: 1:a-b-1-2.x86_64'],
  [dnfLog, '2024-01-02T03:04:05+0000 SUBDEBUG Installed: a-1-2.x86_64'],
  [zypperHistory, "2024-01-02 03:04:05|command|root@h|'zypper' 'x\\|y'|"],
  [pacmanLog, '[2024-01-02T03:04:05+0000] [ALPM] upgraded a (1-1 -> 2-1)'],
  [
    redis,
    "1:S 02 Jan 2024 03:04:05.678 * REPLICAOF 192.0.2.1:1 enabled (user request from 'id=3 addr=192.0.2.7:5 name=')",
  ],
  [redisMonitor, '1704164645.678901 [0 192.0.2.7:5] "eval" "return \\"x\\"" "0"'],
  [
    postgresql,
    '2024-01-02 03:04:05.678 UTC [1] a@b LOG:  statement: select\n\t1\n2024-01-02 03:04:05 UTC [1] a@b FATAL:  password authentication failed for user "a"',
  ],
  [
    postgresqlCsv,
    '2024-01-02 03:04:05 UTC,"a","b",1,"192.0.2.1:5",1.1,1,"x",,,0,LOG,0,"statement: ""x""\ny",,,',
  ],
  [
    postgresqlJson,
    '{"timestamp":"2024-01-02 03:04:05.678 UTC","user":"a","error_severity":"LOG","message":"statement: x"}',
  ],
  [mysqlError, "2024-01-02T03:04:05Z 8 [Note] Access denied for user 'a'@'192.0.2.1' (using password: YES)"],
  [mysqlGeneral, '240102  3:04:05\t    9 Query\tselect 1\n\t\t    9 Connect\ta@b on c'],
  [
    dockerJsonFile,
    '{"log":"a\\u001b","stream":"stdout","time":"2024-01-02T03:04:05.6Z"}\n{"log":"b\\n","stream":"stdout","time":"2024-01-02T03:04:05.6Z"}',
  ],
  [criOutput, '2024-01-02T03:04:05.678901234Z stdout P a\n2024-01-02T03:04:05.678901234Z stdout F b'],
  [
    containerDaemonLog,
    'time="2024-01-02T03:04:05Z" level=debug msg="Calling POST /v1.41/containers/create?name=\\u00e4"',
  ],
  [
    kubelet,
    'I0102 03:04:05.678901    1234 server.go:459] "HTTP" verb="POST" URI="/exec/a/b/c" srcIP="192.0.2.7:5" resp=302',
  ],
  [
    kubernetesAudit,
    '{"apiVersion":"audit.k8s.io/v1","stage":"ResponseComplete","verb":"create","user":{"username":"a"},"sourceIPs":["192.0.2.1"],"objectRef":{"resource":"pods"},"stageTimestamp":"2024-01-02T03:04:05Z"}',
  ],
  [
    yarn,
    `${at} INFO a.RMAuditLogger: USER=a\tIP=192.0.2.1\tOPERATION=Submit Application Request\tRESULT=SUCCESS`,
  ],
  [spark, '24/01/02 03:04:05 INFO DriverRunner: Launch Command: "java"'],
  [
    jenkins,
    '2024-01-02 03:04:05.678+0000 [id=1]\tWARNING\thudson.security.csrf.CrumbFilter#doFilter: No valid crumb was included in request for /x by a. Returning 403.',
  ],
  [confluence, `${at} WARN [x] [y] z\n -- url: /x | userName: a`],
  [activemq, `${at} | WARN  | Transport Connection to: tcp://192.0.2.1:5 failed: x | a.B | t`],
  [rocketmq, '2024-01-02 03:04:05 INFO T_1 - updateBrokerConfig, new config: [{a=b}] client: /192.0.2.1:5'],
  [nacos, `${at} DEBUG auth start, request: POST /x`],
  [
    xxlJob,
    `${at} INFO x >>>>>>>>>>> xxl-job regist JobThread success, jobId:7, handler:a.ScriptJobHandler@5`,
  ],
  [
    weblogic,
    '####<Jan 2, 2024> <Notice> <S> <h> <s> <t> <u> <> <> <1704164645678> <BEA-090078> <User a in security realm b has had 5 invalid login attempts, locking account for 30 minutes.> ',
  ],
  [supervisor, `${at} INFO spawned: 'x' with pid 1`],
  [jupyter, '[W 2024-01-02 03:04:05.678 ServerApp] 403 POST /api/kernels (@192.0.2.7) 1.20ms'],
  [flink, `${at} INFO  a.Dispatcher [] - Received JobGraph submission 'a' (${'0a'.repeat(16)}).`],
  [salt, `${at} [salt.minion :1][INFO ][1] User a Executing command x.y with jid 1`],
  [pm2, '2024-01-02T03:04:05: PM2 log: App [a:1] online'],
  [
    openvpnLog,
    'Tue Jan  2 03:04:05 2024 192.0.2.7:5555 [a] Peer Connection Initiated with [AF_INET]192.0.2.7:5',
  ],
  [
    syslog,
    'Jan  2 03:04:05 fw : %ASA-6-113039: Group <V> User <a> IP <192.0.2.7> AnyConnect parent session started.\nJan  2 03:04:05 h PulseSecure: x - [192.0.2.1] a(b)[c] - Primary authentication successful for a from 192.0.2.1\nJan  2 03:04:05 h jumpserver: login_log - {"username":"a"}',
  ],
];
