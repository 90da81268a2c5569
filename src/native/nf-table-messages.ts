/**
 * nf_tables messages that make, fill and remove a table, as bytes.
 *
 * Why: containment sets its table by one netlink transaction, so that no program of the host is started and nothing
 * is ever half set. What it is NOT: a writer of all that nf_tables can do; these are the expressions that block by
 * address, port, protocol, interface and the start of a packet's content.
 * Source: include/uapi/linux/netfilter/nf_tables.h for the attributes; net/netfilter/nf_tables_api.c for which of them
 * a message needs. Comments lie in user data as nft(8) reads them (libnftnl include/libnftnl/udata.h: type, length,
 * text with its NUL; type 0 is the comment of a table and of a rule).
 */
import {
  attribute,
  generic,
  messageFlag,
  nested,
  netlinkMessage,
  textAttribute,
  u32,
  u64,
} from './netlink-encode.ts';

/** NFPROTO_INET: one table for IPv4 and IPv6. */
export const inetFamily = 1;

const subsystem = 10;
const kind = (message: number): number => (subsystem << 8) | message;
const make = messageFlag.request | messageFlag.create;

/** NF_INET_*: where a packet is when the chain sees it. */
export const hook = { prerouting: 0, input: 1, forward: 2, output: 3, postrouting: 4 } as const;
export type Hook = keyof typeof hook;

/** NFT_META_* */
const metaKey = { iiftype: 8, oiftype: 9, nfproto: 15, l4proto: 16 } as const;
/** NFT_PAYLOAD_*_HEADER */
const header = { network: 1, transport: 2 } as const;
/** NF_DROP, NF_ACCEPT */
const verdictCode = { drop: 0, accept: 1 } as const;

/** Numbers of nft(8)'s data types, by which it lists keys (nftables include/datatype.h). */
export const keyType = {
  nfproto: { type: 2, length: 1 },
  ip: { type: 7, length: 4 },
  ip6: { type: 8, length: 16 },
} as const;

/** One step of a rule; each works on the first register. */
export type NftExpression =
  | { readonly kind: 'meta'; readonly key: keyof typeof metaKey }
  | {
      readonly kind: 'payload';
      readonly header: keyof typeof header;
      readonly offset: number;
      readonly length: number;
    }
  | { readonly kind: 'mask'; readonly bytes: Uint8Array }
  | { readonly kind: 'equal'; readonly bytes: Uint8Array }
  | { readonly kind: 'lookup'; readonly set: string }
  | { readonly kind: 'verdict'; readonly verdict: keyof typeof verdictCode };

const register = 1;
const verdictRegister = 0;
/** NFT_REG_1 and what follows it hold 64 bytes; nft(8) lists at most 16 of raw content at once. */
export const registerBytes = 16;

const value = (type: number, bytes: Uint8Array): Uint8Array => nested(type, [attribute(1, bytes)]);
const number = (type: number, amount: number): Uint8Array => attribute(type, u32(amount));

function expressionData(expression: NftExpression): readonly [string, readonly Uint8Array[]] {
  switch (expression.kind) {
    case 'meta':
      return ['meta', [number(2, metaKey[expression.key]), number(1, register)]];
    case 'payload':
      return [
        'payload',
        [
          number(1, register),
          number(2, header[expression.header]),
          number(3, expression.offset),
          number(4, expression.length),
        ],
      ];
    case 'mask':
      return [
        'bitwise',
        [
          number(1, register),
          number(2, register),
          number(3, expression.bytes.length),
          value(4, expression.bytes),
          value(5, new Uint8Array(expression.bytes.length)),
        ],
      ];
    case 'equal':
      return ['cmp', [number(1, register), number(2, 0), value(3, expression.bytes)]];
    case 'lookup':
      return ['lookup', [textAttribute(1, expression.set), number(2, register)]];
    case 'verdict':
      return [
        'immediate',
        [number(1, verdictRegister), nested(2, [nested(2, [number(1, verdictCode[expression.verdict])])])],
      ];
  }
}

function encodeExpression(expression: NftExpression): Uint8Array {
  const [name, data] = expressionData(expression);
  return nested(1, [textAttribute(1, name), nested(2, data)]);
}

/** Bytes of user data that nft(8) shows as a comment; at most 128 with the NUL (NFTNL_UDATA_COMMENT_MAXLEN). */
function comment(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text).subarray(0, 127);
  return Uint8Array.of(0, bytes.length + 1, ...bytes, 0);
}

const message = (type: number, flags: number, parts: readonly Uint8Array[]): Uint8Array =>
  netlinkMessage(kind(type), flags, Buffer.concat([generic(inetFamily), ...parts]));

/** Where it is there already, it stays as it is. */
export const newTable = (name: string, told: string): Uint8Array =>
  message(0, make, [textAttribute(1, name), number(2, 0), attribute(6, comment(told))]);

/** With all that is in it; ENOENT where there is none. */
export const deleteTable = (name: string): Uint8Array =>
  message(2, messageFlag.request, [textAttribute(1, name)]);

export interface NftChain {
  readonly table: string;
  readonly name: string;
  readonly hook: Hook;
  /** Lower ones see a packet sooner. */
  readonly priority: number;
}

/** A chain that lets pass what no rule of it decides on. */
export const newChain = (chain: NftChain): Uint8Array =>
  message(3, make, [
    textAttribute(1, chain.table),
    textAttribute(3, chain.name),
    nested(4, [number(1, hook[chain.hook]), number(2, chain.priority)]),
    number(5, verdictCode.accept),
    textAttribute(7, 'filter'),
  ]);

export interface NftSet {
  readonly table: string;
  readonly name: string;
  readonly key: keyof typeof keyType;
  /** Unique within the transaction. */
  readonly id: number;
}

const timeoutFlag = 0x10;

/** A set whose elements may have an end. */
export const newSet = ({ table, name, key, id }: NftSet): Uint8Array =>
  message(9, make, [
    textAttribute(1, table),
    textAttribute(2, name),
    number(3, timeoutFlag),
    number(4, keyType[key].type),
    number(5, keyType[key].length),
    number(10, id),
  ]);

/** Elements in one message: the list is one attribute, which ends at 64 KiB. */
const elementsAtOnce = 1000;

/** @param timeoutMs after which the kernel takes them out; absent for elements that stay */
export function newElements(
  table: string,
  set: string,
  keys: readonly Uint8Array[],
  timeoutMs?: number,
): readonly Uint8Array[] {
  const end = timeoutMs === undefined ? [] : [attribute(4, u64(timeoutMs))];
  const out: Uint8Array[] = [];
  for (let at = 0; at < keys.length; at += elementsAtOnce) {
    const elements = keys.slice(at, at + elementsAtOnce).map((key) => nested(1, [value(1, key), ...end]));
    out.push(message(12, make, [textAttribute(1, table), textAttribute(2, set), nested(3, elements)]));
  }
  return out;
}

/** Takes every element out. */
export const emptySet = (table: string, set: string): Uint8Array =>
  message(14, messageFlag.request, [textAttribute(1, table), textAttribute(2, set)]);

export interface NftRule {
  readonly table: string;
  readonly chain: string;
  readonly expressions: readonly NftExpression[];
  readonly comment: string;
}

/** Behind the rules that the chain has. */
export const newRule = (rule: NftRule): Uint8Array =>
  message(6, make | messageFlag.append, [
    textAttribute(1, rule.table),
    textAttribute(2, rule.chain),
    nested(4, rule.expressions.map(encodeExpression)),
    attribute(7, comment(rule.comment)),
  ]);

/** NFNL_MSG_BATCH_BEGIN, NFNL_MSG_BATCH_END: what stands between is done as one, or not at all. */
const batchBegin = 0x10;
const batchEnd = 0x11;

/** The messages as one transaction. The last of them is to be answered; each has its place as sequence number. */
export function transaction(messages: readonly Uint8Array[]): {
  readonly bytes: Uint8Array;
  readonly last: number;
} {
  const edge = (type: number): Uint8Array => netlinkMessage(type, messageFlag.request, generic(0, subsystem));
  const all = [edge(batchBegin), ...messages.map((one) => one.slice()), edge(batchEnd)];
  const last = messages.length;
  for (const [index, one] of all.entries()) {
    const view = new DataView(one.buffer, one.byteOffset);
    view.setUint32(8, index, true);
    if (index === last) view.setUint16(6, view.getUint16(6, true) | messageFlag.acknowledge, true);
  }
  return { bytes: Buffer.concat(all), last };
}
