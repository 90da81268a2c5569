/** Which steps go without being accepted one by one. */
import type { Step } from '../model/plan.ts';
import { stepStates } from '../respond/ledger/state.ts';
import type { StoredPlan } from '../respond/plan-folder.ts';

/** The first step that cannot be undone and is not done yet; from there on nothing goes without being accepted. */
export function acceptedPart(stored: StoredPlan, steps: readonly Step[], accept: boolean): readonly Step[] {
  if (accept) return steps;
  const states = stepStates(stored.entries);
  const at = steps.findIndex(
    ({ id, change, reversibility }) =>
      change.kind !== 'by-hand' && reversibility === 'irreversible' && states.get(id)?.kind !== 'done',
  );
  return at < 0 ? steps : steps.slice(0, at);
}
