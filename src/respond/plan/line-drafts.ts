/** Entries that are lines of a file which belongs to others as well. */
import type { ResultPersistence } from '../../model/result.ts';
import type { SurveyedFile } from './case-view.ts';
import { quarantineDraft } from './draft.ts';
import { breaksOf, type Drafted, editDraft, type Grounds, nothing, othersIn, refuseAll } from './drafted.ts';
import { fileRefusal, takingRefusal } from './guards.ts';
import { editsOf, isAsScanned, linesOf, numbersOf } from './line-edits.ts';
import { isLoginStack, mayLeaveStack } from './login-stacks.ts';
import { linesWith } from './self-contained.ts';
import { isMechanism, phaseOf } from './treatment.ts';

const spool = /^\/var\/spool\/(?:cron|at)/;
const home = /^\/(?:root|home)\//;
const cronTable = /^(?:cron-|fcron|incron)/;

/** One-based. Empty where the entry has no lines that can go by themselves. */
function goingLines(
  row: ResultPersistence,
  { view, condemned }: Grounds,
  content: Uint8Array,
  texts: readonly string[],
): readonly number[] {
  const own = numbersOf(row, view.result, texts, condemned);
  // A table has one entry a line; anything else may go on over several.
  if (cronTable.test(row.mechanism)) return own;
  if (isLoginStack(row.source) && !own.every((line) => mayLeaveStack(content, row.source, line))) return [];
  const parts = own.map((line) => linesWith(texts, line - 1));
  return parts.includes(undefined) ? [] : parts.flatMap((lines) => lines ?? []).map((line) => line + 1);
}

export function byLines(
  grounds: Grounds,
  source: string,
  found: SurveyedFile,
  rows: readonly ResultPersistence[],
): Drafted {
  const { view } = grounds;
  const [first] = rows;
  if (first === undefined || !isMechanism(first.mechanism)) return nothing;
  const refused = fileRefusal(found, grounds.declared);
  if (refused !== undefined) return refuseAll(rows, refused);
  const findings = [...rows.map(({ id }) => id), ...grounds.findings(source)];
  const breaks = breaksOf(found, first);
  const noise = rows.some(({ reasons }) => reasons.some(({ id }) => id === 'binary-noise'));
  // A database saved as a table holds no line of anybody's, and cron reads none behind the first that is none.
  if (noise && takingRefusal(found, grounds.declared) === undefined && othersIn(view, source, rows) === 0) {
    const draft = quarantineDraft(found, phaseOf(first.mechanism), findings, breaks);
    if (draft !== undefined) return { drafts: [draft], left: [] };
  }
  if (found.content === undefined) return refuseAll(rows, 'not-readable');
  if (!isAsScanned(view, source, found)) return refuseAll(rows, 'line-changed');
  const { content } = found;
  const texts = linesOf(content).map((line) => Buffer.from(line).toString('latin1'));
  const numbers = new Map(rows.map((row) => [row, goingLines(row, grounds, content, texts)]));
  const goes = (row: ResultPersistence): boolean => (numbers.get(row)?.length ?? 0) > 0;
  const chosen = rows.filter(goes);
  const left = refuseAll(
    rows.filter((row) => !goes(row)),
    'no-line',
  ).left;
  const lines = new Set(chosen.flatMap((row) => numbers.get(row) ?? []));
  const edited = editsOf(found.content, new Map([...lines].map((line) => [line, undefined])), {
    comments: !spool.test(source) && !home.test(source),
    variables: cronTable.test(first.mechanism),
  });
  if (edited === undefined) return { drafts: [], left: [...left, ...refuseAll(chosen, 'line-changed').left] };
  const phase = phaseOf(first.mechanism);
  const locked = rows.some(({ reasons }) => reasons.some(({ id }) => id === 'immutable'));
  const alone =
    takingRefusal(found, grounds.declared) === undefined &&
    left.length === 0 &&
    othersIn(view, source, rows) === 0;
  const draft =
    edited.emptied && alone
      ? quarantineDraft(found, phase, findings, breaks)
      : editDraft(found, edited, phase, findings, breaks, locked);
  return { drafts: draft === undefined ? [] : [draft], left };
}
