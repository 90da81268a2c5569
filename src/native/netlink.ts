/**
 * Netlink dumps: sockets by the diag families, nf_tables by nfnetlink.
 *
 * Only dumps are asked for; nothing is changed. An answer is taken only from the kernel (port 0), a dump that
 * changed while it was read (NLM_F_DUMP_INTR) is asked for again, and count, size and waiting are bounded.
 * Sources: include/uapi/linux/{netlink,sock_diag,inet_diag,unix_diag,packet_diag}.h, and
 * include/uapi/linux/netfilter/{nfnetlink,nf_tables}.h.
 */
import { errno, failure, passOn } from './failure.ts';
import { kernelPart } from './kernel-part.ts';
import { insideNetworkOf } from './namespaces.ts';
import { elementsRequest, requestOf, setsRequest, tableAndSet } from './netlink-requests.ts';
import type { Answer, NetlinkDump, NetlinkMessage } from './port.ts';
import { addressOf, close, pinned, systemCall } from './syscall.ts';

const netlinkFamily = 16;
const rawSocket = 3;
const closeOnExec = 0x80000;
const protocol = { sockets: 4, netfilter: 12 } as const;

const messageError = 2;
const messageDone = 3;
const flagInterrupted = 0x10;

const totalLimit = 64 * 1024 * 1024;
const messageLimit = 2_000_000;
const setLimit = 1024;
const attempts = 4;
const waitSeconds = 2;

/** Past the 32 KiB in which the kernel packs a dump. */
const buffer = pinned(256 * 1024);
/** struct sockaddr_nl, then its length. */
const sender = pinned(16);
const interval = pinned(16);

let sequence = 0;

function openSocket(family: number): Answer<number> {
  const descriptor = systemCall('socket', netlinkFamily, rawSocket | closeOnExec, family);
  if (descriptor < 0) return failure(descriptor);
  interval.view.setBigInt64(0, BigInt(waitSeconds), true);
  interval.view.setBigInt64(8, 0n, true);
  // SOL_SOCKET, SO_RCVTIMEO: a kernel that never answers must not hold the scan.
  const bounded = systemCall('setsockopt', descriptor, 1, 20, interval.address, 16);
  if (bounded >= 0) return { status: 'ok', value: descriptor };
  close(descriptor);
  return failure(bounded);
}

interface Round {
  readonly messages: NetlinkMessage[];
  size: number;
  interrupted: boolean;
}

/** Reads one datagram into the round; true when the dump is at its end. */
function takeDatagram(size: number, round: Round, wanted: number): boolean | number {
  const { bytes, view } = buffer;
  for (let at = 0; at + 16 <= size; ) {
    const length = view.getUint32(at, true);
    if (length < 16 || at + length > size) return -errno.EPROTO;
    const type = view.getUint16(at + 4, true);
    if (view.getUint32(at + 8, true) === wanted) {
      if ((view.getUint16(at + 6, true) & flagInterrupted) !== 0) round.interrupted = true;
      // Both begin with an errno, negative or zero.
      const code = length >= 20 ? view.getInt32(at + 16, true) : 0;
      if (type === messageError) return code === 0 ? true : code;
      if (type === messageDone) return code < 0 ? code : true;
      if (type > messageDone) round.messages.push({ type, payload: bytes.slice(at + 16, at + length) });
    }
    at += (length + 3) & ~3;
  }
  return false;
}

function dumpOnce(descriptor: number, request: Uint8Array, round: Round): Answer<true> {
  sequence += 1;
  new DataView(request.buffer, request.byteOffset).setUint32(8, sequence, true);
  const sent = systemCall('sendto', descriptor, addressOf(request), request.length, 0, 0, 0);
  if (sent < 0) return failure(sent);
  for (;;) {
    sender.view.setUint32(12, 12, true);
    const { address } = sender;
    const size = systemCall(
      'recvfrom',
      descriptor,
      buffer.address,
      buffer.bytes.length,
      0,
      address,
      address + 12,
    );
    if (size === -errno.EINTR) continue;
    if (size < 0) return failure(size);
    // Any process may send to our port; only the kernel has port 0.
    if (sender.view.getUint32(4, true) !== 0) continue;
    round.size += size;
    const end = takeDatagram(size, round, sequence);
    if (typeof end === 'number') return failure(end);
    if (end) return { status: 'ok', value: true };
    if (round.size > totalLimit || round.messages.length > messageLimit) {
      return { status: 'truncated', reason: 'a dump of more than 64 MiB' };
    }
  }
}

function dump(descriptor: number, request: Uint8Array): Answer<readonly NetlinkMessage[]> {
  let last: readonly NetlinkMessage[] = [];
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const round: Round = { messages: [], size: 0, interrupted: false };
    const result = dumpOnce(descriptor, request, round);
    if (result.status !== 'ok') return { ...passOn(result), partial: round.messages };
    if (!round.interrupted) return { status: 'ok', value: round.messages };
    last = round.messages;
  }
  return { status: 'truncated', reason: 'the list changed each time it was read', partial: last };
}

/** Elements are dumped set by set: the kernel wants the names of table and set. */
function dumpElements(descriptor: number): Answer<readonly NetlinkMessage[]> {
  const sets = dump(descriptor, setsRequest());
  if (sets.status !== 'ok') return sets;
  const elements: NetlinkMessage[] = [];
  for (const { payload } of sets.value.slice(0, setLimit)) {
    const names = tableAndSet(payload);
    if (names === undefined) continue;
    const part = dump(descriptor, elementsRequest(payload[0] ?? 0, names));
    // ENOENT: the set was deleted after it was listed.
    if (part.status === 'absent') continue;
    if (part.status !== 'ok') return { ...passOn(part), partial: elements };
    elements.push(...part.value);
  }
  return sets.value.length > setLimit
    ? { status: 'truncated', reason: `more than ${setLimit} sets`, partial: elements }
    : { status: 'ok', value: elements };
}

function moduleOf(request: NetlinkDump): string {
  switch (request.kind) {
    case 'inet-diag':
      return `${request.protocol === 'udplite' ? 'udp' : request.protocol}_diag`;
    case 'unix-diag':
      return 'unix_diag';
    case 'packet-diag':
      return 'af_packet_diag';
    case 'nftables':
      return 'nf_tables';
  }
}

export function netlink(request: NetlinkDump, namespaceOf?: number): Answer<readonly NetlinkMessage[]> {
  const there = kernelPart(moduleOf(request));
  if (there.status !== 'ok') return passOn(there);
  const family = request.kind === 'nftables' ? protocol.netfilter : protocol.sockets;
  const socket =
    namespaceOf === undefined ? openSocket(family) : insideNetworkOf(namespaceOf, () => openSocket(family));
  if (socket.status !== 'ok') return passOn(socket);
  try {
    return request.kind === 'nftables' && request.what === 'set-elements'
      ? dumpElements(socket.value)
      : dump(socket.value, requestOf(request));
  } finally {
    close(socket.value);
  }
}
