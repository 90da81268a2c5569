/** A containment in the tables of iptables, for a kernel without nf_tables. */
import { addressText } from '../../formats/inet-address.ts';
import { passOn } from '../../native/failure.ts';
import { changeXtTable, readXtTable } from '../../native/iptables-replace.ts';
import { kernelPart } from '../../native/kernel-part.ts';
import type { Answer } from '../../native/port.ts';
import type { XtFamily, XtTable } from '../../native/xt-table.ts';
import type { Containment } from './containment.ts';
import type { Firewall, Standing } from './firewall.ts';
import { noEnd } from './legacy-entries.ts';
import {
  legacyStanding,
  legacyTable,
  legacyText,
  withOurs,
  withoutEnd,
  withoutOurs,
} from './legacy-rules.ts';
import { packetRules } from './packet-rules.ts';

const done: Answer<true> = { status: 'ok', value: true };

/** A host without IPv6 has no table for it; one without that for IPv4 has no iptables. */
function onBoth(change: (table: XtTable) => XtTable, namespaceOf: number | undefined): Answer<true> {
  const four = changeXtTable('ip', legacyTable, change, namespaceOf);
  if (four.status !== 'ok') return four;
  const six = changeXtTable('ip6', legacyTable, change, namespaceOf);
  return six.status === 'ok' || six.status === 'absent' ? done : six;
}

function standingOf(namespaceOf: number | undefined, now: number): Answer<Standing> {
  const found = [];
  for (const family of ['ip', 'ip6'] satisfies XtFamily[]) {
    const table = readXtTable(family, legacyTable, namespaceOf);
    if (table.status === 'absent' && family === 'ip6') continue;
    if (table.status !== 'ok') return passOn(table);
    const standing = legacyStanding(table.value);
    if (standing !== undefined) found.push(standing);
  }
  if (found.length === 0) return { status: 'ok', value: { state: 'none' } };
  const until = Math.max(...found.map((one) => one.until));
  const leftMs = until * 1000 - now;
  if (leftMs <= 0) return { status: 'ok', value: { state: 'over' } };
  const byName = found.some((one) => one.byName);
  const addresses = found.flatMap(({ blocked }) => blocked.map(addressText)).sort();
  return {
    status: 'ok',
    value: {
      state: 'standing',
      mode: addresses.length > 0 || byName ? 'block' : 'isolate',
      ...(until === noEnd ? {} : { leftMs }),
      addresses,
      byName,
    },
  };
}

/** The parts of the kernel by which rules are matched. */
const parts = ['xt_time', 'xt_tcpudp', 'xt_string', 'ts_bm'] as const;
type Part = (typeof parts)[number];

/** What is not loaded the kernel would load by a program of the host. */
const missing: Readonly<Record<Part, string>> = {
  xt_time: 'xt_time is not loaded, and loading it would run modprobe of this host',
  xt_tcpudp: 'xt_tcpudp is not loaded, and loading it would run modprobe of this host',
  xt_string: 'xt_string is not loaded, and loading it would run modprobe of this host',
  ts_bm: 'ts_bm is not loaded, and loading it would run modprobe of this host',
};

function partsOf(containment: Containment): readonly Part[] {
  if (containment.mode === 'isolate') return ['xt_time', 'xt_tcpudp'];
  return containment.names.length === 0 ? ['xt_time'] : parts;
}

export interface LegacyOptions {
  /** A pid in whose network namespace it works, instead of ours. */
  readonly namespaceOf?: number | undefined;
  readonly now?: () => number;
  /** Whether a part of the kernel is there. */
  readonly isThere?: (part: string) => boolean;
}

export function legacyFirewall({
  namespaceOf,
  now = Date.now,
  isThere = (part) => kernelPart(part).status === 'ok',
}: LegacyOptions = {}): Firewall {
  const standing = (): Answer<Standing> => standingOf(namespaceOf, now());
  const untilOf = (timeoutMs: number | undefined): number =>
    timeoutMs === undefined ? noEnd : Math.floor((now() + timeoutMs) / 1000);
  return {
    kind: 'iptables',
    standing,
    text: (containment, timeoutMs) => legacyText(packetRules(containment), untilOf(timeoutMs)),
    set: (containment, timeoutMs) => {
      const absent = partsOf(containment).find((part) => !isThere(part));
      if (absent !== undefined) return { status: 'absent', reason: missing[absent] };
      const rules = packetRules(containment);
      const until = untilOf(timeoutMs);
      return onBoth((table) => withOurs(table, rules, until), namespaceOf);
    },
    lift: () => onBoth(withoutOurs, namespaceOf),
    confirm: () => {
      const stands = standing();
      if (stands.status !== 'ok') return passOn(stands);
      if (stands.value.state !== 'standing') return { status: 'ok', value: 'over' };
      const lasting = onBoth(withoutEnd, namespaceOf);
      return lasting.status === 'ok' ? { status: 'ok', value: 'confirmed' } : passOn(lasting);
    },
  };
}
