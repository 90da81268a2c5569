/** `demine scan`: scans, writes the case, shows one screen, answers with the exit code. */
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Language } from '../../messages/catalogue.ts';
import { messagesFor } from '../../messages/index.ts';
import { DemineError } from '../../model/error.ts';
import { printableText } from '../../model/text.ts';
import { htmlPieces } from '../../report/html.ts';
import { jsonPieces } from '../../report/json.ts';
import { dropEmptyCase, makeCaseFolder, presetFolder, writeCaseFile } from '../../scan/case-folder.ts';
import { parseIndicator } from '../../scan/indicator.ts';
import type { ScanOptions } from '../../scan/options.ts';
import type { ScanOutcome } from '../../scan/scan.ts';
import { openCase } from '../../store/sqlite.ts';

import type { ScanArguments } from '../arguments.ts';
import { CaseEvents, storeName } from '../case-events.ts';
import { writeOutputFile } from '../output-file.ts';
import { scanLogs, whyNoRoot } from '../scan-logs.ts';
import { readConfig, runScan } from '../session.ts';
import { tellResult } from '../tell-result.ts';

/** Clears away what each piece left over, before the next is made. */
function* swept(pieces: Generator<string>, outcome: ScanOutcome): Generator<string> {
  for (const piece of pieces) {
    yield piece;
    outcome.sweeper.sweep();
  }
}

/** The case: store, result and report. Returns the path of the report. The outcome has no facts after it. */
function writeCase(folder: string, outcome: ScanOutcome, language: Language): string {
  // What scanning left over goes before the store, the JSON and the page are made, each of which is as large as the
  // result, and each goes before the next: on a host with 2,000 processes that is 15 MB at the peak for 30 ms.
  outcome.sweeper.clear();
  const store = openCase(join(folder, storeName));
  try {
    store.saveScan({
      result: outcome.result,
      facts: outcome.facts.drain(),
      groups: outcome.log.groups,
      incomplete: outcome.log.listed,
      ...(outcome.scene === undefined ? {} : { scene: outcome.scene }),
      breathe: () => outcome.sweeper.sweep(),
    });
  } finally {
    store.close();
  }
  outcome.sweeper.sweep();
  writeCaseFile(folder, 'result.json', swept(jsonPieces(outcome.result), outcome));
  return writeCaseFile(folder, 'report.html', swept(htmlPieces(outcome.result, { language }), outcome));
}

function tryCase(
  folder: string,
  outcome: ScanOutcome,
  language: Language,
): { readonly reportPath?: string; readonly failed?: DemineError } {
  try {
    return { reportPath: writeCase(folder, outcome, language) };
  } catch (thrown) {
    if (thrown instanceof DemineError) return { failed: thrown };
    if (!(thrown instanceof Error && 'code' in thrown)) throw thrown;
    // The store's own words for a disk that is full or was taken away.
    return { failed: new DemineError('case-unwritable', thrown.message, { subject: folder, cause: thrown }) };
  }
}

export async function scanCommand(args: ScanArguments & { readonly language: Language }): Promise<number> {
  const { language } = args;
  const texts = messagesFor(language).cli;
  // Everything that can be wrong with the request is found before the host is looked at.
  const seen = args.seen.map(parseIndicator);
  const config = readConfig(args.config);
  // Appending nothing: what an earlier scan wrote there stays until there is something better.
  if (args.json !== undefined && args.json !== '-') writeOutputFile(args.json, '', 'a');
  const noRoot = args.target === undefined ? undefined : whyNoRoot(args.target);
  if (args.target !== undefined && noRoot !== undefined && args.writeCase && args.logs) {
    return scanLogs(args, args.target, noRoot);
  }
  const name = args.target === undefined ? hostname() : args.target;
  const caseFolder = args.writeCase
    ? makeCaseFolder(args.out ?? presetFolder(printableText(name), new Date(), process.cwd()))
    : undefined;
  if (args.active) process.stderr.write(`${texts.active.planned}\n`);
  const options: ScanOptions = {
    language,
    interval: args.interval,
    active: args.active,
    thorough: args.thorough,
    persistence: args.persistence,
    ...(args.integrity === undefined ? {} : { integrity: args.integrity }),
    keepSecrets: args.keepSecrets,
    seen,
    config,
    ...(caseFolder === undefined ? {} : { caseFolder }),
  };
  const events =
    caseFolder === undefined || !args.logs ? undefined : new CaseEvents(caseFolder, args.keepSecrets);
  let outcome: ScanOutcome;
  try {
    outcome = await runScan(args.target, events === undefined ? options : { ...options, logs: events });
  } catch (thrown) {
    if (caseFolder !== undefined && args.out === undefined) dropEmptyCase(caseFolder);
    throw thrown;
  } finally {
    events?.close();
  }
  const result = caseFolder === undefined ? {} : tryCase(caseFolder, outcome, language);
  // A case without some of its events is not whole, whatever else could be written.
  const written = events?.failed === undefined ? result : { failed: events.failed, ...result };
  return tellResult(args, { result: outcome.result, caseFolder, ...written });
}
