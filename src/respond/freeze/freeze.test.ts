import { afterEach, describe, expect, test } from 'bun:test';
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseProcStat } from '../../formats/proc-pid-stat.ts';
import { errno } from '../../native/failure.ts';
import { liveNative } from '../../native/live.ts';
import { liveSignals, type Signals } from '../../native/process-signal.ts';
import { freezerMounts } from './cgroup-freezer.ts';
import { type FreezeWorld, type FrozenMember, freeze, type Member, thaw } from './freeze.ts';

const native = liveNative();
const started: Bun.Subprocess[] = [];
const groups: string[] = [];

afterEach(async () => {
  for (const folder of groups) {
    for (const [name, value] of [
      ['cgroup.freeze', '0'],
      ['freezer.state', 'THAWED'],
    ] as const) {
      try {
        writeFileSync(join(folder, name), value);
      } catch {
        // The other version's file.
      }
    }
  }
  for (const child of started.splice(0)) {
    child.kill('SIGKILL');
    await child.exited;
  }
  for (const folder of groups.splice(0).reverse()) {
    for (let tries = 0; tries < 100; tries += 1) {
      try {
        rmdirSync(folder);
        break;
      } catch {
        await Bun.sleep(20);
      }
    }
  }
});

const stat = (pid: number) => parseProcStat(readFileSync(`/proc/${pid}/stat`));
const state = (pid: number): string => stat(pid)?.state ?? 'gone';
const member = (pid: number, role: Member['role'] = 'miner'): Member => ({
  pid,
  role,
  startTicks: stat(pid)?.startTicks ?? -1,
});

function start(...command: string[]): number {
  const child = Bun.spawn(command, { stdio: ['ignore', 'pipe', 'ignore'] });
  started.push(child);
  return child.pid;
}

/** Starts a sleeper again whenever one ends, as a guard does. */
const guard = (): number => start('sh', '-c', 'while :; do sleep 0.2; done');

const world = (change: Partial<FreezeWorld> = {}): FreezeWorld & { readonly recorded: FrozenMember[] } => {
  const recorded: FrozenMember[] = [];
  return {
    native,
    signals: liveSignals(),
    self: process.pid,
    record: (members) => void recorded.push(...members),
    recorded,
    ...change,
  };
};

/** States of one that nobody holds; a program that was just started does not sleep yet. */
const alive = ['R', 'S', 'D'];

describe('a set of processes', () => {
  test('is held, respawners first and children with them, and let go', async () => {
    const [miner, respawner] = [start('sleep', '100'), guard()];
    await Bun.sleep(50);
    const sent: string[] = [];
    const live = liveSignals();
    const signals: Signals = {
      ...live,
      send: (handle, signal) => {
        sent.push(`${signal} ${handle.pid}`);
        return live.send(handle, signal);
      },
    };
    const here = world({ signals });
    const outcome = await freeze([member(miner), member(respawner, 'respawner')], here);
    const children = outcome.frozen.filter(({ role }) => role === 'child');
    expect(outcome.left).toEqual([]);
    expect(outcome.byNumber).toBe(false);
    expect(children).toHaveLength(1);
    expect(sent).toEqual([respawner, miner, children[0]?.pid].map((pid) => `stop ${pid}`));
    expect(outcome.frozen.map(({ pid }) => state(pid))).toEqual(['T', 'T', 'T']);
    expect(here.recorded).toEqual([...outcome.frozen]);

    const looked = children[0]?.pid ?? 0;
    await Bun.sleep(400);
    expect(state(looked)).toBe('T');
    const { thawed, left } = thaw(here.recorded, { native, signals });
    expect([thawed.length, left]).toEqual([3, []]);
    expect(sent.slice(3)).toEqual([looked, miner, respawner].map((pid) => `go ${pid}`));
    expect([state(miner), state(respawner)].includes('T')).toBe(false);
  });

  test('is recorded before anything is held: a crash in between can be undone', async () => {
    const miner = start('sleep', '100');
    const states: string[] = [];
    const here = world({ record: () => void states.push(state(miner)) });
    await freeze([member(miner)], here);
    // It may not sleep yet; that it is not held is what counts.
    expect(states).toHaveLength(1);
    expect(states).not.toContain('T');
    const refusing = world({
      record: () => {
        throw new Error('no room');
      },
    });
    const other = start('sleep', '100');
    await expect(freeze([member(other)], refusing)).rejects.toThrow('no room');
    expect(alive).toContain(state(other));
  });

  test('that grows all the time is held whole', async () => {
    const bomb = start('sh', '-c', 'i=0; while [ $i -lt 400 ]; do sleep 100 & i=$((i+1)); done; wait');
    await Bun.sleep(30);
    const outcome = await freeze([member(bomb, 'respawner')], world());
    expect(outcome.left).toEqual([]);
    const children = (): string => readFileSync(`/proc/${bomb}/task/${bomb}/children`, 'latin1');
    const held = children();
    expect(
      held
        .trim()
        .split(' ')
        .filter((pid) => state(Number(pid)) !== 'T'),
    ).toEqual([]);
    await Bun.sleep(100);
    expect(children()).toBe(held);
    for (const { pid } of outcome.frozen.filter(({ role }) => role === 'child')) process.kill(pid, 'SIGKILL');
  });
});

describe('what is not held', () => {
  test('is another process with the number, one that is gone, init, and ourselves', async () => {
    const other = start('sleep', '100');
    const ended = Bun.spawn(['true']);
    await ended.exited;
    const here = world({ self: start('sleep', '100') });
    // A child of ours, and of init where this runs: nobody asked for it.
    const bystander = start('sleep', '100');
    const outcome = await freeze(
      [
        { ...member(other), startTicks: member(other).startTicks - 1 },
        { pid: ended.pid, startTicks: 1, role: 'miner' },
        { pid: 1, startTicks: stat(1)?.startTicks ?? 0, role: 'respawner' },
        member(here.self),
      ],
      here,
    );
    expect(outcome.frozen).toEqual([]);
    expect(outcome.left.filter(({ pid }) => [other, ended.pid, 1, here.self].includes(pid))).toEqual([
      { pid: other, why: 'other-process' },
      { pid: ended.pid, why: 'gone' },
      { pid: 1, why: 'of-the-system' },
      { pid: here.self, why: 'ourselves' },
    ]);
    expect(alive).toContain(state(other));
    expect(alive).toContain(state(bystander));
  });

  test('one that was stopped before stays stopped when the others are let go', async () => {
    const stopped = start('sleep', '100');
    process.kill(stopped, 'SIGSTOP');
    await Bun.sleep(30);
    const here = world();
    await freeze([member(stopped)], here);
    expect(here.recorded[0]?.wasStopped).toBe(true);
    thaw(here.recorded, here);
    expect(state(stopped)).toBe('T');
  });

  test('nothing is let go that only has the number', async () => {
    const other = start('sleep', '100');
    process.kill(other, 'SIGSTOP');
    await Bun.sleep(30);
    const recorded = { ...member(other), startTicks: 1, wasStopped: false };
    expect(thaw([recorded], { native, signals: liveSignals() }).left).toEqual([
      { pid: other, why: 'other-process' },
    ]);
    expect(state(other)).toBe('T');
  });
});

test('a kernel without pidfd holds by number, and says so', async () => {
  const miner = start('sleep', '100');
  const outcome = await freeze([member(miner)], world({ signals: liveSignals(() => -errno.ENOSYS) }));
  expect([outcome.byNumber, outcome.left, state(miner)]).toEqual([true, [], 'T']);
});

/** The hierarchies of this machine by version; a test of one that it has not would test nothing. */
const mounts = freezerMounts(native);

describe.each(mounts.map(({ version, path }) => [version, path] as const))(
  'a control group of version %d',
  (version, path) => {
    const make = (): string => {
      const folder = join(path, `demine-test-${process.pid}-${groups.length}-${Date.now()}`);
      mkdirSync(folder);
      groups.push(folder);
      return folder;
    };
    const put = (folder: string, pid: number): void => writeFileSync(join(folder, 'cgroup.procs'), `${pid}`);

    test('of the set alone is frozen as a whole, and no signal is sent', async () => {
      const folder = make();
      const [miner, respawner] = [start('sleep', '100'), guard()];
      put(folder, miner);
      put(folder, respawner);
      await Bun.sleep(300);
      const here = world();
      const outcome = await freeze([member(miner), member(respawner, 'respawner')], here);
      expect(outcome.left).toEqual([]);
      expect(outcome.frozen.map(({ group }) => group)).toEqual(outcome.frozen.map(() => folder));
      expect(
        readFileSync(join(folder, version === 2 ? 'cgroup.freeze' : 'freezer.state'), 'latin1').trim(),
      ).toBe(version === 2 ? '1' : 'FROZEN');
      // A signal to go on does not undo it.
      process.kill(respawner, 'SIGCONT');
      const used = stat(respawner)?.userTicks;
      const children = readFileSync(`/proc/${respawner}/task/${respawner}/children`, 'latin1');
      await Bun.sleep(500);
      expect(readFileSync(`/proc/${respawner}/task/${respawner}/children`, 'latin1')).toBe(children);
      expect(stat(respawner)?.userTicks).toBe(used);
      expect(thaw(here.recorded, here).left).toEqual([]);
      await Bun.sleep(500);
      expect(readFileSync(`/proc/${respawner}/task/${respawner}/children`, 'latin1')).not.toBe(children);
    });

    test('that is frozen already holds them, and who froze it lets them go', async () => {
      const folder = make();
      const miner = start('sleep', '100');
      put(folder, miner);
      const first = world();
      expect((await freeze([member(miner)], first)).left).toEqual([]);
      const again = world();
      const outcome = await freeze([member(miner)], again);
      expect(outcome).toMatchObject({ left: [], frozen: [{ pid: miner }] });
      expect(thaw(again.recorded, again).left).toEqual([]);
      expect(thaw(first.recorded, first).left).toEqual([]);
      await Bun.sleep(100);
      expect(alive).toContain(state(miner));
    });

    test('with somebody else in it, or below it, is left alone: signals hold the set', async () => {
      const [folder, honest] = [make(), start('sleep', '100')];
      const below = join(folder, 'below');
      mkdirSync(below);
      groups.push(below);
      const miner = start('sleep', '100');
      put(folder, miner);
      put(below, honest);
      const outcome = await freeze([member(miner)], world());
      expect(outcome.frozen).toMatchObject([{ pid: miner }]);
      expect(outcome.frozen[0]?.group).toBeUndefined();
      expect(state(miner)).toBe('T');
      expect(alive).toContain(state(honest));
    });
  },
);

test('this machine has a hierarchy in which groups can be frozen', () => {
  expect(mounts.length).toBeGreaterThan(0);
});
