/**
 * The socket tables of one network namespace: /proc/net/{tcp,udp,raw,icmp,udplite}{,6}, packet, unix.
 *
 * Why: one of the three views of sockets. A rootkit that hooks `tcp4_seq_show` leaves lines out here while
 * netlink still shows them. What it is NOT: the truth alone, and not the table of other namespaces.
 * Source: proc_pid_net(5); net/ipv4/tcp_ipv4.c get_tcp4_sock, net/ipv4/udp.c, net/packet/af_packet.c
 * packet_seq_show, net/unix/af_unix.c unix_seq_show. Addresses are 32-bit words in host order printed as hex,
 * so each word of four bytes is turned on our little-endian machines; ports are plain hex.
 */
import type { Endpoint, SocketState, Transport } from '../model/facts/network.ts';
import { printableBytes } from '../model/text.ts';
import { colon, decimal, eachLine, find, skipBlanks, space } from './ascii.ts';
import { addressText } from './inet-address.ts';
import { nowhere, type SocketEntry, socketState } from './socket-entry.ts';

/** More lines than any table we keep; the rest of a longer one is left and the caller says truncated. */
export const mostSockets = 500_000;

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** The hex number in `start … end`; NaN when a byte is no hex digit. */
function hexNumber(bytes: Uint8Array, start: number, end: number): number {
  if (end <= start) return Number.NaN;
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const digit = hexDigit(bytes[at] ?? 0);
    if (digit < 0) return Number.NaN;
    value = value * 16 + digit;
  }
  return value;
}

/** `0100007F:1F90` or 32 digits and a port. */
function endpoint(bytes: Uint8Array, start: number, end: number): Endpoint | undefined {
  const split = find(bytes, colon, start, end);
  const size = (split - start) / 2;
  const port = hexNumber(bytes, split + 1, end);
  if ((size !== 4 && size !== 16) || Number.isNaN(port)) return undefined;
  const address = new Uint8Array(size);
  for (let at = 0; at < size; at += 1) {
    const value = hexNumber(bytes, start + at * 2, start + at * 2 + 2);
    if (Number.isNaN(value)) return undefined;
    // Byte 0 of the text is byte 3 of its word.
    address[(at & ~3) | (3 - (at & 3))] = value;
  }
  return { address: addressText(address), port };
}

/** Bounds of the fields of a line: start and end by turns. */
function fieldBounds(bytes: Uint8Array, start: number, end: number, most: number): number[] {
  const bounds: number[] = [];
  let at = skipBlanks(bytes, start, end);
  while (at < end && bounds.length < most * 2) {
    const stop = find(bytes, space, at, end);
    bounds.push(at, stop);
    at = skipBlanks(bytes, stop, end);
  }
  return bounds;
}

/** A table of internet sockets. A line that is not of the form is left out. */
export function parseInetTable(bytes: Uint8Array, transport: Transport): readonly SocketEntry[] {
  const entries: SocketEntry[] = [];
  eachLine(bytes, (start, end, line) => {
    if (line === 1) return undefined;
    const at = fieldBounds(bytes, start, end, 10);
    const field = (index: number): readonly [number, number] => [
      at[index * 2] ?? end,
      at[index * 2 + 1] ?? end,
    ];
    const local = endpoint(bytes, ...field(1));
    const remote = endpoint(bytes, ...field(2));
    const state = hexNumber(bytes, ...field(3));
    const uid = decimal(bytes, ...field(7));
    const inode = decimal(bytes, ...field(9));
    if (local === undefined || remote === undefined || at.length < 20) return undefined;
    if (Number.isNaN(state) || Number.isNaN(uid) || Number.isNaN(inode)) return undefined;
    entries.push({
      transport,
      state: socketState(state, transport),
      local,
      remote,
      inode,
      uid,
      line,
      text: printableBytes(bytes.subarray(skipBlanks(bytes, start, end), at[19] ?? end)),
    });
    return entries.length < mostSockets;
  });
  return entries;
}

/** /proc/net/packet: sockets that read frames past the protocol stack. */
export function parsePacketTable(bytes: Uint8Array): readonly SocketEntry[] {
  const entries: SocketEntry[] = [];
  eachLine(bytes, (start, end, line) => {
    if (line === 1) return undefined;
    const at = fieldBounds(bytes, start, end, 9);
    if (at.length < 18) return undefined;
    const uid = decimal(bytes, at[14] ?? end, at[15] ?? end);
    const inode = decimal(bytes, at[16] ?? end, at[17] ?? end);
    if (Number.isNaN(uid) || Number.isNaN(inode)) return undefined;
    entries.push({
      transport: 'packet',
      state: 'unconnected',
      local: nowhere,
      remote: nowhere,
      inode,
      uid,
      line,
      text: printableBytes(bytes.subarray(start, end)),
    });
    return entries.length < mostSockets;
  });
  return entries;
}

/** __SO_ACCEPTCON of include/linux/net.h: the socket listens. */
const acceptsConnections = 1 << 16;
/** SS_CONNECTED of include/uapi/linux/net.h. */
const connected = 3;

/** /proc/net/unix. The path is what the binder chose, to the end of the line; abstract names begin with `@`. */
export function parseUnixTable(bytes: Uint8Array): readonly SocketEntry[] {
  const entries: SocketEntry[] = [];
  eachLine(bytes, (start, end, line) => {
    if (line === 1) return undefined;
    const at = fieldBounds(bytes, start, end, 7);
    if (at.length < 14) return undefined;
    const flags = hexNumber(bytes, at[6] ?? end, at[7] ?? end);
    const status = hexNumber(bytes, at[10] ?? end, at[11] ?? end);
    const inode = decimal(bytes, at[12] ?? end, at[13] ?? end);
    // A name that holds a newline goes on in a line that is none of ours: it has no number there.
    if (Number.isNaN(flags) || Number.isNaN(status) || Number.isNaN(inode)) return undefined;
    const path = bytes.subarray(Math.min((at[13] ?? end) + 1, end), end);
    let state: SocketState = 'unconnected';
    if ((flags & acceptsConnections) !== 0) state = 'listen';
    else if (status === connected) state = 'established';
    entries.push({
      transport: 'unix',
      state,
      local: nowhere,
      remote: nowhere,
      inode,
      ...(path.length > 0 ? { path: printableBytes(path) } : {}),
      line,
      text: printableBytes(bytes.subarray(start, end)),
    });
    return entries.length < mostSockets;
  });
  return entries;
}

/** Only the inodes of a table, for a second look that asks nothing but who is still there. */
export function tableInodes(bytes: Uint8Array, transport: Transport): ReadonlySet<number> {
  const column = transport === 'unix' ? 6 : transport === 'packet' ? 8 : 9;
  const inodes = new Set<number>();
  eachLine(bytes, (start, end, line) => {
    if (line === 1) return undefined;
    let at = skipBlanks(bytes, start, end);
    for (let field = 0; field < column && at < end; field += 1)
      at = skipBlanks(bytes, find(bytes, space, at, end), end);
    const inode = decimal(bytes, at, end);
    if (inode > 0) inodes.add(inode);
    return inodes.size < mostSockets;
  });
  return inodes;
}
