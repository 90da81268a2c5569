/**
 * RandomX by the processor's floating-point control word.
 *
 * What: of at least 8 samples of one running thread, those with flush-to-zero and denormals-are-zero set show
 * at least two rounding modes. RandomX runs with both flags set, and its CFROUND instruction keeps rewriting
 * the rounding mode; nothing else is known that does both.
 * Why: it is what the processor computes, so neither name, packing nor memory layout changes it.
 * What it is NOT: proof of guilt. monerod, p2pool and the owner's own miner look the same. Interval arithmetic
 * (CGAL) changes the mode without the flags, -ffast-math sets the flags with one mode: both stay clean.
 * KawPow, Ethash, SHA, scrypt and Argon2 do not touch the mode and are not seen here.
 * Sources: tevador/RandomX doc/specs.md §4.3 and §5.4 (rounding, CFROUND); Intel SDM vol. 1 §10.2.3 (MXCSR: DAZ
 * bit 6, RC bits 13–14, FTZ bit 15); Arm ARM D24 FPCR (RMode bits 22–23, FZ bit 24); measured on Debian's
 * librandomx0 (miner-fingerprints §1.1).
 */
import type { RegisterFact } from '../model/facts/process.ts';
import type { Evidence, Finding } from '../model/finding.ts';
import { printableText } from '../model/text.ts';
import { looksLikeRandomX } from '../probe/registers.ts';
import { type Analyzer, finding } from './analyzer.ts';
import {
  cpuEvidence,
  exeEvidence,
  nameOf,
  ownedProgram,
  type ProcessRecord,
  recordsOf,
  subjectOf,
} from './process-record.ts';

const nodePrograms = new Set([
  'monerod',
  'p2pool',
  'monero-wallet-rpc',
  'monero-wallet-cli',
  'monero-wallet-gui',
]);
/** monerod's P2P, RPC and ZMQ ports, p2pool's P2P ports (their documentation). */
const nodePorts = new Set([18080, 18081, 18083, 18089, 37888, 37889]);

type NodeLikeness = 'package' | 'looks-like' | 'no';

/** A node by its package, or by what only a node has: the name together with its listener or block database. */
function nodeLikeness(record: ProcessRecord | undefined): NodeLikeness {
  if (record?.process.exe === undefined) return 'no';
  if (nodePrograms.has(ownedProgram(record))) return 'package';
  const { process, sockets } = record;
  const program = record.process.exe.path.slice(record.process.exe.path.lastIndexOf('/') + 1);
  if (!nodePrograms.has(program) || record.process.exe.deleted) return 'no';
  const serves = sockets.some((socket) => socket.state === 'listen' && nodePorts.has(socket.local.port));
  const stores = process.descriptors.some(
    (descriptor) => descriptor.kind === 'file' && descriptor.path.endsWith('/lmdb/data.mdb'),
  );
  return serves || stores ? 'looks-like' : 'no';
}

function sampleEvidence(fact: RegisterFact): Evidence {
  const word = fact.architecture === 'x64' ? 'MXCSR' : 'FPCR';
  const samples = fact.samples.slice(0, 16).map((sample) => (sample >>> 0).toString(16));
  return { ...fact.source, text: printableText(`thread ${fact.tid} ${word} ${samples.join(' ')}`) };
}

export const randomxRegisters: Analyzer = {
  id: 'randomx-registers',
  rules: ['cpu.randomx-registers', 'cpu.randomx-full-node'],
  analyze(facts, context) {
    const records = recordsOf(facts, context);
    const hits = facts.of('registers').filter((fact) => looksLikeRandomX(fact).match);
    const byProcess = Map.groupBy(hits, (fact) => `${fact.pid}:${fact.startTicks}`);
    const found: Finding[] = [];
    for (const threads of byProcess.values()) {
      const [first] = threads;
      if (first === undefined) continue;
      const record = records.of(first);
      const modes = new Set(threads.flatMap((fact) => looksLikeRandomX(fact).modes));
      const node = nodeLikeness(record);
      const count = new Set(threads.map((fact) => fact.tid)).size;
      const params = { process: nameOf(records, first), pid: first.pid, threads: count };
      const common = {
        technique: 'T1496.001',
        witness: 'registers' as const,
        subject: subjectOf(first),
        evidence: [
          ...threads.slice(0, 8).map(sampleEvidence),
          ...(record === undefined ? [] : [exeEvidence(record.process), ...cpuEvidence(record)]),
        ],
      };
      found.push(
        node === 'no'
          ? finding(
              'cpu.randomx-registers',
              { ...params, modes: modes.size },
              {
                ...common,
                severity: 'critical',
                confidence: 97,
                bearing: 'proof',
                benign: ['full-node', 'own-miner'],
              },
            )
          : finding('cpu.randomx-full-node', params, {
              ...common,
              severity: node === 'package' ? 'low' : 'medium',
              confidence: node === 'package' ? 40 : 60,
              bearing: node === 'package' ? 'context' : 'supports',
              benign: ['full-node'],
            }),
      );
    }
    return found;
  },
};
