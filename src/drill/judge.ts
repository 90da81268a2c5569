/** Whether a scan said what it should: pure, so that the drill itself can be tested with wrong answers. */
import { severityRank } from '../model/finding.ts';
import type { ResultFinding, ScanResult } from '../model/result.ts';
import type { BriefFinding, PlayedLine } from './protocol.ts';
import type { Infected } from './scenario.ts';

export type Judgement = Pick<PlayedLine, 'verdict' | 'findings' | 'asExpected' | 'problem'>;

const brief = ({ rule, severity, title }: ResultFinding): BriefFinding => ({ rule, severity, title });
const isAlarm = (finding: ResultFinding): boolean => severityRank(finding.severity) >= severityRank('medium');
/** A finding about the host keeps its place from scan to scan; pids and texts of processes do not. */
const keyOf = (finding: ResultFinding): string => `${finding.rule}\0${finding.path ?? ''}`;

export type Baseline = Pick<ScanResult, 'verdict' | 'findings'>;

/** Alarms that the empty stage, and so the host itself, did not have. */
export function newAlarms(result: ScanResult, baseline: Baseline): readonly ResultFinding[] {
  const known = new Set(baseline.findings.filter((found) => found.pid === undefined).map(keyOf));
  return result.findings.filter(
    (found) => isAlarm(found) && (found.pid !== undefined || !known.has(keyOf(found))),
  );
}

/** The alarms of an empty stage: what this host has anyway. */
export const baselineAlarms = (baseline: Baseline): readonly BriefFinding[] =>
  baseline.findings.filter(isAlarm).map(brief);

export function judgeInfected(
  result: ScanResult,
  expected: Pick<Infected, 'verdicts' | 'rules'>,
  pid: number | undefined,
  baseline: Baseline,
): Judgement {
  const rules: readonly string[] = expected.rules;
  const named = result.findings.some(
    (found) =>
      rules.includes(found.rule) && (pid === undefined || found.pid === undefined || found.pid === pid),
  );
  const verdict = expected.verdicts.includes(result.verdict);
  return {
    verdict: result.verdict,
    findings: newAlarms(result, baseline).map(brief),
    asExpected: verdict && named,
    problem: verdict ? (named ? 'none' : 'rule') : 'verdict',
  };
}

export function judgeTwin(result: ScanResult, baseline: Baseline): Judgement {
  const alarms = newAlarms(result, baseline);
  const quiet = result.verdict === 'clean' || result.verdict === baseline.verdict;
  return {
    verdict: result.verdict,
    findings: alarms.map(brief),
    asExpected: alarms.length === 0 && quiet,
    problem: alarms.length > 0 ? 'alarm' : quiet ? 'none' : 'verdict',
  };
}
