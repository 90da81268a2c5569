/**
 * What the responder changes in a plan: steps that go, entries that come in, the order within a phase. The order of
 * the phases stays, and a folder goes after what lies in it: whoever turned these round would see it all come back.
 */
import { containerActions, type LeftOut, type Plan, phases, type Step } from '../../model/plan.ts';
import type { Printable } from '../../model/text.ts';
import { phrase } from '../../model/text.ts';
import { usualSeconds } from '../contain/containment.ts';
import { containDraft } from './first-drafts.ts';

export type PlanEdit =
  | { readonly kind: 'drop'; readonly step: string }
  | { readonly kind: 'add'; readonly subject: string }
  | { readonly kind: 'move'; readonly step: string; readonly before: string }
  /** The whole host is cut off, and not only from what is known. */
  | { readonly kind: 'isolate' };

export type EditProblem = 'form' | 'unknown' | 'not-addable' | 'order';

/** `drop S3 S4`, `add P4 P5`, `move S5 before S2`, `isolate`. Undefined where it is none of them. */
export function parsePlanEdits(text: string): readonly PlanEdit[] | undefined {
  const [verb, ...names] = text.trim().split(/\s+/);
  const all = (form: RegExp): boolean => names.length > 0 && names.every((name) => form.test(name));
  if (verb === 'isolate' && names.length === 0) return [{ kind: 'isolate' }];
  if (verb === 'drop' && all(/^S\d+$/)) return names.map((step) => ({ kind: 'drop', step }));
  if (verb === 'add' && all(/^P\d+$/)) return names.map((subject) => ({ kind: 'add', subject }));
  const [step = '', link, before = '', more] = names;
  return verb === 'move' && link === 'before' && more === undefined && /^S\d+ S\d+$/.test(`${step} ${before}`)
    ? [{ kind: 'move', step, before }]
    : undefined;
}

/** What a step changes: the same in two plans of one case. */
function keyOf({ change, phase }: Step): string {
  switch (change.kind) {
    case 'edit-file':
    case 'quarantine':
    case 'restore-file':
    case 'set-metadata':
      return `file ${change.path}`;
    case 'set-kernel-value':
      return `kernel ${change.name}`;
    case 'keep-evidence':
    case 'contain':
    case 'forget-units':
      return change.kind;
    case 'freeze':
    case 'kill':
      return `${change.kind} ${phase}`;
    case 'reload':
      return change.kind;
    case 'take-inside':
      return `inside ${change.inside.namespace} ${change.file}`;
    case 'container':
      return `container ${change.action} ${change.container.id}`;
    case 'by-hand':
      return `${change.task} ${change.subjects[0] ?? ''}`;
  }
}

/** Numbers as they will be shown. Between edits of one command steps keep those that the responder saw. */
export const renumbered = (plan: Plan): Plan => ({
  ...plan,
  steps: plan.steps.map((step, at) => ({ ...step, id: `S${at + 1}` })),
});

/** Of steps that came in and have no number yet. */
const firstNew = 1_000_001;

function whatOf({ change, phase }: Step): Printable {
  return 'path' in change
    ? change.path
    : (phrase`${change.kind as Printable} (${phase as Printable})` as Printable);
}

function drop(plan: Plan, id: string): Plan | EditProblem {
  const gone = plan.steps.find((step) => step.id === id);
  if (gone === undefined) return 'unknown';
  // What rests on many entries is none of them.
  const entry = 'path' in gone.change ? gone.findings.find((one) => one.startsWith('P')) : undefined;
  const subject = entry ?? id;
  const left: LeftOut = { subject, what: whatOf(gone), why: 'dropped', addable: subject.startsWith('P') };
  const steps = plan.steps.filter((step) => step !== gone);
  const added = plan.added.filter((one) => one !== subject);
  return { ...plan, steps, left: [...plan.left, left], added };
}

/** Whether what comes later in a removal still does. */
function isInOrder(steps: readonly Step[]): boolean {
  const ranks = steps.map(({ phase }) => phases.indexOf(phase));
  if (ranks.some((rank, at) => rank < (ranks[at - 1] ?? 0))) return false;
  const taken: string[] = [];
  const acted = new Map<string, number>();
  for (const { change } of steps) {
    if (change.kind === 'container') {
      // What has ended stands still no more, and may be gone.
      const at = containerActions.indexOf(change.action);
      if (at < (acted.get(change.container.id) ?? 0)) return false;
      acted.set(change.container.id, at);
    }
    // What was put aside is the source of what comes back.
    if (change.kind === 'restore-file' && change.from.kind === 'file' && taken.includes(change.from.path))
      return false;
    if (change.kind !== 'quarantine') continue;
    // A folder that was taken already cannot lose anything.
    if (taken.some((folder) => change.path.startsWith(`${folder}/`))) return false;
    taken.push(change.path);
  }
  return true;
}

function move(plan: Plan, id: string, before: string): Plan | EditProblem {
  const moved = plan.steps.find((step) => step.id === id);
  const at = plan.steps.findIndex((step) => step.id === before);
  if (moved === undefined || at < 0 || id === before) return 'unknown';
  const steps = plan.steps.filter((step) => step !== moved);
  steps.splice(
    steps.findIndex((step) => step.id === before),
    0,
    moved,
  );
  return isInOrder(steps) ? { ...plan, steps } : 'order';
}

/** @param fresh the plan of the same case with the entry added */
function add(plan: Plan, subject: string, fresh: (added: readonly string[]) => Plan): Plan | EditProblem {
  const left = plan.left.filter((one) => one.subject === subject);
  if (left.length === 0) return 'unknown';
  if (!left.some(({ addable }) => addable)) return 'not-addable';
  const added = [...plan.added.filter((one) => one !== subject), subject];
  const with_ = fresh(added);
  const old = new Map(plan.steps.map((step) => [keyOf(step), step]));
  const came = with_.steps.filter((step) => step.findings.includes(subject) || !old.has(keyOf(step)));
  const fresher = new Map(came.map((step) => [keyOf(step), step]));
  // Steps that were dropped stay out: of the fresh plan only what the new entry brings comes in.
  const wanted = came.filter((step) => step.findings.includes(subject) || step.change.kind === 'by-hand');
  const steps = plan.steps.map((step): Step => ({ ...(fresher.get(keyOf(step)) ?? step), id: step.id }));
  for (const step of wanted) {
    if (!old.has(keyOf(step))) steps.push({ ...step, id: `S${firstNew + steps.length}` });
  }
  if (!steps.some((step) => step.findings.includes(subject))) return 'not-addable';
  const rest = [
    ...plan.left.filter((one) => one.subject !== subject),
    ...with_.left.filter((one) => one.subject === subject),
  ];
  const ordered = phases.flatMap((phase) => steps.filter((step) => step.phase === phase));
  return { ...plan, steps: ordered, left: rest, added };
}

function isolate(plan: Plan): Plan | EditProblem {
  const at = plan.steps.findIndex(
    ({ change }) =>
      change.kind === 'contain' || (change.kind === 'by-hand' && change.task === 'isolate-host'),
  );
  const step = plan.steps[at];
  if (step === undefined || plan.target.kind !== 'live') return 'unknown';
  const { phase, change, preconditions, reversibility, breaks, verify } = containDraft(
    { mode: 'isolate' },
    usualSeconds,
    plan.target.name,
    step.findings,
  );
  const isolated: Step = {
    id: step.id,
    phase,
    findings: step.findings,
    change,
    preconditions: [...preconditions],
    reversibility,
    breaks: [...breaks],
    verify,
  };
  return { ...plan, steps: plan.steps.with(at, isolated) };
}

export function editPlan(
  plan: Plan,
  edit: PlanEdit,
  fresh: (added: readonly string[]) => Plan,
): Plan | EditProblem {
  switch (edit.kind) {
    case 'drop':
      return drop(plan, edit.step);
    case 'move':
      return move(plan, edit.step, edit.before);
    case 'add':
      return add(plan, edit.subject, fresh);
    case 'isolate':
      return isolate(plan);
  }
}
