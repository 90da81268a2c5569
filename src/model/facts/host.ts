/** Facts about the host: what it is, who protects it, whom files belong to, what runs in containers. */
import type { ContainerIdentity, HostIdentity } from '../identity.ts';
import type { SourceRef } from '../source.ts';
import type { PathText, Printable } from '../text.ts';
import type { Instant } from '../time.ts';
import type { MiningTrace } from './process.ts';

export interface HostFact extends HostIdentity {
  readonly kind: 'host';
  readonly source: SourceRef;
  readonly os: Printable;
  /** os-release ID, `debian`. */
  readonly osId: string;
  readonly kernel: Printable;
  readonly architecture: string;
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  readonly bootTime?: Instant;
  /** Milliseconds the wall clock is ahead of boot time plus uptime; 0 when consistent. */
  readonly clockOffsetMs: number;
  /** SMBIOS vendor and product, `Alibaba Cloud`. */
  readonly vendor?: Printable;
  /** As Windows keeps it, `China Standard Time (UTC+08:00)`. */
  readonly timeZone?: Printable;
  /** When Windows was shut down last, microseconds UTC. */
  readonly shutDownUs?: number;
  readonly live: boolean;
  /** How far a live look reaches: the whole host, or the pid namespace or container we are in. */
  readonly scope: 'host' | 'pid-namespace' | 'container' | 'files';
  readonly privileged: boolean;
}

/** A sign that a security or cloud agent belongs on this host. */
export interface AgentFact {
  readonly kind: 'agent';
  readonly source: SourceRef;
  /** Stable id of the product, `aliyun-aegis`. */
  readonly agent: string;
  readonly sign:
    | 'package'
    | 'unit'
    | 'unit-masked'
    | 'unit-disabled'
    | 'folder'
    | 'vendor'
    | 'process'
    | 'log';
  readonly pid?: number;
  readonly text: Printable;
}

export interface ContainerFact {
  readonly kind: 'container';
  readonly source: SourceRef;
  readonly container: ContainerIdentity;
  /** Paths of the host inside it, `source:destination`, as the runtime's state says. */
  readonly binds?: readonly PathText[];
}

/** To whom a file belongs by the package database; `package` is empty when no package owns it. */
export interface FileOwnerFact {
  readonly kind: 'file-owner';
  readonly source: SourceRef;
  readonly path: PathText;
  readonly manager: 'dpkg' | 'rpm' | 'apk' | 'pacman' | 'none';
  readonly package: string;
}

/** A suspect's executable, read through /proc/pid/exe or by path. */
export interface ExecutableFact {
  readonly kind: 'executable';
  readonly source: SourceRef;
  readonly path: PathText;
  readonly pids: readonly number[];
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  readonly format: 'elf' | 'script' | 'other';
  /** Marks of a packer: `UPX`. */
  readonly packer?: string;
  /** True when it was read only in part. */
  readonly partial: boolean;
}

/** What a file in a place where miners are dropped says of mining; nothing says that it runs. */
export interface FileTraceFact {
  readonly kind: 'file-trace';
  readonly source: SourceRef;
  readonly path: PathText;
  readonly found: MiningTrace;
  /** The words around it, masked. */
  readonly text: Printable;
  /**
   * By content, not by name: `settings` are keys with values as a miner reads them, `log` holds lines that a
   * miner wrote; `text` is everything else that can be read, such as notes and histories.
   */
  readonly format: 'elf' | 'script' | 'settings' | 'log' | 'text';
  /** An execute bit is set. */
  readonly executable: boolean;
  /** Bytes. */
  readonly size: number;
  readonly ownerUid: number;
  readonly changed: Instant;
  /** Of the whole file; empty where it was read in part. */
  readonly sha256: string;
}

export interface GpuFact {
  readonly kind: 'gpu';
  readonly source: SourceRef;
  readonly vendor: 'nvidia' | 'amd' | 'intel' | 'unknown';
  readonly name: Printable;
  readonly device: PathText;
}

/** A process that holds a GPU. */
export interface GpuUseFact {
  readonly kind: 'gpu-use';
  readonly source: SourceRef;
  readonly pid: number;
  readonly startTicks: number;
  readonly devices: readonly PathText[];
  readonly libraries: readonly PathText[];
  /** Bytes of GPU memory and percent of engine time, where drm fdinfo gave them. */
  readonly memory?: number;
  readonly enginePercent?: number;
  /** Engine time of all engines since the descriptors were opened, nanoseconds; two looks give the percent. */
  readonly engineNs?: number;
  readonly text: Printable;
}

/** An indicator the user gave with `--seen`, and where it was met. */
export interface SightingFact {
  readonly kind: 'sighting';
  readonly source: SourceRef;
  readonly indicator: string;
  readonly type: 'address' | 'domain' | 'url' | 'hash';
  readonly pid?: number;
  readonly startTicks?: number;
  readonly place: string;
  readonly text: Printable;
}
