/**
 * A scenario of the drill: a shape that Demine must find, and its twin: the same shape with one honest
 * difference, which must stay clean.
 */
import type { RuleId } from '../messages/catalogue.ts';
import type { ScenarioId } from '../messages/drill.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Stage } from './stage.ts';
import type { CpuHierarchy } from './throttle.ts';

/** What this host must have for a scenario; without it the scenario is told as not run. */
export interface Means {
  /** Path of the system's RandomX library. */
  readonly randomx: string | undefined;
  readonly cpuHierarchy: CpuHierarchy | undefined;
}

export type Need = keyof Means;

/** What was staged. */
export interface Cast {
  /** The process that a finding must be about; undefined where the host itself is the subject. */
  readonly pid?: number;
  /** Text of a demine.yaml that the scan reads. */
  readonly config?: string;
}

export interface Arrangement {
  readonly set: (stage: Stage, means: Means) => Promise<Cast>;
}

export interface Infected extends Arrangement {
  /** One of them is right. */
  readonly verdicts: readonly Verdict[];
  /** At least one of them is reported, about the cast. */
  readonly rules: readonly RuleId[];
}

export interface Scenario {
  readonly id: ScenarioId;
  readonly needs: readonly Need[];
  readonly infected: Infected;
  readonly twin: Arrangement;
}
