/**
 * What stands in the way of a removal on a host that runs: another responder, a full disk, a file system that cannot be
 * written, a kernel without nf_tables or pidfd, a terminal that goes away. Each ends in a state that the plan shows.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { outerNamespaces } from '../../src/native/apart.ts';
import { bootLabHost, processesOf } from '../lab/booted.ts';
import { demine, type LabHost, scan } from '../lab/harness.ts';
import { type Finished, repository, variable } from '../lab/host.ts';
import { minerArguments, Planter } from './infection.ts';

const kept = '/run/case';
const miner = '/usr/lib/.cache2/kworkerds';
const unit = '/etc/systemd/system/kworkerds.service';
const main = join(repository, 'src/cli/main.ts');

let host: LabHost;
beforeAll(async () => {
  host = await bootLabHost({
    before: (root) => {
      const planter = new Planter(root);
      planter.miner(miner);
      planter.unit(
        'kworkerds.service',
        `[Service]\nExecStart=${miner} ${minerArguments}\nRestart=always\nRestartSec=1\n[Install]\nWantedBy=multi-user.target\n`,
      );
    },
  });
  for (let tries = 0; processesOf(host, [miner]).length === 0 && tries < 300; tries += 1)
    await Bun.sleep(100);
  await scan(host, ['--interval', '1', '--out', kept]);
}, 240_000);
afterAll(async () => {
  await host.stop();
});

const run = (...args: readonly string[]): Promise<Finished> => demine(host, [...args, '--lang', 'en']);

/** In a service of the host, which may be denied things. */
const runAs = (properties: readonly string[], ...args: readonly string[]): Promise<Finished> =>
  host.run([
    ...['systemd-run', '--quiet', '--pipe', '--wait', '--collect'],
    ...[
      '-E',
      `${outerNamespaces}=${variable(outerNamespaces)}`,
      '-E',
      'DEMINE_IN_NAMESPACE=1',
      '-E',
      'HOME=/root',
    ],
    ...properties.flatMap((property) => ['-p', property]),
    ...[process.execPath, main, ...args, '--lang', 'en'],
  ]);

const one = (text: string): string => text.replace(/\s+/g, ' ');
const isThere = async (path: string): Promise<boolean> => (await host.run(['test', '-e', path])).code === 0;
/** Of the newest plan; empty where nothing of that was begun. */
function ledger(): string {
  const folder = join(host.root, kept);
  const [newest = 0] = readdirSync(folder)
    .flatMap((name) => /^plan-(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a);
  try {
    return readFileSync(join(folder, `plan-${newest}`, 'ledger'), 'utf8');
  } catch {
    return '';
  }
}
/** Another plan, whatever became of that before. */
async function planAnew(...edits: readonly string[]): Promise<void> {
  const made = await run('plan', kept, '--new');
  expect({ code: made.code, stderr: made.stderr }).toEqual({ code: 0, stderr: '' });
  expect(ledger()).toBe('');
  for (const edit of edits) expect((await run('plan', kept, '--edit', edit)).code).toBe(0);
}

test('two responders: the second is told, changes nothing, and sees it in the plan', async () => {
  await planAnew();
  const first = await host.start([process.execPath, join(repository, 'test/respond/hold-target.ts')], {
    readyLine: 'held',
  });
  const { code, stderr } = await run('clean', kept, '--yes');
  expect({ code, told: one(stderr) }).toMatchObject({ code: 2 });
  expect((await run('plan', kept)).stdout).toContain('another Demine works on');
  expect(ledger()).not.toContain('"began"');
  await first.stop();
  expect((await run('plan', kept)).stdout).not.toContain('another Demine works on');
}, 240_000);

test('a kernel without nf_tables: the plan says it, and the step stops before anything is changed', async () => {
  const without = ['RestrictAddressFamilies=AF_UNIX'];
  await planAnew('isolate');
  const told = await runAs(without, 'clean', kept);
  expect(told.stderr).toBe('');
  expect(one(told.stdout)).toContain('has neither nf_tables nor iptables loaded');
  const stopped = await runAs(without, 'clean', kept, '--yes');
  expect(stopped.code).toBe(1);
  const shown = one((await run('plan', kept)).stdout);
  expect(shown).toContain('[stopped] cut this host off');
  expect(shown).toContain('takes no rules from here');
  expect(shown).toContain('This plan was begun: 1 of');
  expect(await isThere(unit)).toBe(true);
  expect((await run('plan', kept, '--new')).stdout).not.toContain('[stopped]');
}, 240_000);

test('a full disk: the step stops before anything is changed, and goes on where there is room', async () => {
  await planAnew();
  await host.run(['sh', '-c', 'mkdir -p /mnt/small && mount -t tmpfs -o size=8k small /mnt/small']);
  const full = await run('clean', kept, '--yes', '--vault', '/mnt/small/v');
  expect({ code: full.code, stderr: full.stderr }).toEqual({ code: 1, stderr: '' });
  const shown = one((await run('plan', kept)).stdout);
  expect(shown).toContain('[stopped] keep copies');
  expect(shown).toContain('the disk of /mnt/small/v/evidence is full');
  expect(await isThere(unit)).toBe(true);
  await host.run(['umount', '/mnt/small']);
}, 240_000);

test('a file system that cannot be written: the plan says it, the step stops, and what is held stays held', async () => {
  await planAnew();
  const folder = '/etc/systemd/system';
  await host.run(['sh', '-c', `mount --bind ${folder} ${folder} && mount -o remount,bind,ro ${folder}`]);
  expect(one((await run('plan', kept)).stdout)).toContain(`${folder} is mounted read-only`);
  const stopped = await run('clean', kept, '--yes');
  expect({ code: stopped.code, stderr: stopped.stderr }).toEqual({ code: 1, stderr: '' });
  const shown = one((await run('plan', kept)).stdout);
  expect(shown).toMatch(/\[stopped\] quarantine \/etc\/systemd\/system\/\S+ \S* ?\S+ is mounted read-only/);
  expect(shown).toContain('[done] stop 1 process at once');
  expect(await isThere(unit)).toBe(true);
  await host.run(['umount', folder]);
  expect((await host.run(['sh', '-c', `find / -xdev -name '.demine-*'`])).stdout).toBe('');
}, 240_000);

test('a terminal that goes away: the run goes on to its end, and the plan shows how far it came', async () => {
  await planAnew();
  const command = `${process.execPath} ${main} clean ${kept} --yes --lang en`;
  const terminal = await host.start(['script', '-qfec', command, '/dev/null']);
  const pidOf = async (): Promise<string> =>
    (await host.run(['pgrep', '-f', 'main.ts clean /run/case --yes'])).stdout.trim().split('\n').at(-1) ?? '';
  let pid = '';
  for (let tries = 0; tries < 600; tries += 1) {
    pid = await pidOf();
    if (pid !== '' && ledger().includes('"began"')) break;
    await Bun.sleep(10);
  }
  // Held while its terminal goes away, so that it is not done before.
  await host.run(['kill', '-STOP', pid]);
  await host.run(['kill', '-KILL', `${terminal.pid}`]);
  await host.run(['kill', '-CONT', pid]);
  for (let tries = 0; (await pidOf()) !== '' && tries < 600; tries += 1) await Bun.sleep(50);
  const shown = one((await run('plan', kept)).stdout);
  expect(await isThere(unit)).toBe(false);
  expect(shown).toMatch(/This plan was begun: \d+ of \d+ steps done/);
  expect(shown).not.toContain('[unfinished]');
}, 240_000);

test('a kernel without pidfd: the plan says it, and the removal comes to its end', async () => {
  await planAnew();
  const without = ['SystemCallFilter=~pidfd_open pidfd_send_signal', 'SystemCallErrorNumber=ENOSYS'];
  expect(one((await runAs(without, 'plan', kept)).stdout)).toContain('this kernel has no pidfd');
  const done = await runAs(without, 'clean', kept, '--yes', '--accept-irreversible');
  expect({ code: done.code, stderr: done.stderr }).toEqual({ code: 0, stderr: '' });
  await Bun.sleep(3000);
  expect(processesOf(host, [miner])).toEqual([]);
  expect(await isThere(miner)).toBe(false);
  const undone = await run('undo', kept);
  expect(undone.stderr).toBe('');
  expect(await isThere(miner)).toBe(true);
}, 240_000);
