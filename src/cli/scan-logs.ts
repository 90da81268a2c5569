/** `demine scan FOLDER` where the folder holds logs and no host, as a log server gives them. */
import { rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Language } from '../messages/catalogue.ts';
import { DemineError } from '../model/error.ts';
import type { ScanResult } from '../model/result.ts';
import { printableText } from '../model/text.ts';
import { dropEmptyCase, makeCaseFolder, presetFolder } from '../scan/case-folder.ts';
import { addLogFolder } from '../scan/log-folder.ts';
import { logsAloneResult } from '../scan/logs-alone.ts';
import type { CaseStore } from '../store/case-store.ts';
import { openCase } from '../store/sqlite.ts';
import { folderTarget, looseFolderTarget } from '../target/folder.ts';
import type { ScanArguments } from './arguments.ts';
import { storeName } from './case-events.ts';
import { analysedHosts, exportCase } from './case-export.ts';
import { tellResult } from './tell-result.ts';
import { progressOn } from './terminal.ts';
import { version } from './version.ts';

/** Why a folder is no root file system; undefined where it is one, or where scanning it will say more. */
export function whyNoRoot(path: string): DemineError | undefined {
  try {
    void folderTarget(path).close();
    return undefined;
  } catch (thrown) {
    return thrown instanceof DemineError && thrown.code === 'target-unsupported' ? thrown : undefined;
  }
}

/** Reads the logs into the case. Undefined where none of the files is one. */
async function read(
  store: CaseStore,
  args: ScanArguments & { readonly language: Language },
  path: string,
): Promise<ScanResult | undefined> {
  const started = new Date();
  const target = looseFolderTarget(path);
  try {
    const { facts, left } = addLogFolder(target, store.events, args.keepSecrets);
    if (facts.length === 0) return undefined;
    const analyses = analysedHosts(store, {
      name: '',
      scene: undefined,
      nowUs: Date.now() * 1000,
      isRunning: false,
    });
    const name = printableText(basename(resolve(path)));
    const result = logsAloneResult({
      name,
      target: target.name,
      hosts: analyses.hosts,
      options: args,
      started,
      version,
    });
    store.saveScan({ result, facts, groups: [], incomplete: left });
    store.saveHostAnalyses(analyses);
    return result;
  } finally {
    await target.close();
  }
}

/**
 * @param noRoot what is said where it holds no logs either
 * @throws DemineError
 */
export async function scanLogs(
  args: ScanArguments & { readonly language: Language },
  path: string,
  noRoot: DemineError,
): Promise<number> {
  const name = printableText(basename(resolve(path)));
  const folder = makeCaseFolder(args.out ?? presetFolder(name, new Date(), process.cwd()));
  const progress = progressOn(args.language);
  progress.stage('logs');
  const store = openCase(join(folder, storeName));
  let result: ScanResult | undefined;
  try {
    result = (await read(store, args, path)) && exportCase(folder, store);
  } finally {
    progress.end();
    store.close();
    if (result === undefined) {
      rmSync(join(folder, storeName), { force: true });
      if (args.out === undefined) dropEmptyCase(folder);
    }
  }
  if (result === undefined) throw noRoot;
  return tellResult(args, { result, caseFolder: folder, reportPath: join(folder, 'report.html') });
}
