/** What drafts of all kinds share: refusals, what a change breaks, an edit as a draft. */
import type { Breakage, LeftOut, Phase } from '../../model/plan.ts';
import type { ResultPersistence } from '../../model/result.ts';
import type { Printable } from '../../model/text.ts';
import type { CaseView, Survey, SurveyedFile } from './case-view.ts';
import { type Draft, fileStands, identityOf, leftOut } from './draft.ts';
import type { Declared } from './guards.ts';
import type { editsOf } from './line-edits.ts';
import { printableOf } from './printable-of.ts';

export interface Drafted {
  readonly drafts: readonly Draft[];
  readonly left: readonly LeftOut[];
}

export const nothing: Drafted = { drafts: [], left: [] };
export const together = (parts: readonly Drafted[]): Drafted => ({
  drafts: parts.flatMap(({ drafts }) => drafts),
  left: parts.flatMap(({ left }) => left),
});

export interface Grounds {
  readonly view: CaseView;
  readonly survey: Survey;
  readonly declared: Declared;
  /** Finding ids by path. */
  readonly findings: (path: string) => readonly string[];
  /** Files that the plan takes, as far as that is known. */
  readonly condemned?: ReadonlySet<string>;
}

const whatOf = (row: ResultPersistence): Printable =>
  printableOf(row.line === undefined ? row.source : `${row.source}:${row.line}`);

export const refuseAll = (rows: readonly ResultPersistence[], why: LeftOut['why']): Drafted => ({
  drafts: [],
  left: rows.map((row) => leftOut(row.id, whatOf(row), why)),
});

/** Entries that stay in a file, of others than the attacker: by their ids. */
export const othersIn = (view: CaseView, source: string, rows: readonly ResultPersistence[]): number =>
  view.result.persistence.filter(
    (row) =>
      row.source === source &&
      !rows.includes(row) &&
      (row.judgement === 'benign' || row.judgement === 'unusual'),
  ).length;

export function breaksOf(
  found: SurveyedFile,
  row: Pick<ResultPersistence, 'mechanism' | 'user' | 'source'>,
): readonly Breakage[] {
  const owned: readonly Breakage[] =
    found.owner.kind === 'package' ? [{ id: 'of-package', subject: found.owner.name }] : [];
  const access = /^(?:account-|ssh-|sshd|sudo-|pam-)/.test(row.mechanism);
  return access
    ? [...owned, { id: 'account-logs-in', subject: printableOf(row.user === '' ? row.source : row.user) }]
    : owned;
}

export function editDraft(
  found: SurveyedFile,
  edited: NonNullable<ReturnType<typeof editsOf>>,
  phase: Phase,
  findings: readonly string[],
  breaks: readonly Breakage[],
  unlock = false,
): Draft | undefined {
  const identity = identityOf(found);
  if (identity === undefined) return undefined;
  return {
    phase,
    findings,
    change: { kind: 'edit-file', path: identity.path, edits: edited.edits, after: edited.after, unlock },
    preconditions: fileStands(identity),
    reversibility: 'reversible',
    breaks,
    verify: 'content',
  };
}
