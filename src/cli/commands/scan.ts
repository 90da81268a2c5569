/** `demine scan`: scans, writes the case, shows one screen, answers with the exit code. */
import { hostname } from 'node:os';
import { join, relative } from 'node:path';
import type { Language } from '../../messages/catalogue.ts';
import { messagesFor } from '../../messages/index.ts';
import { DemineError } from '../../model/error.ts';
import { printableText } from '../../model/text.ts';
import type { Told } from '../../model/told.ts';
import { exitCodes } from '../../model/verdict.ts';
import { renderHtml } from '../../report/html.ts';
import { jsonPieces, renderJson } from '../../report/json.ts';
import { renderScan } from '../../report/terminal.ts';
import { renderTold } from '../../report/timeline/told.ts';
import { dropEmptyCase, makeCaseFolder, presetFolder, writeCaseFile } from '../../scan/case-folder.ts';
import { parseIndicator } from '../../scan/indicator.ts';
import type { ScanOptions } from '../../scan/options.ts';
import type { ScanOutcome } from '../../scan/scan.ts';
import { openCase } from '../../store/sqlite.ts';

import type { ScanArguments } from '../arguments.ts';
import { askTold, isSomebodyThere, Person } from '../ask-told.ts';
import { CaseEvents, storeName } from '../case-events.ts';
import { exportCase } from '../case-export.ts';
import { writeOutputFile } from '../output-file.ts';
import { readConfig, runScan } from '../session.ts';
import { viewOf, write } from '../terminal.ts';

/** The case: store, result and report. Returns the path of the report. */
function writeCase(folder: string, outcome: ScanOutcome, language: Language): string {
  // The store, the JSON and the page are each as large as the result. One goes before the next is made: on a host
  // with 2,000 processes that is 15 MB at the peak for 30 ms.
  outcome.sweeper.sweep();
  const store = openCase(join(folder, storeName));
  try {
    store.saveScan({
      result: outcome.result,
      facts: outcome.facts,
      groups: outcome.log.groups,
      incomplete: outcome.log.listed,
      ...(outcome.scene === undefined ? {} : { scene: outcome.scene }),
      breathe: () => outcome.sweeper.sweep(),
    });
  } finally {
    store.close();
  }
  outcome.sweeper.sweep();
  writeCaseFile(folder, 'result.json', jsonPieces(outcome.result));
  outcome.sweeper.sweep();
  const page = renderHtml(outcome.result, { language });
  outcome.sweeper.sweep();
  return writeCaseFile(folder, 'report.html', page);
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

/** Whether the customer's times are asked for: where it was asked for, or something was found and somebody is there. */
function isAsked(
  args: ScanArguments,
  verdict: ScanOutcome['result']['verdict'],
  language: Language,
): boolean {
  if (args.ask === undefined) {
    const isFound = verdict === 'mining' || verdict === 'suspicious';
    return (
      isFound && args.writeCase && args.json !== '-' && process.stdout.isTTY === true && isSomebodyThere()
    );
  }
  if (args.ask && !isSomebodyThere()) {
    process.stderr.write(`demine: ${messagesFor(language).cli.ask.nobody}\n`);
    return false;
  }
  return args.ask;
}

/** Asks, keeps the answers in the case, and gives the result that follows; undefined where nothing was told. */
async function askInto(folder: string, language: Language): Promise<ScanOutcome['result'] | undefined> {
  const person = new Person();
  let told: Told | undefined;
  try {
    told = await askTold(person, language, Date.now() * 1000);
  } finally {
    person.leave();
  }
  if (told === undefined) return undefined;
  const store = openCase(join(folder, storeName));
  try {
    store.saveTold(told);
    const result = exportCase(folder, store);
    const shown = { told, ...(result === undefined ? {} : { result }), ...viewOf(language) };
    process.stderr.write(`\n${renderTold(shown)}\n${messagesFor(language).cli.ask.saved}\n`);
    return result;
  } finally {
    store.close();
  }
}

/** A path as it is typed here: short below the working folder, whole elsewhere. */
function pathFromHere(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}

export async function scanCommand(args: ScanArguments & { readonly language: Language }): Promise<number> {
  const { language } = args;
  const texts = messagesFor(language).cli;
  // Everything that can be wrong with the request is found before the host is looked at.
  const seen = args.seen.map(parseIndicator);
  const config = readConfig(args.config);
  // Appending nothing: what an earlier scan wrote there stays until there is something better.
  if (args.json !== undefined && args.json !== '-') writeOutputFile(args.json, '', 'a');
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
  const { reportPath } = written;
  const toFile = (result: ScanOutcome['result']): void => {
    if (args.json !== undefined && args.json !== '-') writeOutputFile(args.json, renderJson(result));
  };
  toFile(outcome.result);
  if (args.json !== '-') {
    const shown = reportPath === undefined ? {} : { reportPath: pathFromHere(reportPath) };
    await write(`${renderScan(outcome.result, { ...viewOf(language), ...shown })}\n`);
  }
  const asks = caseFolder !== undefined && written.failed === undefined;
  const told =
    asks && isAsked(args, outcome.result.verdict, language) ? await askInto(caseFolder, language) : undefined;
  if (told !== undefined) toFile(told);
  // Of whoever reads it there is one answer, and it comes when all is known.
  if (args.json === '-') await write(renderJson(told ?? outcome.result));
  // The answer first: a full disk must not cost it.
  if (written.failed !== undefined) throw written.failed;
  return exitCodes[outcome.result.verdict];
}
