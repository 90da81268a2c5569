/** What an attacker may put in the way of a plan: floods, odd names, things that cannot be taken, links that lead out. */
import { afterEach, expect, test } from 'bun:test';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inertProgram, type MechanismCase } from '../../../test/persistence/case.ts';
import { type PlantedRoot, plantRoot } from '../../../test/persistence/root.ts';
import { type Plan, planSchema } from '../../model/plan.ts';
import { mayChange } from '../../native/apart.ts';
import { mount, mountFlag, umount, umountFlag } from '../../native/namespaces.ts';
import { carryOutOn, planRoot } from './plan-root.fixture.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function plant(planted: MechanismCase['planted']): PlantedRoot {
  const root = plantRoot({ mechanism: 'cron-user', dress: 'unowned-binary', what: 'of this test', planted });
  cleanups.push(() => root.remove());
  return root;
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'demine-hostile-'));
  cleanups.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const options = '-o stratum+tcp://pool.example.test:3333 --donate-level 1';
const table = '/var/spool/cron/crontabs/root';
const bad = (path: string): string => `* * * * * ${path} ${options}\n`;

const changes = ({ steps }: Plan): readonly string[] =>
  steps.flatMap(({ change }) => ('path' in change ? [`${change.kind} ${change.path}`] : []));

test('a folder in which something lies that is no file keeps that, and loses the program', async () => {
  const root = plant({ [table]: bad('/tmp/.x/m'), '/tmp/.x/m': inertProgram() });
  expect(Bun.spawnSync(['mkfifo', join(root.path, 'tmp/.x/pipe')]).exitCode).toBe(0);
  const { plan } = await planRoot(root.path);
  expect(changes(plan)).toContain('quarantine /tmp/.x/m');
  expect(changes(plan)).not.toContain('quarantine /tmp/.x');
  expect(plan.left).toContainEqual(expect.objectContaining({ subject: '/tmp/.x', why: 'foreign-folder' }));
});

test('a flood of files in his folder does not keep the program', async () => {
  const root = plant({ [table]: bad('/tmp/.x/m'), '/tmp/.x/m': inertProgram() });
  for (let at = 0; at < 1_500; at += 1) writeFileSync(join(root.path, `tmp/.x/${at}`), '');
  const { plan } = await planRoot(root.path);
  expect(changes(plan)).toContain('quarantine /tmp/.x/m');
  expect(plan.steps.length).toBeLessThan(50);
});

test('a thousand lines are one step, and those of the owner stay', async () => {
  const lines = Array.from({ length: 1_000 }, (_, at) => bad(`/tmp/.x/m${at}`)).join('');
  const root = plant({ [table]: `# mine\n0 3 * * * /usr/bin/true\n${lines}`, '/tmp/.x/m0': inertProgram() });
  const { plan } = await planRoot(root.path);
  const edits = plan.steps.filter(({ change }) => change.kind === 'edit-file');
  expect(edits.length).toBe(1);
  const [edit] = edits;
  const count = edit?.change.kind === 'edit-file' ? edit.change.edits.length : 0;
  expect(count).toBeGreaterThan(100);
  expect(await carryOutOn(root.path, folder(), plan, 'clean')).not.toContainEqual(
    expect.objectContaining({ how: 'stopped' }),
  );
});

test('a link out of the root leads nowhere', async () => {
  const outside = folder();
  writeFileSync(join(outside, 'm'), inertProgram());
  const root = plant({ [table]: bad('/tmp/.x/m') });
  symlinkSync(outside, join(root.path, 'tmp/.x'));
  const { plan } = await planRoot(root.path);
  await carryOutOn(root.path, folder(), plan, 'clean');
  expect(existsSync(join(outside, 'm'))).toBe(true);
  expect(changes(plan).filter((change) => change.includes(outside))).toEqual([]);
});

test('links in a circle end', async () => {
  const root = plant({ [table]: bad('/tmp/.a/m') });
  symlinkSync('.b', join(root.path, 'tmp/.a'));
  symlinkSync('.a', join(root.path, 'tmp/.b'));
  const { plan } = await planRoot(root.path);
  expect(changes(plan)).toEqual([expect.stringContaining(table)]);
});

test('names that act on a terminal or lead up are written down as what they are', async () => {
  const root = plant({ [table]: `${bad('/tmp/.x/../../etc/passwd')}${bad('/tmp/.\x1b[31m/m')}` });
  mkdirSync(join(root.path, 'tmp/.\x1b[31m'));
  writeFileSync(join(root.path, 'tmp/.\x1b[31m/m'), inertProgram());
  const { plan } = await planRoot(root.path);
  expect(JSON.stringify(plan)).not.toContain('\x1b');
  expect(planSchema.safeParse(plan).success).toBe(true);
  expect(changes(plan).filter((change) => change.includes('passwd'))).toEqual([]);
});

test('what the attacker only names is not taken: accounts, profiles, keys, pid files, data', async () => {
  const named = [
    '/etc/passwd',
    '/etc/ssh/sshd_config',
    '/root/.profile',
    '/root/.ssh/authorized_keys',
    '/home/ada/.secret/ledger.db',
    '/run/service.pid',
    '/opt/data.csv',
  ];
  const data = Object.fromEntries(named.slice(1).map((path) => [path, 'ours\n']));
  const root = plant({
    ...data,
    [table]: `${named.map(bad).join('')}${bad('/tmp/.x/m')}* * * * * . /root/.profile; /tmp/.x/m ${options}\n`,
    '/tmp/.x/m': inertProgram(),
  });
  const { plan } = await planRoot(root.path, {
    added: ({ result }) => result.persistence.map(({ id }) => id),
  });
  expect(changes(plan)).toContain('quarantine /tmp/.x/m');
  expect(changes(plan).filter((change) => named.some((path) => change.endsWith(` ${path}`)))).toEqual([]);
});

test('folders in folders end, and what lies deeper keeps its folder', async () => {
  const root = plant({ [table]: bad('/tmp/.x/m'), '/tmp/.x/m': inertProgram() });
  mkdirSync(join(root.path, 'tmp/.x', ...Array.from({ length: 30 }, () => 'd')), { recursive: true });
  const { plan } = await planRoot(root.path);
  expect(changes(plan)).toContain('quarantine /tmp/.x/m');
  expect(changes(plan)).not.toContain('quarantine /tmp/.x');
});

/** Binds within a root, in the test's own namespace. */
function bind(root: string, from: string, to: string): void {
  const may = mayChange();
  if (may.status !== 'ok') throw new Error(may.reason);
  const target = join(root, to);
  const done = mount({ source: join(root, from), target, type: 'none', flags: mountFlag.bind, data: '' });
  if (done.status !== 'ok') throw new Error(done.reason);
  cleanups.push(() => umount(target, umountFlag.detach));
}

test('a folder of the system under another name by a bind mount is not taken for his', async () => {
  const root = plant({
    [table]: `${bad('/tmp/.x/m')}${bad('/tmp/.x/sys/passwd')}`,
    '/tmp/.x/m': inertProgram(),
    '/srv/shop/data.db': 'of its owner',
  });
  for (const point of ['tmp/.x/sys', 'tmp/.x/data']) mkdirSync(join(root.path, point), { recursive: true });
  bind(root.path, 'etc', 'tmp/.x/sys');
  bind(root.path, 'srv/shop', 'tmp/.x/data');
  const { plan } = await planRoot(root.path);
  expect(changes(plan).filter((one) => one.startsWith('quarantine'))).toEqual([
    `quarantine ${table}`,
    'quarantine /tmp/.x/m',
  ]);
  const left = plan.left.map(({ subject, why }) => `${subject} ${why}`);
  expect(left).toContain('/tmp/.x foreign-folder');
  expect(left).toContain('/tmp/.x/sys/passwd whole-table');
  const ended = await carryOutOn(root.path, folder(), plan, 'clean');
  expect(ended.filter(({ how }) => how === 'stopped')).toEqual([]);
  expect(existsSync(join(root.path, 'etc/passwd'))).toBe(true);
  expect(existsSync(join(root.path, 'srv/shop/data.db'))).toBe(true);
  expect(existsSync(join(root.path, 'tmp/.x/m'))).toBe(false);
});
