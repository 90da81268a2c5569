/**
 * Who carries out a plan: a mounted root, the running host, later a host over SSH or Windows. The plan, the ledger and
 * the order are the same for all.
 *
 * `perform` and `revert` are called again after a crash, with the same record: each looks at the world first and does
 * only what is still to be done. They either reach their end or leave the world as it was and say why.
 */
import type { Before, LedgerRecord, Note, Stop } from '../../model/ledger.ts';
import type { Change, Precondition } from '../../model/plan.ts';
import type { Printable } from '../../model/text.ts';

export type Prepared =
  | { readonly kind: 'ready'; readonly before: Before }
  /** The world is no longer what the plan was made for, or it cannot be changed. */
  | { readonly kind: 'stopped'; readonly stop: Stop };

/** Copies that were made as evidence. */
export type Kept = Extract<LedgerRecord, { readonly kind: 'evidence' }>['kept'];

export type Performed =
  | { readonly kind: 'done'; readonly notes: readonly Note[]; readonly kept?: Kept }
  | { readonly kind: 'stopped'; readonly stop: Stop };

/** A change that is carried out, and not by people. */
export type Carried = Exclude<Change, { readonly kind: 'by-hand' }>;

export interface Executor {
  readonly kind: 'live' | 'folder';
  readonly name: Printable;
  /**
   * Takes the target for ourselves until `close`; it falls free when we die.
   * @returns false where another has it
   */
  lock(): boolean;
  /** Compares the world with what the plan was made for, and records it as it is. Changes nothing. */
  prepare(change: Carried, preconditions: readonly Precondition[]): Promise<Prepared>;
  perform(change: Carried, before: Before, token: string): Promise<Performed>;
  revert(change: Carried, before: Before, token: string): Promise<Performed>;
  close(): void;
}

/** Told at each point at which a power loss must be survived: what was done last. For progress, and for tests. */
export type Boundary = (done: string) => void;

export const stopped = (
  id: Stop['id'],
  subject: Printable,
  detail = '',
): { kind: 'stopped'; stop: Stop } => ({
  kind: 'stopped',
  stop: { id, subject, detail },
});
