/** The result and the report of a case as its store has them now: what was told and added since stands in both. */

import type { ScanResult } from '../model/result.ts';
import { renderHtml } from '../report/html.ts';
import { jsonPieces } from '../report/json.ts';
import { replaceCaseFile } from '../scan/case-folder.ts';
import { withTold } from '../scan/told-result.ts';
import type { CaseStore } from '../store/case-store.ts';

/** The result of the last scan with what the case was told; undefined where a case holds no scan. */
export function caseResult(store: CaseStore): ScanResult | undefined {
  const last = store.scans().at(-1);
  const result = last === undefined ? undefined : store.result(last.id);
  return result === undefined ? undefined : withTold(result, store.told());
}

/**
 * Writes both anew, each whole or not at all.
 * @returns the result that was written; undefined where a case holds no scan
 * @throws DemineError `case-unwritable`
 */
export function exportCase(folder: string, store: CaseStore): ScanResult | undefined {
  const result = caseResult(store);
  if (result === undefined) return undefined;
  replaceCaseFile(folder, 'result.json', jsonPieces(result));
  replaceCaseFile(folder, 'report.html', renderHtml(result, { language: result.language }));
  return result;
}
