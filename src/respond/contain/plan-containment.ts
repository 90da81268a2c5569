/** From a case and a request to what is to be set here, or why it must not. */
import { DemineError } from '../../model/error.ts';
import type { ChangeOf } from '../../model/plan.ts';
import type { ScanResult } from '../../model/result.ts';
import type { Native } from '../../native/port.ts';
import type { Containment } from './containment.ts';
import { tunnelsOf } from './cut-off.ts';
import { findResponder, type Responder } from './responder.ts';
import { sparedHere } from './spared.ts';
import { type FoundTargets, findTargets } from './targets.ts';

export interface ContainmentRequest {
  readonly mode: Containment['mode'];
  /** Addresses of the responder beside the connection. */
  readonly keep: readonly string[];
  /** The responder says that there is no connection to keep. */
  readonly keepNone: boolean;
  readonly pid: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface PlannedContainment {
  readonly containment: Containment;
  /** Of a block: what it is made of, and what is left open. */
  readonly found: FoundTargets | undefined;
}

type Responding = Omit<ContainmentRequest, 'mode'>;

/** @throws DemineError `contain-cuts-off` where the responder would be cut off */
function isolation(
  { keep, keepNone }: Responding,
  responder: Responder,
  tunnels: typeof tunnelsOf,
): Containment {
  const isKept = responder.connections.length > 0 || keep.length > 0;
  if (!(isKept || keepNone || responder.atTheHost))
    throw new DemineError('contain-cuts-off', 'no connection was found');
  const [tunnel] = keep.length === 0 ? tunnels(responder.connections) : [];
  if (tunnel !== undefined) throw new DemineError('contain-cuts-off', 'a tunnel', { subject: tunnel });
  return { mode: 'isolate', keep: responder.connections, allow: keep };
}

/**
 * What a plan decided, for whoever carries it out now: he may sit at another connection than who made it.
 * @throws DemineError `contain-cuts-off` where isolation would cut him off
 */
export function containmentNow(
  native: Native,
  cut: ChangeOf<'contain'>['cut'],
  request: Responding,
  tunnels: typeof tunnelsOf = tunnelsOf,
): Containment {
  const responder = findResponder(native, request.pid, request.environment);
  if (cut.mode === 'isolate') return isolation(request, responder, tunnels);
  const own = new Set([...responder.connections.map(({ remote }) => remote.address), ...request.keep]);
  return { ...cut, addresses: cut.addresses.filter((address) => !own.has(address)) };
}

/** @throws DemineError `contain-cuts-off` where isolation would cut the responder off */
export function planContainment(
  native: Native,
  result: ScanResult,
  request: ContainmentRequest,
  tunnels: typeof tunnelsOf = tunnelsOf,
): PlannedContainment {
  const { keep } = request;
  const responder = findResponder(native, request.pid, request.environment);
  if (request.mode === 'isolate') {
    return { containment: isolation(request, responder, tunnels), found: undefined };
  }
  const found = findTargets(result, sparedHere(native, result, responder.connections, keep));
  const values = (list: FoundTargets['names']): string[] => list.map(({ value }) => value);
  return {
    containment: { mode: 'block', addresses: values(found.addresses), names: values(found.names) },
    found,
  };
}

/** Nothing is known that could be cut off. */
export const isEmpty = (containment: Containment): boolean =>
  containment.mode === 'block' && containment.addresses.length + containment.names.length === 0;
