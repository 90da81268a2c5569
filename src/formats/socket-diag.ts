/**
 * Sockets as the kernel's diag families tell them over netlink: INET_DIAG, UNIX_DIAG, PACKET_DIAG.
 *
 * Why: the second of the three views of sockets, and the only one with traffic counters. What it is NOT:
 * always there; a kernel without `udp_diag` or `raw_diag` answers with an error, and then the view is absent.
 * Source: include/uapi/linux/{inet_diag,unix_diag,packet_diag}.h; numbers in host order, ports and addresses in
 * network order. One payload is what follows nlmsghdr.
 */
import type { Transport } from '../model/facts/network.ts';
import { type PathText, printableBytes, printableText } from '../model/text.ts';
import { addressText } from './inet-address.ts';
import { attributesOf, hostU32, nameBytes } from './netlink-attributes.ts';
import { nowhere, type SocketEntry, socketState } from './socket-entry.ts';
import { parseTcpInfo } from './tcp-info.ts';

/** sizeof(struct inet_diag_msg). */
const inetDiagSize = 72;
const inetDiagInfo = 2;
const ipv4 = 2;
const ipv6 = 10;

export type InetProtocol = 'tcp' | 'udp' | 'raw' | 'udplite';

const shown = (address: string, port: number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

export function parseInetDiag(payload: Uint8Array, protocol: InetProtocol): SocketEntry | undefined {
  const family = payload[0];
  if (payload.length < inetDiagSize || (family !== ipv4 && family !== ipv6)) return undefined;
  const data = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const size = family === ipv4 ? 4 : 16;
  const transport: Transport = family === ipv4 ? protocol : `${protocol}6`;
  const local = { port: data.getUint16(4), address: addressText(payload.subarray(8, 8 + size)) };
  const remote = { port: data.getUint16(6), address: addressText(payload.subarray(24, 24 + size)) };
  const state = socketState(payload[1] ?? 0, transport);
  const uid = data.getUint32(64, true);
  const inode = data.getUint32(68, true);
  const info = protocol === 'tcp' ? attributesOf(payload, inetDiagSize).get(inetDiagInfo) : undefined;
  // A listener has the structure too, but it counts no traffic.
  const traffic = info === undefined || state === 'listen' ? undefined : parseTcpInfo(info);
  return {
    transport,
    state,
    local,
    remote,
    inode,
    uid,
    ...(traffic === undefined ? {} : { traffic }),
    text: printableText(
      `${transport} ${state} ${shown(local.address, local.port)} ${shown(remote.address, remote.port)} uid ${uid} inode ${inode}`,
    ),
  };
}

/** sizeof(struct unix_diag_msg) and of packet_diag_msg; both hold the inode at 4. */
const shortDiagSize = 16;
const unixFamily = 1;
const packetFamily = 17;
const unixDiagName = 0;
const unixDiagUid = 7;
const packetDiagUid = 5;

function uidOf(value: Uint8Array | undefined): { readonly uid?: number } {
  const uid = hostU32(value);
  return uid === undefined ? {} : { uid };
}

/** A name in the file system, or an abstract one with its NULs as `@`, as /proc/net/unix writes them. */
function unixPath(name: Uint8Array): PathText {
  if (name[0] !== 0) return printableBytes(nameBytes(name));
  return printableBytes(name.map((byte) => (byte === 0 ? 0x40 : byte)));
}

export function parseUnixDiag(payload: Uint8Array): SocketEntry | undefined {
  if (payload.length < shortDiagSize || payload[0] !== unixFamily) return undefined;
  const data = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const attributes = attributesOf(payload, shortDiagSize);
  const name = attributes.get(unixDiagName);
  const path = name === undefined || name.length === 0 ? undefined : unixPath(name);
  const inode = data.getUint32(4, true);
  const state = socketState(payload[2] ?? 0, 'unix');
  return {
    transport: 'unix',
    state,
    local: nowhere,
    remote: nowhere,
    inode,
    ...uidOf(attributes.get(unixDiagUid)),
    ...(path === undefined ? {} : { path }),
    text: printableText(`unix ${state} inode ${inode}`),
  };
}

export function parsePacketDiag(payload: Uint8Array): SocketEntry | undefined {
  if (payload.length < shortDiagSize || payload[0] !== packetFamily) return undefined;
  const data = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const inode = data.getUint32(4, true);
  const type = payload[1] ?? 0;
  const protocol = data.getUint16(2, true).toString(16).padStart(4, '0');
  return {
    transport: 'packet',
    state: 'unconnected',
    local: nowhere,
    remote: nowhere,
    inode,
    ...uidOf(attributesOf(payload, shortDiagSize).get(packetDiagUid)),
    text: printableText(`packet type ${type} protocol ${protocol} inode ${inode}`),
  };
}

/** Only the inode of a message, 0 when it has none. */
export function diagInode(payload: Uint8Array): number {
  const isInet = payload[0] === ipv4 || payload[0] === ipv6;
  const at = isInet ? inetDiagSize - 4 : 4;
  if (payload.length < (isInet ? inetDiagSize : shortDiagSize)) return 0;
  return new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getUint32(at, true);
}
