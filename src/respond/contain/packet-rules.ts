/**
 * The rules that contain a host, as data from which the kernel's messages and the text for people are both made: what
 * a dry run shows is what would be set.
 *
 * Where they stand and why:
 * - Chains of our own see a packet before others do (priority -350: after the kernel has put fragments together, -400,
 *   and before raw tables, -300, address translation and any firewall of the host). A drop is final whatever other
 *   tables say, and what we let pass is judged by them as ever: firewalld, ufw and Docker are left alone.
 * - A packet to be cut off is looked for on its way in, on its way through and on its way out, because containers are
 *   forwarded. On the way out it is looked for again after address translation, because a redirection of this host's
 *   own traffic shows the pool only then (netfilter hooks: include/uapi/linux/netfilter_ipv4.h, NF_IP_PRI_*).
 * - Every drop asks a set whose elements have an end: blocked addresses are elements themselves; what else drops asks
 *   `standing` or `queries`. When the elements have gone, nothing is dropped any more, without anybody doing anything.
 * - Names are found in DNS queries over UDP as they are sent (RFC 1035 §4.1.2): letters of either case, the whole name.
 *   A query over TCP or HTTPS is not seen; the addresses that were seen are blocked as such.
 * - Isolation looks where a packet is as the socket sees it, because the responder's connection may come in by a
 *   translated port, and after translation by the far end alone.
 * - It leaves what that connection needs to live: neighbours (RFC 4861: hop limit 255, so from the link) and groups
 *   (RFC 3810: hop limit 1), packet sizes (RFC 1191, RFC 8201), the lease of the address (RFC 2131, RFC 8415).
 * - What never passes the hooks of IP is not seen: packet sockets, macvlan and ipvlan of containers, XDP.
 */
import { addressBytes } from '../../formats/inet-address.ts';
import type { Hook } from '../../native/nf-table-messages.ts';
import { type Containment, isIpv6, type KeptConnection } from './containment.ts';

export const tableName = 'demine_contain';
export const tableComment = 'set by demine contain; demine contain --lift removes it';

/** Names of the sets with what their keys are. */
export const setKeys = { standing: 'nfproto', queries: 'nfproto', blocked4: 'ip', blocked6: 'ip6' } as const;
export type SetName = keyof typeof setKeys;

type Side = 'from' | 'to';
export type Family = 'ip' | 'ip6';

/** One condition of a rule. */
export type Match =
  | { readonly on: 'standing'; readonly set: 'standing' | 'queries' }
  | { readonly on: 'member'; readonly side: Side; readonly family: Family; readonly set: SetName }
  | { readonly on: 'address'; readonly side: Side; readonly address: string }
  | { readonly on: 'loopback'; readonly side: Side }
  | { readonly on: 'port'; readonly protocol: 'tcp' | 'udp'; readonly side: Side; readonly port: number }
  | { readonly on: 'icmp'; readonly family: Family; readonly type: number }
  | { readonly on: 'hop-limit'; readonly value: number }
  | { readonly on: 'query'; readonly name: string };

export interface PacketRule {
  readonly matches: readonly Match[];
  readonly verdict: 'accept' | 'drop';
  readonly comment: string;
}

export interface PacketChain {
  readonly name: string;
  readonly hook: Hook;
  readonly priority: number;
  readonly rules: readonly PacketRule[];
}

export interface PacketRules {
  readonly sets: readonly { readonly name: SetName; readonly elements: readonly Uint8Array[] }[];
  readonly chains: readonly PacketChain[];
}

const first = -350;
/** After address translation (NF_IP_PRI_NAT_SRC, 100). */
const afterTranslation = 350;

/** NFPROTO_IPV4, NFPROTO_IPV6: with both, everything. */
const everything = [Uint8Array.of(2), Uint8Array.of(10)];

const other = (side: Side): Side => (side === 'from' ? 'to' : 'from');
const families: readonly (readonly [Family, SetName])[] = [
  ['ip', 'blocked4'],
  ['ip6', 'blocked6'],
];

const blockedAt = (sides: readonly Side[]): PacketRule[] =>
  families.flatMap(([family, set]) =>
    sides.map(
      (side): PacketRule => ({
        matches: [{ on: 'member', side, family, set }],
        verdict: 'drop',
        comment: side === 'from' ? 'from a blocked address' : 'to a blocked address',
      }),
    ),
  );

const queriesOf = (names: readonly string[]): PacketRule[] =>
  names.map((name) => ({
    matches: [
      { on: 'port', protocol: 'udp', side: 'to', port: 53 },
      { on: 'query', name },
      { on: 'standing', set: 'queries' },
    ],
    verdict: 'drop',
    comment: 'asks for a blocked name',
  }));

function blocking(addresses: readonly string[], names: readonly string[]): PacketRules {
  const keys = (wanted: boolean): Uint8Array[] =>
    addresses.filter((address) => isIpv6(address) === wanted).map(keyOf);
  const queries = queriesOf(names);
  return {
    sets: [
      { name: 'standing', elements: everything },
      // There only where names are blocked: by it the kernel tells that they are.
      ...(names.length === 0 ? [] : [{ name: 'queries', elements: everything } as const]),
      { name: 'blocked4', elements: keys(false) },
      { name: 'blocked6', elements: keys(true) },
    ],
    chains: [
      {
        name: 'incoming',
        hook: 'prerouting',
        priority: first,
        rules: [...blockedAt(['from', 'to']), ...queries],
      },
      { name: 'passing', hook: 'forward', priority: first, rules: blockedAt(['from', 'to']) },
      { name: 'outgoing', hook: 'output', priority: first, rules: [...blockedAt(['to']), ...queries] },
      { name: 'translated', hook: 'postrouting', priority: afterTranslation, rules: blockedAt(['to']) },
    ],
  };
}

function keyOf(address: string): Uint8Array {
  const bytes = addressBytes(address);
  if (bytes === undefined) throw new RangeError(`not an address: ${address}`);
  return bytes;
}

/** `side` is where the responder is in a packet of this direction. */
const ofConnection = ({ local, remote }: KeptConnection, side: Side, translated: boolean): PacketRule => {
  const ends = translated ? { [side]: remote } : { [side]: remote, [other(side)]: local };
  const sides = (['from', 'to'] as const).flatMap((one) => {
    const end = ends[one];
    return end === undefined ? [] : [{ side: one, ...end }];
  });
  return {
    matches: [
      ...sides.map(({ side: one, address }) => ({ on: 'address', side: one, address }) as const),
      ...sides.map(({ side: one, port }) => ({ on: 'port', protocol: 'tcp', side: one, port }) as const),
    ],
    verdict: 'accept',
    comment: 'connection of the responder',
  };
};

const ofResponder = (address: string, side: Side): PacketRule => ({
  matches: [{ on: 'address', side, address }],
  verdict: 'accept',
  comment: 'address of the responder',
});

const onTheLink = (types: readonly number[], hopLimit: number, comment: string): readonly PacketRule[] =>
  types.map((type) => ({
    matches: [
      { on: 'icmp', family: 'ip6', type },
      { on: 'hop-limit', value: hopLimit },
    ],
    verdict: 'accept',
    comment,
  }));

const link: readonly PacketRule[] = [
  // Router and neighbour solicitations and advertisements (RFC 4861 §4).
  ...onTheLink([133, 134, 135, 136], 255, 'neighbours on the link'),
  // Listener queries and reports (RFC 2710, RFC 3810): without them a switch forgets where we listen for neighbours.
  ...onTheLink([130, 131, 132, 143], 1, 'groups on the link'),
];

/** Destination unreachable, with "fragmentation needed" among its codes; packet too big. */
const sizes: readonly PacketRule[] = [
  { matches: [{ on: 'icmp', family: 'ip', type: 3 }], verdict: 'accept', comment: 'packet sizes' },
  { matches: [{ on: 'icmp', family: 'ip6', type: 2 }], verdict: 'accept', comment: 'packet sizes' },
];

/** Client and server ports of DHCP and DHCPv6; `side` is where the client is. */
const leases = (side: Side): PacketRule[] =>
  (
    [
      [68, 67],
      [546, 547],
    ] as const
  ).map(([client, server]) => ({
    matches: [
      { on: 'port', protocol: 'udp', side: 'from', port: side === 'from' ? client : server },
      { on: 'port', protocol: 'udp', side: 'to', port: side === 'from' ? server : client },
    ],
    verdict: 'accept',
    comment: 'lease of the own address',
  }));

const theRest: PacketRule = {
  matches: [{ on: 'standing', set: 'standing' }],
  verdict: 'drop',
  comment: 'everything else',
};

function isolating(keep: readonly KeptConnection[], allow: readonly string[]): PacketRules {
  const direction = (responder: Side, translated = false): PacketRule[] => [
    { matches: [{ on: 'loopback', side: responder }], verdict: 'accept', comment: 'within the host' },
    ...keep.map((connection) => ofConnection(connection, responder, translated)),
    ...allow.map((address) => ofResponder(address, responder)),
    ...link,
    ...(responder === 'from' ? sizes : []),
    ...leases(other(responder)),
    theRest,
  ];
  return {
    sets: [{ name: 'standing', elements: everything }],
    chains: [
      { name: 'incoming', hook: 'input', priority: first, rules: direction('from') },
      { name: 'passing', hook: 'forward', priority: first, rules: [theRest] },
      { name: 'outgoing', hook: 'output', priority: first, rules: direction('to') },
      {
        name: 'translated',
        hook: 'postrouting',
        priority: afterTranslation,
        rules: direction('to', true),
      },
    ],
  };
}

export function packetRules(containment: Containment): PacketRules {
  return containment.mode === 'block'
    ? blocking(containment.addresses, containment.names)
    : isolating(containment.keep, containment.allow);
}

/** A name as a query carries it, with the final zero (RFC 1035 §3.1). */
export function queryBytes(name: string): Uint8Array {
  const labels = name.split('.').map((label) => new TextEncoder().encode(label));
  return Uint8Array.from([...labels.flatMap((label) => [label.length, ...label]), 0]);
}

const isLetter = (byte: number): boolean => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;

/** Both as they are compared: letters without the bit that tells their case. */
export function caseless(bytes: Uint8Array): { readonly mask: Uint8Array; readonly wanted: Uint8Array } {
  const mask = bytes.map((byte) => (isLetter(byte) ? 0xdf : 0xff));
  return { mask, wanted: bytes.map((byte, at) => byte & (mask[at] ?? 0)) };
}

/** Where the name of the first question begins, after the heads of UDP (8 bytes) and DNS (12). */
export const queryOffset = 20;
