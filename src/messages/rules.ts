/** Texts of the rules: what is claimed, why it matters, and the harmless explanations that were considered. */

/** Title in one line; explanation in two or three sentences for someone who never did this before. */
export interface RuleText {
  readonly title: string;
  readonly explanation: string;
}

export type RuleTextOf<P extends Readonly<Record<string, string | number>>> = (params: P) => RuleText;

export interface RuleTexts {
  readonly 'cpu.randomx-registers': RuleTextOf<{
    process: string;
    pid: number;
    threads: number;
    modes: number;
  }>;
}

/** Harmless explanations by id, one sentence each. */
export interface BenignTexts {
  readonly 'full-node': string;
}
