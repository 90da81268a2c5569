/**
 * Doors on a screen: each with what is known of it, then what closes it, the open ones first, with the exact settings.
 *
 * Settings are shown whole, since they are to be copied; evidence is wrapped. Bounds: 12 doors, 4 lines of evidence.
 */
import type { Language } from '../../messages/catalogue.ts';
import type { DoorTexts } from '../../messages/door.ts';
import { door as english } from '../../messages/en/door.ts';
import { door as chinese } from '../../messages/zh-CN/door.ts';
import type { Door, DoorEvidence, DoorMeasure, DoorState } from '../../model/door.ts';
import { fit, type Span, type Style, span } from '../line.ts';
import { inBrackets, incidentTexts } from '../texts.ts';
import { displayWidth, wrap } from '../width.ts';

const all: Readonly<Record<Language, DoorTexts>> = { en: english, 'zh-CN': chinese };
export const doorTexts = (language: Language): DoorTexts => all[language];

export interface DoorView {
  readonly width: number;
  readonly color: boolean;
  readonly language: Language;
}

const mostDoors = 12;
export const mostEvidence = 4;
const indent = '    ';

const styles: Readonly<Record<DoorState, Style>> = { open: 'red', closed: 'green', unknown: 'yellow' };
const marks: Readonly<Record<DoorState, string>> = { open: '✗', closed: '✓', unknown: '?' };
const order: readonly DoorState[] = ['open', 'unknown', 'closed'];
export const worstFirst = <T extends { readonly state: DoorState }>(rows: readonly T[]): readonly T[] =>
  [...rows].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));

export const placeOf = ({ source, line }: DoorEvidence): string =>
  line === undefined ? source : `${source}:${line}`;

class DoorScreen {
  readonly #view: DoorView;
  readonly #texts: DoorTexts;

  constructor(view: DoorView) {
    this.#view = view;
    this.#texts = doorTexts(view.language);
  }

  #line(...spans: readonly Span[]): string {
    return fit(spans, this.#view.width, this.#view.color);
  }

  #wrapped(text: string, lead: string, style: Style = 'plain'): readonly string[] {
    const columns = displayWidth(lead);
    return wrap(text, this.#view.width - columns).map((line, at) =>
      this.#line(span(at === 0 ? lead : ' '.repeat(columns)), span(line, style)),
    );
  }

  #labelled(label: string, rows: readonly string[], style: Style): readonly string[] {
    const lead = `${indent}${label}${this.#texts.colon}`;
    const columns = displayWidth(lead);
    return rows.flatMap((row, at) => this.#wrapped(row, at === 0 ? lead : ' '.repeat(columns), style));
  }

  #measure({ id, subject, file, settings, commands, state, evidence }: DoorMeasure): readonly string[] {
    const { measures, states, labels } = this.#texts;
    const { title, text } = measures[id];
    const head = subject === '' ? title : `${title}${this.#texts.colon}${subject}`;
    const shown = evidence.slice(0, mostEvidence);
    const seen = shown.flatMap((one) => [one.text, placeOf(one)]);
    const rest = evidence.length - shown.length;
    return [
      ...this.#wrapped(
        `${head}${inBrackets(states[state], this.#view.language)}`,
        `  ${marks[state]} `,
        styles[state],
      ),
      ...this.#labelled(labels.seen, [...seen, ...(rest > 0 ? [labels.more({ count: rest })] : [])], 'dim'),
      ...(state === 'closed'
        ? []
        : [
            ...this.#wrapped(text, indent, 'dim'),
            ...(file === undefined ? [] : this.#labelled(labels.where, [file], 'plain')),
            ...settings.flatMap((setting) => this.#wrapped(setting, `${indent}  `, 'cyan')),
            ...this.#labelled(labels.run, commands, 'cyan'),
          ]),
    ];
  }

  door(door: Door): readonly string[] {
    const { doors, from, states, answers, labels } = this.#texts;
    const origin =
      door.from === 'exposure' || door.grade === undefined
        ? from.exposure
        : from['way-in']({ grade: incidentTexts(this.#view.language).grades[door.grade] });
    return [
      ...this.#wrapped(
        `${doors[door.kind]({ service: door.service })}${inBrackets(origin, this.#view.language)}`,
        `${marks[door.state]} `,
        'bold',
      ),
      ...(door.state === 'open' ? [] : this.#wrapped(states[door.state], indent, styles[door.state])),
      ...this.#labelled(
        labels.asked,
        door.asked.map(({ request, address, port, answer }) =>
          answers[answer]({
            request,
            address: `${address.includes(':') ? `[${address}]` : address}:${port}`,
          }),
        ),
        door.asked.some(({ answer }) => answer === 'let-in') ? 'red' : 'plain',
      ),
      ...worstFirst(door.measures).flatMap((one) => this.#measure(one)),
    ];
  }

  render(doors: readonly Door[], asked: boolean): string {
    const { title, none, outro, labels } = this.#texts;
    const head = this.#line(span(title, 'bold'));
    if (doors.length === 0) return [head, ...this.#wrapped(none, '')].join('\n');
    const shown = worstFirst(doors).slice(0, mostDoors);
    const rest = doors.length - shown.length;
    return [
      head,
      ...shown.flatMap((one) => ['', ...this.door(one)]),
      ...(rest > 0 ? ['', ...this.#wrapped(labels.more({ count: rest }), '')] : []),
      '',
      ...(asked ? [] : this.#wrapped(labels.notAsked, '', 'dim')),
      ...this.#wrapped(outro, '', 'dim'),
    ].join('\n');
  }
}

/** @param asked whether the services themselves were asked */
export const renderDoors = (doors: readonly Door[], asked: boolean, view: DoorView): string =>
  new DoorScreen(view).render(doors, asked);
