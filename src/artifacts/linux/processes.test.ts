import { describe, expect, test } from 'bun:test';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Recorded, RecordedTarget } from '../../../test/recorded-target.ts';
import { parseLimits } from '../../formats/proc-limits.ts';
import { FactSet } from '../../model/fact.ts';
import type { ProcessFact } from '../../model/facts/process.ts';
import { SourceLog } from '../../model/source-log.ts';
import { printableText } from '../../model/text.ts';
import { liveNative } from '../../native/live.ts';
import { recordedNative } from '../../native/recorded.ts';
import { liveTarget } from '../../target/live.ts';
import type { Target } from '../../target/port.ts';
import { pidOf, processes, readProcess } from './processes.ts';

type Tree = Record<string, Recorded>;

const statLine = (pid: number, name: string, flags: number, cpu = 5000, state = 'S'): string =>
  `${pid} (${name}) ${state} 1 ${pid} ${pid} 0 -1 ${flags} 1 2 3 4 ${cpu} 300 20 30 20 0 4 0 12000 900000 250 ` +
  '18446744073709551615 1 2 3 4 5 0 0 0 0 0 0 0 17 1 0 0 0 0 0 1 2 3 4 5 6 7 0\n';

const status = (pid: number, uid = 0): string =>
  `Name:\tx\nTgid:\t${pid}\nTracerPid:\t0\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\nGid:\t0\t0\t0\t0\nNSpid:\t${pid}\n` +
  'VmLck:\t4 kB\nVmRSS:\t1000 kB\nHugetlbPages:\t0 kB\nCapEff:\t0000000000000000\nCpus_allowed_list:\t0-3\n';

const id = 'ab'.repeat(32);

const host: Tree = {
  '/proc/stat': 'cpu  1 1 1 1\ncpu0 1 1 1 1\nbtime 1700000000\nprocesses 9\n',
  '/etc/passwd': 'root:x:0:0::/root:/bin/sh\nredis:x:107:114::/var/lib/redis:/bin/false\n',
  '/proc/self/ns/mnt': { link: 'mnt:[100]' },
  '/proc/self/ns/net': { link: 'net:[200]' },
  '/proc/self/ns/pid': { link: 'pid:[1]' },
  '/proc/self/ns/user': { link: 'user:[2]' },
  '/proc/self/ns/cgroup': { link: 'cgroup:[3]' },
  '/proc/self/ns/time': { link: 'time:[4]' },
};

const otherNamespaces: Tree = {
  'ns/pid': { link: 'pid:[300]' },
  'ns/user': { link: 'user:[301]' },
  'ns/cgroup': { link: 'cgroup:[302]' },
  'ns/time': { link: 'time:[303]' },
};

function user(pid: number, rest: Tree = {}): Tree {
  const folder = `/proc/${pid}`;
  const tree: Tree = {
    [`${folder}/stat`]: statLine(pid, 'sshd', 0x400000),
    [`${folder}/status`]: status(pid),
    [`${folder}/cmdline`]: '/usr/sbin/sshd\0-D\0',
    [`${folder}/cgroup`]: '0::/system.slice/ssh.service\n',
    [`${folder}/limits`]:
      'Max open files            1024  4096  files\nMax locked memory         unlimited unlimited bytes\n',
    [`${folder}/exe`]: { link: '/usr/sbin/sshd' },
    [`${folder}/cwd`]: { link: '/' },
    [`${folder}/root`]: { link: '/' },
    [`${folder}/ns/mnt`]: { link: 'mnt:[100]' },
    [`${folder}/ns/net`]: { link: 'net:[200]' },
    [`${folder}/ns/pid`]: { link: 'pid:[1]' },
    [`${folder}/ns/user`]: { link: 'user:[2]' },
    [`${folder}/ns/cgroup`]: { link: 'cgroup:[3]' },
    [`${folder}/ns/time`]: { link: 'time:[4]' },
    [`${folder}/fd/0`]: { link: '/dev/null' },
    [`${folder}/fd/3`]: { link: 'socket:[4711]' },
  };
  for (const [name, value] of Object.entries(rest)) tree[`${folder}/${name}`] = value;
  return tree;
}

async function gatherFrom(target: Target): Promise<{ facts: readonly ProcessFact[]; log: SourceLog }> {
  const log = new SourceLog();
  const found = await processes.gather({ target, log, facts: new FactSet(), nowUs: 0, thorough: false });
  return { facts: new FactSet(found).of('process'), log };
}

async function gather(
  files: Tree,
): Promise<{ facts: readonly ProcessFact[]; log: SourceLog; asked: readonly string[] }> {
  const target = new RecordedTarget({ files });
  return { ...(await gatherFrom(target)), asked: target.asked };
}

describe('linux.processes', () => {
  test('a daemon has everything under its name, times in microseconds', async () => {
    const { facts, log, asked } = await gather({ ...host, ...user(700) });
    // It lives where we do: the kinds by which nobody hides are left to what is read of suspects.
    expect(asked).not.toContain('/proc/700/ns/cgroup');
    expect(log.listed).toEqual([]);
    expect(facts.length).toBe(1);
    expect(facts[0]).toMatchObject({
      pid: 700,
      startTicks: 12000,
      startTime: { us: 1_700_000_120_000_000, precision: 'tick', certain: true },
      name: 'sshd',
      argv: ['/usr/sbin/sshd', '-D'],
      userUs: 50_000_000,
      systemUs: 3_000_000,
      childUs: 500_000,
      threads: 4,
      rss: 1_024_000,
      locked: 4096,
      virtual: 900_000,
      kernelThread: false,
      user: { uid: 0, name: 'root' },
      exe: { path: '/usr/sbin/sshd', deleted: false, memfd: false, inode: 1 },
      exeStatus: 'ok',
      unit: 'ssh.service',
      namespaces: { mnt: 100, net: 200, pid: 1, user: 2 },
      limits: { openFiles: 1024, lockedMemory: Number.POSITIVE_INFINITY },
      descriptors: [{ kind: 'socket', fd: 3, inode: 4711 }],
      descriptorCount: 2,
      missing: {},
    });
  });

  test('a miner from a container, deleted, with its configuration open, is told in full', async () => {
    const { facts } = await gather({
      ...host,
      ...user(4242, {
        stat: statLine(4242, 'kdevtmpfsi', 0x400000, 900_000, 'R'),
        status: status(4242, 107).replace('NSpid:\t4242', 'NSpid:\t4242\t9'),
        cmdline: '[kworker/0:1]\0\0\0',
        cgroup: `0::/system.slice/docker-${id}.scope\n`,
        exe: { link: '/tmp/.x/kdevtmpfsi (deleted)' },
        'ns/mnt': { link: 'mnt:[101]' },
        ...otherNamespaces,
        'fd/4': { link: '/tmp/.x/config.json' },
        'fd/5': { link: '/dev/nvidia0' },
        'fd/6': { link: '/memfd:a (deleted)' },
        'fd/7': { link: '/var/tmp/b (deleted)' },
        'fd/8': { link: '/usr/lib/libc.so.6' },
        'fd/9': { link: 'anon_inode:[eventpoll]' },
        'fd/10': { link: 'anon_inode:bpf-prog' },
      }),
    });
    expect(facts[0]).toMatchObject({
      argv: ['[kworker/0:1]'],
      user: { uid: 107, name: 'redis' },
      exe: { path: '/tmp/.x/kdevtmpfsi', deleted: true, memfd: false },
      container: { runtime: 'docker', id },
      namespacedPids: [4242, 9],
      namespaces: { mnt: 101, net: 200, pid: 300, user: 301, cgroup: 302, time: 303 },
      descriptorCount: 9,
    });
    expect(facts[0]?.descriptors.map((descriptor) => [descriptor.kind, descriptor.fd])).toEqual([
      ['socket', 3],
      ['file', 4],
      ['device', 5],
      ['anon', 6],
      ['file', 7],
      ['anon', 10],
    ]);
  });

  test('a memory file as executable is no path on a disk', async () => {
    const { facts } = await gather({ ...host, ...user(9, { exe: { link: '/memfd:kernel (deleted)' } }) });
    expect(facts[0]?.exe).toMatchObject({ path: '/memfd:kernel', deleted: true, memfd: true });
  });

  test('a file that is really named "(deleted)" is not deleted', async () => {
    const { facts } = await gather({
      ...host,
      ...user(9, { exe: { link: '/opt/a (deleted)' } }),
      '/opt/a (deleted)': 'x',
    });
    expect(facts[0]?.exe).toMatchObject({ path: '/opt/a (deleted)', deleted: false });
  });

  test('a kernel thread by its flags is not asked for what it cannot have; one by name is', async () => {
    const { facts, asked, log } = await gather({
      ...host,
      '/proc/2/stat': statLine(2, 'kthreadd', 0x208040),
      '/proc/2/status': status(2),
      '/proc/2/cgroup': '0::/\n',
      ...user(66, { stat: statLine(66, 'kthreadd', 0x400000) }),
    });
    expect(facts.map((fact) => [fact.kernelThread, fact.exeStatus])).toEqual([
      [true, 'absent'],
      [false, 'ok'],
    ]);
    expect(asked.filter((path) => path.startsWith('/proc/2/'))).toEqual([
      '/proc/2/stat',
      '/proc/2/status',
      '/proc/2/cgroup',
    ]);
    expect(log.listed).toEqual([]);
  });

  test('limits and namespaces are read of a process that did nothing too', async () => {
    const { facts, log } = await gather({
      ...host,
      ...user(5, { stat: statLine(5, 'sleep', 0x400000, 0).replace(' 0 300 ', ' 0 0 '), ...otherNamespaces }),
    });
    expect(facts[0]?.limits).toEqual({ openFiles: 1024, lockedMemory: Number.POSITIVE_INFINITY });
    expect(facts[0]?.namespaces).toEqual({ mnt: 100, net: 200, pid: 300, user: 301, cgroup: 302, time: 303 });
    expect(log.listed).toEqual([]);
  });

  test('limits are asked of the kernel where its numbers are those of this /proc, and else read', async () => {
    const asked: number[] = [];
    const native = recordedNative({
      processLimits(pid) {
        asked.push(pid);
        if (pid === 6) return { status: 'denied', reason: 'EPERM' };
        return { status: 'ok', value: { lockedMemory: 8 << 20, openFiles: 512 } };
      },
    });
    const files = { ...host, ...user(5), ...user(6) };
    const limitsOf = async (self: Tree): Promise<unknown> => {
      const target = new RecordedTarget({ files: { ...files, ...self }, native });
      const { facts, log } = await gatherFrom(target);
      expect(log.listed).toEqual([]);
      return facts.map(({ limits }) => limits);
    };
    const ofFile = { openFiles: 1024, lockedMemory: Number.POSITIVE_INFINITY };
    const own = statLine(process.pid, 'demine', 0x400000);
    expect(await limitsOf({ '/proc/self/stat': own })).toEqual([
      { lockedMemory: 8 << 20, openFiles: 512 },
      ofFile,
    ]);
    expect(asked).toEqual([5, 6]);
    // The /proc of another pid namespace: its process 5 is another one than the kernel's.
    const others = statLine(process.pid + 1, 'demine', 0x400000);
    expect(await limitsOf({ '/proc/self/stat': others })).toEqual([ofFile, ofFile]);
    expect(await limitsOf({})).toEqual([ofFile, ofFile]);
    expect(asked).toEqual([5, 6]);
  });

  test('a pid namespace is read of those that have numbers in more than one', async () => {
    const inner = status(7).replace('NSpid:\t7', 'NSpid:\t7\t1');
    const { facts, asked } = await gather({
      ...host,
      ...user(5),
      ...user(6),
      ...user(7, { status: inner, 'ns/pid': { link: 'pid:[300]' } }),
    });
    expect(facts.map(({ namespaces }) => namespaces['pid'])).toEqual([1, 1, 300]);
    expect(asked.filter((path) => /^\/proc\/\d+\/ns\/pid$/.test(path))).toEqual([
      '/proc/5/ns/pid',
      '/proc/7/ns/pid',
    ]);
  });

  test('a kind of namespace that this kernel does not have is not missed', async () => {
    const { facts, log, asked } = await gather({ ...host, ...user(5, otherNamespaces) });
    expect(facts[0]?.namespaces['uts']).toBeUndefined();
    expect(facts[0]?.missing).toEqual({});
    expect(log.listed).toEqual([]);
    expect(asked).not.toContain('/proc/5/ns/uts');
  });

  test('a process that ends between two reads is kept with what was read', async () => {
    const gone = { status: 'absent', reason: 'ESRCH' } as const;
    const { facts, log } = await gather({
      ...host,
      ...user(70, {
        status: gone,
        cmdline: gone,
        cgroup: gone,
        exe: gone,
        cwd: gone,
        root: gone,
        'ns/mnt': gone,
      }),
      '/proc/71/fd/': '',
    });
    expect(facts.map((fact) => fact.pid)).toEqual([70]);
    expect(facts[0]).toMatchObject({
      name: 'sshd',
      rss: 250 * 4096,
      exeStatus: 'absent',
      missing: { status: 'absent', cmdline: 'absent', exe: 'absent', cwd: 'absent', ns: 'absent' },
    });
    expect(log.listed.some((source) => source.source === '/proc/71/stat' && source.status === 'absent')).toBe(
      true,
    );
  });

  test('what the system refuses is denied and listed, and the process stays', async () => {
    const refused = { status: 'denied', reason: 'EACCES' } as const;
    const { facts, log } = await gather({
      ...host,
      ...user(70, { exe: refused, cwd: refused, root: refused, 'ns/mnt': refused, 'fd/0': refused }),
    });
    expect(facts[0]).toMatchObject({
      exeStatus: 'denied',
      missing: { exe: 'denied', cwd: 'denied', root: 'denied', ns: 'denied', fd: 'denied' },
    });
    expect(log.listed.filter((source) => source.status === 'denied').length).toBe(5);
  });

  test('a folder that shows another process makes no second one of it', async () => {
    const { facts, log } = await gather({
      ...host,
      ...user(1),
      ...user(4943, { stat: statLine(1, 'init', 0x400000) }),
    });
    expect(facts.map((fact) => fact.pid)).toEqual([1]);
    expect(log.listed.map((source) => source.reason)).toEqual(['shows process 1']);
  });

  test('hostile names, arguments and control groups come out harmless', async () => {
    const { facts } = await gather({
      ...host,
      ...user(8, {
        stat: statLine(8, ') R 0 0\n\x1b[2J', 0x400000),
        cmdline: Buffer.from('\x1b]0;x\x07\0\xff\xfe\0', 'latin1'),
        cgroup: 'x\n0::/\x1b[31m\n',
        limits: 'Max open files -\n',
        'fd/3': { link: 'socket:[x]' },
        'fd/notanumber': { link: 'socket:[5]' },
      }),
    });
    expect(facts[0]).toMatchObject({
      name: ') R 0 0%0A%1B[2J',
      argv: ['%1B]0;x%07', '%FF%FE'],
      cgroups: ['/%1B[31m'],
      descriptors: [],
      descriptorCount: 2,
    });
    expect(JSON.stringify(facts[0])).not.toContain('\x1b');
  });

  test('descriptors past the bound are counted as cut', async () => {
    const many: Tree = {};
    for (let fd = 0; fd < 5000; fd += 1) many[`fd/${fd}`] = { link: `socket:[${fd + 1}]` };
    const { facts, log } = await gather({ ...host, ...user(8, many) });
    expect(facts[0]?.descriptors.length).toBe(4096);
    expect(facts[0]?.descriptorCount).toBeGreaterThanOrEqual(4096);
    expect(facts[0]?.missing).toEqual({ fd: 'truncated' });
    expect(log.listed.map((source) => source.status)).toEqual(['truncated']);
  });

  test('a target that does not run has no processes, and the log says so', async () => {
    const { facts, log } = await gatherFrom(new RecordedTarget({ kind: 'folder', files: { '/proc/': '' } }));
    expect(facts).toEqual([]);
    expect(log.listed.map((source) => [String(source.source), source.status])).toEqual([['/proc', 'absent']]);
  });

  test('only plain numbers name a process', () => {
    expect(
      ['1', '4194304', '0', '01', '-1', '1e3', 'self', '99999999999'].map((name) =>
        pidOf(printableText(name)),
      ),
    ).toEqual([1, 4194304, undefined, undefined, undefined, undefined, undefined, undefined]);
  });
});

describe('a running host', () => {
  const target = liveTarget(liveNative());

  test('we find ourselves, and a child that we started', async () => {
    const child = Bun.spawn(['sleep', '60'], { stdio: ['ignore', 'ignore', 'ignore'] });
    // On a crowded machine it takes a while until it has become what it is to be.
    for (let round = 0; round < 500; round += 1) {
      const now = readProcess(target, child.pid);
      if (now?.state === 'S' && now.argv[0] === 'sleep') break;
      await Bun.sleep(10);
    }
    const { facts } = await gatherFrom(target);
    const self = facts.find((fact) => fact.pid === process.pid);
    const sleeper = facts.find((fact) => fact.pid === child.pid);
    child.kill();
    await child.exited;
    expect(self).toMatchObject({ parent: process.ppid, kernelThread: false, exeStatus: 'ok' });
    expect(self?.exe?.inode).toBeGreaterThan(0);
    expect(sleeper).toMatchObject({ parent: process.pid, argv: ['sleep', '60'], state: 'S' });
    expect(Math.abs((sleeper?.startTime.us ?? 0) / 1000 - Date.now())).toBeLessThan(60_000);
  });

  test('the quick way to the parts of a process gives what single requests give', async () => {
    const one: Target = {
      kind: target.kind,
      name: target.name,
      native: target.native,
      gather: (requests) => target.gather(requests),
      read: (request) => target.read(request),
      readNow: (request) => target.readNow(request),
      close: () => Promise.resolve(),
    };
    const file = join(tmpdir(), `demine-quick-${process.pid}.json`);
    const child = Bun.spawn(['sh', '-c', 'ulimit -Sn 321; ulimit -Sl 64; exec cat'], {
      stdio: ['pipe', Bun.file(file), 'ignore'],
    });
    try {
      // What a running program still changes is left out: it waits for its input all the time.
      for (let round = 0; round < 500 && readProcess(target, child.pid)?.name !== 'cat'; round += 1) {
        await Bun.sleep(10);
      }
      await Bun.sleep(50);
      const now = readProcess(target, child.pid);
      expect(now).toEqual(readProcess(one, child.pid));
      expect(now?.descriptors).toContainEqual({
        kind: 'file',
        fd: 1,
        path: printableText(file),
        deleted: false,
      });
      expect(Object.keys(now?.namespaces ?? {})).toContain('net');
      const limits = readFileSync(`/proc/${child.pid}/limits`);
      expect(now?.limits).toEqual(parseLimits(limits));
      expect(now?.limits.openFiles).toBe(321);
      rmSync(file);
      expect(readProcess(target, child.pid)).toEqual(readProcess(one, child.pid));
    } finally {
      child.kill('SIGKILL');
      await child.exited;
      rmSync(file, { force: true });
    }
  });

  test('one process is read by its pid, and a pid that nobody has is nothing', () => {
    expect(readProcess(target, process.pid)?.pid).toBe(process.pid);
    expect(readProcess(target, 4_190_001)).toBeUndefined();
  });
});
