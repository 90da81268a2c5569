/**
 * Carries steps out, and takes them back, through the ledger: what is begun is on the disk before it is done, and how
 * it ended before anything else is begun. Whatever a killed run left begun is brought to its end first, forwards where
 * it was being done and backwards where it was being undone: both look at the world and do what is left.
 */
import type { Note, Stop } from '../../model/ledger.ts';
import type { Step } from '../../model/plan.ts';
import type { Ledger } from '../ledger/ledger-file.ts';
import { doneSteps, type StepState, stepStates } from '../ledger/state.ts';
import type { Carried, Executor, Performed } from './port.ts';

/** How one step ended. */
export type Ended = { readonly step: Step } & (
  | { readonly how: 'done' | 'undone'; readonly notes: readonly Note[]; readonly recovered: boolean }
  | { readonly how: 'was-done' | 'by-hand' }
  | { readonly how: 'stopped' | 'undo-stopped'; readonly stop: Stop; readonly recovered: boolean }
);

export interface Work {
  readonly steps: readonly Step[];
  readonly executor: Executor;
  readonly ledger: Ledger;
  readonly tell: (ended: Ended) => void | Promise<void>;
}

interface Carrying {
  readonly step: Step;
  readonly change: Carried;
}

const carried = (step: Step): Carrying | undefined =>
  step.change.kind === 'by-hand' ? undefined : { step, change: step.change };

const stateOf = (ledger: Ledger, step: Step): StepState =>
  stepStates(ledger.entries).get(step.id) ?? { kind: 'open' };

type Begun = Extract<StepState, { readonly kind: 'begun' | 'undoing' }>;

function ending(
  { step }: Carrying,
  performed: Performed,
  words: readonly ['done', 'stopped'] | readonly ['undone', 'undo-stopped'],
  recovered: boolean,
): Ended {
  return performed.kind === 'done'
    ? { step, how: words[0], notes: performed.notes, recovered }
    : { step, how: words[1], stop: performed.stop, recovered };
}

function record(ledger: Ledger, token: string, ended: Ended): void {
  const step = ended.step.id;
  switch (ended.how) {
    case 'done':
    case 'undone':
      ledger.append({ kind: ended.how, step, token, notes: [...ended.notes] });
      break;
    case 'stopped':
    case 'undo-stopped':
      ledger.append({ kind: ended.how, step, token, why: ended.stop });
      break;
    case 'was-done':
    case 'by-hand':
  }
}

async function finish(work: Work, carrying: Carrying, begun: Begun, recovered: boolean): Promise<Ended> {
  const { executor, ledger } = work;
  const { change } = carrying;
  const forwards = begun.kind === 'begun';
  const performed = forwards
    ? await executor.perform(change, begun.before, begun.token)
    : await executor.revert(change, begun.before, begun.token);
  if (performed.kind === 'done' && performed.kept !== undefined) {
    const kept = [...performed.kept];
    ledger.append({ kind: 'evidence', step: carrying.step.id, token: begun.token, kept });
  }
  const ended = ending(
    carrying,
    performed,
    forwards ? ['done', 'stopped'] : ['undone', 'undo-stopped'],
    recovered,
  );
  record(ledger, begun.token, ended);
  await work.tell(ended);
  return ended;
}

/** Brings to an end what a killed run left. @returns false where that stopped */
export async function recover(work: Work): Promise<boolean> {
  for (const step of work.steps) {
    const state = stateOf(work.ledger, step);
    const carrying = carried(step);
    if (carrying === undefined || (state.kind !== 'begun' && state.kind !== 'undoing')) continue;
    const ended = await finish(work, carrying, state, true);
    if (ended.how === 'stopped' || ended.how === 'undo-stopped') return false;
  }
  return true;
}

/** @returns false where a step stopped: none after it is begun */
export async function carryOut(work: Work, chosen: readonly Step[]): Promise<boolean> {
  if (!(await recover(work))) return false;
  for (const step of chosen) {
    const carrying = carried(step);
    if (carrying === undefined) {
      await work.tell({ step, how: 'by-hand' });
      continue;
    }
    if (stateOf(work.ledger, step).kind === 'done') {
      await work.tell({ step, how: 'was-done' });
      continue;
    }
    const prepared = await work.executor.prepare(carrying.change, step.preconditions);
    if (prepared.kind === 'stopped') {
      // Nothing was begun; why not is for who looks at the plan later.
      const token = `${step.id}-${work.ledger.entries.length}`;
      work.ledger.append({ kind: 'stopped', step: step.id, token, why: prepared.stop });
      await work.tell({ step, how: 'stopped', stop: prepared.stop, recovered: false });
      return false;
    }
    const token = `${step.id}-${work.ledger.entries.length}`;
    work.ledger.append({ kind: 'began', step: step.id, token, before: prepared.before });
    const begun: Begun = { kind: 'begun', token, before: prepared.before };
    if ((await finish(work, carrying, begun, false)).how === 'stopped') return false;
  }
  return true;
}

/** Takes steps back, the last one first. @returns false where one stopped: none before it is begun */
export async function takeBack(work: Work, chosen: readonly Step[]): Promise<boolean> {
  if (!(await recover(work))) return false;
  const byId = new Map(chosen.map((step) => [step.id, step]));
  for (const id of doneSteps(work.ledger.entries)) {
    const step = byId.get(id);
    const carrying = step === undefined ? undefined : carried(step);
    const state = step === undefined ? undefined : stateOf(work.ledger, step);
    if (carrying === undefined || state?.kind !== 'done') continue;
    if (carrying.step.reversibility === 'irreversible') {
      const stop: Stop = { id: 'cannot-be-undone', subject: work.executor.name, detail: '' };
      await work.tell({ step: carrying.step, how: 'undo-stopped', stop, recovered: false });
      continue;
    }
    work.ledger.append({ kind: 'undoing', step: id, token: state.token });
    const begun: Begun = { kind: 'undoing', token: state.token, before: state.before };
    if ((await finish(work, carrying, begun, false)).how === 'undo-stopped') return false;
  }
  return true;
}
