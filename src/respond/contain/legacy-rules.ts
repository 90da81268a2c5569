/**
 * The rules for a kernel without nf_tables: entries of the table `filter` of iptables and ip6tables.
 *
 * Chains of our own, to which INPUT, FORWARD and OUTPUT jump first; what they let pass goes on to the host's own rules.
 * Every drop carries the end of its time (match `time`), so that the kernel lifts it by itself here too, by its clock; a
 * lasting one ends in 2106. Against nf_tables it is weaker, and the docs say so: two steps, one for each family; `filter`
 * sees a packet of the host before it leaves, so a redirection of local traffic passes isolation by the loopback rule;
 * a hop limit is not asked for.
 * Source: include/uapi/linux/netfilter_ipv4/ip_tables.h (struct ipt_ip, ipt_icmp), netfilter_ipv6/ip6_tables.h (struct
 * ip6t_ip6, IP6T_F_PROTO), netfilter/xt_tcpudp.h, xt_time.h, xt_string.h.
 */
import { addressBytes, addressText } from '../../formats/inet-address.ts';
import type { Hook } from '../../native/nf-table-messages.ts';
import {
  matchesOf,
  type XtEntry,
  type XtFamily,
  type XtTable,
  xtElement,
  xtEntry,
  xtVerdict,
} from '../../native/xt-table.ts';
import { type Match, type PacketRule, type PacketRules, queryBytes, type SetName } from './packet-rules.ts';

export const legacyTable = 'filter';
/** By hook of netfilter: the chain of ours that it jumps to. */
const chains = { input: 'DEMINE_IN', forward: 'DEMINE_THROUGH', output: 'DEMINE_OUT' } as const;
type LegacyHook = keyof typeof chains;
const hookNumber: Readonly<Record<LegacyHook, number>> = { input: 1, forward: 2, output: 3 };
/** A packet is looked for before it is routed there, and here where it is routed to. */
const seenAt: Readonly<Partial<Record<Hook, readonly LegacyHook[]>>> = {
  prerouting: ['input', 'forward'],
  input: ['input'],
  forward: ['forward'],
  output: ['output'],
};

/** Seconds since 1970 that fill 32 bits: for what lasts. */
export const noEnd = 0xffffffff;
const allMonthDays = 0xfffffffe;
const allWeekDays = 0xfe;
const lastSecond = 86_399;
/** struct xt_time_info: the two dates, the two times of a day, days of the month, days of the week, flags (0: UTC). */
const dateStopAt = 4;

function timeMatch(until: number): Uint8Array {
  const data = new Uint8Array(24);
  const view = new DataView(data.buffer);
  view.setUint32(dateStopAt, until, true);
  view.setUint32(12, lastSecond, true);
  view.setUint32(16, allMonthDays, true);
  view.setUint8(20, allWeekDays);
  return xtElement('time', 0, data);
}

const protocolNumber = { tcp: 6, udp: 17, icmp: 1, icmp6: 58 } as const;
type Protocol = keyof typeof protocolNumber;
const mostPattern = 128;

/** struct ipt_ip and ip6t_ip6: addresses, masks, interfaces, their masks, protocol. */
const places = {
  ip: { length: 4, inward: 16, outward: 32, masks: 48, protocol: 80, size: 84 },
  ip6: { length: 16, inward: 64, outward: 80, masks: 96, protocol: 128, size: 136 },
} as const;
const protocolFlag6 = 1;

/** What one entry asks for, gathered from the conditions of a rule. */
interface Wanted {
  readonly from?: Uint8Array;
  readonly to?: Uint8Array;
  readonly loopback?: 'from' | 'to';
  readonly protocol?: Protocol;
  readonly fromPort?: number;
  readonly toPort?: number;
  readonly icmpType?: number;
  readonly name?: string;
}

function head(family: XtFamily, wanted: Wanted): Uint8Array {
  const place = places[family];
  const out = new Uint8Array(place.size);
  for (const [bytes, at] of [
    [wanted.from, 0],
    [wanted.to, place.length],
  ] as const) {
    if (bytes === undefined) continue;
    out.set(bytes, at);
    out.fill(0xff, at + 2 * place.length, at + 3 * place.length);
  }
  if (wanted.loopback !== undefined) {
    const inward = wanted.loopback === 'from';
    out.set(Buffer.from('lo'), inward ? place.inward : place.outward);
    // With the NUL, so that no longer name is meant.
    out.fill(0xff, place.masks + (inward ? 0 : 16), place.masks + (inward ? 0 : 16) + 3);
  }
  if (wanted.protocol !== undefined) {
    new DataView(out.buffer).setUint16(place.protocol, protocolNumber[wanted.protocol], true);
    if (family === 'ip6') out[131] = protocolFlag6;
  }
  return out;
}

function portMatch(protocol: 'tcp' | 'udp', from: number | undefined, to: number | undefined): Uint8Array {
  const data = new Uint8Array(protocol === 'tcp' ? 12 : 10);
  const view = new DataView(data.buffer);
  for (const [at, port] of [
    [0, from],
    [4, to],
  ] as const) {
    view.setUint16(at, port ?? 0, true);
    view.setUint16(at + 2, port ?? 65_535, true);
  }
  return xtElement(protocol, 0, data);
}

function icmpMatch(family: XtFamily, type: number): Uint8Array {
  return xtElement(family === 'ip' ? 'icmp' : 'icmp6', 0, Uint8Array.of(type, 0, 255, 0));
}

/** The end of the name as a query carries it, as much as the match takes. */
const patternOf = (name: string): Uint8Array => queryBytes(name).slice(-mostPattern);

function nameMatch(name: string): Uint8Array {
  const pattern = patternOf(name);
  const data = new Uint8Array(160);
  const view = new DataView(data.buffer);
  view.setUint16(2, 65_535, true);
  data.set(Buffer.from('bm'), 4);
  data.set(pattern, 20);
  data[148] = pattern.length;
  data[149] = 2;
  return xtElement('string', 1, data);
}

/** One entry for each address where a set is asked; none where the rule is of the other family. */
function wantedOf(
  family: XtFamily,
  matches: readonly Match[],
  sets: ReadonlyMap<SetName, readonly Uint8Array[]>,
): readonly Wanted[] {
  let all: Wanted[] = [{}];
  const add = (part: Wanted): void => {
    all = all.map((one) => ({ ...one, ...part }));
  };
  for (const match of matches) {
    switch (match.on) {
      case 'standing':
      case 'hop-limit':
        break;
      case 'member': {
        const keys = match.family === family ? (sets.get(match.set) ?? []) : [];
        all = all.flatMap((one) => keys.map((key) => ({ ...one, [match.side]: key })));
        break;
      }
      case 'address': {
        const bytes = addressBytes(match.address);
        if (bytes?.length !== places[family].length) return [];
        add({ [match.side]: bytes });
        break;
      }
      case 'loopback':
        add({ loopback: match.side });
        break;
      case 'port':
        add({ protocol: match.protocol, [match.side === 'from' ? 'fromPort' : 'toPort']: match.port });
        break;
      case 'icmp':
        if (match.family !== family) return [];
        add({ protocol: family === 'ip' ? 'icmp' : 'icmp6', icmpType: match.type });
        break;
      case 'query':
        add({ name: match.name });
        break;
    }
  }
  return all;
}

interface Line {
  readonly wanted: Wanted;
  readonly verdict: PacketRule['verdict'];
}

/** What is asked at a hook of this table, each thing once. */
function linesOf(family: XtFamily, hook: LegacyHook, rules: PacketRules): readonly Line[] {
  const sets = new Map(rules.sets.map(({ name, elements }) => [name, elements]));
  const lines = rules.chains
    .filter((chain) => seenAt[chain.hook]?.includes(hook) === true)
    .flatMap((chain) =>
      chain.rules.flatMap(({ matches, verdict }) =>
        wantedOf(family, matches, sets).map((wanted): Line => ({ wanted, verdict })),
      ),
    );
  return [...new Map(lines.map((line) => [JSON.stringify(line), line])).values()];
}

function entryOf(family: XtFamily, wanted: Wanted, verdict: Line['verdict'], until: number): XtEntry {
  const { protocol, fromPort, toPort, icmpType, name } = wanted;
  const matches = [
    ...(protocol === 'tcp' || protocol === 'udp' ? [portMatch(protocol, fromPort, toPort)] : []),
    ...(icmpType === undefined ? [] : [icmpMatch(family, icmpType)]),
    ...(name === undefined ? [] : [nameMatch(name)]),
    ...(verdict === 'drop' ? [timeMatch(until)] : []),
  ];
  return xtEntry(family, head(family, wanted), matches, {
    verdict: verdict === 'drop' ? xtVerdict.drop : xtVerdict.return,
  });
}

const isOurs = (name: string | undefined): boolean => Object.values(chains).some((one) => one === name);

/** Heads of user chains and the end of a table carry a name. */
function ownEntries({ entries }: XtTable): ReadonlySet<XtEntry> {
  const own = new Set<XtEntry>();
  let inside = false;
  for (const entry of entries) {
    if (entry.chain !== undefined) inside = isOurs(entry.chain);
    if (inside) own.add(entry);
  }
  for (const entry of entries) if (entry.jump !== undefined && own.has(entry.jump)) own.add(entry);
  return own;
}

/** The table as it would be without us. */
export function withoutOurs(table: XtTable): XtTable {
  const own = ownEntries(table);
  const entries = table.entries.filter((entry) => !own.has(entry));
  const begins = table.begins.map((begin) => {
    if (begin === undefined || !own.has(begin)) return begin;
    // Our jumps stand first in a chain: what follows them is where it began.
    return table.entries.slice(table.entries.indexOf(begin)).find((entry) => !own.has(entry));
  });
  return { ...table, entries, begins };
}

/** @param until seconds since 1970 at which the kernel lifts it */
export function withOurs(table: XtTable, rules: PacketRules, until: number): XtTable {
  const { family } = table;
  const clean = withoutOurs(table);
  const empty = new Uint8Array(places[family].size);
  const made: XtEntry[] = [];
  const begins = [...clean.begins];
  const jumps = new Map<XtEntry, XtEntry>();
  for (const hook of ['input', 'forward', 'output'] as const) {
    const lines = linesOf(family, hook, rules).map(({ wanted, verdict }) =>
      entryOf(family, wanted, verdict, until),
    );
    const last = xtEntry(family, empty, [], { verdict: xtVerdict.return });
    const [first = last] = lines;
    made.push(xtEntry(family, empty, [], { chain: chains[hook] }), ...lines, last);
    const begin = begins[hookNumber[hook]];
    if (begin === undefined) continue;
    const jump = xtEntry(family, empty, [], { jump: first });
    jumps.set(begin, jump);
    begins[hookNumber[hook]] = jump;
  }
  const entries = clean.entries.flatMap((entry, index) => {
    const jump = jumps.get(entry);
    // The end of the table is its last entry: chains stand before it.
    const before = index === clean.entries.length - 1 ? made : [];
    return [...before, ...(jump === undefined ? [] : [jump]), entry];
  });
  return { ...clean, entries, begins };
}

const timesOf = (table: XtTable): readonly Uint8Array[] => {
  const own = ownEntries(table);
  return [...own].flatMap((entry) =>
    [...matchesOf(entry, table.family)].filter(({ name }) => name === 'time').map(({ data }) => data),
  );
};

const dateStop = (data: Uint8Array): number =>
  new DataView(data.buffer, data.byteOffset, data.byteLength).getUint32(dateStopAt, true);

export interface LegacyStanding {
  /** Seconds since 1970. */
  readonly until: number;
  /** Addresses that are dropped, as bytes. */
  readonly blocked: readonly Uint8Array[];
  /** Queries are dropped by their names. */
  readonly byName: boolean;
}

/** Undefined where nothing of ours is in the table. */
export function legacyStanding(table: XtTable): LegacyStanding | undefined {
  if (ownEntries(table).size === 0) return undefined;
  const { length } = places[table.family];
  const blocked = new Map<string, Uint8Array>();
  for (const entry of ownEntries(table)) {
    if (![...matchesOf(entry, table.family)].some(({ name }) => name === 'time')) continue;
    for (const at of [0, length]) {
      const address = entry.bytes.subarray(at, at + length);
      if (address.some((byte) => byte !== 0)) blocked.set(address.join(), address);
    }
  }
  const byName = [...ownEntries(table)].some((entry) =>
    [...matchesOf(entry, table.family)].some(({ name }) => name === 'string'),
  );
  return { until: Math.max(0, ...timesOf(table).map(dateStop)), blocked: [...blocked.values()], byName };
}

/** The same without an end. */
export function withoutEnd(table: XtTable): XtTable {
  for (const data of timesOf(table))
    new DataView(data.buffer, data.byteOffset, data.byteLength).setUint32(dateStopAt, noEnd, true);
  return table;
}

function wordsOf(family: XtFamily, wanted: Wanted): readonly string[] {
  const { from, to, loopback, protocol, fromPort, toPort, icmpType, name } = wanted;
  const address = (bytes: Uint8Array): string => `${addressText(bytes)}/${bytes.length * 8}`;
  const shown = protocol === 'icmp6' ? 'ipv6-icmp' : protocol;
  return [
    ...(from === undefined ? [] : ['-s', address(from)]),
    ...(to === undefined ? [] : ['-d', address(to)]),
    ...(loopback === undefined ? [] : [loopback === 'from' ? '-i' : '-o', 'lo']),
    ...(protocol === undefined || shown === undefined ? [] : ['-p', shown, '-m', protocol]),
    ...(fromPort === undefined ? [] : ['--sport', `${fromPort}`]),
    ...(toPort === undefined ? [] : ['--dport', `${toPort}`]),
    ...(icmpType === undefined ? [] : [family === 'ip' ? '--icmp-type' : '--icmpv6-type', `${icmpType}`]),
    ...(name === undefined
      ? []
      : [
          '-m',
          'string',
          '--hex-string',
          `"|${Buffer.from(patternOf(name)).toString('hex')}|"`,
          '--algo',
          'bm',
          '--icase',
        ]),
  ];
}

/** The rules as `iptables -S` and `ip6tables -S` list them: to show before anything is set. */
export function legacyText(rules: PacketRules, until: number): string {
  const time = new Date(until * 1000).toISOString().slice(0, 19);
  const lines: string[] = [];
  for (const [family, program] of [
    ['ip', 'iptables'],
    ['ip6', 'ip6tables'],
  ] as const) {
    for (const chain of Object.values(chains)) lines.push(`${program} -N ${chain}`);
    for (const [from, hook] of [
      ['INPUT', 'input'],
      ['FORWARD', 'forward'],
      ['OUTPUT', 'output'],
    ] as const)
      lines.push(`${program} -I ${from} -j ${chains[hook]}`);
    for (const hook of ['input', 'forward', 'output'] as const) {
      for (const { wanted, verdict } of linesOf(family, hook, rules)) {
        const end = verdict === 'drop' ? ['-m', 'time', '--datestop', time, '-j', 'DROP'] : ['-j', 'RETURN'];
        lines.push([program, '-A', chains[hook], ...wordsOf(family, wanted), ...end].join(' '));
      }
    }
  }
  return `${lines.join('\n')}\n`;
}
