/**
 * A legacy table (iptables, ip6tables) as entries that know where they lead, and back to the bytes that replace it.
 *
 * Why: a table is replaced as a whole, and jumps, hooks and policies in it are byte offsets. As references they stay
 * right when entries come and go, and what others put there goes back as it came.
 * What it is NOT: a reader of matches: those of others are bytes that are handed on.
 * Source: include/uapi/linux/netfilter_ipv4/ip_tables.h (struct ipt_getinfo, ipt_entry, ipt_replace), its twin for IPv6,
 * and x_tables.h (struct xt_standard_target); offsets by offsetof() on x86-64. Numbers in the byte order of the host.
 */
export type XtFamily = 'ip' | 'ip6';

/** struct ipt_entry and ip6t_entry: where the offsets of target and next entry stand, and where matches begin. */
const layouts = {
  ip: { target: 88, next: 90, elements: 112 },
  ip6: { target: 140, next: 142, elements: 168 },
} as const;

const hooks = 5;
/** struct xt_entry_target: size, name of 29, revision; then the verdict. */
const targetHead = 32;
const mostEntries = 100_000;

export interface XtEntry {
  /** Whole, with its matches and its target. */
  readonly bytes: Uint8Array;
  /** The entry that a jump leads to. */
  jump?: XtEntry;
  /** Name of the user chain that begins with it. */
  readonly chain?: string;
}

export interface XtTable {
  readonly family: XtFamily;
  readonly name: string;
  /** Bit by hook. */
  readonly validHooks: number;
  readonly entries: readonly XtEntry[];
  /** By hook: where a packet begins, and the policy. */
  readonly begins: readonly (XtEntry | undefined)[];
  readonly policies: readonly (XtEntry | undefined)[];
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
/** A text with its NUL, or as long as there is room for it. */
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1').split('\0', 1)[0] ?? '';

interface Target {
  readonly at: number;
  readonly name: string;
}

function targetOf(bytes: Uint8Array, family: XtFamily): Target | undefined {
  const at = viewOf(bytes).getUint16(layouts[family].target, true);
  if (at < layouts[family].elements || at + targetHead > bytes.length) return undefined;
  return { at, name: textOf(bytes.subarray(at + 2, at + 31)) };
}

/** Where a standard target leads, or its verdict as a negative number; undefined for any other target. */
function verdictOf(bytes: Uint8Array, family: XtFamily): number | undefined {
  const target = targetOf(bytes, family);
  if (target?.name !== '' || target.at + targetHead + 4 > bytes.length) return undefined;
  return viewOf(bytes).getInt32(target.at + targetHead, true);
}

/**
 * @param info struct ipt_getinfo
 * @param blob the entries alone, as many bytes as `info` says
 * @returns undefined where they do not fit each other
 */
export function parseXtTable(family: XtFamily, info: Uint8Array, blob: Uint8Array): XtTable | undefined {
  if (info.length < 84) return undefined;
  const head = viewOf(info);
  const view = viewOf(blob);
  const layout = layouts[family];
  const entries: XtEntry[] = [];
  const byOffset = new Map<number, XtEntry>();
  for (let at = 0; at < blob.length; ) {
    if (at + layout.elements > blob.length || entries.length >= mostEntries) return undefined;
    const length = view.getUint16(at + layout.next, true);
    if (length < layout.elements || at + length > blob.length) return undefined;
    const bytes = blob.slice(at, at + length);
    const target = targetOf(bytes, family);
    const chain = target?.name === 'ERROR' ? textOf(bytes.subarray(target.at + targetHead)) : undefined;
    const entry: XtEntry = { bytes, ...(chain === undefined ? {} : { chain }) };
    entries.push(entry);
    byOffset.set(at, entry);
    at += length;
  }
  for (const entry of entries) {
    const verdict = verdictOf(entry.bytes, family);
    if (verdict === undefined || verdict < 0) continue;
    const to = byOffset.get(verdict);
    if (to === undefined) return undefined;
    entry.jump = to;
  }
  const validHooks = head.getUint32(32, true);
  const references = (from: number): (XtEntry | undefined)[] =>
    Array.from({ length: hooks }, (_, hook) =>
      (validHooks & (1 << hook)) === 0 ? undefined : byOffset.get(head.getUint32(from + hook * 4, true)),
    );
  return {
    family,
    name: textOf(info.subarray(0, 32)),
    validHooks,
    entries,
    begins: references(36),
    policies: references(56),
  };
}

/** struct ipt_replace without the pointer to counters, and the entries behind it. */
export interface XtReplacement {
  readonly bytes: Uint8Array;
  readonly entries: number;
  /** Where the number of old entries (4 bytes) and the address of their counters (8 bytes) are filled in. */
  readonly countersAt: number;
}

const replaceHead = 96;
const countersAt = 84;

/** @throws RangeError where a reference leads out of the table */
export function buildXtTable(table: XtTable): XtReplacement {
  const { family, entries } = table;
  const offsets = new Map<XtEntry, number>();
  let size = 0;
  for (const entry of entries) {
    offsets.set(entry, size);
    size += entry.bytes.length;
  }
  const offsetOf = (entry: XtEntry | undefined): number => {
    const offset = entry === undefined ? undefined : offsets.get(entry);
    if (offset === undefined) throw new RangeError('an entry that is not in the table');
    return offset;
  };
  const out = new Uint8Array(replaceHead + size);
  const view = viewOf(out);
  out.set(Buffer.from(table.name, 'latin1').subarray(0, 31));
  view.setUint32(32, table.validHooks, true);
  view.setUint32(36, entries.length, true);
  view.setUint32(40, size, true);
  for (let hook = 0; hook < hooks; hook += 1) {
    if ((table.validHooks & (1 << hook)) === 0) continue;
    view.setUint32(44 + hook * 4, offsetOf(table.begins[hook]), true);
    view.setUint32(64 + hook * 4, offsetOf(table.policies[hook]), true);
  }
  for (const entry of entries) {
    const at = replaceHead + offsetOf(entry);
    out.set(entry.bytes, at);
    if (entry.jump === undefined) continue;
    const target = targetOf(entry.bytes, family);
    if (target === undefined) throw new RangeError('a jump without a target');
    view.setInt32(at + target.at + targetHead, offsetOf(entry.jump), true);
  }
  return { bytes: out, entries: entries.length, countersAt };
}

const align = (size: number): number => (size + 7) & ~7;

/** struct xt_entry_match or xt_entry_target with its data. */
export function xtElement(name: string, revision: number, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(align(targetHead + data.length));
  viewOf(out).setUint16(0, out.length, true);
  out.set(Buffer.from(name, 'latin1').subarray(0, 28), 2);
  out[31] = revision;
  out.set(data, targetHead);
  return out;
}

/**
 * An entry of ours.
 *
 * @param head struct ipt_ip or ip6t_ip6
 * @param target verdict of a standard target (negative), an entry to jump to, or the name of a chain that begins here
 */
export function xtEntry(
  family: XtFamily,
  head: Uint8Array,
  matches: readonly Uint8Array[],
  target: { readonly verdict: number } | { readonly jump: XtEntry } | { readonly chain: string },
): XtEntry {
  const layout = layouts[family];
  const verdict = new Uint8Array(4);
  if ('verdict' in target) viewOf(verdict).setInt32(0, target.verdict, true);
  const last =
    'chain' in target
      ? xtElement(
          'ERROR',
          0,
          Buffer.concat([Buffer.from(target.chain, 'latin1').subarray(0, 29), new Uint8Array(30)]).subarray(
            0,
            30,
          ),
        )
      : xtElement('', 0, verdict);
  const start = new Uint8Array(layout.elements);
  start.set(head);
  const targetAt = matches.reduce<number>((sum, match) => sum + match.length, layout.elements);
  viewOf(start).setUint16(layout.target, targetAt, true);
  viewOf(start).setUint16(layout.next, targetAt + last.length, true);
  return {
    bytes: Buffer.concat([start, ...matches, last]),
    ...('jump' in target ? { jump: target.jump } : {}),
    ...('chain' in target ? { chain: target.chain } : {}),
  };
}

/** Verdicts of a standard target: -NF_DROP - 1, -NF_ACCEPT - 1, XT_RETURN. */
export const xtVerdict = { drop: -1, accept: -2, return: -5 } as const;

/** Matches of an entry by name, as views into it. */
export function* matchesOf(
  { bytes }: XtEntry,
  family: XtFamily,
): Generator<{ readonly name: string; readonly data: Uint8Array }> {
  const view = viewOf(bytes);
  const end = view.getUint16(layouts[family].target, true);
  for (let at = layouts[family].elements; at + targetHead <= end; ) {
    const size = view.getUint16(at, true);
    if (size < targetHead || at + size > end) return;
    yield { name: textOf(bytes.subarray(at + 2, at + 31)), data: bytes.subarray(at + targetHead, at + size) };
    at += size;
  }
}
