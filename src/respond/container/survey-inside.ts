/**
 * Files within the mount namespaces of containers that no engine deals with, as they are when a plan is made. To whom
 * they belong is not asked there: what lies where packages put things is left alone.
 */

import { closeDescriptor } from '../../native/file-change.ts';
import type { Native } from '../../native/port.ts';
import type { CaseView } from '../plan/case-view.ts';
import { type InsideSurvey, insideToSurvey } from '../plan/inside-drafts.ts';
import { surveyWithoutOwners } from '../survey/read-survey.ts';
import { rootInside } from './inside.ts';

/** @param whole containers that an engine deals with */
export async function surveyInside(
  view: CaseView,
  whole: ReadonlySet<string>,
  native: Native,
): Promise<InsideSurvey> {
  const found = new Map<number, ReturnType<typeof surveyWithoutOwners>>();
  for (const { inside, paths } of insideToSurvey(view, whole)) {
    const root = await rootInside(inside, { native, bootId: view.result.host.bootId });
    // It ended since the scan: then there is nothing that could be taken there.
    if (root.status !== 'ok') continue;
    try {
      found.set(inside.namespace, surveyWithoutOwners(`/proc/self/fd/${root.value}`, paths));
    } finally {
      closeDescriptor(root.value);
    }
  }
  return found;
}
