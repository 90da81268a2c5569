/**
 * What the kernel counts of one TCP connection: struct tcp_info, as INET_DIAG_INFO carries it.
 *
 * Why: a miner's session is long, sparse and almost one-sided in time; only these counters show it without
 * looking into the traffic. What it is NOT: a trace; it says nothing of single packets.
 * Units: bytes, segments, milliseconds since, microseconds of round trip.
 * Source: include/uapi/linux/tcp.h, offsets by offsetof() on x86-64. The structure only grows: bytes_acked
 * (4.1), segs_out (4.2), data_segs (4.6), bytes_sent (4.19). Kernels before 4.6 lack the counters that a
 * judgement needs (3.10 sends 104 bytes), so there it is undefined rather than half zero.
 */
import type { SocketTraffic } from '../model/facts/network.ts';

const sizeWithDataSegments = 160;
const sizeWithBytesSent = 208;

export function parseTcpInfo(bytes: Uint8Array): SocketTraffic | undefined {
  if (bytes.length < sizeWithDataSegments) return undefined;
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const large = (at: number): number => Number(data.getBigUint64(at, true));
  return {
    lastSentMs: data.getUint32(44, true),
    lastReceivedMs: data.getUint32(52, true),
    rttUs: data.getUint32(68, true),
    // bytes_acked counts one more than was sent, for the SYN; bytes_sent counts what was sent again too.
    bytesSent: large(bytes.length >= sizeWithBytesSent ? 200 : 120),
    bytesReceived: large(128),
    segmentsOut: data.getUint32(136, true),
    segmentsIn: data.getUint32(140, true),
    dataSegmentsIn: data.getUint32(152, true),
    dataSegmentsOut: data.getUint32(156, true),
  };
}
