/**
 * Rules of a legacy iptables table that send traffic elsewhere, from `struct ipt_get_entries`.
 *
 * Why: a miner behind a redirect shows no pool in its own connections. What it is NOT: a rule listing; rules
 * that only accept or drop are passed over.
 * Source: include/uapi/linux/netfilter_ipv4/ip_tables.h, netfilter_ipv6/ip6_tables.h, x_tables.h; offsets by
 * offsetof() on x86-64. User chains begin with a target ERROR that holds their name; built-in chains have no
 * name in the entries.
 */
import { nameBytes } from './netlink-attributes.ts';
import { type Destination, matchedPort, targetDestination } from './xt-target.ts';

export interface ForwardingRule extends Destination {
  /** Port the traffic comes in at, 0 for any. */
  readonly fromPort: number;
  /** Name of the user chain, empty for a built-in one. */
  readonly chain: string;
  /** Byte offset of the entry. */
  readonly offset: number;
}

const headSize = 40;
const layouts = {
  ip: { target: 88, next: 90, elements: 112 },
  ip6: { target: 140, next: 142, elements: 168 },
} as const;
/** struct xt_entry_match and xt_entry_target: size, name of 29, revision. */
const elementHead = 32;
const nameOffset = 2;
const nameSize = 29;
const revisionOffset = 31;
const mostRules = 100_000;
const mostMatches = 64;

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

export function parseIptablesForwards(bytes: Uint8Array, family: 'ip' | 'ip6'): readonly ForwardingRule[] {
  const layout = layouts[family];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rules: ForwardingRule[] = [];
  let chain = '';
  let count = 0;
  for (let at = headSize; at + layout.elements <= bytes.length && count < mostRules; count += 1) {
    const targetAt = at + view.getUint16(at + layout.target, true);
    const next = view.getUint16(at + layout.next, true);
    const end = at + next;
    if (next < layout.elements || end > bytes.length) break;
    if (targetAt + elementHead <= end && targetAt >= at + layout.elements) {
      const name = latin1(nameBytes(bytes.subarray(targetAt + nameOffset, targetAt + nameOffset + nameSize)));
      const data = bytes.subarray(targetAt + elementHead, end);
      if (name === 'ERROR') chain = latin1(nameBytes(data));
      const destination = targetDestination(name, bytes[targetAt + revisionOffset] ?? 0, data, family);
      if (destination !== undefined) {
        const fromPort = portOfMatches(bytes, view, at + layout.elements, targetAt);
        rules.push({ ...destination, fromPort, chain, offset: at });
      }
    }
    at = end;
  }
  return rules;
}

function portOfMatches(bytes: Uint8Array, view: DataView, start: number, end: number): number {
  let at = start;
  for (let count = 0; at + elementHead <= end && count < mostMatches; count += 1) {
    const size = view.getUint16(at, true);
    if (size < elementHead || at + size > end) break;
    const name = latin1(nameBytes(bytes.subarray(at + nameOffset, at + nameOffset + nameSize)));
    const port = matchedPort(name, bytes.subarray(at + elementHead, at + size));
    if (port !== undefined) return port;
    at += size;
  }
  return 0;
}
