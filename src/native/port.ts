/**
 * What Demine asks of the kernel beyond reading files, behind one port.
 *
 * The live implementation is the only code that touches `bun:ffi`. Tests put recorded or lying answers here:
 * views that no honest process can produce (hooked listings, hidden modules) are injected at this port.
 * Answers are raw bytes where a format exists; decoding is `formats/`.
 */
import type { SourceStatus } from '../model/source.ts';

export type Answer<T> =
  | { readonly status: 'ok'; readonly value: T }
  | {
      readonly status: Exclude<SourceStatus, 'ok'>;
      readonly reason: string;
      /** What was had before it failed, where that is worth something: a dump that was cut at the bound. */
      readonly partial?: T;
    };

/** One entry of getdents64(2). */
export interface RawEntry {
  readonly inode: number;
  /** DT_* of dirent.h. */
  readonly type: number;
  readonly name: Uint8Array;
}

/** Bit sets over pids `0 … limit`: bit `pid & 7` of byte `pid >> 3`. */
export interface PidSweep {
  readonly limit: number;
  /** kill(pid, 0) succeeded or was refused by permission. */
  readonly kill: Uint8Array;
  /** sched_getscheduler(pid) succeeded. */
  readonly scheduler: Uint8Array;
  /** /proc/pid can be looked up; only where it was asked for. Threads are in all three sets. */
  readonly stat?: Uint8Array;
}

export interface RegisterSamples {
  readonly architecture: 'x64' | 'arm64';
  /** MXCSR or FPCR, one per sample. */
  readonly samples: readonly number[];
  /** Microseconds the thread was held in all. */
  readonly heldUs: number;
  /** The row is short because time ran out: the thread waits for a core, or is out of quota. */
  readonly cut?: true;
}

export interface ThreadIdentity {
  readonly pid: number;
  readonly tid: number;
}

/** Microseconds that one stop may take, and all samples together. */
export interface Patience {
  readonly stopUs: number;
  readonly totalUs: number;
}

/** How a row of samples is taken of each thread. */
export interface SamplingPlan {
  /** Microseconds that the thread runs before each sample but the first: there is one sample more than gaps. */
  readonly gapsUs: readonly number[];
  /** Asked after each sample: whether no more of this thread are wanted. */
  readonly enough?: (row: Pick<RegisterSamples, 'architecture' | 'samples'>) => boolean;
  readonly patience?: Patience;
}

/** Netlink dumps; each value is one message payload after nlmsghdr. */
export type NetlinkDump =
  | {
      readonly kind: 'inet-diag';
      readonly family: 'inet' | 'inet6';
      readonly protocol: 'tcp' | 'udp' | 'raw' | 'udplite';
    }
  | { readonly kind: 'unix-diag' }
  | { readonly kind: 'packet-diag' }
  | { readonly kind: 'nftables'; readonly what: 'rules' | 'chains' | 'set-elements' };

export interface NetlinkMessage {
  /** nlmsg_type */
  readonly type: number;
  readonly payload: Uint8Array;
}

export interface BpfProgramInfo {
  readonly id: number;
  /** enum bpf_prog_type */
  readonly type: number;
  readonly name: Uint8Array;
  readonly createdByUid: number;
  /** Nanoseconds after boot. */
  readonly loadTimeNs: number;
  readonly tag: Uint8Array;
}

/** Of a process: bytes, count; Infinity where there is none. */
export interface SoftLimits {
  readonly lockedMemory: number;
  readonly openFiles: number;
}

/** Bytes. */
export interface OwnMemory {
  /** Ours alone: no file holds it. */
  readonly anonymous: number;
  readonly resident: number;
}

export interface Native {
  readonly architecture: 'x64' | 'arm64';
  readonly pageSize: number;
  readonly ticksPerSecond: number;

  /** The names of a folder by raw getdents64, past any library hook. */
  listDirectory(path: Uint8Array): Answer<readonly RawEntry[]>;
  /**
   * The names of a folder as the C library lists them to every program of this host, hooks of a preloaded
   * library included. What is in `listDirectory` and not here is hidden by such a hook.
   */
  listByLibrary?(path: Uint8Array): Answer<readonly Uint8Array[]>;
  /** A file's bytes by raw openat, read, close, up to `limit`. */
  readFile(path: Uint8Array, limit: number): Answer<Uint8Array>;
  /** Link count by raw statx. */
  linkCount(path: Uint8Array): Answer<number>;
  /**
   * A path under which /proc shows what lies beneath the mounts over it: a private copy of the one mount,
   * attached nowhere (open_tree(2)). Valid as long as we run; needs CAP_SYS_ADMIN and Linux 5.2.
   */
  uncoveredProc?(): Answer<string>;
  /** Where the files of a process are: `/proc/pid`, or what lies beneath a mount over it. No final slash. */
  processFolder?(pid: number): string;

  /** By a number of our own pid namespace. Not on recorded hosts, which have the file. */
  processLimits?(pid: number): Answer<SoftLimits>;

  /** kill(pid, 0): true also when permission is refused. */
  pidByKill(pid: number): boolean;
  /** sched_getscheduler(pid). */
  pidByScheduler(pid: number): boolean;
  /**
   * Both views over 1 … limit, in child processes so that nothing else waits. `stat` adds the third view,
   * which takes several times as long as the other two.
   */
  sweepPids(limit: number, options?: { readonly stat?: boolean }): Promise<Answer<PidSweep>>;

  /**
   * Floating-point control words of a running thread, `count` times, `gapUs` apart.
   * The thread runs between samples and is never left stopped, also if we die.
   */
  sampleRegisters(pid: number, tid: number, count: number, gapUs: number): Answer<RegisterSamples>;
  /** The same of many threads at once, in their order: threads that wait for a core wait together. */
  sampleThreads(threads: readonly ThreadIdentity[], plan: SamplingPlan): readonly Answer<RegisterSamples>[];

  /** Reads memory of a process through /proc/pid/mem into `into`; the value is the bytes read. */
  readMemory(pid: number, address: number, into: Uint8Array): Answer<number>;

  /**
   * Bytes of a block device, for what a hooked file system does not show. `absent` where the path is none.
   */
  readDevice?(path: Uint8Array, offset: number, length: number): Answer<Uint8Array>;

  /** A netlink dump in our own network namespace, or in that of `namespaceOf` (a pid). */
  netlink(dump: NetlinkDump, namespaceOf?: number): Answer<readonly NetlinkMessage[]>;
  /**
   * Entries of a legacy table (iptables), raw `struct ipt_get_entries`, in our own network namespace or in that of
   * `namespaceOf` (a pid).
   */
  iptablesEntries(family: 'ip' | 'ip6', table: string, namespaceOf?: number): Answer<Uint8Array>;

  bpfPrograms(): Answer<readonly BpfProgramInfo[]>;
  /** One model-specific register, 8 bytes. */
  readMsr(cpu: number, register: number): Answer<bigint>;

  /** Gives back pages of our own executable that are not looked at now. Not on recorded hosts. */
  releaseOwnPages?(): void;
  /** Not on recorded hosts. */
  ownMemory?(): Answer<OwnMemory>;

  /** Lowers our own CPU and I/O priority. */
  lowerPriority(): Answer<true>;
}
