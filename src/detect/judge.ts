/** The single entry of judgement: facts in, everything a result says of them out. Pure. */
import type { FactSet } from '../model/fact.ts';
import { type Bearing, type Finding, severityRank } from '../model/finding.ts';
import type { Analyzer, JudgeContext } from './analyzer.ts';
import { type ExcusedFinding, excuse } from './excuse.ts';
import { type Exposure, exposureOf } from './exposure.ts';
import { type JudgedEntry, judgeEntries } from './persistence/judge-entries.ts';
import { persistence } from './persistence/persistence.ts';
import { firstAnalyzers, firstFindings, judgeProcesses } from './process-findings.ts';
import { recordsOf } from './process-record.ts';
import type { ProcessJudgement } from './score.ts';
import { type CoverageRow, type HostVerdict, judgeHost } from './verdict.ts';

export type { ExcusedFinding, Exposure, HostVerdict, ProcessJudgement };

export const analyzers: readonly Analyzer[] = [...firstAnalyzers, persistence];

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

export function judge(facts: FactSet, context: JudgeContext, coverage: readonly CoverageRow[]): Judgement {
  const all = [...firstFindings(facts, context), ...persistence.analyze(facts, context)].filter(
    ({ subject }) => subject.kind !== 'process' || context.ourselves?.has(subject.pid) !== true,
  );
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
    nameOf: (pid) => records.byPid(pid)?.name ?? '',
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
