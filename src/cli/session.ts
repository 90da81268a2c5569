/** What every command that scans needs: target, configuration, options. */
import { readFileSync } from 'node:fs';
import type { Language } from '../messages/catalogue.ts';
import { emptyConfig, type OwnerConfig } from '../model/config.ts';
import { DemineError, errorText } from '../model/error.ts';
import { liveNative } from '../native/live.ts';
import { parseConfig } from '../scan/config.ts';
import type { ScanOptions } from '../scan/options.ts';
import { type ScanOutcome, scan } from '../scan/scan.ts';
import { folderTarget } from '../target/folder.ts';
import { liveTarget } from '../target/live.ts';
import { progressOn } from './terminal.ts';
import { version } from './version.ts';

export function readConfig(path: string | undefined): OwnerConfig {
  if (path === undefined) return emptyConfig;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new DemineError('config-unreadable', errorText(cause), { subject: path, cause });
  }
  return parseConfig(text, path);
}

/** Runs a scan of this host, or of the folder `path`, with progress on stderr. */
export async function runScan(path: string | undefined, options: ScanOptions): Promise<ScanOutcome> {
  const progress = progressOn(options.language);
  const native = path === undefined ? liveNative() : undefined;
  // A loaded host is often a mined one: what we take, the miner's victims do not get.
  native?.lowerPriority();
  const target = native === undefined || path !== undefined ? folderTarget(path ?? '/') : liveTarget(native);
  try {
    return await scan(target, native, { ...options, onStage: progress.stage }, version);
  } finally {
    progress.end();
    await target.close();
  }
}

/** Options of a look that writes no case: `demine ps`, `demine net`. */
export function lookOptions(look: {
  readonly language: Language;
  readonly interval: number;
  readonly keepSecrets: boolean;
  readonly config: string | undefined;
}): ScanOptions {
  return {
    language: look.language,
    interval: look.interval,
    keepSecrets: look.keepSecrets,
    config: readConfig(look.config),
    active: false,
    thorough: false,
    seen: [],
  };
}
