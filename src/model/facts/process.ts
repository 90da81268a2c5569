/** Facts about processes: what /proc says of all of them, and what is read of suspects only. */
import type { ContainerIdentity, ProcessIdentity, UserIdentity } from '../identity.ts';
import type { SourceRef, SourceStatus } from '../source.ts';
import type { PathText, Printable } from '../text.ts';
import type { Instant } from '../time.ts';

/** The executable as /proc/pid/exe shows it. */
export interface ExecutableView {
  /** Without the kernel's ` (deleted)` mark. */
  readonly path: PathText;
  readonly deleted: boolean;
  /** Anonymous memory file (`/memfd:name`). */
  readonly memfd: boolean;
  /** From stat through the link, so of the running inode; absent when the kernel refused. */
  readonly inode?: number;
  readonly device?: number;
  /** Bytes. */
  readonly size?: number;
  /** Permission bits and type, as in st_mode. */
  readonly mode?: number;
  readonly ownerUid?: number;
  readonly changed?: Instant;
}

export type NamespaceKind = 'cgroup' | 'ipc' | 'mnt' | 'net' | 'pid' | 'time' | 'user' | 'uts';

/** A descriptor worth telling; plain files are only counted. */
export type Descriptor =
  | { readonly kind: 'socket'; readonly fd: number; readonly inode: number }
  | { readonly kind: 'device'; readonly fd: number; readonly path: PathText }
  | { readonly kind: 'file'; readonly fd: number; readonly path: PathText; readonly deleted: boolean }
  | { readonly kind: 'anon'; readonly fd: number; readonly path: PathText };

export interface ProcessFact extends ProcessIdentity {
  readonly kind: 'process';
  /** /proc/pid */
  readonly source: SourceRef;
  readonly parent: number;
  readonly session: number;
  readonly group: number;
  /** Controlling terminal device number, 0 for none. */
  readonly terminal: number;
  /** One letter of proc(5): R, S, D, T, t, Z, I, X. */
  readonly state: string;
  /** PF_KTHREAD, from the kernel's flags and not from the name. */
  readonly kernelThread: boolean;
  readonly startTime: Instant;
  readonly name: Printable;
  /** argv as the process shows it; empty for kernel threads and zombies. */
  readonly argv: readonly Printable[];
  /** Microseconds of CPU since start. */
  readonly userUs: number;
  readonly systemUs: number;
  /** Microseconds of reaped children. */
  readonly childUs: number;
  readonly nice: number;
  /** Scheduling policy of sched(7): 0 other, 1 fifo, 2 rr, 3 batch, 5 idle, 6 deadline. */
  readonly policy: number;
  readonly threads: number;
  /** Bytes. */
  readonly rss: number;
  readonly virtual: number;
  /** Bytes locked by mlock. */
  readonly locked: number;
  /** Bytes in hugetlb pages. */
  readonly hugetlb: number;
  readonly user: UserIdentity;
  readonly effectiveUid: number;
  /** Process that traces this one, 0 for none. */
  readonly tracer: number;
  /** pid in each nested pid namespace, outermost first. */
  readonly namespacedPids: readonly number[];
  /** Effective capability mask, hex as the kernel prints it. */
  readonly capabilities: string;
  /** CPU list the process may run on, `0-3`. */
  readonly cpus: string;
  /** Absent for kernel threads; status tells why when it could not be read. */
  readonly exe?: ExecutableView;
  readonly exeStatus: SourceStatus;
  readonly cwd?: PathText;
  readonly root?: PathText;
  readonly cgroups: readonly PathText[];
  /** systemd unit, from the cgroup path. */
  readonly unit?: string;
  readonly container?: ContainerIdentity;
  /** Namespace inode numbers: mnt, net, pid, user; all kinds of a process that lives elsewhere than we do. */
  readonly namespaces: Readonly<Partial<Record<NamespaceKind, number>>>;
  /** Soft limits that miners raise; bytes or count, Infinity for unlimited. Empty for a kernel thread. */
  readonly limits: { readonly lockedMemory?: number; readonly openFiles?: number };
  readonly descriptors: readonly Descriptor[];
  readonly descriptorCount: number;
  /** Parts that could not be read, by name under /proc/pid. */
  readonly missing: Readonly<Record<string, SourceStatus>>;
}

/** Where a suspect lives, whole: of others only the namespaces are known that decide where to look. */
export interface ProcessContextFact extends ProcessIdentity {
  readonly kind: 'process-context';
  readonly source: SourceRef;
  readonly namespaces: Readonly<Partial<Record<NamespaceKind, number>>>;
  /** Soft limits; bytes or count, Infinity for unlimited. */
  readonly limits: { readonly lockedMemory?: number; readonly openFiles?: number };
}

/** CPU of one process over the interval. */
export interface CpuUseFact extends ProcessIdentity {
  readonly kind: 'cpu-use';
  readonly source: SourceRef;
  /** Microseconds of wall time between the two looks. */
  readonly windowUs: number;
  /** Microseconds of CPU within it. */
  readonly usedUs: number;
  /** Percent of one core. */
  readonly percent: number;
  /**
   * What it would have used if it had not been kept waiting for a core, or by a quota: percent of one core,
   * never below `percent`; absent where its threads were not looked at.
   */
  readonly wanted?: number;
  readonly threads: readonly ThreadUse[];
}

export interface ThreadUse {
  readonly tid: number;
  readonly name: Printable;
  readonly state: string;
  readonly percent: number;
  /** As of the process; absent where it is not above `percent`. */
  readonly wanted?: number;
  readonly nice: number;
  readonly policy: number;
  /** The one CPU it is pinned to, where its mask holds exactly one. */
  readonly pinned?: number;
}

/** Names of the environment, never the values, but for loader variables and known marks. */
export interface EnvironmentFact extends ProcessIdentity {
  readonly kind: 'environment';
  readonly source: SourceRef;
  readonly names: readonly Printable[];
  /** Loader variables and rootkit marks with their (masked) values. */
  readonly marks: readonly { readonly name: Printable; readonly value: Printable; readonly offset: number }[];
}

/** One mapping of a suspect. */
export interface Mapping {
  readonly start: number;
  /** Bytes. */
  readonly size: number;
  /** `rwxp` */
  readonly access: string;
  readonly offset: number;
  readonly inode: number;
  /** Empty for anonymous memory. */
  readonly path: PathText;
  readonly line: number;
  /** From smaps, where it was read: bytes, page size, VmFlags. */
  readonly resident?: number;
  readonly pageSize?: number;
  readonly flags?: readonly string[];
}

export interface MemoryMapFact extends ProcessIdentity {
  readonly kind: 'memory-map';
  readonly source: SourceRef;
  readonly mappings: readonly Mapping[];
  /** Mappings that are not among them: the list was longer than is kept. */
  readonly left?: number;
  /** True when smaps was read too. */
  readonly detailed: boolean;
}

/** Floating-point control words of one running thread. */
export interface RegisterFact extends ProcessIdentity {
  readonly kind: 'registers';
  readonly source: SourceRef;
  readonly tid: number;
  readonly architecture: 'x64' | 'arm64';
  /** MXCSR on x64, FPCR on arm64, one per sample in order. */
  readonly samples: readonly number[];
  /** Microseconds the thread was held in all. */
  readonly heldUs: number;
}

/** What a suspect's memory, command line, environment or open configuration holds of mining. */
export interface MiningTraceFact extends ProcessIdentity {
  readonly kind: 'mining-trace';
  readonly source: SourceRef;
  readonly found: MiningTrace;
  /** The words around it, masked. */
  readonly text: Printable;
  readonly place: 'memory' | 'command-line' | 'environment' | 'config-file' | 'executable';
}

export type MiningTrace =
  | { readonly kind: 'wallet'; readonly coin: string; readonly address: string; readonly verified: boolean }
  | {
      readonly kind: 'pool';
      readonly host: string;
      readonly port: number;
      readonly scheme: string;
      readonly known: boolean;
    }
  | {
      readonly kind: 'stratum';
      readonly dialect: string;
      readonly method: string;
      readonly direction: 'client' | 'server';
      /** It stands as a string inside other JSON, as in a log or a rule. */
      readonly quoted?: true;
    }
  | { readonly kind: 'config'; readonly program: string; readonly keys: readonly string[] }
  | { readonly kind: 'program'; readonly program: string; readonly mark: string }
  | { readonly kind: 'algorithm'; readonly name: string };

/** How the views of one pid differ. */
export interface HiddenProcessFact extends ProcessIdentity {
  readonly kind: 'hidden-process';
  readonly source: SourceRef;
  /** Views that show it. */
  readonly seenBy: readonly ProcessView[];
  /** Views that should show it and do not. */
  readonly missingFrom: readonly ProcessView[];
  /** The mount that lies over /proc/pid, when that is how. */
  readonly coveredBy?: SourceRef & { readonly text: Printable };
}

export type ProcessView =
  | 'readdir'
  | 'getdents'
  | 'stat'
  | 'kill'
  | 'scheduler'
  | 'link-count'
  | 'cgroup'
  | 'socket'
  | 'mount';

/** A process that used less CPU while it was watched than when it was not. */
export interface WatchReactionFact extends ProcessIdentity {
  readonly kind: 'watch-reaction';
  readonly source: SourceRef;
  readonly percentBefore: number;
  readonly percentWatched: number;
  readonly percentAfter: number;
  /** What stood for the watcher: `decoy:top`, or `none` where only long sampling was done. */
  readonly watcher: string;
}

/** An answer of a suspect's own loopback interface (`--active` only). */
export interface MinerApiFact extends ProcessIdentity {
  readonly kind: 'miner-api';
  readonly source: SourceRef;
  readonly port: number;
  readonly program: Printable;
  readonly algorithm?: Printable;
  readonly pool?: Printable;
  readonly text: Printable;
}
