/** One scan from beginning to end. The doors (command line, drill) call this and nothing below it. */

import { accountsByNumber } from '../artifacts/linux/accounts/by-number.ts';
import { knownHosts } from '../artifacts/linux/known-hosts.ts';
import type { Judgement } from '../detect/judge.ts';
import { FamilyWatch } from '../incident/family.ts';
import { sceneOf } from '../incident/scene-of.ts';
import { DemineError } from '../model/error.ts';
import { FactSet } from '../model/fact.ts';
import type { ScanResult } from '../model/result.ts';
import type { Native } from '../native/port.ts';
import { recoverExecutable } from '../probe/executable.ts';
import type { Target } from '../target/port.ts';
import { gatherInto, hostOf, makeContext, type ScanContext } from './context.ts';
import type { CoverageRow } from './coverage.ts';
import { scanFolder } from './folder.ts';
import { scanLive } from './live.ts';
import { gatherLogs } from './logs.ts';
import type { ScanOptions } from './options.ts';
import { redactor } from './redact.ts';
import { buildResult, type Recovered } from './result.ts';
import { type StoredScene, storedScene } from './stored-scene.ts';
import { resultNeighbours } from './told-result.ts';
import { scanWindows } from './windows.ts';

export interface ScanOutcome {
  readonly result: ScanResult;
  /** Masked like the result. */
  readonly facts: FactSet;
  /** What logs that come later are set beside; absent where nothing was found. */
  readonly scene?: StoredScene;
  readonly log: ScanContext['log'];
  /** For whoever makes something as large as the result of it. */
  readonly sweeper: ScanContext['sweeper'];
}

/** Copies deleted and memory-only executables of miners and suspects into the case before they are gone. */
function recover(context: ScanContext, judgement: Judgement): readonly Recovered[] {
  const { caseFolder } = context.options;
  if (caseFolder === undefined) return [];
  const recovered = new Map<string, Recovered>();
  for (const judged of judgement.processes) {
    if (judged.judgement !== 'mining' && judged.judgement !== 'suspicious') continue;
    const process = context.facts.process(judged.pid);
    if (process?.exe === undefined || !(process.exe.deleted || process.exe.memfd)) continue;
    try {
      const { path, sha256 } = recoverExecutable(context.target, process, caseFolder);
      if (!recovered.has(sha256)) recovered.set(sha256, { path, sha256, pid: process.pid });
    } catch (thrown) {
      if (!(thrown instanceof DemineError)) throw thrown;
      const source = { source: process.source.source, artifact: 'case.recovered' };
      context.log.record({ ...source, status: 'error', reason: thrown.message, bytes: 0 });
    }
  }
  return [...recovered.values()];
}

interface Outcome {
  readonly judgement: Judgement;
  readonly coverage: readonly CoverageRow[];
  readonly judgeAgain?: () => Judgement;
}

const isIncident = ({ verdict }: Judgement): boolean => verdict === 'mining' || verdict === 'suspicious';

export async function scan(
  target: Target,
  native: Native | undefined,
  options: ScanOptions,
  version: string,
): Promise<ScanOutcome> {
  const started = new Date();
  const redact = redactor(options.keepSecrets);
  const context = makeContext(target, options, redact, native);
  const live = target.kind === 'live' && native !== undefined;
  const outcome: Outcome = live
    ? await scanLive(context, native)
    : target.windows !== undefined
      ? await scanWindows(context)
      : await scanFolder(context);
  const host = hostOf(context);
  if (host === undefined) throw new TypeError('the host artifact gave no host');
  const recovered = recover(context, outcome.judgement);
  const { judgeAgain } = outcome;
  // What logs add may still accuse a host that is clean without them.
  const watch =
    outcome.judgement.verdict === 'clean' && judgeAgain === undefined ? undefined : new FamilyWatch();
  const { judgement, analysis, scene: ofLogs } = gatherLogs(context, outcome.judgement, watch, judgeAgain);
  // A family is nobody's proof of mining: where nothing was found, none is named.
  const families = judgement.verdict === 'clean' ? undefined : watch;
  const scene =
    families === undefined
      ? undefined
      : (ofLogs ?? sceneOf(context.facts, judgement, accountsByNumber(target)));
  // Whoever got in here goes on to whom accounts of this host know.
  if (isIncident(judgement)) await gatherInto(context, knownHosts);
  const facts = new FactSet();
  for (const fact of context.facts) {
    if (facts.size % 1024 === 1023) context.sweeper.sweep();
    families?.seeFact(fact);
    facts.add(redact.fact(fact));
  }
  const masked: Judgement = {
    ...judgement,
    findings: judgement.findings.map(redact.finding),
    excused: judgement.excused.map((one) => ({ ...one, finding: redact.finding(one.finding) })),
  };
  // The result is as large as all facts, and what masking left over is no smaller.
  context.sweeper.sweep();
  const result = buildResult(
    {
      facts,
      judgement: masked,
      coverage: outcome.coverage,
      log: context.log,
      options,
      targetName: live ? 'host' : target.name,
      started,
      finished: new Date(),
      actions: context.actions,
      recovered,
      version,
      mask: redact.text,
      maskWords: redact.words,
      maskName: redact.name,
      ...(analysis === undefined ? {} : { analysis }),
      ...(families === undefined ? {} : { families: families.conclude() }),
    },
    host,
  );
  context.sweeper.sweep();
  const published = redact.result({ ...result, ...resultNeighbours(result, [], facts.of('known-host')) });
  return {
    result: published,
    facts,
    ...(scene === undefined ? {} : { scene: storedScene(scene, redact) }),
    log: context.log,
    sweeper: context.sweeper,
  };
}
