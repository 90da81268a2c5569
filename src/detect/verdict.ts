/**
 * The answer for the whole host, with its reasons.
 *
 * `mining` needs a process that is (see score.ts: at least two independent witnesses). `suspicious` is any
 * finding of medium or above. `clean` needs every required check; otherwise nothing found is `inconclusive`.
 * What it is NOT: an average. One miner on a host of thousands of processes is a miner.
 */
import type { WhyTexts } from '../messages/rules.ts';
import { type Finding, severityRank } from '../model/finding.ts';
import type { ScanResult } from '../model/result.ts';
import type { MiningState, Verdict } from '../model/verdict.ts';
import { type ProcessJudgement, scoreOf } from './score.ts';

export type CoverageRow = ScanResult['coverage'][number];

/** A reason, with the parameters that its text takes. */
export type Why = {
  [K in keyof WhyTexts]: { readonly id: K; readonly params: Readonly<Parameters<WhyTexts[K]>[0]> };
}[keyof WhyTexts];

export interface HostVerdict {
  readonly verdict: Verdict;
  readonly state: MiningState;
  readonly score: number;
  readonly why: readonly Why[];
}

export interface HostView {
  /** Findings that the owner did not excuse. */
  readonly findings: readonly Finding[];
  readonly processes: readonly ProcessJudgement[];
  readonly coverage: readonly CoverageRow[];
  readonly excused: number;
  /** Seconds between the two looks at CPU. */
  readonly interval: number;
  readonly nameOf: (pid: number) => string;
}

/** Processes named among the reasons; the result lists all. */
const named = 3;

const serious = (found: Finding): boolean => severityRank(found.severity) >= severityRank('medium');

function stateOf(verdict: Verdict, view: HostView, miners: readonly ProcessJudgement[]): MiningState {
  if (verdict === 'mining') return miners.some((miner) => !miner.stopped) ? 'running' : 'stopped';
  if (verdict !== 'suspicious') return 'none';
  const suspects = view.processes.filter((process) => process.judgement === 'suspicious');
  const pointing = view.findings.filter(
    (found) => serious(found) && (found.bearing === 'supports' || found.bearing === 'proof'),
  );
  const about = (process: ProcessJudgement): boolean =>
    pointing.some(({ subject }) => subject.kind === 'process' && subject.pid === process.pid);
  const working = suspects.filter(about);
  if (working.length > 0) return working.some((process) => !process.stopped) ? 'running' : 'stopped';
  return pointing.length > 0 ? 'traces' : 'none';
}

function minerReasons(view: HostView, miners: readonly ProcessJudgement[]): readonly Why[] {
  return miners.slice(0, named).flatMap(({ pid, score, stopped, witnesses }): readonly Why[] => [
    { id: stopped ? 'miner-stopped' : 'miner-running', params: { process: view.nameOf(pid), pid, score } },
    { id: 'agreeing-witnesses', params: { pid, witnesses: witnesses.join(', '), count: witnesses.length } },
  ]);
}

function suspectReasons(view: HostView): readonly Why[] {
  return view.processes
    .filter((process) => process.judgement === 'suspicious')
    .slice(0, named)
    .map(({ pid, score, proven, actionable, witnesses }): Why => {
      const process = view.nameOf(pid);
      return proven && !actionable
        ? { id: 'single-witness', params: { process, pid, witnesses: witnesses.join(', ') } }
        : { id: 'suspicious-process', params: { process, pid, score } };
    });
}

export function judgeHost(view: HostView): HostVerdict {
  const { findings, coverage } = view;
  const ranked = [...view.processes].sort((a, b) => b.score - a.score || a.pid - b.pid);
  const sorted = { ...view, processes: ranked };
  const miners = ranked.filter((process) => process.judgement === 'mining');
  const missing = coverage.filter((row) => row.required && !row.checked);
  const any = findings.some(serious);
  const verdict: Verdict =
    miners.length > 0 ? 'mining' : any ? 'suspicious' : missing.length > 0 ? 'inconclusive' : 'clean';
  const state = stateOf(verdict, sorted, miners);
  const aboutHost = findings.filter((found) => found.subject.kind !== 'process');
  const hostSerious = aboutHost.filter(serious).length;
  const why: Why[] = [...minerReasons(sorted, miners), ...suspectReasons(sorted)];
  if (state === 'traces') why.push({ id: 'only-traces', params: { count: hostSerious } });
  else if (hostSerious > 0) why.push({ id: 'suspicious-host', params: { count: hostSerious } });
  if (view.excused > 0) why.push({ id: 'excused-by-owner', params: { count: view.excused } });
  if (missing.length > 0) {
    why.push({
      id: 'not-checked',
      params: { checks: missing.map((row) => row.id).join(', '), count: missing.length },
    });
  }
  const quiet = verdict === 'clean' || verdict === 'inconclusive';
  if (quiet && coverage.some((row) => row.id === 'unowned-cpu' && !row.checked)) {
    why.push({ id: 'unowned-cpu-not-judged', params: { interval: view.interval } });
  }
  if (verdict === 'clean') {
    why.unshift({ id: 'nothing-found', params: { checks: coverage.filter((row) => row.required).length } });
  }
  const score = Math.max(0, ...ranked.map((process) => process.score), scoreOf(aboutHost, false).score);
  return { verdict, state, score, why };
}
