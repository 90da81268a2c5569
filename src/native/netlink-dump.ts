/**
 * One dump over netlink, from the request to its end, within bounds.
 *
 * Why apart from the socket: what answers may be a kernel with a hook, and any process with the right to may write to
 * our port. So bytes, messages and time are bounded whatever comes: a flood of foreign datagrams, empty ones, a dump
 * without end, one that trickles, one that changes each time. Tests put such answers behind `DumpChannel`.
 * Units: bytes; milliseconds of `performance.now()`.
 */
import { errno, failure } from './failure.ts';
import { readDatagram } from './netlink-message.ts';
import type { Answer, NetlinkMessage } from './port.ts';

export interface DumpChannel {
  /** Negative errno where it cannot be sent. */
  send(request: Uint8Array): number;
  /** The next datagram, good until the next call; `foreign` where the kernel did not send it; or a negative errno. */
  receive(): Uint8Array | 'foreign' | number;
  now(): number;
}

const totalLimit = 64 * 1024 * 1024;
const messageLimit = 500_000;
const attempts = 4;
/** A dump of 200,000 sockets takes half a second; on a crowded host several times that. */
export const dumpMs = 5000;

let sequence = 0;

/** What one pass over the list gave. */
interface Round {
  readonly messages: NetlinkMessage[];
  interrupted: boolean;
}

type Cut = Exclude<Answer<never>, { readonly status: 'ok' }>;

const malformed: Cut = { status: 'error', reason: 'EPROTO' };

/** Reads until the dump is at its end; what kept it from that, or nothing. */
function readRound(channel: DumpChannel, wanted: number, deadline: number, round: Round): Cut | undefined {
  for (let size = 0; ; ) {
    if (channel.now() > deadline) return { status: 'timeout', reason: `a dump of more than ${dumpMs} ms` };
    const datagram = channel.receive();
    if (datagram === 'foreign' || datagram === -errno.EINTR) continue;
    if (typeof datagram === 'number') return failure(datagram);
    size += datagram.length;
    // The buffer is used again for the next datagram.
    const read = readDatagram(datagram, wanted, (type, payload) =>
      round.messages.push({ type, payload: payload.slice() }),
    );
    if (read.interrupted) round.interrupted = true;
    switch (read.end) {
      case 'done':
        return undefined;
      case 'failed':
        return failure(-read.errno);
      case 'lost':
        return { status: 'truncated', reason: 'the kernel dropped messages' };
      case 'malformed':
        return malformed;
      case 'more':
        if (size > totalLimit) return { status: 'truncated', reason: 'a dump of more than 64 MiB' };
        if (round.messages.length > messageLimit)
          return { status: 'truncated', reason: `a dump of more than ${messageLimit} messages` };
    }
  }
}

/**
 * @param request its sequence number is filled in, at 8
 * @param deadline moment of `channel.now()` at which it is given up
 */
export function dumpOver(
  channel: DumpChannel,
  request: Uint8Array,
  deadline: number = channel.now() + dumpMs,
): Answer<readonly NetlinkMessage[]> {
  let last: readonly NetlinkMessage[] = [];
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    sequence = (sequence + 1) >>> 0;
    new DataView(request.buffer, request.byteOffset).setUint32(8, sequence, true);
    const sent = channel.send(request);
    if (sent < 0) return { ...failure(sent), partial: last };
    const round: Round = { messages: [], interrupted: false };
    const cut = readRound(channel, sequence, deadline, round);
    if (cut !== undefined) return { ...cut, partial: round.messages };
    if (!round.interrupted) return { status: 'ok', value: round.messages };
    last = round.messages;
  }
  return { status: 'truncated', reason: 'the list changed each time it was read', partial: last };
}
