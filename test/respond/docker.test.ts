/**
 * A miner in a container of Docker: the daemon is played (`src/respond/container/engine.fixture.ts`), what it runs, restarts,
 * freezes and ends is real. Beside it somebody who is not root has put a socket where podman's would be.
 */
import { expect, test } from 'bun:test';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Plan, planSchema } from '../../src/model/plan.ts';
import { demine, type LabHost, openLabHost, putProgram, scan } from '../lab/harness.ts';
import { repository } from '../lab/host.ts';
import { minerArguments } from './infection.ts';

const kept = '/run/case';
const id = 'c0ffee'.padEnd(64, '0');
const program = '/tmp/.x/xmrig';
/** Seconds; the daemon waits a tenth. */
const period = 1;

function put(host: LabHost, path: string, text: string): void {
  mkdirSync(dirname(join(host.root, path)), { recursive: true });
  writeFileSync(join(host.root, path), text);
}

/** What the daemon keeps of it, as moby writes it. */
function stateFiles(host: LabHost): void {
  const folder = `/var/lib/docker/containers/${id}`;
  const words = minerArguments.split(' ');
  put(
    host,
    `${folder}/config.v2.json`,
    JSON.stringify({
      ID: id,
      Name: '/alpine-up',
      State: { Running: true },
      Path: program,
      Args: words,
      Config: { Image: 'alpine:3.19', Cmd: [program, ...words] },
    }),
  );
  const policy = { Name: 'always', MaximumRetryCount: 0 };
  put(host, `${folder}/hostconfig.json`, JSON.stringify({ Binds: ['/:/host'], RestartPolicy: policy }));
}

async function runs(host: LabHost): Promise<readonly number[]> {
  const { stdout } = await host.run(['pgrep', '-f', `^${program} `]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map(Number);
}

async function others(host: LabHost, known: readonly number[]): Promise<readonly number[]> {
  for (let waited = 0; waited < 100; waited += 1) {
    const found = (await runs(host)).filter((pid) => !known.includes(pid));
    if (found.length > 0) return found;
    await Bun.sleep(100);
  }
  return [];
}

async function comesBack(host: LabHost): Promise<boolean> {
  const killed = await others(host, []);
  expect(killed).not.toEqual([]);
  await host.run(['kill', '-9', ...killed.map(String)]);
  return (await others(host, killed)).length > 0;
}

/** Who connects is written down; it answers as an engine would. */
const planted = `Bun.serve({ unix: '/run/podman/podman.sock', fetch: () => {
  require('node:fs').writeFileSync('/run/podman/asked', 'x');
  return new Response('OK', { headers: { 'Api-Version': '1.41', 'Libpod-Api-Version': '5.4.2' } });
} }); console.log('ready');`;

const containerSteps = ({ steps }: Plan): readonly string[] =>
  steps.flatMap(({ phase, change }) => (change.kind === 'container' ? [`${phase} ${change.action}`] : []));

test('a container that is kept running stays away when its engine was told, until undo; a planted socket is not asked', async () => {
  const host = await openLabHost();
  try {
    putProgram(host, 'shape', program);
    stateFiles(host);
    put(host, '/usr/bin/dockerd', '');
    chmodSync(join(host.root, '/usr/bin/dockerd'), 0o755);
    await host.run(['mount', '--bind', process.execPath, '/usr/bin/dockerd']);
    await host.run(['sh', '-c', 'mkdir -m 755 /run/podman && chown 65534:65534 /run/podman']);
    await host.start(['setpriv', '--reuid=65534', '--clear-groups', process.execPath, '-e', planted], {
      readyLine: 'ready',
    });
    const daemon = join(repository, 'test/respond/docker-daemon.ts');
    await host.start(['/usr/bin/dockerd', daemon, id, program, ...minerArguments.split(' ')], {
      readyLine: 'ready',
    });
    expect(await comesBack(host)).toBe(true);

    await scan(host, ['--interval', '1', '--out', kept]);
    const made = await demine(host, ['plan', kept, '--json', '-']);
    const plan = planSchema.parse(JSON.parse(made.stdout));
    expect(containerSteps(plan)).toEqual([
      'freeze no-restart',
      'freeze pause',
      'freeze evidence',
      'kill stop',
    ]);
    const engines = plan.steps.flatMap(({ change }) => (change.kind === 'container' ? [change.engine] : []));
    expect(engines[0]).toMatchObject({ kind: 'docker', socket: '/run/docker.sock', uid: 0, api: '1.41' });

    const clean = await demine(host, ['clean', kept, '--yes', '--accept-irreversible', '--lang', 'en']);
    expect({ code: clean.code, stderr: clean.stderr }).toEqual({ code: 0, stderr: '' });
    expect(clean.stdout).toContain(`copied: ${program}`);
    await Bun.sleep(2 * period * 1000);
    expect(await runs(host)).toEqual([]);

    const undone = await demine(host, ['undo', kept, '--lang', 'en']);
    expect(undone.stderr).toBe('');
    expect(await comesBack(host)).toBe(true);
    expect(existsSync(join(host.root, '/run/podman/asked'))).toBe(false);
    expect(
      readFileSync(join(host.root, `/var/lib/docker/containers/${id}/hostconfig.json`), 'utf8'),
    ).toContain('"always"');
  } finally {
    await host.stop();
  }
});
