/** `demine clean CASE` carries a plan out, a dry run without --yes; `demine undo CASE` takes it back. */
import type { Language } from '../../messages/catalogue.ts';
import { DemineError } from '../../model/error.ts';
import type { Step } from '../../model/plan.ts';
import { printableText } from '../../model/text.ts';
import { shellWord } from '../../report/next-steps.ts';
import { EndedScreen, type ShownEnd } from '../../report/removal/ended-screen.ts';
import { removalTexts, renderPlan } from '../../report/removal/plan-screen.ts';
import { WatchScreen } from '../../report/watch/watch-screen.ts';
import { carryOut, type Ended, recover, takeBack, type Work } from '../../respond/execute/carry-out.ts';
import { returnedSteps } from '../../respond/execute/returned.ts';
import { openLedger } from '../../respond/ledger/ledger-file.ts';
import { doneSteps, stepStates } from '../../respond/ledger/state.ts';
import {
  ledgerPath,
  newestPlan,
  type StoredPlan,
  storedPlans,
  vaultPath,
} from '../../respond/plan-folder.ts';
import { progressOf } from '../../respond/plan-progress.ts';
import { acceptedPart } from '../accepted-part.ts';
import { folderOfCase } from '../case-file.ts';
import type { CleanArguments, UndoArguments } from '../removal-arguments.ts';
import { conditionsNow, executorFor, shownStates, vaultChoice } from '../removal-session.ts';
import { outliveTerminal, viewOf, write } from '../terminal.ts';
import { usage } from '../usage.ts';
import { version } from '../version.ts';
import { endRunning, endStarter, starterText } from '../watch-starter.ts';

/** Steps stopped, or one waits to be accepted. */
const exitStopped = 1;

function shownEnd(ended: Ended): ShownEnd | undefined {
  const { step } = ended;
  switch (ended.how) {
    case 'done':
    case 'undone':
      return { step, state: ended.how, notes: ended.notes, recovered: ended.recovered };
    case 'stopped':
    case 'undo-stopped':
      return { step, state: 'stopped', notes: [], stop: ended.stop, recovered: ended.recovered };
    case 'by-hand':
      return { step, state: 'by-hand', notes: [], recovered: false };
    case 'was-done':
      return undefined;
  }
}

/** The steps asked for. A step is not done before those that the plan puts before it. */
function chosen(stored: StoredPlan, step: string | undefined): readonly Step[] {
  const { steps } = stored.plan;
  if (step === undefined) return steps;
  const at = steps.findIndex(({ id }) => id === step);
  const found = steps[at];
  if (found === undefined) return usage('not-step', step, `S1 … S${steps.length}`);
  const states = stepStates(stored.entries);
  const before = steps
    .slice(0, at)
    .find(({ id, change }) => change.kind !== 'by-hand' && states.get(id)?.kind !== 'done');
  if (before !== undefined) return usage('step-order', step, before.id);
  return [found];
}

interface Session {
  readonly work: Work;
  readonly told: readonly Ended[];
  close(): void;
}

/** The target and the ledger, for us alone. @throws DemineError `target-busy` */
async function begin(
  stored: StoredPlan,
  args: UndoArguments & Partial<Pick<CleanArguments, 'exportLimit'>>,
  screen: EndedScreen,
): Promise<Session> {
  const ledger = openLedger(ledgerPath(stored));
  try {
    const vault = vaultChoice(stored, ledger.entries, args.vault);
    const { folder, exportLimit } = args;
    const executor = executorFor(stored, ledger, { case: folder, vault, exportLimit });
    if (!executor.lock()) {
      executor.close();
      throw new DemineError('target-busy', 'another holds it', { subject: executor.name });
    }
    const opened = ledger.entries.flatMap(({ record }) => (record.kind === 'opened' ? [record] : []))[0];
    if (opened !== undefined && opened.plan !== stored.sha256) {
      executor.close();
      throw new DemineError('plan-invalid', 'it was changed after it was begun', { subject: stored.folder });
    }
    if (opened === undefined) {
      ledger.append({ kind: 'opened', plan: stored.sha256, target: executor.name, tool: version });
    }
    if (vault.fresh) ledger.append({ kind: 'vault', folder: printableText(vault.folder) });
    const told: Ended[] = [];
    const release = outliveTerminal();
    return {
      told,
      work: {
        steps: stored.plan.steps,
        executor,
        ledger,
        tell: async (ended) => {
          told.push(ended);
          const shown = shownEnd(ended);
          if (shown !== undefined) await write(`${screen.end(shown)}\n`);
        },
      },
      close: () => {
        executor.close();
        ledger.close();
        release();
      },
    };
  } catch (thrown) {
    ledger.close();
    throw thrown;
  }
}

const count = (told: readonly Ended[], how: Ended['how']): number =>
  told.filter((one) => one.how === how).length;

const isStartedAgain = ({ how, step: { change } }: Ended): boolean =>
  how === 'undone' && change.kind === 'container' && change.action === 'stop';

/** What a step was about, where that is there again. */
const subjectOf = ({ change }: Step): readonly string[] => {
  if ('path' in change) return [change.path];
  return change.kind === 'container' ? [change.container.name] : [];
};

export async function cleanCommand(args: CleanArguments & { readonly language: Language }): Promise<number> {
  const { language } = args;
  const view = viewOf(language);
  const screen = new EndedScreen(view);
  const { next, ended } = removalTexts(language);
  const named = { folder: shellWord(args.folder) };
  const stored = newestPlan(folderOfCase(args.folder));
  const steps = chosen(stored, args.step);
  if (!args.yes) {
    const states = shownStates(stored.plan, stored.entries);
    const open = steps.filter(({ id, change }) => change.kind !== 'by-hand' && states.get(id) !== 'done');
    const shown = renderPlan(args.step === undefined ? stored.plan : { ...stored.plan, steps: [...steps] }, {
      ...view,
      states,
      conditions: conditionsNow(stored.plan, args.vault ?? vaultPath(stored), args.exportLimit),
    });
    await write(`${shown}\n\n${screen.words([next.dryRun({ ...named, count: open.length })])}\n`);
    return 0;
  }
  const part = acceptedPart(stored, steps, args.acceptIrreversible);
  const session = await begin(stored, args, screen);
  try {
    const whole = await carryOut(session.work, part);
    const { told } = session;
    const returned = await returnedSteps(session.work);
    const paths = returned.flatMap(subjectOf);
    await write(
      `\n${screen.words([
        ended.done({ count: count(told, 'done') }),
        ...(whole ? [] : [next.stopped]),
        ...(paths.length > 0 ? [next.returned({ paths: paths.slice(0, 5).join(', ') })] : []),
        ...(whole && part.length < steps.length ? [next.acceptance] : []),
        ...(whole && part.length === steps.length ? [next.verify(named)] : []),
        ...(count(told, 'done') > 0 ? [next.undo(named)] : []),
      ])}\n`,
    );
    return whole && part.length === steps.length && paths.length === 0 ? 0 : exitStopped;
  } finally {
    session.close();
  }
}

/** Whether a plan has something that can be taken back; what cannot stays done for ever. */
function isUndoable({ plan, entries }: StoredPlan): boolean {
  const done = new Set(doneSteps(entries));
  return (
    progressOf({ plan, entries }).kind === 'cut-off' ||
    plan.steps.some(({ id, reversibility }) => done.has(id) && reversibility !== 'irreversible')
  );
}

/** The plan of which something can be undone, the newest first. */
const toUndo = (folder: string): StoredPlan | undefined => storedPlans(folder).find(isUndoable);

export async function undoCommand(args: UndoArguments & { readonly language: Language }): Promise<number> {
  const { language } = args;
  const screen = new EndedScreen(viewOf(language));
  const { ended, next } = removalTexts(language);
  const caseFolder = folderOfCase(args.folder);
  const named = { folder: shellWord(args.folder) };
  const stored = toUndo(caseFolder);
  // A watch of what is put back now would take it for a return.
  const started = args.step === undefined ? endStarter(caseFolder) : { removed: [], stays: [] };
  const watching = new WatchScreen(viewOf(language));
  const told = [
    ...(args.step === undefined && endRunning(caseFolder) ? watching.words(watching.texts.stopping) : []),
    starterText(watching, started),
  ]
    .filter((line) => line !== '')
    .join('\n');
  if (told !== '') await write(`${told}\n`);
  if (stored === undefined) {
    if (told === '') await write(`${screen.words([ended.nothingToUndo])}\n`);
    return 0;
  }
  const { steps } = stored.plan;
  const asked = args.step === undefined ? steps : steps.filter(({ id }) => id === args.step);
  if (asked.length === 0) usage('not-step', args.step ?? '', `S1 … S${steps.length}`);
  const session = await begin(stored, args, screen);
  try {
    const whole = (await recover(session.work)) && (await takeBack(session.work, asked));
    const { told } = session;
    const stoppedSome = count(told, 'undo-stopped') > 0;
    await write(
      `\n${screen.words([
        ended.undone({ count: count(told, 'undone') }),
        ...(count(told, 'undone') > 0 ? [ended.notRestored] : []),
        ...(told.some(isStartedAgain) ? [ended.startedAgain] : []),
        ...(whole ? [] : [next.stopped]),
        // Of a plan before this one.
        ...(whole && toUndo(caseFolder) !== undefined ? [next.undo(named)] : []),
      ])}\n`,
    );
    return whole && !stoppedSome ? 0 : exitStopped;
  } finally {
    session.close();
  }
}
