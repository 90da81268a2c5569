/** Roots that are made of a few files, and what a scan of each says, with its logs. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { emptyConfig } from '../../src/model/config.ts';
import { resultSchema, type ScanResult } from '../../src/model/result.ts';
import { scan } from '../../src/scan/scan.ts';
import { folderTarget } from '../../src/target/folder.ts';

/** Files by their paths below the root. */
export type RootFiles = Readonly<Record<string, string | Uint8Array>>;
/** When the content of each file was written, as a copy that keeps mtime has it. */
export type Written = (path: string) => Date;
export type ScannedRoot = (files: RootFiles, written?: Written) => Promise<ScanResult>;

export function scanRoots(): { readonly scan: ScannedRoot; readonly remove: () => void } {
  const made: string[] = [];
  const root = (files: RootFiles, written: Written | undefined): string => {
    const folder = mkdtempSync(join(tmpdir(), 'demine-way-in-'));
    made.push(folder);
    mkdirSync(join(folder, 'var'));
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), content);
      const at = written?.(path);
      if (at !== undefined) utimesSync(join(folder, path), at, at);
    }
    return folder;
  };
  return {
    async scan(files, written) {
      const target = folderTarget(root(files, written));
      const taker = { begin: () => {}, event: () => {}, end: () => {} };
      const options = {
        ...({ language: 'en', interval: 0, active: false, thorough: false, keepSecrets: false } as const),
        seen: [],
        config: emptyConfig,
        logs: { taker, mostBytes: 1 << 30 },
      };
      try {
        return resultSchema.parse((await scan(target, undefined, options, '0')).result);
      } finally {
        await target.close();
      }
    },
    remove() {
      for (const folder of made) rmSync(folder, { recursive: true });
    },
  };
}
