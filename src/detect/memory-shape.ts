/**
 * Memory of the shape that an algorithm needs.
 *
 * What: the RandomX dataset with its cache, its generated code or busy pinned threads (high); light mode (low,
 * or medium where each scratchpad has its piece of code in a program of nobody that computes) and the scratchpads of
 * CryptoNight, GhostRider, yespower and Argon2 (low, or medium where locked huge pages and pinned threads agree).
 * Why: the sizes are part of the algorithm; renaming and packing do not change them, and it is read without
 * stopping a thread.
 * What it is NOT: proof. One size alone is a heap or an array: 256 MiB is what numeric programs ask for every
 * day, so a cache without all that belongs to it is never above low, and one block of the dataset's size counts only in a CPU hog.
 * Units: bytes; MiB in texts. Sources: coins/shapes.ts; miner-fingerprints §1.1 (measured).
 */
import { isAnonymous, matchShapes, type ShapeMatch } from '../coins/match-shapes.ts';
import { alignmentSlack, randomxDataset } from '../coins/shapes.ts';
import type { Mapping } from '../model/facts/process.ts';
import type { Evidence, Finding } from '../model/finding.ts';
import { phrase, printableText } from '../model/text.ts';
import { type Analyzer, finding } from './analyzer.ts';
import { cpuEvidence, exeEvidence, type ProcessRecord, recordsOf, subjectOf } from './process-record.ts';
import { isInterpreter } from './program-kind.ts';

const mib = (bytes: number): number => Math.round(bytes / (1 << 20));

function lineOf(record: ProcessRecord, mapping: Mapping, what: string): Evidence {
  const source = record.maps?.source ?? record.process.source;
  const range = `${mapping.start.toString(16)}-${(mapping.start + mapping.size).toString(16)}`;
  const flags = mapping.flags === undefined ? '' : ` ${mapping.flags.join(' ')}`;
  const words = printableText(`${range} ${mapping.access} ${mapping.size} bytes`);
  return {
    source: source.source,
    line: mapping.line,
    text: phrase`${words} ${mapping.path}${printableText(flags)} (${printableText(what)})`,
  };
}

function common(record: ProcessRecord, evidence: readonly Evidence[]) {
  return {
    technique: 'T1496.001',
    bearing: 'supports' as const,
    witness: 'memory-shape' as const,
    subject: subjectOf(record.process),
    evidence: [...evidence, exeEvidence(record.process), ...cpuEvidence(record)],
  };
}

function dataset(
  record: ProcessRecord,
  size: number,
  sign: 'cache' | 'code' | 'threads',
  evidence: readonly Evidence[],
  confidence: number,
): Finding {
  return finding(
    'memory.randomx-dataset',
    { process: record.name, pid: record.process.pid, sign, size: mib(size) },
    {
      ...common(record, evidence),
      severity: 'high',
      confidence,
      benign: ['own-miner', 'full-node'],
    },
  );
}

function fromMatch(record: ProcessRecord, match: ShapeMatch): Finding {
  const evidence = match.parts.slice(0, 6).map(({ what, mapping }) => lineOf(record, mapping, what));
  const [first] = match.parts;
  const size = first?.mapping.size ?? 0;
  const subject = { process: record.name, pid: record.process.pid };
  switch (match.mode) {
    case 'fast': {
      const hasCache = match.parts.some(({ what }) => what === 'cache' || what === 'dataset and cache');
      return dataset(record, size, hasCache ? 'cache' : 'code', evidence, Math.min(90, match.strength));
    }
    case 'light': {
      // Cache, scratchpads and one piece of code for each of them, in a program of nobody that computes: no heap is
      // laid out like that. A virtual machine's code lies in a reserved range and does not count.
      const whole =
        match.consistent && record.owner !== 'package' && record.cpu.busy && !isInterpreter(record);
      return finding(
        'memory.randomx-cache',
        { ...subject, size: mib(size) },
        {
          ...common(record, evidence),
          severity: whole ? 'medium' : 'low',
          confidence: Math.min(whole ? 65 : 55, match.strength),
          benign: ['large-heap', 'full-node'],
        },
      );
    }
    case 'scratchpads': {
      const strong = match.strength >= 55 && record.owner !== 'package' && record.cpu.hog;
      const count = match.parts.reduce((sum, part) => sum + part.count, 0);
      return finding(
        'memory.mining-shape',
        { ...subject, algorithm: match.algorithm, count, size: Math.round(size / 1024) },
        {
          ...common(record, evidence),
          severity: strong ? 'medium' : 'low',
          confidence: Math.min(65, match.strength),
          benign: ['thread-stacks', 'database-pages'],
        },
      );
    }
  }
}

/** One block of exactly the dataset's size, without cache or code beside it. */
function datasetAlone(record: ProcessRecord, mappings: readonly Mapping[]): Finding | undefined {
  if (!record.cpu.hog) return undefined;
  const mapping = mappings.find(
    (one) =>
      one.access === 'rw-p' &&
      isAnonymous(one) &&
      one.size >= randomxDataset &&
      one.size <= randomxDataset + alignmentSlack,
  );
  if (mapping === undefined) return undefined;
  const evidence = [lineOf(record, mapping, 'dataset')];
  if (record.cpu.pinned >= 2 && record.owner !== 'package') {
    return dataset(record, mapping.size, 'threads', evidence, 75);
  }
  return finding(
    'memory.randomx-cache',
    { process: record.name, pid: record.process.pid, size: mib(mapping.size) },
    {
      ...common(record, evidence),
      severity: 'low',
      confidence: 35,
      benign: ['large-heap', 'database-pages'],
    },
  );
}

export const memoryShape: Analyzer = {
  id: 'memory-shape',
  rules: ['memory.randomx-dataset', 'memory.randomx-cache', 'memory.mining-shape'],
  analyze(facts, context) {
    const found: Finding[] = [];
    for (const record of recordsOf(facts, context)) {
      const { maps, process, cpu } = record;
      if (maps === undefined) continue;
      const [match] = matchShapes(maps.mappings, {
        hugetlb: process.hugetlb,
        locked: process.locked,
        pinnedThreads: cpu.pinned,
        busyThreads: cpu.hotThreads,
      });
      const one = match === undefined ? datasetAlone(record, maps.mappings) : fromMatch(record, match);
      if (one !== undefined) found.push(one);
    }
    return found;
  },
};
