/** The result and the report of a case as its store has them now: what was told and added since stands in both. */
import { DemineError, errorText } from '../model/error.ts';
import type { ScanResult } from '../model/result.ts';
import type { HostAnalyses } from '../model/result-incident.ts';
import { renderHtml } from '../report/html.ts';
import { jsonPieces } from '../report/json.ts';
import { replaceCaseFile } from '../scan/case-folder.ts';
import { analyseHosts, type HostsRequest } from '../scan/host-analyses.ts';
import { withLogsAdded } from '../scan/logs-alone.ts';
import { sceneFrom } from '../scan/stored-scene.ts';
import { withTold } from '../scan/told-result.ts';
import { type CaseStore, incidentScan } from '../store/case-store.ts';
import { folderOfCase, openNamedCase } from './case-file.ts';
import { historyOf } from './case-history.ts';

/** What the logs of a host from elsewhere say of it is set in the place of what its own said alone. */
function withHosts(result: ScanResult, analyses: HostAnalyses | undefined): ScanResult {
  if (analyses === undefined) return result;
  const { own, hosts, left } = analyses;
  const others = { hosts, ...(left === 0 ? {} : { hostsLeft: left }) };
  if (own === undefined) return { ...result, ...others };
  // All of it goes: what the new analysis does not say any more must not be left of the old one.
  const {
    entry: _e,
    excluded: _x,
    firstMaliciousFile: _f,
    infectionWindow: _w,
    onset: _o,
    horizon: _h,
    gaps: _g,
    ...rest
  } = result;
  return { ...rest, ...own, ...others };
}

/** The result of the last scan with what the case was told and given; undefined where a case holds no scan. */
export function caseResult(store: CaseStore): ScanResult | undefined {
  const last = incidentScan(store);
  const result = last === undefined ? undefined : store.result(last.id);
  return result === undefined
    ? undefined
    : withTold(withLogsAdded(withHosts(result, store.hostAnalyses())), store.told());
}

/**
 * Looks at the events of every host that the case has logs of.
 * @throws DemineError `case-unwritable`
 */
export function analysedHosts(store: CaseStore, own: HostsRequest['own']): HostAnalyses {
  const { events } = store;
  try {
    return events.byHost((cluesOf) =>
      analyseHosts({ hosts: events.hosts(), logs: events.logs(), cluesOf, own }),
    );
  } catch (cause) {
    // The store's own words for a disk that is full.
    if (cause instanceof DemineError || !(cause instanceof Error && 'code' in cause)) throw cause;
    throw new DemineError('case-unwritable', errorText(cause), { cause });
  }
}

/** The same of a case that logs were added to; what follows is kept in it. @throws DemineError `case-unwritable` */
export function analyseCase(store: CaseStore): void {
  const last = incidentScan(store);
  const result = last === undefined ? undefined : store.result(last.id);
  if (last === undefined || result === undefined) return;
  const scene = sceneFrom(store.scene(last.id));
  const nowUs = Date.parse(result.finished) * 1000;
  const isRunning = result.host.scope !== 'files';
  store.saveHostAnalyses(analysedHosts(store, { name: result.host.name, scene, nowUs, isRunning }));
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
  replaceCaseFile(
    folder,
    'report.html',
    renderHtml(result, { language: result.language, looks: historyOf(folder) }),
  );
  return result;
}

/** Writes both anew of a case that is named: its report tells of its verifications. @throws DemineError */
export function tellReport(path: string): void {
  const store = openNamedCase(path);
  try {
    exportCase(folderOfCase(path), store);
  } finally {
    store.close();
  }
}
