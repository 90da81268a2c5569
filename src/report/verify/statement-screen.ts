/** A statement on a screen: the answer, why, before and now in figures, then all that is not as it should be. */
import type { Language } from '../../messages/catalogue.ts';
import type { StatementTexts } from '../../messages/statement.ts';
import type { Outcome, Statement, StepStanding, ThingState } from '../../model/statement.ts';
import { renderDoors } from '../door/door-screen.ts';
import { cell, fit, type Span, type Style, span } from '../line.ts';
import { shellWord } from '../next-steps.ts';
import { coverageText, inBrackets } from '../texts.ts';
import { displayWidth, wrap } from '../width.ts';
import {
  inGroups,
  nextLook,
  refusalText,
  shownStates,
  statementTexts,
  stepText,
  tallyOf,
  timeText,
} from './texts.ts';

export interface StatementView {
  readonly width: number;
  readonly color: boolean;
  readonly language: Language;
  /** As the commands that are shown name it. */
  readonly folder: string;
  readonly path: string;
  readonly signature:
    | { readonly fingerprint: string }
    | { readonly unsigned: keyof StatementTexts['unsigned'] };
}

/** Rows of one list that a screen takes; all are in the file. */
const mostRows = 20;

export const banners: Readonly<Record<Outcome, Style>> = {
  clean: 'on-green',
  'still-there': 'on-yellow',
  'came-back': 'on-red',
  inconclusive: 'on-blue',
};

const thingStyles: Readonly<Record<ThingState, Style>> = {
  gone: 'green',
  'still-there': 'yellow',
  'came-back': 'red',
  new: 'red',
  harmless: 'cyan',
  'not-checked': 'blue',
};

const standingStyles: Readonly<Record<StepStanding, Style>> = {
  holds: 'green',
  returned: 'red',
  changed: 'yellow',
  replaced: 'green',
  past: 'dim',
  'by-hand': 'cyan',
  open: 'yellow',
  stopped: 'red',
  undone: 'yellow',
  'not-checked': 'blue',
};

export class WrappedScreen {
  readonly #view: Pick<StatementView, 'width' | 'color'>;

  constructor(view: Pick<StatementView, 'width' | 'color'>) {
    this.#view = view;
  }

  line(...spans: readonly Span[]): string {
    return fit(spans, this.#view.width, this.#view.color);
  }

  heading(text: string): readonly string[] {
    return ['', this.line(span(text, 'bold'))];
  }

  /** Text behind a lead of some columns, broken at the width. */
  item(lead: readonly Span[], text: string, style: Style = 'plain'): readonly string[] {
    const columns = lead.reduce((sum, one) => sum + displayWidth(one.text), 0);
    return wrap(text, this.#view.width - columns).map((line, at) =>
      this.line(...(at === 0 ? lead : [span(' '.repeat(columns))]), span(line, style)),
    );
  }

  words(text: string, style: Style = 'plain'): readonly string[] {
    return this.item([], text, style);
  }
}

class StatementScreen extends WrappedScreen {
  readonly #view: StatementView;
  readonly #statement: Statement;
  readonly #texts: StatementTexts;

  constructor(statement: Statement, view: StatementView) {
    super(view);
    this.#view = view;
    this.#statement = statement;
    this.#texts = statementTexts(view.language);
  }

  #limited<T>(rows: readonly T[], render: (row: T) => readonly string[]): readonly string[] {
    const rest = rows.length - mostRows;
    return [
      ...rows.slice(0, mostRows).flatMap(render),
      ...(rest > 0 ? this.words(`  ${this.#texts.more({ count: rest })}`, 'dim') : []),
    ];
  }

  answer(): readonly string[] {
    const { conclusion, subject, made, look } = this.#statement;
    const { outcomes, oneLook, reasons, number, folder, rebooted } = this.#texts;
    const { outcome } = conclusion;
    const isOne = outcome === 'clean' && conclusion.reasons.some(({ id }) => id === 'one-look');
    const about = [
      subject.name,
      timeText(look.finished),
      number({ number: made.number }),
      ...(subject.kind === 'folder' ? [folder] : []),
      ...(subject.rebooted ? [rebooted] : []),
    ];
    return [
      this.line(span(` ${outcomes[outcome].head} `, banners[outcome]), span(isOne ? `  ${oneLook}` : '')),
      ...this.words(about.join(' · '), 'dim'),
      ...this.words(outcomes[outcome].text),
      '',
      ...conclusion.reasons.flatMap(({ id, count }) => this.item([span(' · ')], reasons[id]({ count }))),
    ];
  }

  compared(): readonly string[] {
    const { rows: things, left } = this.#statement.things;
    const { headings, kinds, states, nothingCompared, more } = this.#texts;
    if (things.length === 0) return [...this.heading(headings.compared), ...this.words(nothingCompared)];
    const tally = tallyOf(things);
    const label = Math.max(...tally.rows.map(({ kind }) => displayWidth(kinds[kind])));
    const columns = tally.states.map((state) => displayWidth(states[state]) + 2);
    const shown = things.filter(({ state }) => shownStates.some((one) => one === state));
    const width = Math.max(0, ...shown.map(({ state }) => displayWidth(states[state])));
    return [
      ...this.heading(headings.compared),
      this.line(
        cell('', label + 2),
        ...tally.states.map((state, at) => cell(states[state], columns[at] ?? 0, 'dim', 'right')),
      ),
      ...tally.rows.map(({ kind, counts }) =>
        this.line(
          cell(`  ${kinds[kind]}`, label + 2),
          ...counts.map((count, at) => {
            const state = tally.states[at] ?? 'gone';
            const style = count === 0 ? 'dim' : thingStyles[state];
            return cell(count === 0 ? '·' : String(count), columns[at] ?? 0, style, 'right');
          }),
        ),
      ),
      ...(shown.length > 0 ? [''] : []),
      ...this.#limited(shown, ({ state, what, where, before, now }) => {
        const ids = [before, now].filter((id) => id !== undefined);
        const lead = [span('  '), cell(states[state], width, thingStyles[state]), span(' ')];
        const id = [...new Set(ids)].join(' → ');
        return [
          ...this.item(lead, where === undefined ? `${what} (${id})` : `${where} (${id})`),
          ...(where === undefined ? [] : this.item([span(' '.repeat(width + 5))], what, 'dim')),
        ];
      }),
      ...(left > 0 ? this.words(`  ${more({ count: left })}`, 'dim') : []),
    ];
  }

  steps(): readonly string[] {
    const { steps } = this.#statement;
    const { headings, standings, stepsHold, noPlan } = this.#texts;
    if (steps.length === 0)
      return [...this.heading(headings.steps), ...this.item([span('  ')], noPlan, 'dim')];
    const holding = steps.filter(({ standing }) => standing === 'holds' || standing === 'past').length;
    const rest = steps.filter(({ standing }) => standing !== 'holds' && standing !== 'past');
    const several = new Set(steps.map(({ plan }) => plan)).size > 1;
    const names = rest.map(({ plan, id }) => (several ? `${plan}/${id}` : id));
    const width = Math.max(0, ...rest.map(({ standing }) => displayWidth(standings[standing])));
    const idWidth = Math.max(0, ...names.map(displayWidth));
    return [
      ...this.heading(headings.steps),
      ...(holding > 0 ? this.item([span('  ✓ ', 'green')], stepsHold({ count: holding })) : []),
      ...this.#limited(
        rest.map((row, at) => ({ row, name: names[at] ?? '' })),
        ({ row, name }) =>
          this.item(
            [
              span('  '),
              cell(standings[row.standing], width, standingStyles[row.standing]),
              span(' '),
              cell(name, idWidth, 'bold'),
              span(' '),
            ],
            stepText(row, this.#view.language),
          ),
      ),
    ];
  }

  notInPlan(): readonly string[] {
    const { notInPlan } = this.#statement;
    if (notInPlan.length === 0) return [];
    return [
      ...this.heading(this.#texts.headings.notInPlan),
      ...this.#limited(notInPlan, ({ subject, what, why }) => [
        ...this.item([span(`  ${subject} `, 'bold')], what),
        ...this.words(`    ${refusalText(why, this.#view.language)}`, 'dim'),
      ]),
    ];
  }

  coverage(): readonly string[] {
    const { checked, notChecked } = this.#statement;
    const { headings, checkedCount, required, before } = this.#texts;
    const { language } = this.#view;
    return [
      ...this.heading(headings.notChecked),
      ...this.words(
        `  ${checkedCount({ checked: checked.length, all: checked.length + notChecked.length })}`,
        'dim',
      ),
      ...this.#limited(notChecked, (row) => {
        const marks = [...(row.required ? [required] : []), ...(row.before ? [before] : [])];
        const name = `${coverageText(row.id, language)}${marks.map((mark) => inBrackets(mark, language)).join('')}`;
        const isGrave = row.required || row.before;
        return [
          ...this.item([span(isGrave ? '  ! ' : '  · ', isGrave ? 'yellow' : 'dim')], name),
          ...(row.reason === undefined ? [] : this.item([span('    ')], row.reason, 'dim')),
        ];
      }),
    ];
  }

  looks(): readonly string[] {
    const { schedule, looks } = this.#statement;
    const { headings, lookTimes, due, madeAt, open, atRest, outcomes, number } = this.#texts;
    const width = Math.max(...Object.values(lookTimes).map(displayWidth));
    return [
      ...this.heading(headings.schedule),
      ...(schedule.length === 0 ? this.item([span('  ')], atRest) : []),
      ...schedule.map((row) => {
        const made = row.look !== undefined;
        const when = made
          ? madeAt({ number: row.look ?? 0 })
          : row.due === undefined
            ? open
            : due({ time: timeText(row.due) });
        return this.line(
          span(made ? '  ✓ ' : '  · ', made ? 'green' : 'dim'),
          cell(lookTimes[row.when], width),
          span(`  ${when}`, made ? 'plain' : 'dim'),
        );
      }),
      ...(looks.length === 0
        ? []
        : [
            ...this.heading(headings.looks),
            ...this.#limited(looks.toReversed(), (row) => [
              this.line(
                span(`  ${timeText(row.time)}  `),
                cell(outcomes[row.outcome].head, 16),
                span(number({ number: row.number }), 'dim'),
              ),
            ]),
          ]),
    ];
  }

  doors(): readonly string[] {
    const { doors, subject } = this.#statement;
    // Of an image nobody can be asked.
    const silent = doors.asked || subject.kind === 'folder';
    return doors.looked ? ['', renderDoors(doors.rows, silent, this.#view)] : [];
  }

  end(): readonly string[] {
    const { conclusion } = this.#statement;
    const { signature, path, folder } = this.#view;
    const { signedBy, unsigned, written, next } = this.#texts;
    const [file, named] = [shellWord(path), shellWord(folder)];
    const due = nextLook(this.#statement);
    const isOpen = conclusion.outcome === 'came-back' || conclusion.outcome === 'still-there';
    return [
      '',
      ...this.words(written({ path })),
      ...('fingerprint' in signature
        ? [...this.words(signedBy, 'dim'), ...this.words(inGroups(signature.fingerprint))]
        : [...this.words(unsigned[signature.unsigned], 'yellow'), ...this.words(next.sign({ path: file }))]),
      ...(isOpen ? this.words(next.plan({ folder: named })) : []),
      ...(isOpen || due === undefined
        ? []
        : this.words(
            due.due === undefined
              ? next.reboot({ folder: named })
              : next.again({ folder: named, time: timeText(due.due) }),
          )),
    ];
  }
}

export function renderStatement(statement: Statement, view: StatementView): string {
  const screen = new StatementScreen(statement, view);
  return [
    ...screen.answer(),
    ...screen.compared(),
    ...screen.steps(),
    ...screen.notInPlan(),
    ...screen.coverage(),
    ...screen.doors(),
    ...screen.looks(),
    ...screen.end(),
  ].join('\n');
}
