/**
 * Netlink messages and attributes as bytes, for what we send.
 *
 * Source: include/uapi/linux/netlink.h (struct nlmsghdr, struct nlattr, NLA_ALIGNTO 4, NLA_F_NESTED). Numbers in
 * attributes of nfnetlink are in network order; those of the message's own head are in that of the host, which is
 * little-endian on both of our architectures.
 */

/** NLM_F_*; create and append mean that only in messages that make something. */
export const messageFlag = {
  request: 0x1,
  acknowledge: 0x4,
  dump: 0x300,
  create: 0x400,
  append: 0x800,
} as const;

const headSize = 16;
const nestedFlag = 0x8000;

/** The sequence number, at 8, is filled in by whoever sends it. */
export function netlinkMessage(type: number, flags: number, payload: Uint8Array): Uint8Array {
  const out = new Uint8Array(headSize + payload.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, out.length, true);
  view.setUint16(4, type, true);
  view.setUint16(6, flags, true);
  out.set(payload, headSize);
  return out;
}

export function attribute(type: number, value: Uint8Array): Uint8Array {
  const out = new Uint8Array((4 + value.length + 3) & ~3);
  const view = new DataView(out.buffer);
  view.setUint16(0, 4 + value.length, true);
  view.setUint16(2, type, true);
  out.set(value, 4);
  return out;
}

export const nested = (type: number, parts: readonly Uint8Array[]): Uint8Array =>
  attribute(type | nestedFlag, Buffer.concat(parts));

/** With its final NUL. */
export const textAttribute = (type: number, text: string): Uint8Array =>
  attribute(type, new TextEncoder().encode(`${text}\0`));

export function u32(value: number): Uint8Array {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setInt32(0, value | 0, false);
  return out;
}

export function u64(value: number): Uint8Array {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, BigInt(value), false);
  return out;
}

/** struct nfgenmsg: family, version 0, resource in network order. */
export const generic = (family: number, resource = 0): Uint8Array =>
  Uint8Array.of(family, 0, resource >> 8, resource & 0xff);
