/**
 * The one score, 0 to 100, that joins the findings about a process, and what follows from it.
 *
 * How: each independent witness says at most its weight (below); a finding says weight × confidence × how
 * severe it is. Of one witness only the strongest finding counts, since its findings share their source.
 * Witnesses combine as 1 − Π(1 − w): two that each say 60 % together say 84 %. Context says nothing.
 *
 * | witness | weight | why |
 * |---|---|---|
 * | registers | 0.97 | what the processor computes |
 * | memory-content, traffic | 0.95 | wallet and login; a session with a pool |
 * | memory-shape | 0.75 | sizes fixed by the algorithm |
 * | view, indicator, gpu, command-line | 0.60 | contradiction of the kernel's views; the alert; what it was told to do |
 * | kernel, environment, file | 0.45 | circumstances |
 * | name | 0.40 | chosen by whoever started it |
 * | cpu | 0.25 | many honest programs use CPU; counts only beside another witness |
 * | package, container | 0.20 | circumstances |
 *
 * Severity: critical 1, high 0.9, medium 0.6, low 0.25, info 0.
 *
 * A process is `mining` when
 * 1. a finding is proof and two independent witnesses agree. For RandomX registers the second one is CPU: the
 *    kernel's accounting (at least 1 % of a core in the interval or 5 % over its life) is another source than the
 *    thread's registers, so registers and CPU suffice. Registers of a process that used no CPU do not. Life
 *    counts from the first second on here, though for other rules it says something after a minute only: a
 *    miner that is stopped for most of the interval is still caught by what its registers held; or
 * 2. without proof, the score is at least 80, three witnesses agree, CPU is one of them, and a high finding of
 *    memory shape, memory content, command line, configuration, GPU or traffic supports mining.
 * Otherwise `suspicious` from a medium finding on, `unusual` with a low one, else `benign`; `excused` when the
 * owner declared it and nothing of medium or above is left.
 */
import { type Finding, type Severity, severityRank, type Witness } from '../model/finding.ts';
import type { ProcessIdentity } from '../model/identity.ts';
import { busyPercent, type CpuProfile } from './process-record.ts';

const weights: Readonly<Record<Witness, number>> = {
  registers: 0.97,
  'memory-content': 0.95,
  traffic: 0.95,
  'memory-shape': 0.75,
  view: 0.6,
  indicator: 0.6,
  gpu: 0.6,
  'command-line': 0.6,
  kernel: 0.45,
  environment: 0.45,
  file: 0.45,
  name: 0.4,
  cpu: 0.25,
  package: 0.2,
  container: 0.2,
};

const severityShare: Readonly<Record<Severity, number>> = {
  critical: 1,
  high: 0.9,
  medium: 0.6,
  low: 0.25,
  info: 0,
};

/** Witnesses whose high findings say mining rather than hiding. */
const miningWitnesses: ReadonlySet<Witness> = new Set([
  'memory-shape',
  'memory-content',
  'command-line',
  'file',
  'gpu',
  'traffic',
]);

/** Percent of one core beside registers: eight workers under one quota of 30 % have less than 4 % each. */
const shareOfRegisters = 1;

const joinedScore = 80;
const joinedWitnesses = 3;

export type Judgement = 'benign' | 'unusual' | 'suspicious' | 'mining' | 'excused';

export interface ProcessScore {
  readonly score: number;
  /** Independent sources that speak against it, strongest first. */
  readonly witnesses: readonly Witness[];
}

export interface ProcessJudgement extends ProcessIdentity, ProcessScore {
  readonly judgement: Judgement;
  /** Two independent sources of truth: plan steps need it. */
  readonly actionable: boolean;
  /** Rests on a finding that is proof. */
  readonly proven: boolean;
  /** Frozen, paused or throttled to nothing. */
  readonly stopped: boolean;
}

const atLeast = (found: Finding, severity: Severity): boolean =>
  severityRank(found.severity) >= severityRank(severity);

/** What one finding says, 0 to 1. */
export function findingWeight(found: Finding): number {
  if (found.bearing === 'context') return 0;
  const confidence = Math.min(100, Math.max(0, found.confidence)) / 100;
  return weights[found.witness] * confidence * severityShare[found.severity];
}

/** Joins the findings about one subject. CPU is a witness of its own where the process used it. */
export function scoreOf(findings: readonly Finding[], usedCpu: boolean): ProcessScore {
  const strongest = new Map<Witness, number>();
  for (const found of findings) {
    const weight = findingWeight(found);
    if (weight > 0) strongest.set(found.witness, Math.max(strongest.get(found.witness) ?? 0, weight));
  }
  if (strongest.size === 0) return { score: 0, witnesses: [] };
  if (usedCpu) strongest.set('cpu', Math.max(strongest.get('cpu') ?? 0, weights.cpu));
  const doubt = [...strongest.values()].reduce((product, weight) => product * (1 - weight), 1);
  const witnesses = [...strongest].sort((a, b) => b[1] - a[1]).map(([witness]) => witness);
  return { score: Math.round((1 - doubt) * 100), witnesses };
}

/** Judges one process by the findings about it that the owner did not excuse. */
export function judgeProcess(
  identity: ProcessIdentity,
  findings: readonly Finding[],
  cpu: CpuProfile | undefined,
  excused: boolean,
): ProcessJudgement {
  const { pid, startTicks } = identity;
  const inRegisters = findings.some((found) => found.witness === 'registers' && found.bearing === 'proof');
  const usedCpu =
    cpu?.busy === true ||
    (inRegisters && ((cpu?.sinceStart ?? 0) >= busyPercent || (cpu?.now ?? 0) >= shareOfRegisters));
  const { score, witnesses } = scoreOf(findings, usedCpu);
  const proof = findings.some((found) => found.bearing === 'proof');
  const supported = findings.some(
    (found) => found.bearing === 'supports' && atLeast(found, 'high') && miningWitnesses.has(found.witness),
  );
  const proven = proof && witnesses.length >= 2;
  const joined =
    supported && score >= joinedScore && witnesses.length >= joinedWitnesses && witnesses.includes('cpu');
  const judgement = ((): Judgement => {
    if (proven || joined) return 'mining';
    if (findings.some((found) => atLeast(found, 'medium'))) return 'suspicious';
    if (excused) return 'excused';
    return findings.some((found) => found.bearing !== 'context' && atLeast(found, 'low'))
      ? 'unusual'
      : 'benign';
  })();
  return {
    pid,
    startTicks,
    score,
    witnesses,
    judgement,
    actionable: witnesses.length >= 2,
    proven: proof,
    // One throttled by SIGSTOP and SIGCONT may be stopped at this moment and still use CPU; one whose registers
    // were read ran at that moment.
    stopped: cpu !== undefined && !inRegisters && (cpu.wanted === undefined ? cpu.frozen : cpu.wanted < 1),
  };
}
