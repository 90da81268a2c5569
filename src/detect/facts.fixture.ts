/** Hand-made facts for tests: a quiet process on a quiet host, changed only where a test says so. */

import type { OwnerConfig } from '../model/config.ts';
import { emptyConfig } from '../model/config.ts';
import { type Fact, FactSet } from '../model/fact.ts';
import type { FileOwnerFact, HostFact } from '../model/facts/host.ts';
import type { SocketFact } from '../model/facts/network.ts';
import type {
  CpuUseFact,
  ExecutableView,
  Mapping,
  MemoryMapFact,
  MiningTrace,
  MiningTraceFact,
  ProcessFact,
  RegisterFact,
  ThreadUse,
} from '../model/facts/process.ts';
import type { Finding } from '../model/finding.ts';
import { type Printable, printableText } from '../model/text.ts';
import type { Instant } from '../model/time.ts';
import type { Analyzer, JudgeContext } from './analyzer.ts';

export const text = (value: string): Printable => printableText(value);

export const nowUs = 1_700_000_000_000_000;

export const instant = (us: number): Instant => ({
  us,
  precision: 'tick',
  source: 'kernel start time',
  certain: true,
});

export function judgeContext(parts: Partial<JudgeContext> = {}): JudgeContext {
  return { config: emptyConfig, nowUs, interval: 3, ...parts };
}

export function ownerConfig(parts: Partial<OwnerConfig>): OwnerConfig {
  return { ...emptyConfig, ...parts };
}

export const factSet = (...facts: readonly Fact[]): FactSet => new FactSet(facts);

/** An analyzer as a function of facts. */
export const judgedBy =
  (analyzer: Analyzer, parts: Partial<JudgeContext> = {}) =>
  (...facts: readonly Fact[]): readonly Finding[] =>
    analyzer.analyze(factSet(...facts), judgeContext(parts));

/** `rule severity` of each finding. */
export const told = (found: readonly Finding[]): readonly string[] =>
  found.map((one) => `${one.rule} ${one.severity}`);

export const exe = (path: string, parts: Partial<ExecutableView> = {}): ExecutableView => ({
  path: text(path),
  deleted: false,
  memfd: false,
  ...parts,
});

/** An idle daemon that has run for an hour. */
export function processFact(parts: Partial<ProcessFact> & { readonly path?: string } = {}): ProcessFact {
  const { path, ...rest } = parts;
  const pid = parts.pid ?? 100;
  const view = path === undefined ? exe('/usr/sbin/daemon') : exe(path);
  return {
    kind: 'process',
    source: { source: text(`/proc/${pid}`) },
    pid,
    startTicks: 1000,
    parent: 1,
    session: pid,
    group: pid,
    terminal: 0,
    state: 'S',
    kernelThread: false,
    startTime: instant(nowUs - 3600e6),
    name: text((path ?? 'daemon').split('/').at(-1)?.slice(0, 15) ?? 'daemon'),
    argv: [text(path ?? '/usr/sbin/daemon')],
    userUs: 1_000_000,
    systemUs: 100_000,
    childUs: 0,
    nice: 0,
    policy: 0,
    threads: 1,
    rss: 8 << 20,
    virtual: 64 << 20,
    locked: 0,
    hugetlb: 0,
    user: { uid: 1000, name: text('user') },
    effectiveUid: 1000,
    tracer: 0,
    namespacedPids: [pid],
    capabilities: '0000000000000000',
    cpus: '0-3',
    exe: view,
    exeStatus: 'ok',
    cgroups: [],
    namespaces: { mnt: 4026531840, net: 4026531833, pid: 4026531836 },
    limits: {},
    descriptors: [],
    descriptorCount: 3,
    missing: {},
    ...rest,
  };
}

export const identity = (process: ProcessFact): { pid: number; startTicks: number } => ({
  pid: process.pid,
  startTicks: process.startTicks,
});

export function threadUse(parts: Partial<ThreadUse> = {}): ThreadUse {
  return { tid: 101, name: text('worker'), state: 'R', percent: 99, nice: 0, policy: 0, ...parts };
}

export function cpuUse(
  process: ProcessFact,
  percent: number,
  threads: readonly ThreadUse[] = [],
): CpuUseFact {
  return {
    kind: 'cpu-use',
    source: { source: text(`/proc/${process.pid}/stat`) },
    ...identity(process),
    windowUs: 3_000_000,
    usedUs: percent * 30_000,
    percent,
    threads,
  };
}

/** It got this much and wanted a whole core: a hog of a crowded host. */
export function keptWaiting(process: ProcessFact, percent: number): CpuUseFact {
  return { ...cpuUse(process, percent), wanted: 100 };
}

export function ownedBy(path: string, name: string): FileOwnerFact {
  return {
    kind: 'file-owner',
    source: { source: text('/var/lib/dpkg/info') },
    path: text(path),
    manager: name === '' ? 'none' : 'dpkg',
    package: name,
  };
}

export function registers(
  process: ProcessFact,
  samples: readonly number[],
  parts: Partial<RegisterFact> = {},
): RegisterFact {
  return {
    kind: 'registers',
    source: { source: text(`ptrace:${process.pid}`) },
    ...identity(process),
    tid: process.pid,
    architecture: 'x64',
    samples,
    heldUs: 300,
    ...parts,
  };
}

/** Measured on Debian's librandomx0 (miner-fingerprints §1.1). */
export const randomxSamples = [0x9fe0, 0xbfe0, 0xdfe0, 0xdfc0, 0xffe0, 0x1fa0, 0x9fe0, 0xbfe0];

export function mapping(parts: Partial<Mapping> = {}): Mapping {
  return {
    start: 0x7f0000000000,
    size: 0x1000,
    access: 'rw-p',
    offset: 0,
    inode: 0,
    path: text(''),
    line: 1,
    ...parts,
  };
}

export function memoryMap(process: ProcessFact, mappings: readonly Mapping[]): MemoryMapFact {
  return {
    kind: 'memory-map',
    source: { source: text(`/proc/${process.pid}/maps`) },
    ...identity(process),
    mappings,
    detailed: true,
  };
}

export function miningTrace(
  process: ProcessFact,
  found: MiningTrace,
  place: MiningTraceFact['place'] = 'memory',
): MiningTraceFact {
  return {
    kind: 'mining-trace',
    source: { source: text(`/proc/${process.pid}/mem`), offset: 0x7f0000001000 },
    ...identity(process),
    found,
    text: text(`… ${found.kind} …`),
    place,
  };
}

/** Public donation address of the Monero project: checksum right, nobody's secret. */
export const wallet = (address = '4WALLET'): MiningTrace => ({
  kind: 'wallet',
  coin: 'XMR',
  address,
  verified: true,
});

export const login = {
  kind: 'stratum',
  dialect: 'cryptonote',
  method: 'login',
  direction: 'client',
} as const satisfies MiningTrace;

export function connection(
  owners: readonly number[],
  remote: string,
  port: number,
  parts: Partial<SocketFact> = {},
): SocketFact {
  return {
    kind: 'socket',
    source: { source: text('/proc/net/tcp'), line: 2 },
    transport: 'tcp',
    state: 'established',
    local: { address: '198.51.100.7', port: 45678 },
    remote: { address: remote, port },
    inode: 5000 + port,
    uid: 1000,
    namespace: 4026531833,
    owners,
    seenBy: ['proc', 'netlink', 'descriptor'],
    text: text(`tcp 198.51.100.7:45678 ${remote}:${port} ESTABLISHED`),
    ...parts,
  };
}

export function listener(
  owners: readonly number[],
  address: string,
  port: number,
  parts: Partial<SocketFact> = {},
): SocketFact {
  return connection(owners, '0.0.0.0', 0, {
    state: 'listen',
    local: { address, port },
    inode: 7000 + port,
    text: text(`tcp ${address}:${port} LISTEN`),
    ...parts,
  });
}

export function hostFact(parts: Partial<HostFact> = {}): HostFact {
  return {
    kind: 'host',
    source: { source: text('/etc/os-release') },
    name: text('host'),
    machineId: '0'.repeat(32),
    bootId: 'b',
    os: text('Debian GNU/Linux 13'),
    osId: 'debian',
    kernel: text('6.12.0'),
    architecture: 'x64',
    cores: 4,
    memory: 16e9,
    clockOffsetMs: 0,
    live: true,
    scope: 'host',
    privileged: true,
    ...parts,
  };
}
