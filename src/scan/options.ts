/** What a scan is asked to do, and what it tells while it works. */

import type { LogTaker } from '../artifacts/linux/logs/read-logs.ts';
import type { Language } from '../messages/catalogue.ts';
import type { Stage } from '../messages/cli.ts';
import type { OwnerConfig } from '../model/config.ts';
import type { Indicator } from './indicator.ts';

export interface ScanOptions {
  readonly language: Language;
  /** Seconds between the two looks at CPU; 0 looks twice without waiting. */
  readonly interval: number;
  readonly active: boolean;
  readonly thorough: boolean;
  /** False leaves out what starts by itself; it is read where nothing is said. */
  readonly persistence?: boolean;
  /** `full` compares every owned file with its package. */
  readonly integrity?: 'full';
  readonly keepSecrets: boolean;
  readonly seen: readonly Indicator[];
  readonly config: OwnerConfig;
  /** Folder for recovered executables; none are recovered without one. */
  readonly caseFolder?: string;
  /** Who takes the events of logs, and bytes of logs that there is room for; none are read without. */
  readonly logs?: { readonly taker: LogTaker; readonly mostBytes: number };
  /** A process that is looked into whatever it ranks. */
  readonly lookAt?: number;
  readonly onStage?: (stage: Stage) => void;
}

/** Bounds of one scan. */
export interface Limits {
  /** Processes that are looked into beyond the cheap stage. */
  readonly suspects: number;
  /** Bytes of memory read per suspect. */
  readonly memoryBytes: number;
  /** Milliseconds of our own CPU for the memory of one suspect. */
  readonly memoryMs: number;
  /** Threads whose registers are read per suspect. */
  readonly threads: number;
}

export function limitsOf(options: Pick<ScanOptions, 'thorough'>): Limits {
  return options.thorough
    ? { suspects: 512, memoryBytes: 512 << 20, memoryMs: 4000, threads: 32 }
    : { suspects: 48, memoryBytes: 64 << 20, memoryMs: 400, threads: 8 };
}
