/** Addresses of this host that a block must not cut off: its own, its resolvers, and the responder. */
import { networkInterfaces } from 'node:os';
import type { ScanResult } from '../../model/result.ts';
import type { Native } from '../../native/port.ts';
import type { KeptConnection } from './containment.ts';
import { ownAddressesIn, type Spared } from './targets.ts';

const mostResolvers = 16;

/** `nameserver` lines (resolv.conf(5)). */
export function resolversIn(text: string): readonly string[] {
  return text
    .split('\n')
    .flatMap((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? [])
    .slice(0, mostResolvers);
}

/** As far as a case of another host tells. */
export const sparedOf = (result: ScanResult): Spared => ({
  own: ownAddressesIn(result),
  responder: [],
  resolvers: [],
});

export function sparedHere(
  native: Native,
  result: ScanResult,
  connections: readonly KeptConnection[],
  allowed: readonly string[],
): Spared {
  const file = native.readFile(new TextEncoder().encode('/etc/resolv.conf'), 64 << 10);
  const resolvers = file.status === 'ok' ? resolversIn(Buffer.from(file.value).toString('latin1')) : [];
  const interfaces = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return {
    own: [...interfaces.map(({ address }) => address), ...ownAddressesIn(result)],
    responder: [...connections.map(({ remote }) => remote.address), ...allowed],
    resolvers,
  };
}
