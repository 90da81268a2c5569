/** What a child that reads parts and its parent say to each other: a line of JSON each. Both are this program. */
import type { PartJob, PartResult } from './read-part.ts';

/** A job, and whether its turn to write has come; or that it has come for the job at hand. */
export interface PartCall {
  readonly job?: PartJob;
  readonly turn?: true;
}

/** `closed` nobody reads any more. */
export type PartAnswer = { readonly result: PartResult } | { readonly closed: true };

/** Numbers above 2^53 are in a head, which JSON has not. */
export const resultText = (answer: PartAnswer): string =>
  JSON.stringify(answer, (_, value) => (typeof value === 'bigint' ? { bigint: String(value) } : value));

const isAnswer = (value: unknown): value is PartAnswer =>
  typeof value === 'object' && value !== null && ('result' in value || 'closed' in value);

/** Undefined for what is no answer: a runtime that dies says so on the same descriptor. */
export function answerOf(line: string): PartAnswer | undefined {
  try {
    const value: unknown = JSON.parse(line, (_, one: unknown) =>
      typeof one === 'object' && one !== null && 'bigint' in one && typeof one.bigint === 'string'
        ? BigInt(one.bigint)
        : one,
    );
    return isAnswer(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
