/** Busy honest programs on a Debian host: alone and all at once, `demine scan` stays clean. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  alarms,
  folderIn,
  type LabHost,
  openLabHost,
  putProgram,
  type Running,
  scan,
  startStandIn,
} from '../lab/harness.ts';
import { countingClass } from '../lab/java-class.ts';

let host: LabHost;

/** A loop of the host's shell, for programs that end by themselves. */
const again = (command: string): readonly string[] => ['sh', '-c', `while :; do ${command}; done`];

const countSquares =
  'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c WHERE x * x < 0;';

const programs: Readonly<Record<string, readonly string[]>> = {
  yes: ['sh', '-c', 'exec yes >/dev/null'],
  gcc: again('gcc -O2 -c -o /dev/null /root/build/large.c'),
  ffmpeg: [
    ...['ffmpeg', '-nostdin', '-loglevel', 'quiet', '-f', 'lavfi', '-i', 'testsrc2=size=1280x720'],
    ...['-t', '900', '-c:v', 'libx264', '-f', 'null', '-'],
  ],
  'openssl speed': again('openssl speed -seconds 1 rsa2048 >/dev/null 2>&1'),
  xz: ['sh', '-c', 'exec xz -9 -T2 -c /dev/urandom >/dev/null'],
  sqlite: ['sqlite3', ':memory:', countSquares],
  'a Java machine with huge pages': [
    ...['java', '-Xms1g', '-Xmx2g', '-XX:+UseTransparentHugePages', '-XX:+AlwaysPreTouch'],
    ...['-cp', '/root/build', 'Counting'],
  ],
  Node: ['node', '-e', 'for (let x = 0; ; x = Math.sqrt(x + 2)) if (x < 0) break;'],
  numpy: [
    'python3',
    '-c',
    'import numpy\nkept = numpy.ones(1 << 25)\na = numpy.random.rand(400, 400)\nwhile True: a = a @ a / 200',
  ],
  redis: [
    'redis-server',
    '/etc/redis/redis.conf',
    '--daemonize',
    'no',
    '--supervised',
    'no',
    '--logfile',
    '',
  ],
  nginx: ['nginx', '-g', 'daemon off;'],
};

async function start(name: string): Promise<readonly Running[]> {
  const running = [await host.start(programs[name] ?? [])];
  if (name === 'redis') {
    running.push(await host.start(again('redis-benchmark -q -n 100000 >/dev/null 2>&1')));
  }
  return running;
}

async function clean(args: readonly string[] = []): Promise<void> {
  const { result, code } = await scan(host, ['--interval', '2', ...args]);
  const told = alarms(result).map(({ rule, severity, title }) => `${severity} ${rule}: ${title}`);
  expect({ told, verdict: result.verdict, why: result.why }).toMatchObject({ told: [], verdict: 'clean' });
  expect(code).toBe(0);
}

async function withRunning(running: readonly Running[], action: () => Promise<void>): Promise<void> {
  try {
    // What loads for a while computes only then.
    await Bun.sleep(1500);
    await action();
  } finally {
    for (const program of running) await program.stop();
  }
}

beforeAll(async () => {
  host = await openLabHost({ size: '2g' });
  const build = folderIn(host, 'root/build');
  const lines = Array.from(
    { length: 3000 },
    (_, n) => `double f${n}(double x) { for (int i = 0; i < ${n}; i++) x = x * ${n}.5 + i; return x; }`,
  );
  writeFileSync(join(build, 'large.c'), lines.join('\n'));
  writeFileSync(join(build, 'Counting.class'), countingClass('Counting'));
  mkdirSync(join(host.root, 'run/redis'), { recursive: true });
});
afterAll(async () => {
  await host.stop();
});

test('an idle Debian host is clean', () => clean());

for (const name of Object.keys(programs)) {
  test(`${name} is clean`, async () => withRunning(await start(name), clean));
}

for (const name of ['interval', 'fastmath'] as const) {
  test(`${name} arithmetic is clean, from a developer's folder too`, async () => {
    const running = [
      await startStandIn(host, name, ['1'], { as: `/usr/local/bin/${name}` }),
      await startStandIn(host, name, ['1'], { as: `/home/dev/build/${name}` }),
    ];
    await withRunning(running, clean);
  });
}

/** Declares the node, and starts it. */
async function startDeclaredNode(): Promise<Running> {
  const text = 'version: 1\nmining:\n  - exe: /usr/local/bin/monerod\n    reason: our node\n';
  writeFileSync(join(host.root, config), text);
  return startStandIn(host, 'randomx-hasher', ['light', '1'], { as: '/usr/local/bin/monerod' });
}
const config = '/etc/demine.yaml';

test('a node that computes RandomX is clean when the owner declared it', async () => {
  await withRunning([await startDeclaredNode()], () => clean(['--config', config]));
});

/** A server with a load of its own, the load first. */
async function startPostgres(): Promise<readonly Running[]> {
  const as = ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'];
  const bin = '/usr/lib/postgresql/15/bin';
  const data = '/srv/pg';
  await host.run([
    'sh',
    '-c',
    `rm -rf ${data}; mkdir -p ${data} /run/postgresql && chown postgres: ${data} /run/postgresql`,
  ]);
  expect((await host.run([...as, `${bin}/initdb`, '-A', 'trust', '-D', data])).code).toBe(0);
  const command = [...as, `${bin}/postgres`, '-D', data, '-c', 'log_min_messages=panic'];
  const server = await host.start(command);
  const load = await host.start([
    ...as,
    ...again(`${bin}/pgbench -i -q postgres >/dev/null 2>&1; ${bin}/pgbench -T 60 postgres >/dev/null 2>&1`),
  ]);
  return [load, server];
}

test('a busy PostgreSQL is clean', async () => withRunning(await startPostgres(), clean));

test('all of them at once are clean', async () => {
  const running: Running[] = [...(await startPostgres())];
  for (const name of Object.keys(programs)) running.push(...(await start(name)));
  for (const name of ['interval', 'fastmath'] as const) running.push(await startStandIn(host, name, ['1']));
  running.push(await startDeclaredNode());
  await withRunning(running, () => clean(['--config', config]));
});

test('the same host with one undeclared hasher among them is mining', async () => {
  const running: Running[] = [];
  for (const name of ['yes', 'ffmpeg', 'Node']) running.push(...(await start(name)));
  putProgram(host, 'randomx-hasher', '/var/tmp/.cache-x/sshd');
  const miner = await startStandIn(host, 'randomx-hasher', ['light', '1'], { as: '/var/tmp/.cache-x/sshd' });
  await withRunning([...running, miner], async () => {
    const { result, code } = await scan(host, ['--interval', '2']);
    expect(result.verdict).toBe('mining');
    expect(result.miners.map(({ pid }) => pid)).toEqual([miner.pid]);
    expect(code).toBe(1);
  });
});
