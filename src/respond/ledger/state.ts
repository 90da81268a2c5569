/** What a ledger says of each step of the plan: a fold over its records. */
import type { Before, LedgerEntry, LedgerRecord, Note, RecordedFile, Stop } from '../../model/ledger.ts';

export type StepState =
  /** Never begun, or begun and taken back. */
  | { readonly kind: 'open'; readonly stop?: Stop }
  /** Begun, and no word of how it ended: we were killed. */
  | { readonly kind: 'begun'; readonly token: string; readonly before: Before }
  | {
      readonly kind: 'done';
      readonly token: string;
      readonly before: Before;
      readonly notes: readonly Note[];
      /** Why an attempt to undo it went no further. */
      readonly stop?: Stop;
    }
  | { readonly kind: 'undoing'; readonly token: string; readonly before: Before }
  | { readonly kind: 'undone'; readonly notes: readonly Note[]; readonly before?: Before };

const fresh: StepState = { kind: 'open' };

function next(state: StepState, record: Extract<LedgerRecord, { readonly step: string }>): StepState {
  switch (record.kind) {
    case 'began':
      return { kind: 'begun', token: record.token, before: record.before };
    case 'stopped':
      return { kind: 'open', stop: record.why };
    case 'undone':
      return {
        kind: 'undone',
        notes: record.notes,
        ...('before' in state && state.before !== undefined ? { before: state.before } : {}),
      };
    case 'done':
      return state.kind === 'begun' ? { ...state, kind: 'done', notes: record.notes } : state;
    case 'undoing':
      return state.kind === 'done' ? { kind: 'undoing', token: state.token, before: state.before } : state;
    case 'evidence':
      return state;
    case 'undo-stopped':
      return state.kind === 'undoing' ? { ...state, kind: 'done', notes: [], stop: record.why } : state;
  }
}

/** The steps that a ledger tells of, in the order in which they were first begun. */
export function stepStates(entries: readonly LedgerEntry[]): ReadonlyMap<string, StepState> {
  const states = new Map<string, StepState>();
  for (const { record } of entries) {
    if (!('step' in record)) continue;
    states.set(record.step, next(states.get(record.step) ?? fresh, record));
  }
  return states;
}

/** Steps that were done and not undone, the last one first: the order in which they are taken back. */
export function doneSteps(entries: readonly LedgerEntry[]): readonly string[] {
  const order: string[] = [];
  for (const { record } of entries) {
    if (record.kind === 'done') order.push(record.step);
    if (record.kind === 'undone') order.splice(order.lastIndexOf(record.step), 1);
  }
  return order.reverse();
}

/** Files that undoing put back, as they were before: with times of change that they cannot have again. */
export const filesPutBack = (entries: readonly LedgerEntry[]): readonly RecordedFile[] =>
  [...stepStates(entries).values()].flatMap((state) =>
    state.kind === 'undone' && state.before?.kind === 'file' ? [state.before.file] : [],
  );
