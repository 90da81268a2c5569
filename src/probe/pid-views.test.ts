import { afterEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseMountInfo } from '../formats/mountinfo.ts';
import type { MountFact } from '../model/facts/kernel.ts';
import { printableText } from '../model/text.ts';
import { liveNative } from '../native/live.ts';
import { mount, mountFlag, umount, umountFlag } from '../native/namespaces.ts';
import type { Native } from '../native/port.ts';
import { endAll, startProgram, startRole, statOf } from '../native/processes.fixture.ts';
import { type FakeProcess, procTree } from './pid-views.fixture.ts';
import { type PidViewOptions, probePidViews } from './pid-views.ts';

const none: PidViewOptions = {
  pidMax: 500,
  readdirPids: [],
  cgroupPids: [],
  socketOwnerPids: [],
  mounts: [],
  thorough: false,
  excludePids: new Set(),
  initialPidNamespace: true,
  delayMs: 1,
};

const init: FakeProcess = { pid: 1, startTicks: 1, threads: [] };
const web: FakeProcess = { pid: 40, startTicks: 400, threads: [41, 42, 43] };
const late: FakeProcess = { pid: 90, startTicks: 900, threads: [] };
const miner: FakeProcess = { pid: 77, startTicks: 700, threads: [78, 79] };
const all = [init, web, late, miner];

describe('a recorded host', () => {
  test('without a hidden process has no hit, whatever its threads answer', async () => {
    const { facts, counts, sources } = await probePidViews(procTree(all), none);
    expect({ facts, counts }).toEqual({ facts: [], counts: [] });
    expect(sources.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  test('with a preloaded readdir hook shows what the kernel lists and the library does not', async () => {
    const { facts } = await probePidViews(procTree(all, { library: [77] }), none);
    expect(facts).toEqual([
      {
        kind: 'hidden-process',
        pid: 77,
        startTicks: 700,
        source: { source: printableText('/proc/77') },
        seenBy: ['getdents', 'stat', 'kill', 'scheduler'],
        missingFrom: ['readdir'],
      },
    ]);
  });

  test('whose library cannot be asked is compared with the listing of the scan', async () => {
    const { listByLibrary: _, ...rest } = procTree(all);
    const { facts } = await probePidViews(rest, { ...none, readdirPids: [1, 40, 90] });
    expect(facts.map(({ pid, missingFrom }) => [pid, missingFrom])).toEqual([[77, ['readdir']]]);
    // A process started after all that the scan listed may be new, and is no hit.
    expect((await probePidViews(rest, { ...none, readdirPids: [1, 40, 77] })).facts).toEqual([]);
  });

  test('with a getdents hook shows the process and not its threads, and the link count agrees', async () => {
    const { facts, counts } = await probePidViews(procTree(all, { library: [77], kernel: [77] }), none);
    expect(
      facts.map(({ pid, startTicks, seenBy, missingFrom }) => ({ pid, startTicks, seenBy, missingFrom })),
    ).toEqual([
      {
        pid: 77,
        startTicks: 700,
        seenBy: ['stat', 'kill', 'scheduler', 'link-count'],
        missingFrom: ['readdir', 'getdents'],
      },
    ]);
    expect(counts).toMatchObject([{ counted: 6, listed: 5 }]);
  });

  test('where a process answers to kill alone shows it, with no start', async () => {
    const lies = {
      library: [77],
      kernel: [77],
      folder: [77, 78, 79],
      scheduler: [77, 78, 79],
      kill: [78, 79],
    };
    const { facts } = await probePidViews(procTree(all, lies), none);
    expect(facts).toMatchObject([
      {
        pid: 77,
        startTicks: 0,
        seenBy: ['kill', 'link-count'],
        missingFrom: ['readdir', 'getdents', 'stat', 'scheduler'],
      },
    ]);
  });

  test('where no call shows it still counts one more than it lists', async () => {
    const hidden = [77, 78, 79];
    const lies = { library: [77], kernel: [77], folder: hidden, kill: hidden, scheduler: hidden };
    const { facts, counts } = await probePidViews(procTree(all, lies), none);
    expect(facts).toEqual([]);
    expect(counts).toMatchObject([{ kind: 'directory-count', counted: 6, listed: 5 }]);
    // Cgroups name it.
    const named = await probePidViews(procTree(all, { ...lies, folder: [] }), {
      ...none,
      cgroupPids: [1, 77],
    });
    expect(named.facts).toMatchObject([{ pid: 77, seenBy: ['stat', 'cgroup', 'link-count'] }]);
  });

  test('where calls deny a listed process shows that', async () => {
    const { facts } = await probePidViews(procTree(all, { kill: [77], scheduler: [77] }), none);
    expect(facts).toMatchObject([{ pid: 77, missingFrom: ['kill', 'scheduler'] }]);
  });

  test('where the scheduler refuses to answer for a listed process has no hit', async () => {
    expect((await probePidViews(procTree(all, { scheduler: [1, 40, 77, 90] }), none)).facts).toEqual([]);
  });

  test('where only a look by name shows it is looked at once the count disagrees', async () => {
    const hidden = [77, 78, 79];
    const lies = { library: [77], kernel: [77], kill: hidden, scheduler: hidden };
    const { facts } = await probePidViews(procTree(all, lies), none);
    expect(facts).toMatchObject([{ pid: 77, seenBy: ['stat', 'link-count'] }]);
    const thorough = { ...none, thorough: true, initialPidNamespace: false };
    expect((await probePidViews(procTree(all, lies), thorough)).facts).toMatchObject([{ pid: 77 }]);
  });

  test('does not count a process that dies, or whose pid is taken over, between two looks', async () => {
    const lies = { library: [77], kernel: [77] };
    for (const next of [
      [init, web, late],
      [init, web, late, { ...miner, startTicks: 701 }],
    ]) {
      let looks = 0;
      const now = (): Native => procTree(looks > 1 ? next : all, lies);
      const native: Native = {
        ...procTree(all, lies),
        listDirectory: (path) => {
          if (new TextDecoder().decode(path) === '/proc') looks += 1;
          return now().listDirectory(path);
        },
        readFile: (path, limit) => now().readFile(path, limit),
        pidByKill: (pid) => now().pidByKill(pid),
        pidByScheduler: (pid) => now().pidByScheduler(pid),
      };
      expect((await probePidViews(native, { ...none, initialPidNamespace: false })).facts).toEqual([]);
    }
  });

  test('with hidepid is not compared, and says so', async () => {
    const { facts, sources } = await probePidViews(
      procTree(all, { library: [1, 77], kernel: [1, 77] }),
      none,
    );
    expect(facts).toEqual([]);
    expect(sources.at(-1)).toMatchObject({ status: 'denied' });
  });

  test('our own children are no hits', async () => {
    const options = { ...none, excludePids: new Set([77]) };
    expect((await probePidViews(procTree(all, { library: [77], kernel: [77] }), options)).facts).toEqual([]);
  });

  test('a hostile listing of names that are no pids does no harm', async () => {
    const { facts } = await probePidViews(
      procTree(all, { odd: ['01', '-5', '99999999999', '1e3', '\u0661', '..', ''] }),
      none,
    );
    expect(facts).toEqual([]);
  });

  test('which cannot be listed ends with a status', async () => {
    const native: Native = {
      ...procTree(all),
      listDirectory: () => ({ status: 'denied', reason: 'EACCES' }),
    };
    const { facts, sources } = await probePidViews(native, none);
    expect(facts).toEqual([]);
    expect(sources.some(({ status }) => status === 'denied')).toBe(true);
  });
});

/** The mount table of this mount namespace as the artifact gives it. */
function mountFacts(): readonly MountFact[] {
  return parseMountInfo(readFileSync('/proc/self/mountinfo')).map((entry) => ({
    kind: 'mount' as const,
    source: { source: printableText('/proc/self/mountinfo'), line: entry.line },
    mountPoint: entry.mountPoint,
    root: entry.root,
    fileSystem: entry.fileSystem,
    device: entry.source,
    options: entry.options,
    namespace: 1,
    text: entry.text,
  }));
}

const native = liveNative();
const live = (options: Partial<PidViewOptions> = {}) =>
  probePidViews(native, {
    ...none,
    pidMax: 32_768,
    initialPidNamespace: false,
    delayMs: 30,
    mounts: mountFacts(),
    excludePids: new Set([process.pid]),
    ...options,
  });

test('the look-up by name ends where no pid can be, but for --thorough', async () => {
  const swept: (readonly [number, boolean | undefined])[] = [];
  const honest = procTree([{ pid: 1, startTicks: 1, threads: [] }]);
  const asked: Native = {
    ...honest,
    sweepPids: (limit, options) => {
      swept.push([limit, options?.stat]);
      return honest.sweepPids(limit, options);
    },
  };
  // The link count says that somebody is missing, so every name is looked up.
  const lying: Native = { ...asked, linkCount: () => ({ status: 'ok', value: 99 }) };
  const options = { ...none, pidMax: 4000, highestPid: 500, initialPidNamespace: true, delayMs: 0 };
  await probePidViews(lying, options);
  expect(swept).toEqual([
    [4000, false],
    [500, true],
  ]);
  swept.length = 0;
  await probePidViews(lying, { ...options, thorough: true });
  expect(swept).toEqual([[4000, true]]);
});

describe('on this kernel', () => {
  const covered: number[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'demine-empty-'));
  afterEach(async () => {
    for (const pid of covered.splice(0)) umount(`/proc/${pid}`, umountFlag.detach);
    await endAll();
  });

  function cover(pid: number, by: string): void {
    expect(mount({ source: by, target: `/proc/${pid}`, flags: mountFlag.bind }).status).toBe('ok');
    covered.push(pid);
  }

  test('an empty folder mounted over /proc/pid hides nothing from us', async () => {
    const { pid } = startProgram('sleep', '100');
    const { startTicks } = statOf(pid);
    cover(pid, folder);
    const { facts } = await live();
    expect(facts).toMatchObject([
      {
        pid,
        startTicks,
        missingFrom: ['stat'],
        seenBy: ['readdir', 'getdents', 'kill', 'scheduler', 'mount'],
      },
    ]);
    expect(String(facts[0]?.coveredBy?.text)).toContain(`/proc/${pid} `);
  });

  test("another process's folder mounted over /proc/pid hides nothing from us", async () => {
    const { pid } = startProgram('sleep', '100');
    const { startTicks } = statOf(pid);
    cover(pid, '/proc/1');
    expect(statOf(1).pid).toBe(1);
    const { facts } = await live();
    expect(facts).toMatchObject([{ pid, startTicks, missingFrom: ['stat'] }]);
  });

  test('the start of a covered process is known by its threads where mounts cannot be looked beneath', async () => {
    const { pid } = await startRole('threads', '2');
    const { startTicks } = statOf(pid);
    cover(pid, folder);
    const blind: Native = { ...native, uncoveredProc: () => ({ status: 'denied', reason: 'EPERM' }) };
    const { facts } = await probePidViews(blind, {
      ...none,
      pidMax: 32_768,
      initialPidNamespace: false,
      mounts: mountFacts(),
    });
    expect(facts.map((fact) => [fact.pid, fact.startTicks])).toEqual([[pid, startTicks]]);
  });

  test('many threads, a storm of forks and a zombie are no hits', async () => {
    await startRole('threads', '12');
    startProgram('sh', '-c', 'while :; do /bin/true; done');
    startProgram('sh', '-c', 'while :; do (/bin/true &) ; done');
    startProgram('sh', '-c', '/bin/true & exec sleep 100');
    for (let round = 0; round < 3; round += 1) {
      const { facts, sources } = await live({ thorough: round === 2 });
      expect(facts).toEqual([]);
      expect(sources.filter(({ status }) => !['ok', 'absent'].includes(status))).toEqual([]);
    }
  });

  test('the listing of the C library is a view of its own', async () => {
    const { pid } = startProgram('sleep', '100');
    const lying: Native = {
      ...native,
      listByLibrary: (path) => {
        const answer = native.listByLibrary?.(path) ?? { status: 'absent', reason: '' };
        if (answer.status !== 'ok') return answer;
        return {
          status: 'ok',
          value: answer.value.filter((name) => new TextDecoder().decode(name) !== String(pid)),
        };
      },
    };
    const { facts } = await probePidViews(lying, { ...none, pidMax: 32_768, initialPidNamespace: false });
    expect(facts.map((fact) => [fact.pid, fact.missingFrom])).toEqual([[pid, ['readdir']]]);
  });

  test('nothing of the test is left over', () => {
    expect(mountFacts().filter(({ mountPoint }) => /^\/proc\/\d/.test(mountPoint))).toEqual([]);
    rmdirSync(folder);
    expect(readdirSync('/proc').includes('1')).toBe(true);
  });
});
