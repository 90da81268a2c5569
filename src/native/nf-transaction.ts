/**
 * One nf_tables transaction: all of it is done, or nothing.
 *
 * The kernel answers the last message when the whole was done, and any message that it refuses; after a refusal
 * nothing of the transaction stands (net/netfilter/nfnetlink.c, nfnetlink_rcv_batch). An answer is taken from the
 * kernel alone (port 0), and waiting for it is bounded.
 * What it is NOT: passive. No scan calls it. It makes the kernel load nothing: where nf_tables is not there yet, that
 * is told, because loading runs a program of the host (`kernel-part.ts`).
 */
import { mayChange } from './apart.ts';
import { errno, failure, passOn } from './failure.ts';
import { kernelPart } from './kernel-part.ts';
import { insideNetworkOf } from './namespaces.ts';
import { channelOver, openNetlink, protocol } from './netlink.ts';
import { type DumpChannel, dumpMs, dumpOver } from './netlink-dump.ts';
import { readDatagram } from './netlink-message.ts';
import { elementsRequest } from './netlink-requests.ts';
import { inetFamily, transaction } from './nf-table-messages.ts';
import type { Answer, NetlinkMessage } from './port.ts';
import { close } from './syscall.ts';

function readAnswer(channel: DumpChannel, last: number): Answer<true> {
  const deadline = channel.now() + dumpMs;
  for (;;) {
    if (channel.now() > deadline) return { status: 'timeout', reason: `no answer within ${dumpMs} ms` };
    const datagram = channel.receive();
    if (datagram === 'foreign' || datagram === -errno.EINTR) continue;
    if (datagram === -errno.EAGAIN) return { status: 'timeout', reason: 'the kernel did not answer' };
    if (typeof datagram === 'number') return failure(datagram);
    // Each answer echoes the number of the message that it is to: 0 is the beginning of the transaction.
    for (let sequence = 0; sequence <= last; sequence += 1) {
      const read = readDatagram(datagram, sequence, () => {});
      if (read.end === 'failed') return failure(-read.errno);
      if (read.end === 'malformed') return { status: 'error', reason: 'EPROTO' };
      if (read.end === 'done' && sequence === last) return { status: 'ok', value: true };
    }
  }
}

/** EAGAIN: another writer changed the tables in between, and nothing was done. */
const attempts = 3;

/** @param namespaceOf a pid in whose network namespace it is done, instead of ours */
export function commit(messages: readonly Uint8Array[], namespaceOf?: number): Answer<true> {
  const may = mayChange();
  if (may.status !== 'ok') return may;
  return withChannel(namespaceOf, (channel) => {
    const { bytes, last } = transaction(messages);
    let answer: Answer<true> = { status: 'error', reason: 'nothing was sent' };
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const sent = channel.send(bytes);
      answer = sent < 0 ? failure(sent) : readAnswer(channel, last);
      if (answer.status !== 'timeout' || answer.reason !== 'EAGAIN') return answer;
    }
    return answer;
  });
}

const zeroEnded = (text: string): Uint8Array => new TextEncoder().encode(`${text}\0`);

/** Elements of sets of one table, raw; `absent` where there is no such table or set. */
export function elementsOf(
  table: string,
  sets: readonly string[],
  namespaceOf?: number,
): Answer<readonly NetlinkMessage[]> {
  return withChannel(namespaceOf, (channel) => {
    const elements: NetlinkMessage[] = [];
    for (const set of sets) {
      const part = dumpOver(
        channel,
        elementsRequest(inetFamily, { table: zeroEnded(table), set: zeroEnded(set) }),
      );
      if (part.status !== 'ok') return passOn(part);
      elements.push(...part.value);
    }
    return { status: 'ok', value: elements };
  });
}

function withChannel<T>(
  namespaceOf: number | undefined,
  action: (channel: DumpChannel) => Answer<T>,
): Answer<T> {
  const there = kernelPart('nf_tables');
  if (there.status !== 'ok') return passOn(there);
  const socket =
    namespaceOf === undefined
      ? openNetlink(protocol.netfilter)
      : insideNetworkOf(namespaceOf, () => openNetlink(protocol.netfilter));
  if (socket.status !== 'ok') return passOn(socket);
  try {
    return action(channelOver(socket.value));
  } finally {
    close(socket.value);
  }
}
