/** `demine plan CASE`: from what a scan found to an ordered plan, kept in the case and shown. */
import { resolve } from 'node:path';
import type { Language } from '../../messages/catalogue.ts';
import { DemineError } from '../../model/error.ts';
import type { Plan } from '../../model/plan.ts';
import { printableText } from '../../model/text.ts';
import { shellWord } from '../../report/next-steps.ts';
import { EndedScreen } from '../../report/removal/ended-screen.ts';
import { removalTexts, renderPlan } from '../../report/removal/plan-screen.ts';
import type { CaseView } from '../../respond/plan/case-view.ts';
import { editPlan, renumbered } from '../../respond/plan/edit-plan.ts';
import { planCase } from '../../respond/plan/plan-case.ts';
import { newestPlan, type StoredPlan, storedPlans, vaultPath, writePlan } from '../../respond/plan-folder.ts';
import { openSteps, progressOf, stopsOf } from '../../respond/plan-progress.ts';
import { newestWatch } from '../../respond/watch/watch-folder.ts';
import { sightingsOf, withSightings } from '../../respond/watch/witness.ts';
import { folderOfCase } from '../case-file.ts';
import { knownCut } from '../known-cut.ts';
import { writeOutputFile } from '../output-file.ts';
import type { PlanArguments } from '../removal-arguments.ts';
import {
  checkHost,
  conditionsNow,
  type Ground,
  readCaseView,
  shownStates,
  surveyFor,
  surveyOf,
} from '../removal-session.ts';
import { viewOf, write } from '../terminal.ts';
import { usage } from '../usage.ts';

function groundOf({ result }: CaseView, root: string | undefined): Ground {
  if (root !== undefined) return { kind: 'folder', root: resolve(root) };
  if (result.coverage.some(({ id }) => id === 'windows-system'))
    throw new DemineError('removal-unsupported', 'it is a Windows host, where nothing is removed', {
      subject: result.options.target,
    });
  if (result.host.scope === 'files') return { kind: 'folder', root: resolve(result.options.target) };
  checkHost(result.host.machineId, result.host.name);
  return { kind: 'live', root: '/' };
}

/** Edits, one after the other, of the plan that is there. */
function edited(args: PlanArguments, folder: string, fresh: (added: readonly string[]) => Plan): Plan {
  const newest = newestPlan(folder);
  // What was done stays done by the plan before, and is undone by it.
  let plan: Plan = { ...newest.plan, steps: [...openSteps(newest)] };
  for (const { edit, text } of args.edits) {
    const next = editPlan(plan, edit, fresh);
    if (typeof next === 'string') return usage('not-edit', text, next);
    plan = next;
  }
  return renumbered(plan);
}

/** The plan that somebody has to go on with. @throws DemineError `usage` where another is asked for in the middle of a step */
function begunPlan(args: PlanArguments, folder: string, { scan }: CaseView): StoredPlan | undefined {
  const [newest] = storedPlans(folder).take(1);
  if (newest === undefined) return undefined;
  const progress = progressOf(newest);
  const [edit] = args.edits;
  if (progress.kind === 'cut-off' && (edit !== undefined || args.fresh))
    return usage('plan-cut-off', progress.step);
  const asksForAnother = edit !== undefined || args.fresh || newest.plan.scan !== scan;
  return progress.kind === 'cut-off' || (progress.kind === 'unfinished' && !asksForAnother)
    ? newest
    : undefined;
}

async function showBegun(args: PlanArguments & { readonly language: Language }, stored: StoredPlan) {
  const screen = viewOf(args.language);
  const { next } = removalTexts(args.language);
  const folder = shellWord(args.folder);
  const progress = progressOf(stored);
  const words = new EndedScreen(screen).words(
    progress.kind === 'cut-off'
      ? [next.cutOff({ step: progress.step, folder })]
      : progress.kind === 'unfinished'
        ? [next.goOn({ ...progress, folder }), next.anew({ folder })]
        : [],
  );
  const { plan, entries } = stored;
  const shown = {
    ...screen,
    states: shownStates(plan, entries),
    stops: stopsOf(entries),
    conditions: conditionsNow(plan, vaultPath(stored)),
  };
  await write(`${renderPlan(plan, shown)}\n\n${words}\n`);
}

export async function planCommand(args: PlanArguments & { readonly language: Language }): Promise<number> {
  const { language } = args;
  const folder = folderOfCase(args.folder);
  const scanned = readCaseView(args.folder);
  const begun = begunPlan(args, folder, scanned);
  if (begun !== undefined) {
    if (args.json === '-') await write(`${JSON.stringify(begun.plan, null, 2)}\n`);
    else await showBegun(args, begun);
    return 0;
  }
  const ground = groundOf(scanned, args.root);
  const watched = ground.kind === 'live' ? newestWatch(folder) : undefined;
  const view = await withSightings(
    scanned,
    watched === undefined ? [] : sightingsOf(watched.record),
    (paths) => surveyOf(ground, paths),
  );
  const survey = await surveyFor(ground, view);
  const name = ground.kind === 'live' ? printableText(view.result.host.name) : printableText(ground.root);
  const cut = ground.kind === 'live' ? knownCut(args.folder, view.result) : undefined;
  const fresh = (added: readonly string[]): Plan =>
    planCase(view, survey, {
      made: new Date().toISOString(),
      target: { kind: ground.kind, name },
      added,
      ...(cut === undefined ? {} : { cut }),
    });
  const plan = args.edits.length === 0 ? fresh([]) : edited(args, folder, fresh);
  writePlan(folder, plan);
  if (args.json !== undefined) {
    const text = `${JSON.stringify(plan, null, 2)}\n`;
    if (args.json !== '-') writeOutputFile(args.json, text);
    else {
      await write(text);
      return 0;
    }
  }
  const screen = viewOf(language);
  const { next } = removalTexts(language);
  const named = { folder: shellWord(args.folder) };
  const words = new EndedScreen(screen).words([
    ...(plan.steps.length > 0 ? [next.clean(named)] : []),
    ...(plan.steps.length > 0 || plan.left.length > 0 ? [next.edit(named)] : []),
  ]);
  const stored = newestPlan(folder);
  const states = shownStates(plan, stored.entries);
  const conditions = conditionsNow(plan, vaultPath(stored));
  await write(`${renderPlan(plan, { ...screen, states, conditions })}\n\n${words}\n`);
  return 0;
}
