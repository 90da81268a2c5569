/**
 * Targets and matches of xtables that send traffic elsewhere: what they do, where to, and for which port.
 * Legacy iptables and nf_tables (through its compat expressions) carry the same structures.
 *
 * What it is NOT: a decoder of all extensions; a target that does not redirect is none of ours.
 * Source: include/uapi/linux/netfilter/{nf_nat,xt_TPROXY,xt_tcpudp,xt_multiport}.h; offsets by offsetof().
 * Addresses and target ports in network order, ports of matches in host order.
 */
import { addressText } from './inet-address.ts';

export type ForwardAction = 'dnat' | 'redirect' | 'snat' | 'masquerade' | 'tproxy';

export interface Destination {
  readonly action: ForwardAction;
  /** Empty where the target keeps it. */
  readonly address: string;
  readonly port: number;
}

const actions: Readonly<Record<string, ForwardAction>> = {
  DNAT: 'dnat',
  REDIRECT: 'redirect',
  SNAT: 'snat',
  MASQUERADE: 'masquerade',
  TPROXY: 'tproxy',
};

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
/** NF_NAT_RANGE_MAP_IPS and _PROTO_SPECIFIED of nf_nat.h: which parts of a range hold. */
const hasAddress = 1;
const hasPort = 2;

function rangeDestination(
  action: ForwardAction,
  data: Uint8Array,
  at: { readonly flags: number; readonly address: number; readonly size: 4 | 16; readonly port: number },
): Destination | undefined {
  if (data.length < at.port + 2) return undefined;
  const flags = view(data).getUint32(at.flags, true);
  return {
    action,
    address: flags & hasAddress ? addressText(data.subarray(at.address, at.address + at.size)) : '',
    port: flags & hasPort ? view(data).getUint16(at.port) : 0,
  };
}

/** Where a target sends traffic; undefined for targets that do not. */
export function targetDestination(
  name: string,
  revision: number,
  data: Uint8Array,
  family: 'ip' | 'ip6',
): Destination | undefined {
  const action = actions[name];
  if (action === undefined) return undefined;
  const size = family === 'ip' ? 4 : 16;
  if (action === 'tproxy') {
    const [address, port] = revision === 0 ? [8, 12] : [8, 24];
    if (data.length < port + 2) return undefined;
    const text = addressText(data.subarray(address, address + size));
    return {
      action,
      address: /^(?:0\.0\.0\.0|::)$/.test(text) ? '' : text,
      port: view(data).getUint16(port),
    };
  }
  // Revision 0 of IPv4, and all of REDIRECT and MASQUERADE there: nf_nat_ipv4_multi_range_compat.
  const old = family === 'ip' && (revision === 0 || action === 'redirect' || action === 'masquerade');
  return old
    ? rangeDestination(action, data, { flags: 4, address: 8, size: 4, port: 16 })
    : rangeDestination(action, data, { flags: 0, address: 4, size, port: 36 });
}

/** The one destination port a match asks for; undefined when it asks for none, a range, or all but one. */
export function matchedPort(name: string, data: Uint8Array): number | undefined {
  if ((name === 'tcp' || name === 'udp') && data.length >= 12 - (name === 'udp' ? 2 : 0)) {
    const inverted = ((data[name === 'tcp' ? 11 : 8] ?? 0) & 2) !== 0;
    const [low, high] = [view(data).getUint16(4, true), view(data).getUint16(6, true)];
    return low === high && !inverted ? low : undefined;
  }
  if (name === 'multiport' && data.length >= 48) {
    // Flags 1 and 2: destination, or both; one port in the list.
    return data[0] !== 0 && data[1] === 1 && data[47] === 0 ? view(data).getUint16(2, true) : undefined;
  }
  return undefined;
}
