/** What a scan found, told: on the screen, in a file, to the customer's answers, and as the exit code. */
import { join, relative } from 'node:path';
import type { Language } from '../messages/catalogue.ts';
import { messagesFor } from '../messages/index.ts';
import type { DemineError } from '../model/error.ts';
import type { ScanResult } from '../model/result.ts';
import type { Told } from '../model/told.ts';
import { exitCodes } from '../model/verdict.ts';
import { renderJson } from '../report/json.ts';
import { renderScan } from '../report/terminal.ts';
import { renderHosts } from '../report/timeline/hosts.ts';
import { renderTold } from '../report/timeline/told.ts';
import { openCase } from '../store/sqlite.ts';
import type { ScanArguments } from './arguments.ts';
import { askTold, isSomebodyThere, Person } from './ask-told.ts';
import { storeName } from './case-events.ts';
import { exportCase } from './case-export.ts';
import { writeOutputFile } from './output-file.ts';
import { viewOf, write } from './terminal.ts';

/** A result with the case that holds it. */
export interface Scanned {
  readonly result: ScanResult;
  readonly caseFolder: string | undefined;
  readonly reportPath?: string;
  /** Why the case is not whole. */
  readonly failed?: DemineError;
}

/** Whether the customer's times are asked for: where it was asked for, or something was found and somebody is there. */
function isAsked(args: ScanArguments, verdict: ScanResult['verdict'], language: Language): boolean {
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
async function askInto(folder: string, language: Language): Promise<ScanResult | undefined> {
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

/** @throws DemineError where the case could not be written, after all was told */
export async function tellResult(
  args: ScanArguments & { readonly language: Language },
  { result, caseFolder, reportPath, failed }: Scanned,
): Promise<number> {
  const { language } = args;
  const toFile = (one: ScanResult): void => {
    if (args.json !== undefined && args.json !== '-') writeOutputFile(args.json, renderJson(one));
  };
  toFile(result);
  if (args.json !== '-') {
    const shown = reportPath === undefined ? {} : { reportPath: pathFromHere(reportPath) };
    const view = viewOf(language);
    await write(`${renderScan(result, { ...view, ...shown })}\n${renderHosts({ result, ...view })}`);
  }
  const asks = caseFolder !== undefined && failed === undefined;
  const told =
    asks && isAsked(args, result.verdict, language) ? await askInto(caseFolder, language) : undefined;
  if (told !== undefined) toFile(told);
  // Of whoever reads it there is one answer, and it comes when all is known.
  if (args.json === '-') await write(renderJson(told ?? result));
  // The answer first: a full disk must not cost it.
  if (failed !== undefined) throw failed;
  return exitCodes[result.verdict];
}
