/**
 * Netlink dumps: sockets by the diag families, nf_tables by nfnetlink.
 *
 * Only dumps are asked for; nothing is changed. An answer is taken only from the kernel (port 0); its bounds are those
 * of `netlink-dump.ts`.
 * Sources: include/uapi/linux/{netlink,sock_diag,inet_diag,unix_diag,packet_diag}.h, and
 * include/uapi/linux/netfilter/{nfnetlink,nf_tables}.h.
 */
import { failure, passOn } from './failure.ts';
import { kernelPart } from './kernel-part.ts';
import { insideNetworkOf } from './namespaces.ts';
import { type DumpChannel, dumpMs, dumpOver } from './netlink-dump.ts';
import { elementsRequest, requestOf, setsRequest, tableAndSet } from './netlink-requests.ts';
import type { Answer, NetlinkDump, NetlinkMessage } from './port.ts';
import { addressOf, close, pinned, systemCall } from './syscall.ts';

const netlinkFamily = 16;
const rawSocket = 3;
const closeOnExec = 0x80000;
export const protocol = { sockets: 4, netfilter: 12 } as const;

const setLimit = 1024;
const waitSeconds = 2;

/** Past the 32 KiB in which the kernel packs a dump. */
const buffer = pinned(256 * 1024);
/** struct sockaddr_nl, then its length. */
const sender = pinned(16);
const interval = pinned(16);

export function openNetlink(family: number): Answer<number> {
  const descriptor = systemCall('socket', netlinkFamily, rawSocket | closeOnExec, family);
  if (descriptor < 0) return failure(descriptor);
  interval.view.setBigInt64(0, BigInt(waitSeconds), true);
  interval.view.setBigInt64(8, 0n, true);
  // SOL_SOCKET, SO_RCVTIMEO: a kernel that never answers must not hold us.
  const bounded = systemCall('setsockopt', descriptor, 1, 20, interval.address, 16);
  if (bounded >= 0) return { status: 'ok', value: descriptor };
  close(descriptor);
  return failure(bounded);
}

export function channelOver(descriptor: number): DumpChannel {
  return {
    send: (request) => systemCall('sendto', descriptor, addressOf(request), request.length, 0, 0, 0),
    receive: () => {
      sender.view.setUint32(12, 12, true);
      const { address } = sender;
      const { bytes } = buffer;
      const size = systemCall('recvfrom', descriptor, buffer.address, bytes.length, 0, address, address + 12);
      if (size < 0) return size;
      // Any process may send to our port; only the kernel has port 0.
      return sender.view.getUint32(4, true) === 0 ? bytes.subarray(0, size) : 'foreign';
    },
    now: () => performance.now(),
  };
}

/** Elements are dumped set by set: the kernel wants the names of table and set. */
function dumpElements(channel: DumpChannel): Answer<readonly NetlinkMessage[]> {
  const deadline = channel.now() + dumpMs;
  const sets = dumpOver(channel, setsRequest(), deadline);
  if (sets.status !== 'ok') return passOn(sets);
  const elements: NetlinkMessage[] = [];
  for (const { payload } of sets.value.slice(0, setLimit)) {
    const names = tableAndSet(payload);
    if (names === undefined) continue;
    const part = dumpOver(channel, elementsRequest(payload[0] ?? 0, names), deadline);
    // ENOENT: the set was deleted after it was listed.
    if (part.status === 'absent') continue;
    if (part.status !== 'ok') return { ...passOn(part), partial: elements };
    for (const message of part.value) elements.push(message);
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
    namespaceOf === undefined ? openNetlink(family) : insideNetworkOf(namespaceOf, () => openNetlink(family));
  if (socket.status !== 'ok') return passOn(socket);
  const channel = channelOver(socket.value);
  try {
    return request.kind === 'nftables' && request.what === 'set-elements'
      ? dumpElements(channel)
      : dumpOver(channel, requestOf(request));
  } finally {
    close(socket.value);
  }
}
