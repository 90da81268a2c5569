/** What people want to know of a socket: is it local, does it listen, does somebody hide it. */
import type { ResultExposure, ResultSocket } from '../model/result.ts';

/** `address:port` as the result writes it, `[address]:port` for IPv6. */
export function splitEndpoint(text: string): { readonly address: string; readonly port: string } {
  const at = text.lastIndexOf(':');
  if (at < 0) return { address: text, port: '' };
  const address = text.slice(0, at);
  return {
    address: address.startsWith('[') && address.endsWith(']') ? address.slice(1, -1) : address,
    port: text.slice(at + 1),
  };
}

function isLoopback(endpoint: string): boolean {
  const { address } = splitEndpoint(endpoint);
  return address === '::1' || /^127\.\d+\.\d+\.\d+$/.test(address);
}

/** 0.0.0.0:0, [::]:0, * or nothing: no peer. */
export function hasPeer(socket: ResultSocket): boolean {
  const { address, port } = splitEndpoint(socket.remote);
  return address !== '' && address !== '*' && !(port === '0' || port === '*');
}

export function isNetwork(socket: ResultSocket): boolean {
  return socket.transport !== 'unix';
}

/** Waits for others: a TCP listener, or an open datagram or raw socket without a peer. */
export function isListener(socket: ResultSocket): boolean {
  return (
    isNetwork(socket) && (socket.state === 'listen' || (socket.state === 'unconnected' && !hasPeer(socket)))
  );
}

export function isLocal(socket: ResultSocket): boolean {
  return !isNetwork(socket) || isLoopback(socket.local) || (hasPeer(socket) && isLoopback(socket.remote));
}

export function isOver(socket: ResultSocket): boolean {
  return socket.state === 'time-wait' || socket.state === 'close';
}

/** Views that were read and should list the socket, but do not: somebody hides it from them. */
export function hiddenFrom(socket: ResultSocket): readonly string[] {
  return socket.missingFrom ?? [];
}

/** Worth showing without being asked: reachable, connected to elsewhere, hidden, or of a suspect. */
export function isInteresting(socket: ResultSocket, suspects: ReadonlySet<number>): boolean {
  if (hiddenFrom(socket).length > 0 || socket.pids.some((pid) => suspects.has(pid))) return true;
  if (isOver(socket) || !isNetwork(socket)) return false;
  return isListener(socket) ? !isLocal(socket) : hasPeer(socket) && !isLocal(socket);
}

/** The exposure that a listening socket is, if it is one. */
export function exposureOf(
  socket: ResultSocket,
  exposure: readonly ResultExposure[],
): ResultExposure | undefined {
  if (!isListener(socket)) return undefined;
  const { address, port } = splitEndpoint(socket.local);
  return exposure.find(
    (row) =>
      String(row.port) === port &&
      row.address === address &&
      (row.pid === undefined || socket.pids.length === 0 || socket.pids.includes(row.pid)),
  );
}
