/**
 * What analyzers say of processes, hosts and files, and what follows for each process: before entries that start by
 * themselves are judged, which ask for it.
 */
import type { FactSet } from '../model/fact.ts';
import type { Finding } from '../model/finding.ts';
import { agentProtection } from './agent-protection.ts';
import type { Analyzer, JudgeContext } from './analyzer.ts';
import { blockedNames } from './blocked-names.ts';
import { borrowedName } from './borrowed-name.ts';
import { droppedFiles } from './dropped-files.ts';
import { environmentMarks } from './environment-marks.ts';
import { type ExcusedFinding, excuse } from './excuse.ts';
import { exposure } from './exposure.ts';
import { fileTimes } from './file-times.ts';
import { floodedFolder } from './flooded-folder.ts';
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
import { poolTraffic } from './pool-traffic.ts';
import { type ProcessRecords, recordsOf } from './process-record.ts';
import { ranCommands } from './ran-command/ran-commands.ts';
import { randomxRegisters } from './randomx-registers.ts';
import { relays } from './relays.ts';
import { judgeProcess, type ProcessJudgement } from './score.ts';
import { sightings } from './sightings.ts';
import { unownedCpu } from './unowned-cpu.ts';
import { unusualFolder } from './unusual-folder.ts';
import { watchReaction } from './watch-reaction.ts';

/** Analyzers that need no judged entries. */
export const firstAnalyzers: readonly Analyzer[] = [
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
  fileTimes,
  floodedFolder,
  forwards,
  ranCommands,
  relays,
  sightings,
];

export function judgeProcesses(
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

interface First {
  readonly size: number;
  readonly context: JudgeContext;
  readonly findings: readonly Finding[];
  processes: readonly ProcessJudgement[] | undefined;
}

const remembered = new WeakMap<FactSet, First>();

function first(facts: FactSet, context: JudgeContext): First {
  const known = remembered.get(facts);
  if (known !== undefined && known.size === facts.size && known.context === context) return known;
  const findings = firstAnalyzers.flatMap((analyzer) => analyzer.analyze(facts, context));
  const made: First = { size: facts.size, context, findings, processes: undefined };
  remembered.set(facts, made);
  return made;
}

/** What they find; made once for all who ask. */
export function firstFindings(facts: FactSet, context: JudgeContext): readonly Finding[] {
  return first(facts, context).findings;
}

/** How processes are judged by these findings alone. */
export function processJudgements(facts: FactSet, context: JudgeContext): readonly ProcessJudgement[] {
  const own = first(facts, context);
  if (own.processes === undefined) {
    const others = own.findings.filter(
      ({ subject }) => subject.kind !== 'process' || context.ourselves?.has(subject.pid) !== true,
    );
    const { kept, excused } = excuse(others, facts, context);
    own.processes = judgeProcesses(kept, excused, recordsOf(facts, context));
  }
  return own.processes;
}
