/** Facts about the kernel: modules, taint, mounts, settings, registers, programs it was given. */
import type { SourceRef } from '../source.ts';
import type { PathText, Printable } from '../text.ts';

export type ModuleView = 'proc-modules' | 'sysfs' | 'kallsyms' | 'vmallocinfo';

export interface ModuleFact {
  readonly kind: 'module';
  readonly source: SourceRef;
  readonly name: Printable;
  readonly seenBy: readonly ModuleView[];
  /** Views that were readable and list loadable modules, but not this one. */
  readonly missingFrom: readonly ModuleView[];
  /** Taint letters the kernel shows for it: O out of tree, E unsigned, P proprietary, F forced. */
  readonly taint: string;
}

/** /sys/module says it has more folders than it lists. */
export interface DirectoryCountFact {
  readonly kind: 'directory-count';
  readonly source: SourceRef;
  /** Sub-folders by the link count minus two. */
  readonly counted: number;
  readonly listed: number;
}

export interface TaintFact {
  readonly kind: 'taint';
  readonly source: SourceRef;
  readonly mask: number;
  readonly text: Printable;
}

export interface MountFact {
  readonly kind: 'mount';
  readonly source: SourceRef;
  readonly mountPoint: PathText;
  readonly root: PathText;
  readonly fileSystem: string;
  readonly device: Printable;
  readonly options: readonly string[];
  /** Mount namespace inode. */
  readonly namespace: number;
  readonly text: Printable;
}

export interface SettingFact {
  readonly kind: 'setting';
  readonly source: SourceRef;
  /** `vm.nr_hugepages`, `kernel.nmi_watchdog`, `msr.allow_writes`. */
  readonly name: string;
  readonly value: Printable;
}

export interface MsrFact {
  readonly kind: 'msr';
  readonly source: SourceRef;
  readonly cpu: number;
  readonly register: number;
  /** Hex without prefix, 16 digits. */
  readonly value: string;
}

export interface BpfProgramFact {
  readonly kind: 'bpf-program';
  readonly source: SourceRef;
  readonly id: number;
  /** `kprobe`, `tracepoint`, `cgroup_device`, … of enum bpf_prog_type. */
  readonly type: string;
  readonly name: Printable;
  readonly uid: number;
  /** Processes that hold it. */
  readonly owners: readonly number[];
  readonly text: Printable;
}

export interface TracedFunctionFact {
  readonly kind: 'traced-function';
  readonly source: SourceRef;
  readonly name: Printable;
  readonly text: Printable;
}

/** System-wide CPU over the interval, for "CPU that nobody owns" (linux-hiding §3.2). */
export interface CpuLedgerFact {
  readonly kind: 'cpu-ledger';
  readonly source: SourceRef;
  /** One entry per window of the interval. Microseconds of CPU. */
  readonly windows: readonly CpuWindow[];
  readonly cores: number;
}

export interface CpuWindow {
  readonly wallUs: number;
  /** user + nice + system of /proc/stat. */
  readonly totalUs: number;
  /** Sum over visible processes, with reaped children. */
  readonly visibleUs: number;
  /** Forks in the window. */
  readonly forks: number;
}

/** Load of the past: what the kernel or an accounting program remembers. */
export interface LoadFact {
  readonly kind: 'load';
  readonly source: SourceRef;
  /** `loadavg`, `pressure`, `cgroup`, `sysstat`, `atop`. */
  readonly view: 'loadavg' | 'pressure' | 'cgroup' | 'sysstat' | 'atop';
  /** Percent of all cores, or a load average where the view is loadavg. */
  readonly value: number;
  /** Start and end of what the value covers, microseconds UTC. */
  readonly fromUs: number;
  readonly toUs: number;
  readonly text: Printable;
}
