/** The rules as messages of one nf_tables transaction. */
import { addressBytes } from '../../formats/inet-address.ts';
import {
  deleteTable,
  emptySet,
  type NftExpression,
  newChain,
  newElements,
  newRule,
  newSet,
  newTable,
  registerBytes,
} from '../../native/nf-table-messages.ts';
import {
  caseless,
  type Family,
  type Match,
  type PacketRules,
  queryBytes,
  queryOffset,
  type SetName,
  setKeys,
  tableComment,
  tableName,
} from './packet-rules.ts';

/** struct iphdr, struct ipv6hdr: where the two addresses lie. */
const addressAt = { ip: { from: 12, to: 16, length: 4 }, ip6: { from: 8, to: 24, length: 16 } } as const;
const hopLimitAt = 7;
const protocolNumber = { tcp: 6, udp: 17 } as const;
const icmpNumber = { ip: 1, ip6: 58 } as const;
/** ARPHRD_LOOPBACK, in the byte order of the host. */
const loopbackType = Uint8Array.of(0x04, 0x03);

type Dependency = 'ip' | 'ip6' | 'tcp' | 'udp' | 'icmp' | 'icmp6';

const dependencies: Readonly<Record<Dependency, readonly NftExpression[]>> = {
  ip: check('nfproto', 2),
  ip6: check('nfproto', 10),
  tcp: check('l4proto', protocolNumber.tcp),
  udp: check('l4proto', protocolNumber.udp),
  icmp: check('l4proto', icmpNumber.ip),
  icmp6: check('l4proto', icmpNumber.ip6),
};

function check(key: 'nfproto' | 'l4proto', value: number): readonly NftExpression[] {
  return [
    { kind: 'meta', key },
    { kind: 'equal', bytes: Uint8Array.of(value) },
  ];
}

const portBytes = (port: number): Uint8Array => Uint8Array.of(port >> 8, port & 0xff);

const address = (family: Family, side: 'from' | 'to'): NftExpression => ({
  kind: 'payload',
  header: 'network',
  offset: addressAt[family][side],
  length: addressAt[family].length,
});

/** The name in pieces of a register each. */
function nameChecks(name: string): readonly NftExpression[] {
  const { mask, wanted } = caseless(queryBytes(name));
  const out: NftExpression[] = [];
  for (let at = 0; at < wanted.length; at += registerBytes) {
    const bytes = wanted.subarray(at, at + registerBytes);
    out.push(
      { kind: 'payload', header: 'transport', offset: queryOffset + at, length: bytes.length },
      { kind: 'mask', bytes: mask.subarray(at, at + registerBytes) },
      { kind: 'equal', bytes },
    );
  }
  return out;
}

function checks(match: Match): {
  readonly after: readonly Dependency[];
  readonly steps: readonly NftExpression[];
} {
  switch (match.on) {
    case 'standing':
      return {
        after: [],
        steps: [
          { kind: 'meta', key: 'nfproto' },
          { kind: 'lookup', set: match.set },
        ],
      };
    case 'member':
      return {
        after: [match.family],
        steps: [address(match.family, match.side), { kind: 'lookup', set: match.set }],
      };
    case 'address': {
      const bytes = addressBytes(match.address);
      if (bytes === undefined) throw new RangeError(`not an address: ${match.address}`);
      const family = bytes.length === 4 ? 'ip' : 'ip6';
      return { after: [family], steps: [address(family, match.side), { kind: 'equal', bytes }] };
    }
    case 'loopback':
      return {
        after: [],
        steps: [
          { kind: 'meta', key: match.side === 'from' ? 'iiftype' : 'oiftype' },
          { kind: 'equal', bytes: loopbackType },
        ],
      };
    case 'port':
      return {
        after: [match.protocol],
        steps: [
          { kind: 'payload', header: 'transport', offset: match.side === 'from' ? 0 : 2, length: 2 },
          { kind: 'equal', bytes: portBytes(match.port) },
        ],
      };
    case 'icmp':
      return {
        after: [match.family, match.family === 'ip' ? 'icmp' : 'icmp6'],
        steps: [
          { kind: 'payload', header: 'transport', offset: 0, length: 1 },
          { kind: 'equal', bytes: Uint8Array.of(match.type) },
        ],
      };
    case 'hop-limit':
      return {
        after: ['ip6'],
        steps: [
          { kind: 'payload', header: 'network', offset: hopLimitAt, length: 1 },
          { kind: 'equal', bytes: Uint8Array.of(match.value) },
        ],
      };
    case 'query':
      return { after: ['udp'], steps: nameChecks(match.name) };
  }
}

/** What a check rests on comes once, before the first check that does. */
function expressionsOf(matches: readonly Match[]): readonly NftExpression[] {
  const known = new Set<Dependency>();
  return matches.flatMap((match) => {
    const { after, steps } = checks(match);
    const fresh = after.filter((one) => !known.has(one));
    for (const one of fresh) known.add(one);
    return [...fresh.flatMap((one) => dependencies[one]), ...steps];
  });
}

/** Removes the table, whether it is there or not: in a transaction, one that is made can be removed. */
export const liftMessages = (): readonly Uint8Array[] => [
  newTable(tableName, tableComment),
  deleteTable(tableName),
];

/**
 * Puts the table in the place of the one that may be there.
 *
 * @param timeoutMs after which nothing is cut off any more; absent for a table that stays
 */
export function tableMessages(rules: PacketRules, timeoutMs?: number): readonly Uint8Array[] {
  const out: Uint8Array[] = [...liftMessages(), newTable(tableName, tableComment)];
  for (const [index, { name, elements }] of rules.sets.entries()) {
    out.push(newSet({ table: tableName, name, key: setKeys[name], id: index + 1 }));
    out.push(...newElements(tableName, name, elements, timeoutMs));
  }
  for (const { name, hook, priority, rules: lines } of rules.chains) {
    out.push(newChain({ table: tableName, name, hook, priority }));
    for (const { matches, verdict, comment } of lines) {
      const expressions = [...expressionsOf(matches), { kind: 'verdict', verdict } as const];
      out.push(newRule({ table: tableName, chain: name, expressions, comment }));
    }
  }
  return out;
}

/** Puts the same elements back without an end. */
export function confirmMessages(
  standing: readonly { readonly set: SetName; readonly elements: readonly Uint8Array[] }[],
): readonly Uint8Array[] {
  return standing.flatMap(({ set, elements }) => [
    emptySet(tableName, set),
    ...newElements(tableName, set, elements),
  ]);
}
