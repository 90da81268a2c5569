/**
 * The shape of all texts for people. `en` and `zh-CN` both satisfy it, so a missing text does not compile.
 * One interface per area, beside its two catalogues.
 */
import type { CliTexts } from './cli.ts';
import type { CoverageTexts } from './coverage.ts';
import type { IncidentTexts } from './incident.ts';
import type { PersistenceTexts } from './persistence.ts';
import type { BenignTexts, RuleNames, RuleTexts, WhyTexts } from './rules.ts';

export type Language = 'en' | 'zh-CN';

export interface Catalogue {
  readonly rules: RuleTexts;
  readonly ruleNames: RuleNames;
  readonly benign: BenignTexts;
  readonly why: WhyTexts;
  readonly cli: CliTexts;
  readonly coverage: CoverageTexts;
  readonly persistence: PersistenceTexts;
  readonly incident: IncidentTexts;
}

export type RuleId = keyof RuleTexts & string;
/** Parameters that the texts of a rule take. */
export type RuleParams<R extends RuleId> = Parameters<RuleTexts[R]>[0];
