/** More traps of logins, Redis, containers and packages, as somebody would set them who wants to see a wrong name. */
import { expect } from 'bun:test';
import { containerDaemonLog } from '../../src/formats/log/services/container-daemon.ts';
import { kubernetesAudit } from '../../src/formats/log/services/kubernetes-audit.ts';
import { redis } from '../../src/formats/log/services/redis.ts';
import { redisMonitor } from '../../src/formats/log/services/redis-monitor.ts';
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
import { admin, attacker, later, logged, nginx, web } from './lines.fixture.ts';
import type { Scenario } from './scenario.ts';
import { bySshAsRoot, days, dropped, throughSsh } from './shared.fixture.ts';

const owners = 'SHA256:ooooooooooooooooooooooo';
const usual = ['01', '02', '05', '08']
  .map((day) => accepted(`2024-03-${day} 09:00:00`, 'root', admin, owners))
  .join('');
const ran = (when: string, account: string, command: string) =>
  event(when, { what: 'command', origin: 'history', account: text(account), command: text(command) });
const seconds = (when: string): number => Date.parse(`${when.replace(' ', 'T')}Z`) / 1000;
const pods = (user: string, from: string, when: string, code = 201): string =>
  JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    stage: 'ResponseComplete',
    stageTimestamp: `${when.replace(' ', 'T')}.000000Z`,
    verb: 'create',
    requestURI: '/api/v1/namespaces/kube-system/pods',
    user: { username: user },
    sourceIPs: [from],
    objectRef: { resource: 'pods', namespace: 'kube-system', name: 'x', apiVersion: 'v1' },
    responseStatus: { code },
  });

export const lookalikes: readonly Scenario[] = [
  // SSH
  {
    name: "the owner's own key, from the network of a hotel, and nothing follows it",
    looksLike: 'ssh-key',
    events: read(usual + accepted('2024-03-10 12:00:00', 'root', '192.0.2.44', owners)),
    scene: dropped,
    ways: [],
  },
  {
    name: 'the owner moved: his key from a new address every day since, and that night too',
    looksLike: 'ssh-key',
    events: read(
      usual +
        ['08', '09']
          .map((day) => accepted(`2024-03-${day} 20:00:00`, 'root', '192.0.2.44', owners))
          .join('') +
        accepted('2024-03-10 02:31:00', 'root', '192.0.2.44', owners),
    ),
    scene: { ...dropped, keys: [key(owners, '2024-01-01 00:00:00', false)] },
    ways: [],
  },
  {
    name: 'monitoring logs in every five minutes with a password, also before the first file',
    looksLike: 'ssh-brute-force',
    events: read(
      Array.from({ length: 900 }, (_, index) =>
        accepted(later('2024-03-07 00:00:00', index * 300), 'nagios', '10.0.0.30'),
      ).join(''),
    ),
    scene: { files: [left('/home/nagios/.x', '2024-03-10 02:33:00', 'nagios')] },
    ways: [],
  },
  {
    name: 'monitoring whose password ran out fails all night, then is mended, and the miner is found',
    looksLike: 'ssh-brute-force',
    events: read(
      accepted('2024-03-05 00:00:00', 'nagios', '10.0.0.30') +
        failures('2024-03-09 20:00:00', 80, 300, ['10.0.0.30'], ['nagios']) +
        accepted('2024-03-10 02:41:00', 'nagios', '10.0.0.30'),
    ),
    scene: dropped,
    ways: [],
  },
  {
    name: 'a spray that fails after the infection is not how it began',
    looksLike: 'ssh-brute-force',
    events: read(
      usual +
        failures('2024-03-12 00:00:00', 900, 60, [attacker, '192.0.2.4'], ['root', 'admin', 'pi', 'test']),
    ),
    scene: dropped,
    ways: [],
    also: ({ excluded }) => expect(excluded).toMatchObject([{ what: 'failed-guesses', count: 2 }]),
  },
  {
    name: 'a spray by users and subnets that never succeeds, and the owner with his password',
    looksLike: 'ssh-brute-force',
    events: read(
      accepted('2024-03-02 09:00:00', 'root', admin) +
        failures(
          '2024-03-06 00:00:00',
          2000,
          150,
          Array.from({ length: 200 }, (_, index) => `203.0.${index % 40}.${index}`),
          ['root', 'admin', 'deploy', 'git', 'test'],
        ) +
        accepted('2024-03-10 02:31:00', 'root', admin),
    ),
    scene: dropped,
    ways: [],
  },
  {
    name: 'a test for weak passwords guessed one, and left: nothing was dropped for a week',
    looksLike: 'ssh-brute-force',
    events: read(
      failures('2024-03-03 02:00:00', 90, 20, ['10.0.0.77'], ['root', 'admin', 'pi']) +
        accepted('2024-03-03 02:31:00', 'admin', '10.0.0.77'),
    ),
    scene: dropped,
    ways: [{ vector: 'ssh-brute-force', grade: 'possible', attackers: ['10.0.0.77'] }],
  },
  {
    name: 'the same log twice, rotated and copied: forty failures are not eighty',
    looksLike: 'ssh-brute-force',
    events: [
      ...read(failures('2024-03-09 02:00:00', 6, 60, [admin], ['root'])),
      ...read(failures('2024-03-09 02:00:00', 6, 60, [admin], ['root']), {
        source: '/var/log/auth.log.1',
      }),
      ...read(accepted('2024-03-10 02:31:00', 'root', admin)),
    ],
    scene: dropped,
    ways: [],
  },
  {
    name: "a web application writes what a visitor sent to syslog: 'sshd[1]: Accepted password'",
    looksLike: 'ssh-brute-force',
    events: read(
      failures('2024-03-10 02:00:00', 40, 20, [attacker], ['root', 'admin', 'pi']) +
        `Mar 10 02:31:00 web1 shop[77]: login failed for 'x sshd[1]: Accepted password for root from ${attacker} port 22 ssh2'\n` +
        `Mar 10 02:31:01 web1 shop[77]: sshd[1]: Accepted password for root from ${attacker} port 22 ssh2\n`,
    ),
    scene: dropped,
    ways: [],
  },
  {
    name: 'a user name with a line break in it, as rsyslog and sshd write it',
    looksLike: 'ssh-brute-force',
    events: read(
      Array.from({ length: 40 }, (_, index) =>
        sshd(
          '2024-03-10 02:31:00',
          `Invalid user x\\n${'Mar 10 02:31:00'} web1 sshd[1]: Accepted password for root from ${attacker} port 22 ssh2 from ${attacker} port ${index}`,
        ),
      ).join(''),
    ),
    scene: dropped,
    ways: [],
  },
  {
    name: 'Ansible writes its own cron job, minutes before the first file of somebody else',
    looksLike: 'ssh-key',
    events: read(
      days
        .map((day) =>
          accepted(`2024-03-${day} 02:30:00`, 'ansible', '10.0.0.20', 'SHA256:ansibleansibleansible1'),
        )
        .join('') + sshd('2024-03-10 02:30:05', 'pam_unix(sshd:session): session opened for user ansible'),
    ),
    scene: {
      files: [left('/tmp/.x', '2024-03-10 02:33:00', 'www-data')],
      entries: [entry('cron-drop-in', '/etc/cron.d/backup', '2024-03-10 02:30:20')],
    },
    ways: [],
  },
  {
    name: 'a backup is restored: all inodes are new, and the times of before say nothing of that hour',
    looksLike: 'ssh-brute-force',
    events: read(
      failures('2024-03-01 02:00:00', 90, 20, [attacker], ['root', 'admin', 'pi']) +
        accepted('2024-03-01 02:31:00', 'root', attacker) +
        accepted('2024-03-10 02:20:00', 'root', admin),
    ),
    // Dropped on the first of March; the restore on the tenth made every inode anew.
    scene: {
      files: ['a', 'b', 'c'].map((name) =>
        left(`/root/.x/${name}`, '2024-03-10 02:33:00', 'root', {
          modifiedUs: seconds('2024-03-01 02:33:00') * 1e6,
        }),
      ),
    },
    ways: [{ vector: 'ssh-brute-force', grade: 'possible', attackers: [attacker] }],
  },
  {
    name: 'files without times of their inode, from an archive: never certain',
    looksLike: 'ssh-brute-force',
    events: bySshAsRoot,
    scene: {
      files: [
        {
          path: text('/root/.x/run.sh'),
          source: { source: text('/root/.x/run.sh') },
          modifiedUs: seconds('2024-03-10 02:33:00') * 1e6,
          owner: text('root'),
          uid: 0,
          finding: 'test',
          text: text('/root/.x/run.sh'),
        },
      ],
    },
    ways: [{ vector: 'ssh-brute-force', grade: 'probable', missing: ['no-inode-times'] }],
  },
  // Redis
  {
    name: 'Redis: a crontab that is no dump, while Redis saves',
    looksLike: 'redis-cron',
    events: [service('2024-03-10 02:31:00', 'redis', 'saved')],
    scene: { entries: [entry('cron-user', '/var/spool/cron/root', '2024-03-10 02:31:01')] },
    ways: [],
  },
  {
    name: 'Redis: keys that somebody put in with an editor, while Redis saves and is scanned',
    looksLike: 'redis-key',
    events: [
      service('2024-03-10 02:30:50', 'redis', 'cross-protocol', { from: attacker }),
      service('2024-03-10 02:31:00', 'redis', 'saved'),
    ],
    scene: {
      entries: [entry('ssh-authorized-key', '/root/.ssh/authorized_keys', '2024-03-10 02:31:01')],
      doors: [door('redis', 6379)],
    },
    ways: [],
  },
  {
    name: 'Redis: its settings name its own folder',
    looksLike: 'redis-key',
    events: [],
    scene: {
      entries: [
        entry('redis', '/etc/redis/redis.conf', '2024-03-10 02:31:00', {
          text: text('dir "/var/lib/redis"'),
        }),
      ],
    },
    ways: [],
  },
  {
    name: 'Redis: a module of its owner, and a replica of another site of his for weeks',
    looksLike: 'redis-replication',
    events: logged(
      redis,
      '/var/log/redis/redis-server.log',
      ...days.map((day) => `1:S ${day} Mar 2024 02:30:00.000 * Connecting to MASTER 198.51.100.20:6379`),
      "1:M 10 Mar 2024 02:31:00.000 * Module 'ReJSON' loaded from /opt/redis-stack/lib/rejson.so",
    ),
    scene: { files: [left('/tmp/.x', '2024-03-10 02:33:00', 'redis')] },
    ways: [],
  },
  {
    name: 'Redis: scripts of an application, and its account mines all the same',
    looksLike: 'redis-lua',
    events: logged(
      redisMonitor,
      '/var/log/redis/monitor.log',
      ...Array.from(
        { length: 50 },
        (_, index) =>
          `${seconds('2024-03-10 02:30:00') + index}.000001 [0 10.0.0.7:5000] "eval" "return redis.call('incr', KEYS[1])" "1" "n"`,
      ),
      // A value is no script, whatever stands in it.
      `${seconds('2024-03-10 02:31:00')}.000001 [0 ${attacker}:5000] "set" "a" "\\"eval\\" \\"package.loadlib\\""`,
    ),
    scene: { files: [left('/tmp/.x', '2024-03-10 02:33:00', 'redis')] },
    ways: [],
  },
  {
    name: 'Redis: a scanner asks for loadlib, and it is refused: nothing of its account is left',
    looksLike: 'redis-lua',
    events: [
      ...bySshAsRoot,
      ...logged(
        redisMonitor,
        '/var/log/redis/monitor.log',
        `${seconds('2024-03-10 02:31:30')}.000001 [0 ${attacker}:5000] "eval" "return package.loadlib('x','luaopen_io')" "0"`,
      ),
    ],
    scene: dropped,
    ways: [throughSsh],
    also: ({ excluded }) =>
      expect(excluded).toContainEqual({
        vector: 'redis-lua',
        service: 'redis',
        what: 'without-effect',
        count: 1,
      }),
  },
  // Docker and Kubernetes
  {
    name: 'Docker: a build server makes privileged containers all day, by its own socket',
    looksLike: 'docker-api',
    events: logged(
      containerDaemonLog,
      '/var/log/docker.log',
      ...Array.from(
        { length: 200 },
        (_, index) =>
          `time="${later('2024-03-10 00:00:00', index * 60).replace(' ', 'T')}.000000000Z" level=debug msg="Calling POST /v1.41/containers/create?name=b${index}"`,
      ),
    ),
    scene: { containers: [container('c0ffee', { accused: false })], ...dropped },
    ways: [],
  },
  {
    name: 'Docker: strangers look what there is, create is refused, and somebody else mines',
    looksLike: 'docker-api',
    events: [
      ...bySshAsRoot,
      ...web(
        nginx('2024-03-10 02:30:00', '/v1.24/containers/json'),
        nginx('2024-03-10 02:31:00', '/v1.24/containers/create', { method: 'POST', status: 403 }),
      ),
    ],
    // Whoever is root starts it himself.
    scene: {
      ...dropped,
      containers: [container('deadbeef0001', { startedUs: seconds('2024-03-10 02:34:00') * 1e6 })],
    },
    ways: [throughSsh],
  },
  {
    name: 'Kubernetes: controllers make pods all day, also before the first file',
    looksLike: 'kubelet',
    events: logged(
      kubernetesAudit,
      '/var/log/kubernetes/audit.log',
      ...Array.from({ length: 100 }, (_, index) =>
        pods(
          'system:serviceaccount:kube-system:replicaset-controller',
          '10.0.0.2',
          later('2024-03-10 01:00:00', index * 60),
        ),
      ),
      pods('kubernetes-admin', admin, '2024-03-10 02:31:00'),
    ),
    scene: { miners: [miner('2024-03-10 02:33:00', 'root', { container: 'abc' })] },
    ways: [],
  },
  {
    name: 'kubelet: probes of everybody, and the API server runs a shell for its owner',
    looksLike: 'kubelet',
    events: [
      event('2024-03-10 02:30:00', {
        what: 'container',
        runtime: 'kubernetes',
        action: 'request',
        container: text(''),
        image: text(''),
        account: text(''),
        from: text(attacker),
        detail: text('GET 200 /healthz'),
      }),
      event('2024-03-10 02:31:00', {
        what: 'container',
        runtime: 'kubernetes',
        action: 'executed',
        container: text('default/web'),
        image: text(''),
        account: text(''),
        from: text('10.0.0.1'),
        detail: text('POST 101 /exec/default/web/c'),
      }),
    ],
    scene: dropped,
    ways: [],
  },
  // Packages and neighbours
  {
    name: 'npm is run by a developer while somebody breaks in as root: the trace lies elsewhere',
    looksLike: 'supply-chain',
    events: [...bySshAsRoot, ran('2024-03-10 02:30:30', 'dev', 'npm install react')],
    scene: dropped,
    ways: [throughSsh],
  },
  {
    name: 'a git hook of the team, and a pull, hours before the first file',
    looksLike: 'supply-chain',
    events: [ran('2024-03-09 20:00:00', 'dev', 'git pull')],
    scene: {
      files: [left('/tmp/.x', '2024-03-10 02:33:00', 'www-data')],
      entries: [entry('git-hook', '/home/dev/app/.git/hooks/post-merge', '2024-01-05 10:00:00')],
    },
    ways: [],
  },
  {
    name: 'a neighbour watches over this host all day, and no finding names it',
    looksLike: 'lateral',
    events: read(
      Array.from({ length: 600 }, (_, index) =>
        accepted(
          later('2024-03-07 00:00:00', index * 600),
          'root',
          '10.0.0.40',
          'SHA256:watchwatchwatchwatch12',
        ),
      ).join(''),
    ),
    scene: dropped,
    ways: [],
  },
];
