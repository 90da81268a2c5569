/**
 * A scan within a watch, in a process of its own: what it takes of memory goes with it. It scans this host, and where
 * something came back it makes the next plan of the case by the usual rules, and carries it out if that was allowed.
 *
 * Request and answer are JSON over standard input and output; the command line names nothing.
 */
import * as z from 'zod';
import type { Plan } from '../model/plan.ts';
import type { ScanResult } from '../model/result.ts';
import { printableText } from '../model/text.ts';
import { comebackLink, returnKinds } from '../model/watch.ts';
import { namelessChildren } from '../native/child.ts';
import { renameProcess } from '../native/own-name.ts';
import { carryOut } from '../respond/execute/carry-out.ts';
import { openLedger } from '../respond/ledger/ledger-file.ts';
import { isSurveyed } from '../respond/plan/case-view.ts';
import { editPlan, renumbered } from '../respond/plan/edit-plan.ts';
import { planCase } from '../respond/plan/plan-case.ts';
import { ledgerPath, newestPlan, storedPlans, writePlan } from '../respond/plan-folder.ts';
import { type Sighting, withSightings } from '../respond/watch/witness.ts';
import type { LookAnswer, LookPlan, LookThing } from '../respond/watch/world.ts';
import type { ScanOutcome } from '../scan/scan.ts';
import { acceptedPart } from './accepted-part.ts';
import { openNamedCase } from './case-file.ts';
import { knownCut } from './known-cut.ts';
import {
  executorFor,
  type Ground,
  readCaseView,
  surveyFor,
  surveyOf,
  vaultChoice,
} from './removal-session.ts';
import { readConfig, runScan } from './session.ts';
import { version } from './version.ts';

export const lookRequest = z.strictObject({
  folder: z.string(),
  name: z.string(),
  language: z.enum(['en', 'zh-CN']),
  sightings: z.array(
    z.strictObject({ id: z.string(), kind: z.enum(returnKinds), chain: z.array(comebackLink) }),
  ),
  known: z.array(z.string()),
  ask: z.array(z.string()),
  remove: z.boolean(),
  acceptIrreversible: z.boolean(),
  config: z.string().optional(),
});
type LookWish = z.infer<typeof lookRequest>;

/** Seconds over which a scan of a watch looks at CPU. */
const interval = 3;

/** What is no matter of every healthy host, and known again in the next scan. */
export function thingsOf(result: ScanResult): readonly LookThing[] {
  const grave = result.persistence.filter(
    ({ judgement }) => judgement === 'malicious' || judgement === 'suspicious',
  );
  return [
    ...grave.map(
      ({ mechanism, source, command, target }): LookThing => ({
        kind: 'entry',
        key: `entry ${mechanism} ${source} ${target ?? ''} ${command}`.slice(0, 1_000),
        what: printableText(source),
      }),
    ),
    ...result.miners.map(
      ({ exe, pid }): LookThing => ({
        kind: 'miner',
        key: `miner ${exe}`.slice(0, 1_000),
        what: printableText(exe),
        pid,
      }),
    ),
  ];
}

const ground: Ground = { kind: 'live', root: '/' };

/** Keeps the scan in the case, where a plan rests on it. */
function keepScan(folder: string, outcome: ScanOutcome): void {
  const store = openNamedCase(folder);
  try {
    store.saveScan({
      result: outcome.result,
      facts: outcome.facts,
      groups: outcome.log.groups,
      purpose: 'verify',
      incomplete: outcome.log.listed,
      ...(outcome.scene === undefined ? {} : { scene: outcome.scene }),
      breathe: () => outcome.sweeper.sweep(),
    });
  } finally {
    store.close();
  }
}

/** What the responder took out of a plan stays out of the next one. */
function withoutDropped(plan: Plan, folder: string): Plan {
  const dropped = new Set<string>();
  for (const { plan: old } of storedPlans(folder)) {
    for (const { why, what } of old.left) if (why === 'dropped') dropped.add(what);
  }
  let kept = plan;
  for (const { id, change } of plan.steps) {
    if (!('path' in change) || !dropped.has(change.path)) continue;
    const edited = editPlan(kept, { kind: 'drop', step: id }, () => plan);
    if (typeof edited !== 'string') kept = edited;
  }
  return renumbered(kept);
}

async function planOf(wish: LookWish, outcome: ScanOutcome, sightings: readonly Sighting[]): Promise<number> {
  keepScan(wish.folder, outcome);
  const view = readCaseView(wish.folder);
  const seen = await withSightings(view, sightings, (paths) => surveyOf(ground, paths));
  const survey = await surveyFor(ground, seen);
  const cut = knownCut(wish.folder, seen.result);
  const plan = planCase(seen, survey, {
    made: new Date().toISOString(),
    target: { kind: 'live', name: printableText(outcome.result.host.name) },
    added: [],
    ...(cut === undefined ? {} : { cut }),
  });
  return writePlan(wish.folder, withoutDropped(plan, wish.folder));
}

/** @returns whether all that was accepted was carried out */
async function removeNow(wish: LookWish): Promise<boolean> {
  const stored = newestPlan(wish.folder);
  const ledger = openLedger(ledgerPath(stored));
  try {
    const executor = executorFor(stored, ledger, {
      case: wish.folder,
      vault: vaultChoice(stored, ledger.entries, undefined),
    });
    try {
      if (!executor.lock()) return false;
      ledger.append({ kind: 'opened', plan: stored.sha256, target: executor.name, tool: version });
      const part = acceptedPart(stored, stored.plan.steps, wish.acceptIrreversible);
      const work = { steps: stored.plan.steps, executor, ledger, tell: () => {} };
      return (await carryOut(work, part)) && part.length === stored.plan.steps.length;
    } finally {
      executor.close();
    }
  } finally {
    ledger.close();
  }
}

async function lookPlan(wish: LookWish, outcome: ScanOutcome): Promise<LookPlan> {
  const number = await planOf(wish, outcome, wish.sightings);
  const { plan } = newestPlan(wish.folder);
  const carried = plan.steps.filter(({ change }) => change.kind !== 'by-hand');
  const removed =
    !wish.remove || carried.length === 0 ? 'not-asked' : (await removeNow(wish)) ? 'done' : 'stopped';
  return {
    number,
    steps: plan.steps.map(({ id, findings, change }) => ({
      id,
      findings,
      ...('path' in change ? { path: change.path } : {}),
    })),
    left: plan.left.map(({ subject, what }) => ({ subject, what })),
    removed,
  };
}

async function ownedNow(paths: readonly string[]): Promise<readonly string[]> {
  if (paths.length === 0) return [];
  const survey = await surveyOf(ground, paths);
  return paths.filter((path) => {
    const found = survey.at(path);
    return isSurveyed(found) && found.owner.kind === 'package' && found.integrity === 'unchanged';
  });
}

export async function look(wish: LookWish): Promise<LookAnswer> {
  const outcome = await runScan(undefined, {
    language: wish.language,
    interval,
    active: false,
    thorough: false,
    keepSecrets: false,
    seen: [],
    config: readConfig(wish.config),
  });
  const things = thingsOf(outcome.result);
  const fresh = things.filter(({ key }) => !wish.known.includes(key));
  const ofPackages = await ownedNow(wish.ask);
  const plan =
    wish.sightings.length > 0 || (fresh.length > 0 && wish.known.length > 0)
      ? await lookPlan(wish, outcome)
      : undefined;
  return {
    verdict: outcome.result.verdict,
    things,
    ofPackages,
    ...(plan === undefined ? {} : { plan }),
  };
}

/** Task of a child process. */
export async function runLook(): Promise<number> {
  const wish = lookRequest.parse(JSON.parse(await Bun.stdin.text()));
  renameProcess(wish.name);
  namelessChildren();
  const answer = await look(wish);
  await Bun.write(Bun.stdout, JSON.stringify(answer));
  return 0;
}
