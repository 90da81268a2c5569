/**
 * A miner in a container of Docker, brought back by the daemon: its restart policy goes, it stands still, is copied and ends
 * through the daemon's own socket, and undo starts it again. Beside it somebody who is not root has put a socket where
 * podman's would be.
 */
import { expect, test } from 'bun:test';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Plan, planSchema } from '../../src/model/plan.ts';
import { docker, image, inImage, openDockerHost } from '../lab/containers.ts';
import { demine, type LabHost, scan } from '../lab/harness.ts';
import { comesBack, exportedFiles, minersIn } from './in-container.ts';
import { minerArguments } from './infection.ts';

const kept = '/run/case';
/** Seconds; the daemon waits a tenth, then twice as long each time. */
const period = 2;

/** As whoever reaches an open API does. */
async function infect(host: LabHost): Promise<void> {
  await docker(host, '/containers/create?name=alpine-up', {
    Image: image,
    Cmd: [inImage, ...minerArguments.split(' ')],
    Env: ['DEMINE_IN_NAMESPACE=1', 'DB_PASSWORD=hunter2-example'],
    HostConfig: { NetworkMode: 'none', RestartPolicy: { Name: 'always' }, Binds: ['/:/host'] },
  });
  await docker(host, '/containers/alpine-up/start');
}

/** Who connects is written down; it answers as an engine would. */
const planted = `Bun.serve({ unix: '/run/podman/podman.sock', fetch: () => {
  require('node:fs').writeFileSync('/run/podman/asked', 'x');
  return new Response('OK', { headers: { 'Api-Version': '1.41', 'Libpod-Api-Version': '5.4.2' } });
} }); console.log('ready');`;

const containerSteps = ({ steps }: Plan): readonly string[] =>
  steps.flatMap(({ phase, change }) => (change.kind === 'container' ? [`${phase} ${change.action}`] : []));

const policyOf = (host: LabHost): string => {
  const folder = join(host.root, 'var/lib/docker/containers');
  const [id = ''] = readdirSync(folder);
  return (
    /"RestartPolicy":\{"Name":"([^"]*)"/.exec(
      readFileSync(join(folder, id, 'hostconfig.json'), 'utf8'),
    )?.[1] ?? ''
  );
};

test('a container that Docker keeps running stays away until undo, and a planted socket is not asked', async () => {
  const { host, stop } = await openDockerHost();
  try {
    await infect(host);
    await host.run(['sh', '-c', 'chown 65534:65534 /run/podman']);
    await host.start(['setpriv', '--reuid=65534', '--clear-groups', process.execPath, '-e', planted], {
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
      'kill export',
      'kill stop',
    ]);
    const engines = plan.steps.flatMap(({ change }) => (change.kind === 'container' ? [change.engine] : []));
    expect(engines[0]).toMatchObject({ kind: 'docker', socket: '/run/docker.sock', uid: 0 });

    const clean = await demine(host, ['clean', kept, '--yes', '--accept-irreversible', '--lang', 'en']);
    expect({ code: clean.code, stderr: clean.stderr }).toEqual({ code: 0, stderr: '' });
    expect(clean.stdout).toContain(`copied: ${inImage}`);
    const size = plan.steps.flatMap(({ change }) => (change.kind === 'container' ? [change.size ?? 0] : []));
    const files = exportedFiles(join(host.root, kept, 'plan-1/vault'));
    expect(files.get(inImage)?.toString('latin1', 1, 4)).toBe('ELF');
    const bytes = [...files.values()].reduce((sum, content) => sum + content.length, 0);
    expect(Math.max(...size)).toBeGreaterThanOrEqual(bytes);
    expect(policyOf(host)).toBe('no');
    await Bun.sleep(2 * period * 1000);
    expect(await minersIn(host)).toEqual([]);

    const undone = await demine(host, ['undo', kept, '--lang', 'en']);
    expect(undone.stderr).toBe('');
    expect(policyOf(host)).toBe('always');
    expect(await comesBack(host)).toBe(true);
    expect(existsSync(join(host.root, '/run/podman/asked'))).toBe(false);
  } finally {
    await stop();
  }
});
