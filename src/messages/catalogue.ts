/**
 * The shape of all texts for people. `en` and `zh-CN` both satisfy it, so a missing text does not compile.
 * One interface per area, beside its two catalogues.
 */
import type { BenignTexts, RuleTexts } from './rules.ts';

export type Language = 'en' | 'zh-CN';
export const languages: readonly Language[] = ['en', 'zh-CN'];

export interface Catalogue {
  readonly rules: RuleTexts;
  readonly benign: BenignTexts;
}

export type RuleId = keyof RuleTexts & string;
/** Parameters that the texts of a rule take. */
export type RuleParams<R extends RuleId> = Parameters<RuleTexts[R]>[0];
export type BenignId = keyof BenignTexts & string;
