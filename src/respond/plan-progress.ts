/** How far a plan is, by its ledger: whether somebody has to go on with it before another is made. */
import type { Stop } from '../model/ledger.ts';
import type { Step } from '../model/plan.ts';
import { type StepState, stepStates } from './ledger/state.ts';
import type { StoredPlan } from './plan-folder.ts';

export type Progress =
  /** Never begun, all done, or all taken back. */
  | { readonly kind: 'settled' }
  /** A run was ended in the middle of this step: nobody knows yet what it left. */
  | { readonly kind: 'cut-off'; readonly step: string }
  | { readonly kind: 'unfinished'; readonly done: number; readonly count: number };

const isCarried = ({ change }: Step): boolean => change.kind !== 'by-hand';

export function progressOf({ plan, entries }: Pick<StoredPlan, 'plan' | 'entries'>): Progress {
  const states = stepStates(entries);
  const steps = plan.steps.filter(isCarried);
  const of = (kind: StepState['kind']): readonly Step[] =>
    steps.filter(({ id }) => (states.get(id)?.kind ?? 'open') === kind);
  const [cut] = [...of('begun'), ...of('undoing')];
  if (cut !== undefined) return { kind: 'cut-off', step: cut.id };
  const done = of('done').length;
  const stopped = of('open').some(({ id }) => stopOf(states.get(id)) !== undefined);
  const begun = done > 0 || (stopped && of('undone').length === 0);
  return begun && of('open').length > 0
    ? { kind: 'unfinished', done, count: steps.length }
    : { kind: 'settled' };
}

const stopOf = (state: StepState | undefined): Stop | undefined =>
  state !== undefined && 'stop' in state ? state.stop : undefined;

/** Why steps went no further, by step. */
export function stopsOf(entries: StoredPlan['entries']): ReadonlyMap<string, Stop> {
  return new Map(
    [...stepStates(entries)].flatMap(([id, state]) => {
      const stop = stopOf(state);
      return stop === undefined ? [] : [[id, stop]];
    }),
  );
}

/** What of a plan is still to be done, and what people do. */
export function openSteps({ plan, entries }: Pick<StoredPlan, 'plan' | 'entries'>): readonly Step[] {
  const states = stepStates(entries);
  return plan.steps.filter(({ id }) => states.get(id)?.kind !== 'done');
}
