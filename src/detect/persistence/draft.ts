/** An entry while it is judged: its reasons so far, to which its relations to others are added. */
import type { EntryJudgement } from '../../messages/persistence.ts';
import type { PersistenceFact } from '../../model/facts/persistence.ts';
import type { EntryReading } from '../command/read-entry.ts';
import type { WeighedReason } from './reason.ts';
import { judgementOf } from './weights.ts';

export interface Draft {
  readonly fact: PersistenceFact;
  readonly reading: EntryReading;
  readonly reasons: WeighedReason[];
}

export const judged = ({ fact, reasons }: Draft): EntryJudgement => judgementOf(reasons, fact.active);
