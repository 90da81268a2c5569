/** From what the running host can be cut off: what a case knows of pools, droppers and who came in. */
import type { ChangeOf } from '../model/plan.ts';
import type { ScanResult } from '../model/result.ts';
import { liveNative } from '../native/live.ts';
import { chooseFirewall } from '../respond/contain/choose-firewall.ts';
import type { BlockTargets } from '../respond/contain/containment.ts';
import { planContainment } from '../respond/contain/plan-containment.ts';
import { incidentScan } from '../store/case-store.ts';
import { openNamedCase } from './case-file.ts';

function blockOf(result: ScanResult): BlockTargets {
  const { containment } = planContainment(liveNative(), result, {
    mode: 'block',
    keep: [],
    keepNone: false,
    pid: process.pid,
    environment: process.env,
  });
  return containment.mode === 'block' ? containment : { addresses: [], names: [] };
}

/** What the scan from which the incident is told found; a later one may have met less. @throws DemineError `case-unreadable` */
function ofIncident(path: string): readonly ScanResult[] {
  const store = openNamedCase(path);
  try {
    const scan = incidentScan(store);
    const result = scan === undefined ? undefined : store.result(scan.id);
    return result === undefined ? [] : [result];
  } finally {
    store.close();
  }
}

/**
 * Undefined where nothing is known, or the kernel takes no rules: then a removal goes on without.
 * @param path of the case @param result of the scan that a plan rests on
 */
export function knownCut(path: string, result: ScanResult): ChangeOf<'contain'>['cut'] | undefined {
  if (chooseFirewall().status !== 'ok') return undefined;
  const found = [...ofIncident(path), result].map(blockOf);
  const addresses = [...new Set(found.flatMap((one) => one.addresses))];
  const names = [...new Set(found.flatMap((one) => one.names))];
  return addresses.length + names.length === 0 ? undefined : { mode: 'block', addresses, names };
}
