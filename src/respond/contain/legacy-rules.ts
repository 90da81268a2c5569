/**
 * The rules for a kernel without nf_tables: entries of the table `filter` of iptables and ip6tables.
 *
 * Chains of our own, to which INPUT, FORWARD and OUTPUT jump first; what they let pass goes on to the host's own rules.
 * Every drop carries the end of its time (match `time`), so that the kernel lifts it by itself here too, by its clock; a
 * lasting one ends in 2106. Against nf_tables it is weaker, and the docs say so: two steps, one for each family; `filter`
 * sees a packet of the host before it leaves, so a redirection of local traffic passes isolation by the loopback rule;
 * a hop limit is not asked for.
 */

import type { Hook } from '../../native/nf-table-messages.ts';
import {
  matchesOf,
  type XtEntry,
  type XtFamily,
  type XtTable,
  xtEntry,
  xtVerdict,
} from '../../native/xt-table.ts';
import { dateStopAt, entryOf, type Line, noEnd, places, wantedOf, wordsOf } from './legacy-entries.ts';
import type { PacketRules } from './packet-rules.ts';

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
