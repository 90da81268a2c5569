/** From what the running host can be cut off: what a case knows of pools, droppers and who came in. */
import type { ChangeOf } from '../model/plan.ts';
import type { ScanResult } from '../model/result.ts';
import { liveNative } from '../native/live.ts';
import { chooseFirewall } from '../respond/contain/choose-firewall.ts';
import { isEmpty, planContainment } from '../respond/contain/plan-containment.ts';

/** Undefined where nothing is known, or the kernel takes no rules: then a removal goes on without. */
export function knownCut(result: ScanResult): ChangeOf<'contain'>['cut'] | undefined {
  if (chooseFirewall().status !== 'ok') return undefined;
  const { containment } = planContainment(liveNative(), result, {
    mode: 'block',
    keep: [],
    keepNone: false,
    pid: process.pid,
    environment: process.env,
  });
  if (containment.mode !== 'block' || isEmpty(containment)) return undefined;
  return { mode: 'block', addresses: [...containment.addresses], names: [...containment.names] };
}
