/** Who is who: the keys by which facts of different sources are joined. */
import type { PathText, Printable } from './text.ts';
import type { Instant } from './time.ts';

export interface HostIdentity {
  readonly name: Printable;
  /** /etc/machine-id, 32 hex digits; empty when the target has none. */
  readonly machineId: string;
  /** /proc/sys/kernel/random/boot_id; empty for a target that does not run. */
  readonly bootId: string;
}

/** A process. pid alone is reused; with its start it is unique within a boot. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks after boot (field 22 of /proc/pid/stat). */
  readonly startTicks: number;
}

export interface UserIdentity {
  readonly uid: number;
  /** Empty when the account list has no such uid. */
  readonly name: Printable;
}

export type ContainerRuntime = 'docker' | 'containerd' | 'podman' | 'crio' | 'kubernetes' | 'lxc' | 'nspawn';

export interface ContainerIdentity {
  readonly runtime: ContainerRuntime;
  readonly id: string;
  readonly name?: Printable;
  readonly image?: Printable;
  readonly pod?: string;
  /** `always`, `unless-stopped`, `on-failure`, `no`, as the runtime's state says. */
  readonly restartPolicy?: string;
  readonly privileged?: boolean;
  /** Where the runtime's state was read. */
  readonly source?: PathText;
  readonly startedAt?: Instant;
}
