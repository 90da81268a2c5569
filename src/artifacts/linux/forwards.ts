/**
 * `linux.forwards`: packet rules that carry traffic from one place to another.
 *
 * Reads, per network namespace: nf_tables rules and map elements over netlink, legacy iptables tables by
 * getsockopt. Neither loads a module: a table that is not there is not asked into being.
 * Why: behind a DNAT rule the miner's own connection shows a harmless address (linux-hiding §3.3).
 * What it is NOT: the relay processes; those are seen by their sockets, in detect. Container hosts have a DNAT
 * rule per published port and a masquerade rule per network, all honest.
 */
import { parseIptablesForwards } from '../../formats/iptables.ts';
import { hasWholeAttributes } from '../../formats/netlink-attributes.ts';
import { type MapElement, type NftRule, parseMapElements, parseNftRule } from '../../formats/nf-tables.ts';
import { printableLatin1 } from '../../formats/text-lines.ts';
import type { Fact } from '../../model/fact.ts';
import type { ForwardFact } from '../../model/facts/network.ts';
import { type Printable, printableText } from '../../model/text.ts';
import type { NetlinkMessage } from '../../native/port.ts';
import type { Artifact, ArtifactContext } from '../artifact.ts';
import { recordCall } from './reading.ts';
import type { NamespaceHolder } from './socket-tables.ts';
import { namespaceHolders } from './sockets.ts';

const artifact = 'linux.forwards';
const mostNamespaces = 256;
const mostForwards = 10_000;
const nftSource = printableText('netlink:nftables');
/** struct nfgenmsg */
const nftHead = 4;
const legacyTables = ['nat', 'mangle'] as const;

type Spot = Pick<ForwardFact, 'mechanism' | 'family' | 'action' | 'fromPort' | 'toAddress' | 'toPort'>;

/** `dport 80 dnat to 192.0.2.1:3333 (ip nat PREROUTING, handle 4)` */
function describe(spot: Spot, where: string): Printable {
  const from = spot.fromPort === 0 ? '' : `dport ${spot.fromPort} `;
  const address = spot.toAddress.includes(':') ? `[${spot.toAddress}]` : spot.toAddress;
  const port = spot.toPort === 0 ? '' : `:${spot.toPort}`;
  const to = address === '' && port === '' ? '' : ` to ${address}${port}`;
  return printableLatin1(`${from}${spot.action}${to} (${where})`);
}

const spotOf = (rule: NftRule, element?: MapElement): Spot => ({
  mechanism: 'nftables',
  family: rule.family,
  action: rule.action,
  fromPort: rule.fromPort === 0 ? (element?.fromPort ?? 0) : rule.fromPort,
  toAddress: rule.address === '' ? (element?.address ?? '') : rule.address,
  toPort: rule.port === 0 ? (element?.port ?? 0) : rule.port,
});

/** NFTA_RULE_EXPRESSIONS and NFTA_SET_ELEM_LIST_ELEMENTS: lists, whose lengths must fit as well. */
const ruleLists = [4];
const elementLists = [3];

/** The messages of a dump, on the record; what was had of one that was cut is used. */
function nftMessages(
  context: ArtifactContext,
  holder: NamespaceHolder,
  what: 'rules' | 'set-elements',
): readonly NetlinkMessage[] {
  const namespaceOf = holder === 'self' ? undefined : holder;
  const answer = context.target.native?.netlink({ kind: 'nftables', what }, namespaceOf);
  if (answer === undefined) return [];
  const call = what === 'rules' ? nftSource : `${nftSource}/${what}`;
  recordCall(context, artifact, call, answer.status === 'ok' ? { status: 'ok' } : answer);
  const messages = answer.status === 'ok' ? answer.value : (answer.partial ?? []);
  const lists = what === 'rules' ? ruleLists : elementLists;
  const odd = messages.filter(({ payload }) => !hasWholeAttributes(payload, nftHead, lists)).length;
  if (odd > 0)
    recordCall(context, artifact, call, {
      status: 'error',
      reason: `${odd} messages with impossible lengths`,
    });
  return messages;
}

/** Elements of each map, by table and name; no more than are told anyway. */
function elementsOf(
  context: ArtifactContext,
  holder: NamespaceHolder,
): ReadonlyMap<string, readonly MapElement[]> {
  const found = new Map<string, MapElement[]>();
  let room = mostForwards;
  for (const { type, payload } of nftMessages(context, holder, 'set-elements')) {
    for (const element of parseMapElements(type, payload).slice(0, Math.max(0, room))) {
      room -= 1;
      const key = mapKey(element.table, element.set);
      const list = found.get(key);
      if (list === undefined) found.set(key, [element]);
      else list.push(element);
    }
  }
  return found;
}

const mapKey = (table: string, set: string): string => `${table}\0${set}`;

function* readNft(context: ArtifactContext, holder: NamespaceHolder): Generator<Fact> {
  const rules = nftMessages(context, holder, 'rules').flatMap(
    ({ type, payload }) => parseNftRule(type, payload) ?? [],
  );
  const usesMaps = rules.some((rule) => rule.map !== undefined);
  const elements = usesMaps ? elementsOf(context, holder) : new Map<string, readonly MapElement[]>();
  for (const rule of rules) {
    const where = `${rule.family} ${rule.table} ${rule.chain}`;
    const ofMap = rule.map === undefined ? [] : (elements.get(mapKey(rule.table, rule.map)) ?? []);
    const spots = ofMap.length === 0 ? [spotOf(rule)] : ofMap.map((element) => spotOf(rule, element));
    for (const spot of spots) {
      yield {
        kind: 'forward',
        source: { source: nftSource },
        ...spot,
        where: printableLatin1(where),
        text: describe(spot, `${where}, handle ${rule.handle}`),
      };
    }
  }
}

function readLegacy(
  context: ArtifactContext,
  holder: NamespaceHolder,
  family: 'ip' | 'ip6',
  table: string,
): readonly Fact[] {
  const { native } = context.target;
  if (native === undefined) return [];
  const answer = native.iptablesEntries(family, table, holder === 'self' ? undefined : holder);
  const source = printableText(`getsockopt:${family}_tables/${table}`);
  const size = answer.status === 'ok' ? answer.value.length : 0;
  recordCall(context, artifact, source, answer.status === 'ok' ? { status: 'ok' } : answer, size);
  if (answer.status !== 'ok') return [];
  return parseIptablesForwards(answer.value, family).map((rule) => {
    const spot: Spot = {
      mechanism: 'iptables',
      family,
      action: rule.action,
      fromPort: rule.fromPort,
      toAddress: rule.address,
      toPort: rule.port,
    };
    const where = rule.chain === '' ? table : `${table} ${rule.chain}`;
    return {
      kind: 'forward',
      source: { source, offset: rule.offset },
      ...spot,
      where: printableLatin1(where),
      text: describe(spot, where),
    };
  });
}

export const forwards: Artifact = {
  id: artifact,
  sources: [
    { kind: 'call', path: nftSource, live: true },
    { kind: 'call', path: 'getsockopt:ip_tables', live: true },
    { kind: 'call', path: 'getsockopt:ip6_tables', live: true },
  ],
  order: 3,
  required: false,
  gather(context) {
    if (context.target.native === undefined) return Promise.resolve([]);
    const facts: Fact[] = [];
    let left = 0;
    const keep = (fact: Fact): boolean => {
      if (facts.length < mostForwards) facts.push(fact);
      else left += 1;
      return left < mostForwards;
    };
    const namespaces = namespaceHolders(context.facts.of('process'));
    for (const [, [holder]] of namespaces.slice(0, mostNamespaces)) {
      if (holder === undefined) continue;
      for (const fact of readNft(context, holder)) if (!keep(fact)) break;
      for (const family of ['ip', 'ip6'] as const)
        for (const table of legacyTables)
          for (const fact of readLegacy(context, holder, family, table)) keep(fact);
    }
    const unread = namespaces.length - mostNamespaces;
    const parts = [
      ...(left > 0 ? [`${left < mostForwards ? left : 'many'} rules past the bound`] : []),
      ...(unread > 0 ? [`${unread} network namespaces not read`] : []),
    ];
    if (parts.length > 0)
      recordCall(context, artifact, 'forwards', { status: 'truncated', reason: parts.join(', ') });
    return Promise.resolve(facts);
  },
};
