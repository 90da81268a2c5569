/**
 * What came back since it was removed: something writes it that the plan does not know.
 *
 * Looked at once, right after a run; a timer that fires later is for the scan that follows.
 */
import type { RecordedFile } from '../../model/ledger.ts';
import type { Change, Step } from '../../model/plan.ts';
import { lockingFlags } from '../../native/file-change.ts';
import { stepStates } from '../ledger/state.ts';
import type { Work } from './carry-out.ts';

/** Steps that were done and whose file is there again or holds something else than what we left, or whose container runs. */
export async function returnedSteps({ steps, executor, ledger }: Work): Promise<readonly Step[]> {
  const states = stepStates(ledger.entries);
  const returned: Step[] = [];
  for (const step of steps) {
    const { change } = step;
    if (states.get(step.id)?.kind !== 'done') continue;
    if (change.kind === 'container' && change.action === 'stop') {
      const now = await executor.prepare(change, []);
      const runs = now.kind === 'ready' && now.before.kind === 'container' ? now.before.container.state : '';
      if (runs === 'running' || runs === 'restarting') returned.push(step);
    }
    if (!('path' in change)) continue;
    // Without preconditions this looks, and compares nothing.
    const now = await executor.prepare(change, []);
    if (now.kind !== 'ready') continue;
    const gone = now.before.kind === 'absent';
    if (gone || (now.before.kind === 'file' && isUndone(change, now.before.file))) returned.push(step);
  }
  return returned;
}

function isUndone(
  change: Extract<Change, { readonly path: unknown }>,
  { sha256, state }: RecordedFile,
): boolean {
  switch (change.kind) {
    case 'quarantine':
      return true;
    case 'edit-file':
      return sha256 !== change.after;
    case 'restore-file':
      return sha256 !== change.sha256;
    case 'set-metadata': {
      const { mode = state.mode, uid = state.uid, gid = state.gid, flags } = change;
      const wanted =
        flags === undefined
          ? (state.flags ?? 0) & lockingFlags
          : (flags.immutable ? 0x10 : 0) | (flags.appendOnly ? 0x20 : 0);
      const same = mode === state.mode && uid === state.uid && gid === state.gid;
      return !same || ((state.flags ?? 0) & lockingFlags) !== wanted;
    }
  }
}
