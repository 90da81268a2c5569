/**
 * One rule as an entry of a table of iptables, and as the words by which `iptables -S` lists it.
 *
 * Source: include/uapi/linux/netfilter_ipv4/ip_tables.h (struct ipt_ip, ipt_icmp), netfilter_ipv6/ip6_tables.h (struct
 * ip6t_ip6, IP6T_F_PROTO), netfilter/xt_tcpudp.h, xt_time.h, xt_string.h.
 */
import { addressBytes, addressText } from '../../formats/inet-address.ts';
import { type XtEntry, type XtFamily, xtElement, xtEntry, xtVerdict } from '../../native/xt-table.ts';
import { type Match, type PacketRule, queryBytes, type SetName } from './packet-rules.ts';

/** Seconds since 1970 that fill 32 bits: for what lasts. */
export const noEnd = 0xffffffff;
const allMonthDays = 0xfffffffe;
const allWeekDays = 0xfe;
const lastSecond = 86_399;
/** struct xt_time_info: the two dates, the two times of a day, days of the month, days of the week, flags (0: UTC). */
export const dateStopAt = 4;

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
export const places = {
  ip: { length: 4, inward: 16, outward: 32, masks: 48, protocol: 80, size: 84 },
  ip6: { length: 16, inward: 64, outward: 80, masks: 96, protocol: 128, size: 136 },
} as const;
const protocolFlag6 = 1;

/** What one entry asks for, gathered from the conditions of a rule. */
export interface Wanted {
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
export function wantedOf(
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

export interface Line {
  readonly wanted: Wanted;
  readonly verdict: PacketRule['verdict'];
}

export function entryOf(family: XtFamily, wanted: Wanted, verdict: Line['verdict'], until: number): XtEntry {
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

export function wordsOf(family: XtFamily, wanted: Wanted): readonly string[] {
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
