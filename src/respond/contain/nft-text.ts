/**
 * The rules as nft(8) reads and lists them: for `--print nft`, and to show before anything is set.
 *
 * Written from the same data as the kernel's messages; a test hands it to nft and compares with what our own messages
 * made. Source: nft(8), "RAW PAYLOAD EXPRESSION" for `@th,offset,length`, in bits.
 */
import { addressText } from '../../formats/inet-address.ts';
import { registerBytes } from '../../native/nf-table-messages.ts';
import { isIpv6 } from './containment.ts';
import {
  caseless,
  type Match,
  type PacketRules,
  queryBytes,
  queryOffset,
  type SetName,
  tableComment,
  tableName,
} from './packet-rules.ts';

const setType: Readonly<Record<SetName, string>> = {
  standing: 'nf_proto',
  queries: 'nf_proto',
  blocked4: 'ipv4_addr',
  blocked6: 'ipv6_addr',
};

const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`;

function queryText(name: string): string {
  const { mask, wanted } = caseless(queryBytes(name));
  const parts: string[] = [];
  for (let at = 0; at < wanted.length; at += registerBytes) {
    const bytes = wanted.subarray(at, at + registerBytes);
    const where = `@th,${(queryOffset + at) * 8},${bytes.length * 8}`;
    parts.push(`${where} & ${hex(mask.subarray(at, at + registerBytes))} == ${hex(bytes)}`);
  }
  return parts.join(' ');
}

function matchText(match: Match): string {
  switch (match.on) {
    case 'standing':
      return `meta nfproto @${match.set}`;
    case 'member':
      return `${match.family} ${match.side === 'from' ? 'saddr' : 'daddr'} @${match.set}`;
    case 'address':
      return `${isIpv6(match.address) ? 'ip6' : 'ip'} ${match.side === 'from' ? 'saddr' : 'daddr'} ${match.address}`;
    case 'loopback':
      return `${match.side === 'from' ? 'iiftype' : 'oiftype'} loopback`;
    case 'port':
      return `${match.protocol} ${match.side === 'from' ? 'sport' : 'dport'} ${match.port}`;
    case 'icmp':
      return `${match.family === 'ip' ? 'icmp' : 'icmpv6'} type ${match.type}`;
    case 'hop-limit':
      return `ip6 hoplimit ${match.value}`;
    case 'query':
      return queryText(match.name);
  }
}

const elementText = (set: SetName, key: Uint8Array): string =>
  setType[set] === 'nf_proto' ? (key[0] === 2 ? 'ipv4' : 'ipv6') : addressText(key);

/**
 * @param timeoutMs after which nothing is cut off any more; absent for a table that stays
 * @returns lines that nft(8) takes as a file; a table of ours that stands is replaced
 */
export function nftText(rules: PacketRules, timeoutMs?: number): string {
  const end = timeoutMs === undefined ? '' : ` timeout ${Math.ceil(timeoutMs / 1000)}s`;
  const lines = [`table inet ${tableName}`, `delete table inet ${tableName}`, `table inet ${tableName} {`];
  lines.push(`\tcomment "${tableComment}"`);
  for (const { name, elements } of rules.sets) {
    lines.push(`\tset ${name} {`, `\t\ttype ${setType[name]}`, '\t\tflags timeout');
    if (elements.length > 0) {
      const list = elements.map((key) => `\t\t\t${elementText(name, key)}${end}`);
      lines.push('\t\telements = {', `${list.join(',\n')}`, '\t\t}');
    }
    lines.push('\t}');
  }
  for (const chain of rules.chains) {
    lines.push(`\tchain ${chain.name} {`);
    lines.push(`\t\ttype filter hook ${chain.hook} priority ${chain.priority}; policy accept;`);
    for (const { matches, verdict, comment } of chain.rules)
      lines.push(`\t\t${matches.map(matchText).join(' ')} ${verdict} comment "${comment}"`);
    lines.push('\t}');
  }
  return `${lines.join('\n')}\n}\n`;
}
