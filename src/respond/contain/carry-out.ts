/** Sets, confirms and lifts through the ledger: what is about to be done is on the disk before it is done. */
import type { Answer } from '../../native/port.ts';
import type { Ledger } from '../ledger/ledger-file.ts';
import type { Containment } from './containment.ts';
import type { Firewall } from './firewall.ts';

/** Where no case is named, what is taken back needs no record. */
export type MaybeLedger = Pick<Ledger, 'append'> | undefined;

function ended(ledger: MaybeLedger, answer: Answer<true | 'confirmed' | 'over'>): void {
  ledger?.append({
    kind: 'contained',
    result: answer.status !== 'ok' ? 'failed' : answer.value === 'over' ? 'over' : 'done',
    detail: answer.status === 'ok' ? '' : answer.reason,
  });
}

/** For the ledger, which owns its lists. */
const recorded = (containment: Containment) =>
  containment.mode === 'block'
    ? {
        mode: containment.mode,
        addresses: [...containment.addresses],
        names: [...containment.names],
      }
    : {
        mode: containment.mode,
        keep: containment.keep.map(({ local, remote }) => ({ local: { ...local }, remote: { ...remote } })),
        allow: [...containment.allow],
      };

/** @param seconds after which the kernel lifts it; absent where it stays */
export function setContainment(
  firewall: Firewall,
  ledger: Pick<Ledger, 'append'>,
  containment: Containment,
  seconds?: number,
): Answer<true> {
  ledger.append({
    kind: 'containing',
    by: firewall.kind,
    containment: recorded(containment),
    ...(seconds === undefined ? {} : { seconds }),
  });
  const answer = firewall.set(containment, seconds === undefined ? undefined : seconds * 1000);
  ended(ledger, answer);
  return answer;
}

export function confirmContainment(firewall: Firewall, ledger: MaybeLedger): Answer<'confirmed' | 'over'> {
  ledger?.append({ kind: 'confirming' });
  const answer = firewall.confirm();
  ended(ledger, answer);
  return answer;
}

export function liftContainment(firewall: Firewall, ledger: MaybeLedger): Answer<true> {
  ledger?.append({ kind: 'lifting' });
  const answer = firewall.lift();
  ended(ledger, answer);
  return answer;
}
