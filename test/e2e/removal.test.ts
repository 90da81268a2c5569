/**
 * From scan to plan to clean to a clean scan, and back, as a user types it: a running host with a miner that its guard
 * starts again, and an image. Everything planted is inert, or a stand-in.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { planSchema } from '../../src/model/plan.ts';
import { displayWidth } from '../../src/report/width.ts';
import { demine, type LabHost, openLabHost, putProgram, type Running, scan } from '../lab/harness.ts';
import type { Finished } from '../lab/host.ts';

const folder = '/var/tmp/.cache-k';
const program = `${folder}/kdump`;
const guard = `${folder}/guard`;
const table = '/var/spool/cron/crontabs/root';
const owners = '# backups\n0 3 * * * /usr/bin/true\n';
/** Starts the stand-in again whenever it is gone. */
const loop = `#!/bin/sh
while :; do
  ${program} light 1 >/dev/null
  sleep 0.2
done
`;

let host: LabHost;
let respawner: Running;

const put = (path: string, content: string, mode: number): void => {
  mkdirSync(dirname(join(host.root, path)), { recursive: true });
  writeFileSync(join(host.root, path), content, { mode });
};
const read = (path: string): string => readFileSync(join(host.root, path), 'utf8');
const isThere = (path: string): boolean => existsSync(join(host.root, path));
const run = (...args: readonly string[]): Promise<Finished> => demine(host, [...args, '--lang', 'en']);

async function minersOf(): Promise<number> {
  const { stdout } = await host.run(['sh', '-c', 'cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" "\\n"']);
  return stdout.split('\n').filter((line) => line === program).length;
}

beforeAll(async () => {
  host = await openLabHost();
});
afterAll(async () => {
  await host.stop();
});

describe('a running host', () => {
  const kept = '/run/case';

  beforeAll(async () => {
    putProgram(host, 'randomx-hasher', program);
    put(guard, loop, 0o755);
    put(table, `${owners}*/5 * * * * ${program} light 1\n`, 0o600);
    put('/etc/cron.d/kdump', `* * * * * root ${guard}\n`, 0o644);
    respawner = await host.start(['sh', guard]);
    for (let tries = 0; (await minersOf()) === 0 && tries < 50; tries += 1) await Bun.sleep(100);
  });
  afterAll(async () => {
    await respawner.stop();
  });

  test('the plan freezes before it kills, guards first, and changes nothing', async () => {
    const { result } = await scan(host, ['--interval', '1', '--out', kept]);
    expect(result.verdict).toBe('mining');
    const { code, stdout, stderr } = await run('plan', kept, '--json', '-');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const plan = planSchema.parse(JSON.parse(stdout));
    const carried = plan.steps.filter(({ change }) => change.kind !== 'by-hand');
    expect(
      carried.map(({ change }) => `${change.kind} ${'path' in change ? change.path : ''}`.trim()),
    ).toEqual([
      'keep-evidence',
      'freeze',
      'quarantine /etc/cron.d/kdump',
      `edit-file ${table}`,
      'kill',
      `quarantine ${guard}`,
      `quarantine ${program}`,
      `quarantine ${folder}`,
      'kill',
    ]);
    const [, freeze] = carried;
    expect(freeze?.change.kind === 'freeze' && freeze.change.processes.map(({ role }) => role)).toEqual([
      'respawner',
      'miner',
    ]);
    expect(read(table)).toContain(program);
    const shown = await run('plan', kept);
    expect(shown.stdout.split('\n').filter((line) => displayWidth(line) > 80)).toEqual([]);
    expect(shown.stdout).toContain(`- */5 * * * * ${program} light 1`);
  }, 120_000);

  test('without --yes nothing happens, and what cannot be undone waits to be accepted', async () => {
    const dry = await run('clean', kept);
    expect(dry).toMatchObject({ code: 0, stderr: '' });
    expect(dry.stdout).toContain('Dry run: 9 steps');
    expect([read(table).includes(program), await minersOf()]).toEqual([true, 1]);
    const waits = await run('clean', kept, '--yes');
    expect(waits).toMatchObject({ code: 1, stderr: '' });
    expect(waits.stdout).toContain('--accept-irreversible');
    expect(read(table)).toBe(owners);
    // Held, and not ended.
    expect(await minersOf()).toBe(1);
  }, 120_000);

  test('what is carried out is gone, comes not back, and a scan is clean', async () => {
    const { code, stdout, stderr } = await run('clean', kept, '--yes', '--accept-irreversible');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('5 steps done.');
    await Bun.sleep(1000);
    expect(await minersOf()).toBe(0);
    expect([isThere(folder), isThere('/etc/cron.d/kdump'), isThere('/var/tmp')]).toEqual([
      false,
      false,
      true,
    ]);
    const { result } = await scan(host, ['--interval', '1']);
    expect({ verdict: result.verdict, why: result.why }).toMatchObject({ verdict: 'clean' });
  }, 120_000);

  test('undo puts files back, and says that processes cannot be', async () => {
    const { code, stdout, stderr } = await run('undo', kept);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toContain('cannot be brought back');
    expect(read(table)).toBe(`${owners}*/5 * * * * ${program} light 1\n`);
    expect(read(guard)).toBe(loop);
    expect(read('/etc/cron.d/kdump')).toBe(`* * * * * root ${guard}\n`);
    // What was put back does not run.
    expect(await minersOf()).toBe(0);
  }, 120_000);

  test('the plan of another host is not carried out here', async () => {
    put('/etc/machine-id', `${'0'.repeat(31)}1\n`, 0o444);
    const { code, stderr } = await run('plan', kept);
    expect({ code, told: stderr.includes('another') }).toEqual({ code: 2, told: true });
  });
});

describe('an image', () => {
  test('is cleaned and put back without anything of it being run', async () => {
    const options = '-o stratum+tcp://pool.example.test:3333 --donate-level 1';
    put(`/srv/image${table}`, `${owners}* * * * * /tmp/.x/kdump ${options}\n`, 0o600);
    put('/srv/image/tmp/.x/kdump', 'inert\n', 0o755);
    for (const name of ['usr', 'var', 'etc'])
      mkdirSync(join(host.root, 'srv/image', name), { recursive: true });
    const kept = '/run/image-case';
    await run('scan', '/srv/image', '--out', kept);
    const plan = await run('plan', kept);
    expect(plan).toMatchObject({ code: 0, stderr: '' });
    const cleaned = await run('clean', kept, '--yes', '--vault', '/run/elsewhere');
    expect(cleaned).toMatchObject({ code: 0, stderr: '' });
    expect([read(`/srv/image${table}`), isThere('/srv/image/tmp/.x')]).toEqual([owners, false]);
    expect([isThere('/run/elsewhere'), isThere(`${kept}/plan-1/vault`)]).toEqual([true, false]);
    // The ledger knows where the copies are.
    expect(await run('undo', kept)).toMatchObject({ code: 0, stderr: '' });
    expect(read('/srv/image/tmp/.x/kdump')).toBe('inert\n');
  }, 120_000);

  test('what was begun with another plan is not gone on with', async () => {
    const kept = '/run/image-case';
    const path = `${kept}/plan-1/plan.json`;
    writeFileSync(join(host.root, path), read(path).replace('"scan": 1', '"scan": 2'));
    const { code, stderr } = await run('clean', kept, '--yes');
    expect({ code, told: stderr.includes('changed after it was begun') }).toEqual({ code: 2, told: true });
  });

  test('a case without a plan, and one with a damaged ledger, are told', async () => {
    const bare = '/run/bare-case';
    await run('scan', '/srv/image', '--out', bare);
    expect(await run('clean', bare)).toMatchObject({ code: 2, stdout: '' });
    expect((await run('clean', bare)).stderr).toContain('demine plan');
    await run('plan', bare);
    await run('clean', bare, '--yes');
    const ledger = `${bare}/plan-1/ledger`;
    writeFileSync(join(host.root, ledger), read(ledger).replace('"opened"', '"openeD"'));
    const { code, stderr } = await run('undo', bare);
    expect({ code, told: stderr.includes('cannot be trusted') }).toEqual({ code: 2, told: true });
  }, 120_000);
});
