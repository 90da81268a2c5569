/** One reason for a judgement, with the line that shows it. */
import type { ReasonId, ReasonParams } from '../../messages/persistence.ts';
import type { PersistenceMark } from '../../model/facts/persistence.ts';
import type { Evidence } from '../../model/finding.ts';
import { type Nature, type Weight, weights } from './weights.ts';

/** What an artifact saw takes no words of its own. */
interface MarkReason {
  readonly id: PersistenceMark;
  readonly params: Readonly<Record<string, never>>;
  readonly evidence: readonly Evidence[];
}

type OwnId = Exclude<ReasonId, PersistenceMark>;

export type EntryReason =
  | MarkReason
  | {
      [K in OwnId]: {
        readonly id: K;
        readonly params: Readonly<ReasonParams<K>>;
        readonly evidence: readonly Evidence[];
      };
    }[OwnId];

export interface WeighedReason {
  readonly reason: EntryReason;
  readonly weight: Weight;
  readonly nature: Nature;
}

/** @param weight other than the table's, where the mechanism makes it milder */
export function weighed(reason: EntryReason, weight?: Weight): WeighedReason {
  const [usual, nature] = weights[reason.id];
  return { reason, weight: weight ?? usual, nature };
}

const order: readonly Weight[] = ['strong', 'medium', 'weak', 'none'];

export const heavier = (a: WeighedReason, b: WeighedReason): number =>
  order.indexOf(a.weight) - order.indexOf(b.weight);
