/** The single entry of judgement: facts in, everything a result says of them out. Pure. */
import type { FactSet } from '../model/fact.ts';
import { type Bearing, type Finding, severityRank } from '../model/finding.ts';
import { agentProtection } from './agent-protection.ts';
import type { Analyzer, JudgeContext } from './analyzer.ts';
import { blockedNames } from './blocked-names.ts';
import { borrowedName } from './borrowed-name.ts';
import { droppedFiles } from './dropped-files.ts';
import { environmentMarks } from './environment-marks.ts';
import { type ExcusedFinding, excuse } from './excuse.ts';
import { type Exposure, exposure, exposureOf } from './exposure.ts';
import { forwards } from './forwards.ts';
import { gpuMining } from './gpu-mining.ts';
import { hiddenModules } from './hidden-modules.ts';
import { hiddenProcesses } from './hidden-processes.ts';
import { hiddenSockets } from './hidden-sockets.ts';
import { kernelHooks } from './kernel-hooks.ts';
import { kernelThreadName } from './kernel-thread-name.ts';
import { kernelTuning } from './kernel-tuning.ts';
import { memoryShape } from './memory-shape.ts';
import { miningContent } from './mining-content.ts';
import { missingExecutable } from './missing-executable.ts';
import { type JudgedEntry, judgeEntries } from './persistence/judge-entries.ts';
import { poolTraffic } from './pool-traffic.ts';
import { nameOf, type ProcessRecords, recordsOf } from './process-record.ts';
import { randomxRegisters } from './randomx-registers.ts';
import { relays } from './relays.ts';
import { judgeProcess, type ProcessJudgement } from './score.ts';
import { sightings } from './sightings.ts';
import { unownedCpu } from './unowned-cpu.ts';
import { unusualFolder } from './unusual-folder.ts';
import { type CoverageRow, type HostVerdict, judgeHost } from './verdict.ts';
import { watchReaction } from './watch-reaction.ts';

export type { ExcusedFinding, Exposure, HostVerdict, ProcessJudgement };

export const analyzers: readonly Analyzer[] = [
  randomxRegisters,
  memoryShape,
  gpuMining,
  miningContent,
  poolTraffic,
  hiddenProcesses,
  hiddenSockets,
  hiddenModules,
  kernelHooks,
  kernelTuning,
  unownedCpu,
  watchReaction,
  missingExecutable,
  kernelThreadName,
  borrowedName,
  unusualFolder,
  environmentMarks,
  agentProtection,
  blockedNames,
  exposure,
  droppedFiles,
  forwards,
  relays,
  sightings,
];

/** Rules that no analyzer reports: they follow from the owner's declarations. */
export const ownerRules = ['owner.wallet-differs', 'owner.pool-differs'] as const;

export interface Judgement extends HostVerdict {
  /** Worst first. */
  readonly findings: readonly Finding[];
  readonly excused: readonly ExcusedFinding[];
  /** Every process that has a finding, kept or excused; the others are benign. */
  readonly processes: readonly ProcessJudgement[];
  readonly exposure: readonly Exposure[];
  /** Everything that starts by itself, judged. */
  readonly persistence: readonly JudgedEntry[];
}

const bearingOrder: readonly Bearing[] = ['proof', 'supports', 'hides', 'context'];

function worstFirst(a: Finding, b: Finding): number {
  return (
    severityRank(b.severity) - severityRank(a.severity) ||
    bearingOrder.indexOf(a.bearing) - bearingOrder.indexOf(b.bearing) ||
    b.confidence - a.confidence ||
    a.rule.localeCompare(b.rule) ||
    subjectOrder(a) - subjectOrder(b)
  );
}

const subjectOrder = ({ subject }: Finding): number => (subject.kind === 'process' ? subject.pid : 0);

function judgeProcesses(
  kept: readonly Finding[],
  excused: readonly ExcusedFinding[],
  records: ProcessRecords,
): readonly ProcessJudgement[] {
  const cases = new Map<
    string,
    { readonly pid: number; readonly startTicks: number; readonly findings: Finding[]; excused: boolean }
  >();
  const caseOf = (found: Finding) => {
    if (found.subject.kind !== 'process') return undefined;
    const { pid, startTicks } = found.subject;
    const key = `${pid}:${startTicks}`;
    const known = cases.get(key) ?? { pid, startTicks, findings: [], excused: false };
    cases.set(key, known);
    return known;
  };
  for (const found of kept) caseOf(found)?.findings.push(found);
  for (const { finding } of excused) {
    const one = caseOf(finding);
    if (one !== undefined) one.excused = true;
  }
  return [...cases.values()]
    .map((one) => judgeProcess(one, one.findings, records.of(one)?.cpu, one.excused))
    .sort((a, b) => b.score - a.score || a.pid - b.pid);
}

export function judge(facts: FactSet, context: JudgeContext, coverage: readonly CoverageRow[]): Judgement {
  const all = analyzers
    .flatMap((analyzer) => analyzer.analyze(facts, context))
    .filter(({ subject }) => subject.kind !== 'process' || context.ourselves?.has(subject.pid) !== true);
  const { kept, excused } = excuse(all, facts, context);
  const findings = [...kept].sort(worstFirst);
  const records = recordsOf(facts, context);
  const processes = judgeProcesses(findings, excused, records);
  const host = judgeHost({
    findings,
    processes,
    coverage,
    excused: excused.length,
    interval: context.interval,
    nameOf: (pid) => {
      const record = records.byPid(pid);
      return record === undefined ? `pid ${pid}` : nameOf(records, record.process);
    },
  });
  return {
    ...host,
    findings,
    excused,
    processes,
    exposure: exposureOf(facts),
    persistence: judgeEntries(facts, context),
  };
}
