/**
 * One socket as one table shows it: the common form of /proc/net and the diag families, so that the two can
 * be laid side by side. States are those of include/net/tcp_states.h.
 */
import type { Endpoint, SocketState, SocketTraffic, Transport } from '../model/facts/network.ts';
import type { PathText, Printable } from '../model/text.ts';

export interface SocketEntry {
  readonly transport: Transport;
  readonly state: SocketState;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** 0 for a socket that no process can hold any more, or not yet (time-wait, embryos). */
  readonly inode: number;
  /** Absent where the table does not tell (unix). */
  readonly uid?: number;
  readonly path?: PathText;
  readonly traffic?: SocketTraffic;
  /** One-based line of the table, where it has lines. */
  readonly line?: number;
  readonly text: Printable;
}

/** Addresses of sockets that have none. */
export const nowhere: Endpoint = { address: '', port: 0 };

const states: Readonly<Record<number, SocketState>> = {
  1: 'established',
  2: 'syn-sent',
  3: 'syn-recv',
  4: 'fin-wait-1',
  5: 'fin-wait-2',
  6: 'time-wait',
  7: 'close',
  8: 'close-wait',
  9: 'last-ack',
  10: 'listen',
  11: 'closing',
  // TCP_NEW_SYN_RECV: a request that has no socket yet.
  12: 'syn-recv',
};

/** The state in words. Only TCP closes; for all others 7 means that no peer was set. */
export function socketState(code: number, transport: Transport): SocketState {
  const state = states[code] ?? 'unconnected';
  return state === 'close' && transport !== 'tcp' && transport !== 'tcp6' ? 'unconnected' : state;
}
