/** Words of a statement in a language, and what its rows are called. */
import type { Language } from '../../messages/catalogue.ts';
import { removal as englishRemoval } from '../../messages/en/removal.ts';
import { statement as english } from '../../messages/en/statement.ts';
import type { RemovalTexts } from '../../messages/removal.ts';
import type { StatementTexts } from '../../messages/statement.ts';
import { removal as chineseRemoval } from '../../messages/zh-CN/removal.ts';
import { statement as chinese } from '../../messages/zh-CN/statement.ts';
import type { Statement, StepRow, Thing, ThingKind, ThingState } from '../../model/statement.ts';
import { thingKinds } from '../../model/statement.ts';

const all: Readonly<Record<Language, StatementTexts>> = { en: english, 'zh-CN': chinese };
const removals: Readonly<Record<Language, RemovalTexts>> = { en: englishRemoval, 'zh-CN': chineseRemoval };

export const statementTexts = (language: Language): StatementTexts => all[language];

const known = (words: Readonly<Record<string, string>>, id: string): string =>
  Object.hasOwn(words, id) ? (words[id] ?? id) : id;

/** `quarantined /etc/cron.d/x`; what people do by its title. */
export function stepText({ change, subject }: StepRow, language: Language): string {
  const tasks: Readonly<Record<string, { readonly title: string }>> = removals[language].tasks;
  if (Object.hasOwn(tasks, change)) return tasks[change]?.title ?? change;
  return `${known(all[language].changes, change)} ${subject}`;
}

export const refusalText = (why: string, language: Language): string =>
  known(removals[language].refusals, why);

/** A fingerprint in parts that two people can read to each other. */
export const inGroups = (fingerprint: string): string =>
  fingerprint
    .replace(/[^0-9a-f]/g, '')
    .slice(0, 64)
    .replace(/(.{8})(?=.)/g, '$1 ');

/** States with something to look at, worst first; what is gone is only counted. */
export const shownStates = ['came-back', 'new', 'still-there', 'not-checked', 'harmless'] as const;
const tallied: readonly ThingState[] = ['gone', 'still-there', 'came-back', 'new', 'harmless', 'not-checked'];

export interface Tally {
  /** States that occur, in the order of the table. */
  readonly states: readonly ThingState[];
  readonly rows: readonly { readonly kind: ThingKind; readonly counts: readonly number[] }[];
}

/** How many of each kind are in each state; kinds of which there is none are left out. */
export function tallyOf(things: readonly Thing[]): Tally {
  const always: readonly ThingState[] = ['gone', 'still-there', 'came-back', 'new'];
  const states = tallied.filter(
    (state) => always.includes(state) || things.some((thing) => thing.state === state),
  );
  const rows = thingKinds
    .filter((kind) => things.some((thing) => thing.kind === kind))
    .map((kind) => ({
      kind,
      counts: states.map(
        (state) => things.filter((thing) => thing.kind === kind && thing.state === state).length,
      ),
    }));
  return { states, rows };
}

/** `2026-11-26 09:05 UTC` */
export const timeText = (time: string): string => `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;

/** The next look that was not made; a restart where only that is left. */
export function nextLook({ schedule }: Statement): Statement['schedule'][number] | undefined {
  const open = schedule.filter(({ look }) => look === undefined);
  return open.find(({ due }) => due !== undefined) ?? open[0];
}
