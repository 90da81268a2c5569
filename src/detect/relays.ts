/**
 * Programs that hand connections on to somebody outside.
 *
 * What: a process that belongs to no package, listens, and holds connections it accepted beside connections it
 * made to a public address, where what comes in on one side goes out on the other.
 * Why: a relay hides where the pool or control server is (gost, frp, xmrig-proxy; miner-fingerprints §1.9).
 * What it is NOT: a judgement of reverse proxies. Their inner side leads to private addresses; balancers come
 * from packages or /usr/local and stay low. Bytes are compared, since a web application that calls others
 * answers something else than it was asked.
 * Units: bytes, from tcp_info.
 */
import type { SocketFact } from '../model/facts/network.ts';
import type { Finding } from '../model/finding.ts';
import { printableText } from '../model/text.ts';
import { endpointText, reachOf } from './address.ts';
import { type Analyzer, finding } from './analyzer.ts';
import { isDropPlace } from './place.ts';
import { connections, exeEvidence, type ProcessRecord, recordsOf, subjectOf } from './process-record.ts';

/** Framing of a tunnel adds some bytes to what it carries. */
const tolerance = 0.25;
const leastBytes = 500;

interface Carried {
  readonly sent: number;
  readonly received: number;
}

function carriedBy(sockets: readonly SocketFact[]): Carried {
  let sent = 0;
  let received = 0;
  for (const { traffic } of sockets) {
    sent += traffic?.bytesSent ?? 0;
    received += traffic?.bytesReceived ?? 0;
  }
  return { sent, received };
}

const alike = (a: number, b: number): boolean =>
  Math.max(a, b) >= leastBytes && Math.abs(a - b) <= Math.max(a, b) * tolerance;

function judge(record: ProcessRecord): Finding | undefined {
  const { process, owner, place, sockets } = record;
  const dropped = isDropPlace(place);
  if (!(owner === 'none' || (owner === 'unknown' && dropped))) return undefined;
  const ports = new Set(
    sockets.filter((socket) => socket.state === 'listen').map((socket) => socket.local.port),
  );
  if (ports.size === 0) return undefined;
  const open = connections(record);
  const accepted = open.filter((socket) => ports.has(socket.local.port));
  const made = open.filter((socket) => !ports.has(socket.local.port));
  const outside = made.find((socket) => reachOf(socket.remote.address) === 'public');
  const [from] = accepted;
  if (outside === undefined || from === undefined) return undefined;
  const inner = carriedBy(accepted);
  const outer = carriedBy(made);
  if (!alike(inner.received, outer.sent) || !alike(inner.sent, outer.received)) return undefined;
  const to = endpointText(outside.remote.address, outside.remote.port);
  const volume = printableText(
    `accepted: received ${inner.received}, sent ${inner.sent} bytes; made: sent ${outer.sent}, received ${outer.received} bytes`,
  );
  return finding(
    'forward.relay',
    { process: record.name, pid: process.pid, from: from.local.port, to },
    {
      severity: dropped ? 'medium' : 'low',
      confidence: dropped ? 65 : 40,
      technique: 'T1090',
      bearing: 'supports',
      witness: 'traffic',
      subject: subjectOf(process),
      evidence: [
        { ...from.source, text: from.text },
        { ...outside.source, text: outside.text },
        { ...outside.source, text: volume },
        exeEvidence(process),
      ],
      benign: ['intended-forward'],
    },
  );
}

export const relays: Analyzer = {
  id: 'relays',
  rules: ['forward.relay'],
  analyze(facts, context) {
    return [...recordsOf(facts, context)].map(judge).filter((found) => found !== undefined);
  },
};
