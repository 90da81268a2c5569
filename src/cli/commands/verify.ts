/** `demine verify CASE` looks at the target again and writes a statement; `--check` and `--sign` take one that is there. */
import { rmdirSync } from 'node:fs';
import type { Language } from '../../messages/catalogue.ts';
import { DemineError } from '../../model/error.ts';
import type { ScanResult } from '../../model/result.ts';
import type { Outcome, StatementFile } from '../../model/statement.ts';
import { printableText } from '../../model/text.ts';
import { liveNative } from '../../native/live.ts';
import { renderStatementPage } from '../../report/verify/statement-page.ts';
import { renderStatement } from '../../report/verify/statement-screen.ts';
import { runningFrom } from '../../respond/execute/running.ts';
import type { Survey } from '../../respond/plan/case-view.ts';
import { sealed, signed, statementText } from '../../respond/statement/sealed.ts';
import { caseSection, plansOf, textHash } from '../../respond/verify/case-section.ts';
import { makeStatement } from '../../respond/verify/make-statement.ts';
import type { Ground as StepGround } from '../../respond/verify/standing.ts';
import {
  alteredStatements,
  makeVerifyFolder,
  pageName,
  statementName,
  storedStatements,
} from '../../respond/verify/verify-folder.ts';
import { writeCaseFile } from '../../scan/case-folder.ts';
import { parseIndicator } from '../../scan/indicator.ts';
import type { ScanOptions } from '../../scan/options.ts';
import type { ScanOutcome } from '../../scan/scan.ts';
import { tellReport } from '../case-export.ts';
import { folderOfCase, openNamedCase } from '../case-file.ts';
import { doorsNow } from '../door-session.ts';
import { writeOutputFile } from '../output-file.ts';
import { type Ground, surveyOf } from '../removal-session.ts';
import { signerOn } from '../responder-key.ts';
import { readConfig, runScan } from '../session.ts';
import { checkCommand, signCommand } from '../statement-session.ts';
import { viewOf, write } from '../terminal.ts';
import type { VerifyArguments } from '../verify-arguments.ts';
import { checkSameHost, groundOf, type Incident, readIncident, readResults } from '../verify-session.ts';
import { version } from '../version.ts';

type LookArguments = Extract<VerifyArguments, { readonly action: 'look' }> & { readonly language: Language };

const exitCodes: Readonly<Record<Outcome, number>> = {
  clean: 0,
  'still-there': 1,
  'came-back': 1,
  inconclusive: 3,
};

/** As deep as the scan of the incident, or deeper, and with the indicators that it was started from. */
function optionsOf(args: LookArguments, before: ScanResult, caseFolder: string): ScanOptions {
  return {
    language: args.language,
    interval: args.interval ?? before.options.interval,
    active: false,
    thorough: args.thorough || before.options.thorough,
    ...(args.integrity === undefined ? {} : { integrity: args.integrity }),
    keepSecrets: before.options.keepSecrets,
    seen: before.options.seen.map(parseIndicator),
    config: readConfig(args.config),
    caseFolder,
  };
}

/** Whether something of a set that a plan ended runs. */
function runsOn(ground: Ground, { facts, result }: ScanOutcome): StepGround['runs'] {
  if (ground.kind === 'folder') return () => undefined;
  const native = liveNative();
  return ({ processes, programs }, bootId) => {
    const isSameBoot = bootId === result.host.bootId;
    const left = processes.some(({ pid, startTicks }) => {
      const process = facts.process(pid);
      return isSameBoot && process?.startTicks === startTicks && process.state !== 'Z';
    });
    return left || runningFrom(native, programs).length > 0;
  };
}

/** Settings of a running kernel, as this look saw them. */
function settingOn({ facts, result }: ScanOutcome): StepGround['setting'] {
  if (result.host.scope === 'files') return () => undefined;
  const settings = new Map(facts.of('setting').map(({ name, value }) => [name, value]));
  return (name) => settings.get(name);
}

const nothingSurveyed: Pick<Survey, 'at'> = {
  at: () => ({ id: 'missing', subject: printableText(''), detail: 'not asked for' }),
};

/** What this look found, kept in the case; facts only where there is something to plan from. */
function keep(path: string, { result, facts, log, sweeper, scene }: ScanOutcome) {
  const store = openNamedCase(path);
  try {
    const number = store.saveScan({
      result,
      facts: result.verdict === 'clean' ? [] : facts,
      groups: log.groups,
      incomplete: log.listed,
      purpose: 'verify',
      ...(scene === undefined ? {} : { scene }),
      breathe: () => sweeper.sweep(),
    });
    return { number, result: textHash(store.resultText(number) ?? '') };
  } catch (cause) {
    // The store's own words for a disk that is full.
    if (cause instanceof DemineError || !(cause instanceof Error && 'code' in cause)) throw cause;
    throw new DemineError('case-unwritable', cause.message, { subject: path, cause });
  } finally {
    store.close();
  }
}

interface Looked {
  readonly file: StatementFile;
  readonly path: string;
}

async function lookAgain(
  args: LookArguments,
  incident: Incident,
  ground: Ground,
  into: { readonly number: number; readonly folder: string },
): Promise<Omit<StatementFile, 'signature'>> {
  const folder = folderOfCase(args.folder);
  const began = new Date().toISOString();
  const options = optionsOf(args, incident.result, into.folder);
  const outcome = await runScan(ground.kind === 'live' ? undefined : ground.root, options);
  const now = outcome.result;
  checkSameHost(incident.result.host, now.host, args.folder);
  const { plans, broken } = plansOf(folder);
  const results = readResults(
    args.folder,
    plans.map(({ plan }) => plan.scan),
  );
  const earlier = storedStatements(folder).filter(({ number }) => number < into.number);
  const paths = plans.flatMap(({ plan }) =>
    plan.steps.flatMap(({ change }) => ('path' in change ? [change.path] : [])),
  );
  const doors = args.door ? await doorsNow(ground, incident.result, now, args.active) : undefined;
  const survey = paths.length === 0 ? nothingSurveyed : await surveyOf(ground, paths);
  return sealed(
    makeStatement({
      number: into.number,
      began,
      made: new Date().toISOString(),
      version,
      kind: ground.kind,
      case: caseSection(folder, incident.scan),
      before: incident.result,
      now,
      scan: keep(args.folder, outcome),
      resultOf: (scan) => results.get(scan),
      plans,
      earlier,
      ground: {
        survey,
        runs: runsOn(ground, outcome),
        containerRuns: (id) =>
          now.host.scope === 'files'
            ? undefined
            : now.processes.some(({ container }) => container?.id === id),
        setting: settingOn(outcome),
      },
      altered: broken + alteredStatements(earlier),
      ...(doors === undefined ? {} : { doors }),
    }),
  );
}

/** The folder goes again where nothing came of it; what was recovered into it stays. */
function dropEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOTEMPTY')) throw cause;
  }
}

async function lookCommand(args: LookArguments): Promise<number> {
  const { language } = args;
  const folder = folderOfCase(args.folder);
  // Everything that can be wrong with the request is found before the host is looked at.
  const incident = readIncident(args.folder);
  const ground = groundOf(incident.result, args.root, args.folder);
  readConfig(args.config);
  const signer = signerOn(args.key, ground);
  if (args.json !== undefined && args.json !== '-') writeOutputFile(args.json, '', 'a');
  const into = makeVerifyFolder(folder);
  let looked: Looked;
  try {
    const unsigned = await lookAgain(args, incident, ground, into);
    const file = 'key' in signer ? signed(unsigned, signer.key) : unsigned;
    looked = { file, path: writeCaseFile(into.folder, statementName, statementText(file)) };
    writeCaseFile(into.folder, pageName, renderStatementPage(file, language));
  } catch (thrown) {
    dropEmpty(into.folder);
    throw thrown;
  }
  const { file, path } = looked;
  if (args.json === '-') await write(statementText(file));
  else {
    if (args.json !== undefined) writeOutputFile(args.json, statementText(file));
    const { signature } = file;
    const view = {
      ...viewOf(language),
      folder: printableText(folder),
      path: printableText(path),
      signature:
        signature === undefined
          ? { unsigned: 'unsigned' in signer ? signer.unsigned : ('unsigned' as const) }
          : { fingerprint: signature.fingerprint },
    };
    await write(`${renderStatement(file.statement, view)}\n`);
  }
  // The answer first: a full disk must not cost it.
  tellReport(args.folder);
  const { conclusion } = file.statement;
  const open = conclusion.reasons.some(({ id }) => id === 'door-open');
  return exitCodes[conclusion.outcome] === 0 && open ? 1 : exitCodes[conclusion.outcome];
}

export async function verifyCommand(
  args: VerifyArguments & { readonly language: Language },
): Promise<number> {
  switch (args.action) {
    case 'look':
      return lookCommand(args);
    case 'check':
      return checkCommand(args);
    case 'sign':
      return signCommand(args);
  }
}
