/** Every entry that starts by itself, with its judgement and the reasons for it. */
import type { EntryJudgement, ReasonId, ReasonParams } from '../../messages/persistence.ts';
import type { FactSet } from '../../model/fact.ts';
import type { PersistenceFact } from '../../model/facts/persistence.ts';
import type { Evidence } from '../../model/finding.ts';
import type { JudgeContext } from '../analyzer.ts';
import { type EntryReading, readEntry } from '../command/read-entry.ts';

export type EntryReason = {
  [K in ReasonId]: {
    readonly id: K;
    readonly params: Readonly<ReasonParams<K>>;
    readonly evidence: readonly Evidence[];
  };
}[ReasonId];

export interface JudgedEntry {
  readonly fact: PersistenceFact;
  readonly reading: EntryReading;
  readonly judgement: EntryJudgement;
  /** Heaviest first. */
  readonly reasons: readonly EntryReason[];
}

function judged(fact: PersistenceFact): JudgedEntry {
  const reading = readEntry(fact);
  const reasons = reading.signs
    .filter(({ id }) => id === 'fetch-and-run')
    .map(
      ({ text, about }): EntryReason => ({
        id: 'fetch-and-run',
        params: { url: about },
        evidence: [{ ...fact.source, text }],
      }),
    );
  return { fact, reading, judgement: reasons.length > 0 ? 'malicious' : 'benign', reasons };
}

const remembered = new WeakMap<
  FactSet,
  { readonly size: number; readonly context: JudgeContext; readonly entries: readonly JudgedEntry[] }
>();

/** The entries of a set of facts: judged once, again when facts were added. */
export function judgeEntries(facts: FactSet, context: JudgeContext): readonly JudgedEntry[] {
  const known = remembered.get(facts);
  if (known !== undefined && known.size === facts.size && known.context === context) return known.entries;
  const entries = facts.of('persistence').map(judged);
  remembered.set(facts, { size: facts.size, context, entries });
  return entries;
}
