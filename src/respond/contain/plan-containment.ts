/** From a case and a request to what is to be set here, or why it must not. */
import { DemineError } from '../../model/error.ts';
import type { ScanResult } from '../../model/result.ts';
import type { Native } from '../../native/port.ts';
import type { Containment } from './containment.ts';
import { tunnelsOf } from './cut-off.ts';
import { findResponder } from './responder.ts';
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

/** @throws DemineError `contain-cuts-off` where isolation would cut the responder off */
export function planContainment(
  native: Native,
  result: ScanResult,
  request: ContainmentRequest,
  tunnels: typeof tunnelsOf = tunnelsOf,
): PlannedContainment {
  const { keep, keepNone } = request;
  const responder = findResponder(native, request.pid, request.environment);
  if (request.mode === 'isolate') {
    const isKept = responder.connections.length > 0 || keep.length > 0;
    if (!(isKept || keepNone || responder.atTheHost))
      throw new DemineError('contain-cuts-off', 'no connection was found');
    const [tunnel] = keep.length === 0 ? tunnels(responder.connections) : [];
    if (tunnel !== undefined) throw new DemineError('contain-cuts-off', 'a tunnel', { subject: tunnel });
    return { containment: { mode: 'isolate', keep: responder.connections, allow: keep }, found: undefined };
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
