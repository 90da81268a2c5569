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
import { type MapElement, type NftRule, parseMapElements, parseNftRule } from '../../formats/nf-tables.ts';
import type { Fact } from '../../model/fact.ts';
import type { ForwardFact } from '../../model/facts/network.ts';
import { type Printable, printableText } from '../../model/text.ts';
import type { Artifact, ArtifactContext } from '../artifact.ts';
import { recordCall } from './reading.ts';
import type { NamespaceHolder } from './socket-tables.ts';
import { namespaceHolders } from './sockets.ts';

const artifact = 'linux.forwards';
const mostNamespaces = 256;
const mostForwards = 10_000;
const nftSource = printableText('netlink:nftables');
const legacyTables = ['nat', 'mangle'] as const;

type Spot = Pick<ForwardFact, 'mechanism' | 'family' | 'action' | 'fromPort' | 'toAddress' | 'toPort'>;

/** `dport 80 dnat to 192.0.2.1:3333 (ip nat PREROUTING, handle 4)` */
function describe(spot: Spot, where: string): Printable {
  const from = spot.fromPort === 0 ? '' : `dport ${spot.fromPort} `;
  const address = spot.toAddress.includes(':') ? `[${spot.toAddress}]` : spot.toAddress;
  const port = spot.toPort === 0 ? '' : `:${spot.toPort}`;
  const to = address === '' && port === '' ? '' : ` to ${address}${port}`;
  return printableText(`${from}${spot.action}${to} (${where})`);
}

const spotOf = (rule: NftRule, element?: MapElement): Spot => ({
  mechanism: 'nftables',
  family: rule.family,
  action: rule.action,
  fromPort: rule.fromPort === 0 ? (element?.fromPort ?? 0) : rule.fromPort,
  toAddress: rule.address === '' ? (element?.address ?? '') : rule.address,
  toPort: rule.port === 0 ? (element?.port ?? 0) : rule.port,
});

function readNft(context: ArtifactContext, holder: NamespaceHolder): readonly Fact[] {
  const { native } = context.target;
  if (native === undefined) return [];
  const namespaceOf = holder === 'self' ? undefined : holder;
  const answer = native.netlink({ kind: 'nftables', what: 'rules' }, namespaceOf);
  recordCall(context, artifact, nftSource, answer.status === 'ok' ? { status: 'ok' } : answer);
  if (answer.status !== 'ok') return [];
  const rules = answer.value.flatMap(({ type, payload }) => parseNftRule(type, payload) ?? []);
  let elements: readonly MapElement[] = [];
  if (rules.some((rule) => rule.map !== undefined)) {
    const maps = native.netlink({ kind: 'nftables', what: 'set-elements' }, namespaceOf);
    recordCall(
      context,
      artifact,
      `${nftSource}/set-elements`,
      maps.status === 'ok' ? { status: 'ok' } : maps,
    );
    if (maps.status === 'ok')
      elements = maps.value.flatMap(({ type, payload }) => parseMapElements(type, payload));
  }
  return rules.flatMap((rule): readonly Fact[] => {
    const where = `${rule.family} ${rule.table} ${rule.chain}`;
    const ofMap = elements.filter((element) => element.table === rule.table && element.set === rule.map);
    const spots = ofMap.length === 0 ? [spotOf(rule)] : ofMap.map((element) => spotOf(rule, element));
    return spots.map((spot) => ({
      kind: 'forward',
      source: { source: nftSource },
      ...spot,
      where: printableText(where),
      text: describe(spot, `${where}, handle ${rule.handle}`),
    }));
  });
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
      where: printableText(where),
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
    const namespaces = namespaceHolders(context.facts.of('process')).slice(0, mostNamespaces);
    for (const [, [holder]] of namespaces) {
      if (holder === undefined) continue;
      facts.push(...readNft(context, holder));
      for (const family of ['ip', 'ip6'] as const)
        for (const table of legacyTables) facts.push(...readLegacy(context, holder, family, table));
    }
    if (facts.length > mostForwards) {
      const reason = `${facts.length - mostForwards} rules past the bound`;
      recordCall(context, artifact, 'forwards', { status: 'truncated', reason });
    }
    return Promise.resolve(facts.slice(0, mostForwards));
  },
};
