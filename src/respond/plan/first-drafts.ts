/** What comes before all changes: copies of what will change, and cutting the host off. */
import type { ChangeOf, Plan } from '../../model/plan.ts';
import { isSurveyed, type Survey } from './case-view.ts';
import type { Draft } from './draft.ts';

/** Of the files that the plan touches, and the processes that it ends. */
export function evidenceDrafts(survey: Survey, drafts: readonly Draft[]): readonly Draft[] {
  const paths = drafts.flatMap(({ change }) => {
    if (!('path' in change)) return [];
    const found = survey.at(change.path);
    return isSurveyed(found) && found.file.state.type === 'file' ? [change.path] : [];
  });
  const held = drafts.find(({ change }) => change.kind === 'freeze');
  const processes = held?.change.kind === 'freeze' ? held.change.processes : [];
  if (paths.length === 0 && processes.length === 0) return [];
  return [
    {
      phase: 'evidence',
      findings: drafts.flatMap(({ findings }) => findings),
      change: { kind: 'keep-evidence', paths: [...new Set(paths)], processes: [...processes] },
      preconditions: held?.preconditions ?? [],
      reversibility: 'reversible',
      breaks: [],
      verify: 'kept',
    },
  ];
}

/** @param seconds after which it lifts by itself */
export const containDraft = (
  cut: ChangeOf<'contain'>['cut'],
  seconds: number,
  target: Plan['target']['name'],
  findings: readonly string[],
): Draft => ({
  phase: 'isolate',
  findings,
  change: { kind: 'contain', cut, seconds },
  preconditions: [],
  reversibility: 'reversible',
  breaks: cut.mode === 'isolate' ? [{ id: 'cut-off', subject: target }] : [],
  verify: 'contained',
});
