/**
 * Connections of processes that compute.
 *
 * What: a CPU hog that holds messages of a pool protocol and an open connection is mining, and so is any process
 * that uses CPU, holds its login and is connected to the pool that it names, or got work for its wallet. A CPU hog that
 * belongs to no package, serves nobody, and keeps one or two sparse, long-lived connections is suspicious.
 * Why: a miner must hear of new work and report results; it can hide the name of the pool but not the need.
 * What it is NOT: a list of pools or ports. Those only raise confidence, and 80 and 443 are normal for miners.
 * A batch program with a quiet database session has the same shape, so interpreters, programs at a terminal
 * and peers in private networks stay low.
 * Units: bytes, milliseconds. Bounds of the sparse shape: pushes of 100–400 bytes every 10–120 s and small
 * answers, a few KiB a minute (miner-fingerprints §1.7, from nDPI's sample flows).
 */
import type { SocketFact } from '../model/facts/network.ts';
import type { MiningTrace, MiningTraceFact } from '../model/facts/process.ts';
import type { Evidence, Finding } from '../model/finding.ts';
import { printableText } from '../model/text.ts';
import { endpointText, reachOf } from './address.ts';
import { type Analyzer, finding } from './analyzer.ts';
import { isDropPlace } from './place.ts';
import { dialled, keepsOthersText, poolConnection } from './pool-connection.ts';
import {
  computes,
  connections,
  cpuEvidence,
  exeEvidence,
  isListening,
  type ProcessRecord,
  recordsOf,
  subjectOf,
} from './process-record.ts';
import { isInterpreter, isViewer } from './program-kind.ts';

/** Ports used by pools and by little else (miner-fingerprints §1.8); web and database ports are left out. */
const miningPorts = new Set([
  ...[
    3333, 3334, 3335, 3336, 3357, 5555, 5556, 5588, 5730, 6099, 7777, 7778, 10128, 13333, 13531, 14433, 14444,
  ],
  ...[18333, 20580, 34254, 45560, 45700],
]);

const settledUs = 120e6;
const sparseBytesPerSecond = 512;
const quietMs = 300_000;

const evidenceOf = (socket: SocketFact): Evidence => ({ ...socket.source, text: socket.text });
const remoteOf = (socket: SocketFact): string => endpointText(socket.remote.address, socket.remote.port);

type Stratum = MiningTraceFact & { readonly found: Extract<MiningTrace, { readonly kind: 'stratum' }> };

/**
 * Messages of a session in memory. A question for a block template alone is none: a node keeps that text for its
 * help, and answers it for others.
 */
const isMessage = (trace: MiningTraceFact): trace is Stratum =>
  trace.found.kind === 'stratum' &&
  trace.place === 'memory' &&
  trace.found.quoted !== true &&
  trace.found.dialect !== 'getblocktemplate';

function stratumSession(record: ProcessRecord): Finding | undefined {
  const { traces, process } = record;
  const open = dialled(record);
  const messages = traces.filter(isMessage);
  const toPool = poolConnection(open, traces);
  const said = (who: 'client' | 'server'): boolean => messages.some(({ found }) => found.direction === who);
  // Where it is connected to the very pool that it names and has logged in there, or has logged in with a wallet
  // and got work, a throttled miner, and one that shares the processors with others, need not be a hog.
  const paid = traces.some(({ found }) => found.kind === 'wallet' && found.verified);
  const atWork = said('client') && (toPool !== undefined || (said('server') && paid));
  if (!computes(record) && !(record.cpu.busy && atWork)) return undefined;
  // For programs that show or keep the text of others, words and a connection are not enough.
  if (toPool === undefined && (messages.length === 0 || isViewer(record) || keepsOthersText(record)))
    return undefined;
  if (toPool !== undefined && messages.length === 0 && isViewer(record)) return undefined;
  const socket = toPool?.socket ?? open.find(({ remote }) => reachOf(remote.address) === 'public') ?? open[0];
  if (socket === undefined) return undefined;
  const used = [...messages.slice(0, 3), ...(toPool === undefined ? [] : [toPool.trace])];
  return finding(
    'traffic.stratum-session',
    { process: record.name, pid: process.pid, remote: remoteOf(socket) },
    {
      severity: 'critical',
      confidence: toPool !== undefined && messages.length > 0 ? 96 : 90,
      technique: 'T1496.001',
      bearing: 'proof',
      witness: 'traffic',
      subject: subjectOf(process),
      evidence: [
        evidenceOf(socket),
        ...used.map((trace) => ({ ...trace.source, text: trace.text })),
        exeEvidence(process),
        ...cpuEvidence(record),
      ],
      benign: ['own-miner', 'pool-operator'],
    },
  );
}

/** Few bytes in small pieces, both ways, still alive. */
function isSparse(socket: SocketFact, ageUs: number): boolean {
  const { traffic } = socket;
  if (traffic === undefined) return false;
  const bytes = traffic.bytesReceived + traffic.bytesSent;
  const perPush = traffic.bytesReceived / Math.max(1, traffic.dataSegmentsIn);
  return (
    traffic.dataSegmentsIn >= 3 &&
    traffic.dataSegmentsOut >= 2 &&
    bytes / (ageUs / 1e6) <= sparseBytesPerSecond &&
    perPush >= 40 &&
    perPush <= 2000 &&
    Math.min(traffic.lastReceivedMs, traffic.lastSentMs) <= quietMs
  );
}

function sparseSession(
  record: ProcessRecord,
  open: readonly SocketFact[],
  nowUs: number,
): Finding | undefined {
  const { process, cpu, owner, place } = record;
  const ageUs = nowUs - process.startTime.us;
  if (!cpu.hog || ageUs < settledUs || isListening(record)) return undefined;
  if (!(owner === 'none' || (owner === 'unknown' && isDropPlace(place)))) return undefined;
  const peers = new Set(open.map((socket) => socket.remote.address));
  const sparse = open.find((socket) => isSparse(socket, ageUs));
  if (sparse === undefined || peers.size > 2) return undefined;
  const ordinary =
    reachOf(sparse.remote.address) !== 'public' || isInterpreter(record) || process.terminal !== 0;
  const t = sparse.traffic;
  const volume =
    t === undefined
      ? []
      : [
          {
            ...sparse.source,
            text: printableText(
              `received ${t.bytesReceived} bytes in ${t.dataSegmentsIn} segments, sent ${t.bytesSent} in ${t.dataSegmentsOut}`,
            ),
          },
        ];
  return finding(
    'traffic.sparse-session',
    { process: record.name, pid: process.pid, remote: remoteOf(sparse) },
    {
      severity: ordinary ? 'low' : 'medium',
      confidence: ordinary ? 30 : 60,
      technique: 'T1496.001',
      bearing: 'supports',
      witness: 'traffic',
      subject: subjectOf(process),
      evidence: [evidenceOf(sparse), ...volume, exeEvidence(process), ...cpuEvidence(record)],
      benign: ['database-client', 'developer-build'],
    },
  );
}

function portOnly(record: ProcessRecord, open: readonly SocketFact[]): Finding | undefined {
  if (!record.cpu.hog || record.owner === 'package') return undefined;
  const socket = open.find(({ remote }) => miningPorts.has(remote.port));
  if (socket === undefined) return undefined;
  return finding(
    'traffic.mining-port',
    { process: record.name, pid: record.process.pid, remote: remoteOf(socket) },
    {
      severity: 'low',
      confidence: 30,
      technique: 'T1571',
      bearing: 'supports',
      witness: 'traffic',
      subject: subjectOf(record.process),
      evidence: [evidenceOf(socket)],
      benign: ['database-client'],
    },
  );
}

export const poolTraffic: Analyzer = {
  id: 'pool-traffic',
  rules: ['traffic.stratum-session', 'traffic.sparse-session', 'traffic.mining-port'],
  analyze(facts, context) {
    const found: Finding[] = [];
    for (const record of recordsOf(facts, context)) {
      const open = connections(record);
      if (open.length === 0) continue;
      const session = stratumSession(record);
      if (session !== undefined) {
        found.push(session);
        continue;
      }
      const sparse = sparseSession(record, open, context.nowUs);
      if (sparse !== undefined) found.push(sparse);
      const port = portOnly(record, open);
      if (port !== undefined) found.push(port);
    }
    return found;
  },
};
