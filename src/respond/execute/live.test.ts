/** On processes that the test started, in namespaces of its own. */
import { afterEach, beforeEach, expect, test } from 'bun:test';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DemineError } from '../../model/error.ts';
import type { Manager, PlannedProcess, Step } from '../../model/plan.ts';
import { printableText } from '../../model/text.ts';
import { outerNamespaces } from '../../native/apart.ts';
import { liveNative } from '../../native/live.ts';
import { liveSignals } from '../../native/process-signal.ts';
import { openLedger } from '../ledger/ledger-file.ts';
import { Vault } from '../vault/vault.ts';
import { carryOut, type Ended, takeBack } from './carry-out.ts';
import { LiveExecutor } from './live.ts';
import { runningFrom, statOf } from './running.ts';
import { quarantineStep } from './steps.fixture.ts';

const native = liveNative();
const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();

let folder: string;
const started: Bun.Subprocess[] = [];
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'demine-live-')));
  mkdirSync(join(folder, '.x'));
  mkdirSync(join(folder, 'case'));
});
afterEach(async () => {
  rmSync(join(folder, 'go'), { force: true });
  for (const child of started.splice(0)) {
    child.kill('SIGCONT');
    child.kill('SIGKILL');
    await child.exited;
  }
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the other one again whenever it is gone, as long as the file `go` is there. */
const guardOf = (own: string, other: string): string => `#!/bin/sh
echo $$ > ${folder}/${own}.pid
while [ -e ${folder}/go ]; do
  kill -0 "$(cat ${folder}/${other}.pid)" 2>/dev/null || { [ -e ${folder}/.x/${other} ] && sh ${folder}/.x/${other} & }
  sleep 0.05
done
`;

function start(...command: string[]): number {
  const child = Bun.spawn(command, { stdio: ['ignore', 'ignore', 'ignore'] });
  started.push(child);
  return child.pid;
}

const isHeld = (pid: number): boolean => statOf(native, pid)?.state === 'T';

function processOf(pid: number, role: PlannedProcess['role'], startTicks?: number): PlannedProcess {
  return {
    pid,
    role,
    startTicks: startTicks ?? statOf(native, pid)?.startTicks ?? 0,
    name: printableText('sh'),
    exe: printableText('/bin/sh'),
  };
}

function stepOf(
  id: string,
  kind: 'freeze' | 'kill',
  processes: readonly PlannedProcess[],
  programs: readonly string[],
  boot = bootId,
): Step {
  return {
    id,
    phase: kind,
    findings: [],
    change: { kind, processes: [...processes], programs: programs.map((path) => printableText(path)) },
    preconditions: processes.map(({ pid, startTicks }) => ({
      kind: 'process',
      pid,
      startTicks,
      bootId: boot,
    })),
    reversibility: kind === 'kill' ? 'irreversible' : 'reversible',
    breaks: [],
    verify: kind === 'kill' ? 'ended' : 'stopped',
  };
}

async function run(
  steps: readonly Step[],
  way: 'clean' | 'undo',
  pidfd?: (pid: number) => number,
): Promise<readonly string[]> {
  const told: Ended[] = [];
  const ledger = openLedger(join(folder, 'case/ledger'));
  const executor = new LiveExecutor({
    native,
    signals: liveSignals(pidfd),
    vault: new Vault(join(folder, 'case/vault')),
    ledger,
    earlier: [],
    bootId,
    name: printableText('this host'),
    self: process.pid,
    socketOf: () => join(folder, 'no-manager'),
  });
  try {
    const work = { steps, executor, ledger, tell: (ended: Ended) => void told.push(ended) };
    await (way === 'clean' ? carryOut : takeBack)(work, steps);
    return told.map((ended) => ('stop' in ended ? `${ended.how} ${ended.stop.id}` : ended.how));
  } finally {
    executor.close();
    ledger.close();
  }
}

async function twoGuards(): Promise<readonly string[]> {
  writeFileSync(join(folder, 'go'), '');
  const programs = ['a', 'b'].map((name) => join(folder, '.x', name));
  writeFileSync(join(folder, '.x/a'), guardOf('a', 'b'));
  writeFileSync(join(folder, '.x/b'), guardOf('b', 'a'));
  start('sh', join(folder, '.x/a'));
  for (let tries = 0; runningFrom(native, programs).length < 2 && tries < 400; tries += 1)
    await Bun.sleep(10);
  expect(runningFrom(native, programs).length).toBeGreaterThanOrEqual(2);
  return programs;
}

test('two that start each other again are held, and none of them comes back when they are ended', async () => {
  const programs = await twoGuards();
  const [first] = runningFrom(native, programs);
  // The plan knows one of them, and another process that ended long ago.
  const planned = [processOf(first?.pid ?? 0, 'respawner'), processOf(first?.pid ?? 0, 'miner', 1)];
  const steps = [stepOf('S1', 'freeze', planned, programs), stepOf('S2', 'kill', planned, programs)];
  expect(await run(steps.slice(0, 1), 'clean')).toEqual(['done']);
  const held = runningFrom(native, programs);
  expect(held.length).toBeGreaterThanOrEqual(2);
  expect(held.filter(({ pid }) => !isHeld(pid))).toEqual([]);
  expect(await run(steps, 'clean')).toEqual(['was-done', 'done']);
  await Bun.sleep(400);
  expect(runningFrom(native, programs)).toEqual([]);
});

test('what was held is let go by undo, and goes on', async () => {
  const pid = start('sleep', '100');
  const steps = [stepOf('S1', 'freeze', [processOf(pid, 'miner')], [])];
  await run(steps, 'clean');
  expect(isHeld(pid)).toBe(true);
  expect(await run(steps, 'undo')).toEqual(['undone']);
  expect(isHeld(pid)).toBe(false);
});

test('a process that got the number later is not touched, with pidfd and without', async () => {
  const pid = start('sleep', '100');
  const other = [processOf(pid, 'miner', 1)];
  const steps = [stepOf('S1', 'freeze', other, []), stepOf('S2', 'kill', other, [])];
  expect(await run(steps, 'clean')).toEqual(['done', 'done']);
  const again = [stepOf('S3', 'kill', other, [])];
  expect(await run(again, 'clean', () => -38)).toEqual(['done']);
  expect(['R', 'S', 'D']).toContain(statOf(native, pid)?.state ?? '');
});

test('a kernel without pidfd ends the process all the same', async () => {
  const pid = start('sleep', '100');
  expect(await run([stepOf('S1', 'kill', [processOf(pid, 'miner')], [])], 'clean', () => -38)).toEqual([
    'done',
  ]);
  expect(['Z', undefined]).toContain(statOf(native, pid)?.state);
});

test('numbers of another boot are not acted upon', async () => {
  const pid = start('sleep', '100');
  const step = stepOf('S1', 'kill', [processOf(pid, 'miner')], [], 'another');
  expect(await run([step], 'clean')).toEqual(['stopped other-boot']);
  expect(['R', 'S', 'D']).toContain(statOf(native, pid)?.state ?? '');
});

test('who reads the attacker’s file runs none of it', async () => {
  const path = join(folder, '.x/file');
  writeFileSync(path, 'inert\n');
  const reader = start('tail', '-f', path);
  const shell = start('sh', '-c', 'sleep 100; :', path);
  await Bun.sleep(50);
  expect(runningFrom(native, [path])).toEqual([]);
  expect(await run([stepOf('S1', 'kill', [], [join(folder, 'nothing'), path])], 'clean')).toEqual(['done']);
  for (const pid of [reader, shell]) expect(['R', 'S', 'D']).toContain(statOf(native, pid)?.state ?? '');
});

test('we and those above us are spared', async () => {
  const step = stepOf('S1', 'kill', [processOf(process.pid, 'miner'), processOf(process.ppid, 'miner')], []);
  expect(await run([step], 'clean')).toEqual(['done']);
});

test('what was ended cannot be brought back, and undo says so and goes on', async () => {
  writeFileSync(join(folder, '.x/file'), 'inert\n');
  const pid = start('sleep', '100');
  const steps = [
    quarantineStep('S1', '/', join(folder, '.x/file')),
    stepOf('S2', 'kill', [processOf(pid, 'miner')], []),
  ];
  expect(await run(steps, 'clean')).toEqual(['done', 'done']);
  expect(existsSync(join(folder, '.x/file'))).toBe(false);
  expect(await run(steps, 'undo')).toEqual(['undo-stopped cannot-be-undone', 'undone']);
  expect(readFileSync(join(folder, '.x/file'), 'utf8')).toBe('inert\n');
});

test('a test without namespaces of its own changes nothing', async () => {
  const known = process.env[outerNamespaces];
  delete process.env[outerNamespaces];
  try {
    const refused = await run([], 'clean').catch((thrown: unknown) => thrown);
    expect(refused instanceof DemineError && refused.code).toBe('executor-refused');
  } finally {
    if (known !== undefined) process.env[outerNamespaces] = known;
  }
});

test('a manager that is not told keeps everything after it from being done; one that has ended knows nothing', async () => {
  const pid = start('sleep', '100');
  const reload = (id: string, manager: Manager): Step => ({
    ...stepOf(id, 'kill', [processOf(pid, 'miner')], []),
    change: { kind: 'reload', managers: [manager] },
  });
  const ended = { service: 'monit', pid, startTicks: 1 } as const;
  const kill = stepOf('S3', 'kill', [processOf(pid, 'miner')], []);
  expect(await run([reload('S1', ended), reload('S2', { service: 'systemd' }), kill], 'clean')).toEqual([
    'done',
    'stopped not-reloaded',
  ]);
  expect(statOf(native, pid)?.state).not.toBe('Z');
});
