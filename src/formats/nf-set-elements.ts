/**
 * Elements of nf_tables sets with their keys and the time that is left to them.
 *
 * Source: include/uapi/linux/netfilter/nf_tables.h (NFTA_SET_ELEM_LIST_*, NFTA_SET_ELEM_*); numbers in network order.
 */
import { attributesOf, eachAttribute, nameBytes } from './netlink-attributes.ts';

export interface SetElement {
  readonly set: string;
  readonly key: Uint8Array;
  /** Milliseconds until the kernel takes it out; absent for one that stays. */
  readonly expiresMs?: number;
}

const messageElements = 0x0a0c;
const headSize = 4;
const mostElements = 65_536;

function wide(value: Uint8Array | undefined): number | undefined {
  if (value === undefined || value.length < 8) return undefined;
  return Number(new DataView(value.buffer, value.byteOffset).getBigUint64(0, false));
}

/** Nothing for any other message. */
export function parseSetElements(type: number, payload: Uint8Array): readonly SetElement[] {
  if (type !== messageElements || payload.length < headSize) return [];
  const attributes = attributesOf(payload, headSize);
  const set = Buffer.from(nameBytes(attributes.get(2))).toString('latin1');
  const elements: SetElement[] = [];
  eachAttribute(attributes.get(3) ?? new Uint8Array(0), 0, (_, element) => {
    if (elements.length >= mostElements) return;
    const parts = attributesOf(element);
    const key = attributesOf(parts.get(1) ?? new Uint8Array(0)).get(1);
    const expiresMs = wide(parts.get(5));
    if (key !== undefined) elements.push({ set, key, ...(expiresMs === undefined ? {} : { expiresMs }) });
  });
  return elements;
}
