/** What `demine verify` knows of a case before it looks at the host: the incident, its plans, and where its target is. */
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { DemineError } from '../model/error.ts';
import type { ScanResult } from '../model/result.ts';
import type { IncidentScan } from '../respond/verify/case-section.ts';
import { incidentScan } from '../store/case-store.ts';
import { openNamedCase } from './case-file.ts';
import { type Ground, ownMachineId } from './removal-session.ts';

export interface Incident {
  readonly scan: IncidentScan;
  readonly result: ScanResult;
}

/** @throws DemineError `case-unreadable` */
export function readIncident(path: string): Incident {
  const store = openNamedCase(path);
  try {
    const scan = incidentScan(store);
    const text = scan === undefined ? undefined : store.resultText(scan.id);
    const result = scan === undefined ? undefined : store.result(scan.id);
    if (scan === undefined || text === undefined || result === undefined) {
      throw new DemineError('case-unreadable', 'the case holds no scan', { subject: path });
    }
    return {
      scan: { number: scan.id, started: scan.started, verdict: scan.verdict, text },
      result,
    };
  } finally {
    store.close();
  }
}

/** Results of the scans that are named. @throws DemineError `case-unreadable` */
export function readResults(path: string, scans: readonly number[]): ReadonlyMap<number, ScanResult> {
  const store = openNamedCase(path);
  try {
    return new Map(
      [...new Set(scans)].flatMap((scan) => {
        const result = store.result(scan);
        return result === undefined ? [] : [[scan, result]];
      }),
    );
  } finally {
    store.close();
  }
}

/** Of two looks at a host: whether it is the same one. Without a machine id a host is known by its name alone. */
export function checkSameHost(
  before: Pick<ScanResult['host'], 'machineId' | 'name' | 'scope'>,
  now: { readonly machineId: string; readonly name: string },
  subject: string,
): void {
  const fail = (why: string): never => {
    throw new DemineError('case-elsewhere', why, { subject });
  };
  if (before.machineId !== now.machineId) fail('it has another machine id');
  if (before.machineId === '' && before.name !== now.name)
    fail('it has another name, and neither has a machine id');
}

/**
 * Where the target of a case is: this host, or a folder.
 * @param root where its disk is mounted now, when that is given
 * @throws DemineError `case-elsewhere`
 */
export function groundOf({ host, options }: ScanResult, root: string | undefined, subject: string): Ground {
  if (root !== undefined) return { kind: 'folder', root: resolve(root) };
  if (host.scope === 'files') return { kind: 'folder', root: resolve(options.target) };
  checkSameHost(host, { machineId: ownMachineId(), name: hostname() }, subject);
  return { kind: 'live', root: '/' };
}

/** The target of a case, on whichever machine it is; undefined where that is a host that is not this one. */
export function caseGround(path: string): Ground | undefined {
  const { result } = readIncident(path);
  try {
    return groundOf(result, undefined, path);
  } catch (thrown) {
    if (thrown instanceof DemineError && thrown.code === 'case-elsewhere') return undefined;
    throw thrown;
  }
}
