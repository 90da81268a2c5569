/**
 * Which of a process's connections leads to a pool, and whether what it holds of mining is its own.
 *
 * Why: log shippers, databases, scanners and pool servers compute, are connected, and hold logins and wallets of
 * others. A miner dials; it holds its own few addresses, and its messages as they go over the wire.
 * What it is NOT: an alibi for a program in a drop place or without a file, nor for one that is connected to the
 * very pool that it names.
 * Bounds: a miner has one wallet and a few pools, and those of its makers; lists of indicators have hundreds.
 */
import { isMiningScheme } from '../coins/pools.ts';
import type { SocketFact } from '../model/facts/network.ts';
import type { MiningTraceFact } from '../model/facts/process.ts';
import { reachOf } from './address.ts';
import { isDropPlace } from './place.ts';
import { connections, type ProcessRecord } from './process-record.ts';

/** Different wallets, or different pools, from which they are a list. */
const listLength = 16;

/** The connection that a pool address found in the process leads to. */
export function poolConnection(
  open: readonly SocketFact[],
  traces: readonly MiningTraceFact[],
): { readonly socket: SocketFact; readonly trace: MiningTraceFact } | undefined {
  for (const trace of traces) {
    const { found } = trace;
    if (found.kind !== 'pool' || found.port === 0) continue;
    const host = found.host.replace(/^\[|\]$/g, '');
    // A name was resolved before we came: then the port and the scheme of mining must agree.
    const byName = reachOf(host) === 'any' && (isMiningScheme(found.scheme) || found.known);
    const socket = open.find(
      ({ remote }) => remote.port === found.port && (remote.address === host || byName),
    );
    if (socket !== undefined) return { socket, trace };
  }
  return undefined;
}

/** Connections that the process itself opened. */
export function dialled(record: ProcessRecord): readonly SocketFact[] {
  return connections(record).filter((socket) => !record.accepted.includes(socket));
}

/** Nobody's place to run a server or a collector from. */
export function isDropped(record: ProcessRecord): boolean {
  const { exe } = record.process;
  return exe?.deleted === true || exe?.memfd === true || isDropPlace(record.place);
}

/** A list with a login beside it, as it goes over the wire, may be there to look like one. */
function isList(traces: readonly MiningTraceFact[]): boolean {
  const wallets = new Set<string>();
  const pools = new Set<string>();
  for (const { found, place } of traces) {
    if (place === 'executable') continue;
    if (found.kind === 'stratum' && found.direction === 'client' && found.quoted !== true) return false;
    if (found.kind === 'wallet' && found.verified) wallets.add(found.address);
    else if (found.kind === 'pool') pools.add(found.host);
  }
  return wallets.size >= listLength || pools.size >= listLength;
}

/**
 * The process keeps text about the mining of others: it serves them, records them, or holds a list of them, and is
 * not connected to a pool that it names.
 */
export function keepsOthersText(record: ProcessRecord): boolean {
  if (isDropped(record) || poolConnection(dialled(record), record.traces) !== undefined) return false;
  return (
    record.accepted.length > 0 ||
    isList(record.traces) ||
    record.traces.some(({ found }) => found.kind === 'stratum' && found.quoted === true)
  );
}
