/** The requests of netlink dumps as bytes. The caller fills in the sequence number, at 8. */
import { attribute, generic, messageFlag, netlinkMessage } from './netlink-encode.ts';
import type { NetlinkDump } from './port.ts';

const socketByFamily = 20;
const nftables = 10 << 8;
const nftGet = { chains: 4, rules: 7, sets: 10, elements: 13 } as const;
const flags = messageFlag.request | messageFlag.dump;

const attributeTable = 1;
/** NFTA_SET_NAME in a set, NFTA_SET_ELEM_LIST_SET in a list of elements. */
const attributeSet = 2;

const message = (type: number, payload: Uint8Array): Uint8Array => netlinkMessage(type, flags, payload);

const inetProtocol = { tcp: 6, udp: 17, raw: 255, udplite: 136 } as const;

/** struct inet_diag_req_v2, 56 bytes: every state, with INET_DIAG_INFO. */
function inetRequest(family: number, protocol: number): Uint8Array {
  const payload = new Uint8Array(56);
  payload[0] = family;
  payload[1] = protocol;
  payload[2] = 1 << (2 - 1);
  new DataView(payload.buffer).setUint32(4, 0xffffffff, true);
  return payload;
}

/** struct unix_diag_req, 24 bytes: every state; name, vfs, peer and uid. */
function unixRequest(): Uint8Array {
  const payload = new Uint8Array(24);
  const view = new DataView(payload.buffer);
  payload[0] = 1;
  view.setUint32(4, 0xffffffff, true);
  view.setUint32(12, 0x1 | 0x2 | 0x4 | 0x40, true);
  return payload;
}

/** struct packet_diag_req, 20 bytes: information and the attached filter. */
function packetRequest(): Uint8Array {
  const payload = new Uint8Array(20);
  payload[0] = 17;
  new DataView(payload.buffer).setUint32(8, 0x1 | 0x20, true);
  return payload;
}

export function requestOf(dump: NetlinkDump): Uint8Array {
  switch (dump.kind) {
    case 'inet-diag':
      return message(
        socketByFamily,
        inetRequest(dump.family === 'inet' ? 2 : 10, inetProtocol[dump.protocol]),
      );
    case 'unix-diag':
      return message(socketByFamily, unixRequest());
    case 'packet-diag':
      return message(socketByFamily, packetRequest());
    case 'nftables':
      return message(
        nftables |
          (dump.what === 'rules' ? nftGet.rules : dump.what === 'chains' ? nftGet.chains : nftGet.sets),
        generic(0),
      );
  }
}

export const setsRequest = (): Uint8Array => message(nftables | nftGet.sets, generic(0));

export interface SetName {
  /** With their final NUL, as the kernel sent them. */
  readonly table: Uint8Array;
  readonly set: Uint8Array;
}

/** Names of table and set in an NFT_MSG_NEWSET; undefined when it has none. */
export function tableAndSet(payload: Uint8Array): SetName | undefined {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  let table: Uint8Array | undefined;
  let set: Uint8Array | undefined;
  for (let at = 4; at + 4 <= payload.length; ) {
    const length = view.getUint16(at, true);
    if (length < 4 || at + length > payload.length) break;
    // The two upper bits of a type are flags.
    const type = view.getUint16(at + 2, true) & 0x3fff;
    if (type === attributeTable) table = payload.subarray(at + 4, at + length);
    if (type === attributeSet) set = payload.subarray(at + 4, at + length);
    at += (length + 3) & ~3;
  }
  return table === undefined || set === undefined ? undefined : { table, set };
}

export const elementsRequest = (family: number, names: SetName): Uint8Array =>
  message(
    nftables | nftGet.elements,
    Buffer.concat([
      generic(family),
      attribute(attributeTable, names.table),
      attribute(attributeSet, names.set),
    ]),
  );
