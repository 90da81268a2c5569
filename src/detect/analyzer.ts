/** An analyzer: facts in, findings out, pure. One per file. */
import type { RuleId, RuleParams } from '../messages/catalogue.ts';
import type { OwnerConfig } from '../model/config.ts';
import type { FactSet } from '../model/fact.ts';
import type { Finding } from '../model/finding.ts';

export interface JudgeContext {
  readonly config: OwnerConfig;
  /** Wall clock of the scan, microseconds UTC. */
  readonly nowUs: number;
  /** Seconds between the two looks at CPU. */
  readonly interval: number;
  /** Pids of the scan itself, about which nothing is claimed. */
  readonly ourselves?: ReadonlySet<number>;
}

export interface Analyzer {
  readonly id: string;
  /** Rules it can report. */
  readonly rules: readonly RuleId[];
  analyze(facts: FactSet, context: JudgeContext): readonly Finding[];
}

/** A finding whose parameters fit the texts of its rule. */
export function finding<R extends RuleId>(
  rule: R,
  params: RuleParams<R>,
  rest: Omit<Finding, 'rule' | 'params'>,
): Finding {
  return { rule, params, ...rest };
}
