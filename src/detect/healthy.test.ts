/** What an honest host does, all of it: nothing here may be of medium or above, alone or all at once. */
import { describe, expect, test } from 'bun:test';
import { type Fact, FactSet } from '../model/fact.ts';
import type { AgentFact } from '../model/facts/host.ts';
import type { BpfProgramFact, ModuleFact, MountFact, SettingFact } from '../model/facts/kernel.ts';
import type { HostsEntryFact } from '../model/facts/network.ts';
import type { EnvironmentFact, ProcessFact } from '../model/facts/process.ts';
import { severityRank } from '../model/finding.ts';
import {
  connection,
  cpuUse,
  exe,
  hostFact,
  identity,
  instant,
  judgeContext,
  listener,
  login,
  mapping,
  memoryMap,
  miningTrace,
  nowUs,
  ownedBy,
  ownerConfig,
  processFact,
  randomxSamples,
  registers,
  text,
  threadUse,
  told,
  wallet,
} from './facts.fixture.ts';
import { judge } from './judge.ts';

let nextPid = 1000;

/** A process with its CPU and, when `package` is given, its owner. */
function busy(
  path: string,
  percent: number,
  owner: string | undefined,
  parts: Parameters<typeof processFact>[0] = {},
): { readonly process: ProcessFact; readonly facts: readonly Fact[] } {
  nextPid += 1;
  const process = processFact({ pid: nextPid, path, ...parts });
  const cpu = percent === 0 ? [] : [cpuUse(process, percent)];
  return { process, facts: [process, ...cpu, ...(owner === undefined ? [] : [ownedBy(path, owner)])] };
}

const plain = (path: string, percent: number, owner: string): readonly Fact[] =>
  busy(path, percent, owner).facts;
const constant = (value: number): readonly number[] => Array.from({ length: 12 }, () => value);
const pinned = Array.from({ length: 4 }, (_, at) => threadUse({ tid: 5000 + at, pinned: at }));
const huge = mapping({
  start: 0x700000000000,
  size: 0x82000000,
  path: text('/anon_hugepage (deleted)'),
  flags: ['rd', 'wr', 'ht'],
});
const jit = mapping({ start: 0x7f3000000000, size: 0x20000, access: 'rwxp' });
const mib256 = mapping({ start: 0x7f5000000000, size: 0x10001000 });

function java(): readonly Fact[] {
  const { process, facts } = busy(
    '/usr/lib/jvm/java-21-openjdk-amd64/bin/java',
    390,
    'openjdk-21-jre-headless',
    {
      hugetlb: 4 << 30,
      locked: 4 << 30,
      limits: { lockedMemory: Number.POSITIVE_INFINITY },
    },
  );
  return [...facts, memoryMap(process, [huge, jit]), listener([process.pid], '0.0.0.0', 8080)];
}

function numpy(): readonly Fact[] {
  const path = '/home/a/miniconda3/bin/python3.12';
  const { process, facts } = busy(path, 800, '');
  return [...facts, memoryMap(process, [mib256, jit]), registers(process, constant(0x1fa0))];
}

function cgal(): readonly Fact[] {
  const { process, facts } = busy('/home/a/src/mesh/build/mesh', 100, '', { terminal: 34816 });
  const samples = [0x3fa0, 0x5fa0, 0x3fa0, 0x5fa0, 0x7fa0, 0x5fa0, 0x3fa0, 0x5fa0, 0x3fa0, 0x5fa0];
  return [...facts, registers(process, samples)];
}

function fastMath(): readonly Fact[] {
  const { process, facts } = busy('/usr/bin/darktable', 700, 'darktable');
  return [...facts, registers(process, constant(0x9fe0))];
}

function upgraded(): readonly Fact[] {
  const path = '/usr/lib/postgresql/16/bin/postgres';
  const old = busy(path, 60, '', { exe: exe(path, { deleted: true }), argv: [text('postgres: writer')] });
  const sshd = busy('/usr/sbin/sshd', 0, 'openssh-server', { exe: exe('/usr/sbin/sshd', { deleted: true }) });
  return [...old.facts, ...sshd.facts];
}

function browser(): readonly Fact[] {
  const path = '/opt/google/chrome/chrome';
  const { process, facts } = busy(path, 180, 'google-chrome-stable', {
    descriptors: [{ kind: 'file', fd: 9, path: text('/memfd:shared'), deleted: true }],
  });
  return [
    ...facts,
    memoryMap(process, [jit]),
    connection([process.pid], '203.0.113.40', 443),
    miningTrace(process, wallet()),
    miningTrace(process, login),
  ];
}

function electron(): readonly Fact[] {
  const path = '/home/a/apps/code/code';
  const { process, facts } = busy(path, 90, '');
  const config = { kind: 'config', program: 'xmrig', keys: ['donate-level', 'randomx'] } as const;
  return [
    ...facts,
    memoryMap(process, [
      jit,
      mapping({ path: text('/memfd:doublemapper (deleted)'), access: 'rwxs', size: 0x8000000 }),
    ]),
    connection([process.pid], '203.0.113.41', 443),
    miningTrace(process, config),
  ];
}

function appImage(): readonly Fact[] {
  const path = '/tmp/.mount_EditoXyz/usr/bin/editor';
  return busy(path, 60, '', { argv: [text('/home/a/Editor.AppImage')] }).facts;
}

function declaredNode(): readonly Fact[] {
  const { process, facts } = busy('/srv/monero/monerod', 350, '');
  return [
    ...facts,
    registers(process, randomxSamples),
    memoryMap(process, [mib256, jit]),
    listener([process.pid], '0.0.0.0', 18080),
  ];
}

function packagedNode(): readonly Fact[] {
  const { process, facts } = busy('/usr/bin/monerod', 350, 'monero');
  return [...facts, registers(process, randomxSamples), listener([process.pid], '0.0.0.0', 18080)];
}

function container(): readonly Fact[] {
  const inside = { container: { runtime: 'docker', id: 'c0ffee' } as const, namespaces: { mnt: 9, net: 9 } };
  const app = busy('/app/server', 300, undefined, inside);
  const old = busy('/usr/local/bin/worker', 200, undefined, {
    ...inside,
    exe: exe('/usr/local/bin/worker', { deleted: true }),
  });
  const worker = connection([old.process.pid], '10.0.0.5', 5432, {
    traffic: {
      bytesSent: 9000,
      bytesReceived: 40000,
      segmentsOut: 200,
      segmentsIn: 220,
      dataSegmentsOut: 80,
      dataSegmentsIn: 120,
      lastSentMs: 2000,
      lastReceivedMs: 900,
      rttUs: 300,
    },
  });
  const mounts = ['/proc/stat', '/proc/cpuinfo', '/proc/kcore', '/etc/hosts'].map((point) =>
    mount(point, 'fuse.lxcfs', 9),
  );
  return [
    ...app.facts,
    ...old.facts,
    worker,
    listener([app.process.pid], '0.0.0.0', 6379, { namespace: 9 }),
    ...mounts,
  ];
}

const mount = (point: string, fileSystem: string, namespace = 4026531840): MountFact => ({
  kind: 'mount',
  source: { source: text('/proc/1/mountinfo'), line: 30 },
  mountPoint: text(point),
  root: text('/'),
  fileSystem,
  device: text('none'),
  options: ['rw'],
  namespace,
  text: text(`30 1 0:50 / ${point} rw - ${fileSystem} none rw`),
});

function securityAgent(): readonly Fact[] {
  const { process, facts } = busy('/opt/sensor/bin/sensord', 30, '');
  const program = (type: string): BpfProgramFact => ({
    kind: 'bpf-program',
    source: { source: text('call:bpf') },
    id: 40,
    type,
    name: text('sys_enter_execve'),
    uid: 0,
    owners: [process.pid],
    text: text(`id 40 ${type}`),
  });
  const traced = ['__x64_sys_execve', '__x64_sys_kill', 'tcp_connect', 'security_file_open'].map((name) => ({
    kind: 'traced-function' as const,
    source: { source: text('/sys/kernel/tracing/enabled_functions') },
    name: text(name),
    text: text(`${name} (1)`),
  }));
  const sign = (kind: AgentFact['sign']): AgentFact => ({
    kind: 'agent',
    source: { source: text('/opt/sensor') },
    agent: 'sensor',
    sign: kind,
    text: text('sensor'),
  });
  return [
    ...facts,
    program('kprobe'),
    program('lsm'),
    ...traced,
    sign('folder'),
    sign('unit'),
    sign('process'),
  ];
}

function developer(): readonly Fact[] {
  const goRun = busy('/tmp/go-build3141/b001/exe/main', 390, '');
  const tests = busy('/home/a/src/app/target/debug/deps/app-1f2e', 390, '', { terminal: 34817 });
  const rebuilt = busy('/home/a/src/app/app', 100, '', {
    exe: exe('/home/a/src/app/app', { deleted: true }),
  });
  const chroot = busy('/srv/chroot/unstable/usr/bin/cc1plus', 100, '');
  const nvm = busy('/home/a/.nvm/versions/node/v22.1.0/bin/node', 100, '', { argv: [text('npm run build')] });
  const grep = busy('/usr/bin/grep', 99, 'grep', {
    argv: [text('grep'), text('-r'), text('stratum+tcp://')],
  });
  const pool = {
    kind: 'pool',
    host: 'pool.example.net',
    port: 3333,
    scheme: 'stratum+tcp',
    known: false,
  } as const;
  return [
    ...[goRun, tests, rebuilt, chroot, nvm, grep].flatMap((one) => one.facts),
    miningTrace(grep.process, pool, 'command-line'),
  ];
}

function titles(): readonly Fact[] {
  const nginx = busy('/usr/sbin/nginx', 90, 'nginx', { argv: [text('nginx: worker process')] });
  const celery = busy('/usr/bin/python3.13', 90, 'python3.13-minimal', {
    argv: [text('[celeryd: worker@host:MainProcess]')],
  });
  const shell = busy('/usr/bin/bash', 0, 'bash', { argv: [text('-bash')] });
  const session = busy('/usr/lib/openssh/sshd-session', 0, 'openssh-server', {
    argv: [text('sshd: a@pts/0')],
  });
  return [nginx, celery, shell, session].flatMap((one) => one.facts);
}

function preloads(): readonly Fact[] {
  const { process, facts } = busy('/usr/bin/ruby3.3', 80, 'ruby3.3');
  const library = '/usr/lib/x86_64-linux-gnu/libjemalloc.so.2';
  const environment: EnvironmentFact = {
    kind: 'environment',
    source: { source: text(`/proc/${process.pid}/environ`) },
    ...identity(process),
    names: [text('PATH'), text('LD_PRELOAD')],
    marks: [{ name: text('LD_PRELOAD'), value: text(library), offset: 20 }],
  };
  return [...facts, environment, ownedBy(library, 'libjemalloc2')];
}

function kernel(): readonly Fact[] {
  const setting = (name: string, value: string): SettingFact => ({
    kind: 'setting',
    source: { source: text('/proc/sys') },
    name,
    value: text(value),
  });
  const module = (name: string, taint = ''): ModuleFact => ({
    kind: 'module',
    source: { source: text('/proc/modules') },
    name: text(name),
    seenBy: ['proc-modules', 'sysfs'],
    missingFrom: ['vmallocinfo'],
    taint,
  });
  const taint = {
    kind: 'taint' as const,
    source: { source: text('/proc/sys/kernel/tainted') },
    mask: 12289,
    text: text('12289'),
  };
  const mounts = [
    mount('/', 'ext4'),
    mount('/mnt/far', 'fuse.sshfs'),
    mount('/proc/sys/fs/binfmt_misc', 'binfmt_misc'),
  ];
  return [
    setting('vm.nr_hugepages', '2048'),
    setting('kernel.nmi_watchdog', '0'),
    module('nvidia', 'POE'),
    module('ext4'),
    taint,
    { kind: 'directory-count', source: { source: text('/sys/module') }, counted: 80, listed: 80 },
    ...mounts,
  ];
}

function adBlock(): readonly Fact[] {
  const names = [
    'coinhive.com',
    'xmr-eu1.nanopool.org',
    ...Array.from({ length: 3000 }, (_, at) => `ads${at}.example.com`),
  ];
  return names.map(
    (name): HostsEntryFact => ({
      kind: 'hosts-entry',
      source: { source: text('/etc/hosts'), line: 9 },
      address: '0.0.0.0',
      names: [name],
      text: text(`0.0.0.0 ${name}`),
    }),
  );
}

function services(): readonly Fact[] {
  const redis = busy('/usr/bin/redis-server', 60, 'redis-server');
  const postgres = busy('/usr/lib/postgresql/17/bin/postgres', 300, 'postgresql-17', { hugetlb: 8 << 30 });
  const sqlite = busy('/usr/bin/sqlite3', 99, 'sqlite3');
  const shared = mapping({ size: 0x82000000, access: 'rw-s', path: text('/anon_hugepage (deleted)') });
  return [
    ...[redis, postgres, sqlite].flatMap((one) => one.facts),
    listener([redis.process.pid], '0.0.0.0', 6379),
    listener([postgres.process.pid], '0.0.0.0', 5432),
    memoryMap(postgres.process, [shared]),
  ];
}

function training(): readonly Fact[] {
  const path = '/home/a/miniconda3/bin/python3.12';
  const { process, facts } = busy(path, 100, '');
  const use = {
    kind: 'gpu-use' as const,
    source: { source: text(`/proc/${process.pid}/maps`) },
    ...identity(process),
    devices: [text('/dev/nvidia0')],
    libraries: [text('/usr/lib/x86_64-linux-gnu/libcuda.so.1')],
    text: text('/dev/nvidia0'),
  };
  return [...facts, use];
}

function pinnedHpc(): readonly Fact[] {
  const { process } = busy('/home/a/src/solver/solver', 400, '', { terminal: 34816 });
  return [
    process,
    cpuUse(process, 400, pinned),
    ownedBy('/home/a/src/solver/solver', ''),
    memoryMap(process, [mib256]),
  ];
}

const leftovers = (): readonly Fact[] =>
  (['package', 'unit', 'unit-disabled'] as const).map((sign) => ({
    kind: 'agent',
    source: { source: text('/etc') },
    agent: 'auditd',
    sign,
    text: text('auditd'),
  }));

const healthy: Readonly<Record<string, () => readonly Fact[]>> = {
  'yes into nothing': () => plain('/usr/bin/yes', 100, 'coreutils'),
  gcc: () => plain('/usr/libexec/gcc/x86_64-linux-gnu/14/cc1plus', 100, 'gcc-14'),
  ffmpeg: () => plain('/usr/bin/ffmpeg', 790, 'ffmpeg'),
  'openssl speed': () => plain('/usr/bin/openssl', 400, 'openssl'),
  xz: () => plain('/usr/bin/xz', 400, 'xz-utils'),
  Node: () => plain('/usr/bin/node', 100, 'nodejs'),
  'databases and caches': services,
  'a JVM with huge pages': java,
  'numpy from conda': numpy,
  'interval arithmetic': cgal,
  '-ffast-math code': fastMath,
  'pinned numerical code': pinnedHpc,
  'machine learning': training,
  'upgraded packages': upgraded,
  'a browser with a page about mining': browser,
  'an editor with a miner configuration': electron,
  'an AppImage': appImage,
  'a declared monerod': declaredNode,
  'a packaged monerod': packagedNode,
  containers: container,
  'a security agent': securityAgent,
  'a developer at work': developer,
  'daemons that rewrite titles': titles,
  'an allocator by LD_PRELOAD': preloads,
  'kernel settings, drivers and FUSE': kernel,
  'a block list': adBlock,
  'a disabled auditd': leftovers,
};

const context = judgeContext({
  config: ownerConfig({ mining: [{ exe: '/srv/monero/monerod', reason: 'our node' }] }),
});
const coverage = [{ id: 'processes', required: true, checked: true }];
const base = (): readonly Fact[] => [
  hostFact(),
  processFact({ pid: 1, path: '/usr/lib/systemd/systemd', startTime: instant(nowUs - 86_400e6) }),
];

const serious = (facts: readonly Fact[]): readonly string[] =>
  told(
    judge(new FactSet([...base(), ...facts]), context, coverage).findings.filter(
      (found) => severityRank(found.severity) >= severityRank('medium'),
    ),
  );

/** The same on a crowded host: each got a thirtieth of what it wanted. */
const crowded = (facts: readonly Fact[]): readonly Fact[] =>
  facts.map((fact) =>
    fact.kind === 'cpu-use' ? { ...fact, percent: fact.percent / 30, wanted: fact.percent } : fact,
  );

describe('on a healthy host nothing of medium or above is reported', () => {
  for (const [name, facts] of Object.entries(healthy)) {
    test(name, () => {
      expect(serious(facts())).toEqual([]);
      expect(serious(crowded(facts()))).toEqual([]);
      expect(judge(new FactSet([...base(), ...facts()]), context, coverage).verdict).toBe('clean');
    });
  }

  test('all of it at once', () => {
    const all = Object.values(healthy).flatMap((facts) => facts());
    expect(serious(all)).toEqual([]);
    const judged = judge(new FactSet([...base(), ...all]), context, coverage);
    expect(judged).toMatchObject({ verdict: 'clean', state: 'none' });
    expect(
      judged.processes.filter(({ judgement }) => judgement === 'mining' || judgement === 'suspicious'),
    ).toEqual([]);
  });
});
