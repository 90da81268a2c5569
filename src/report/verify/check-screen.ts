/** Whether a statement is as it was signed, and what of it or of its case is not. */
import type { Language } from '../../messages/catalogue.ts';
import type { StatementTexts } from '../../messages/statement.ts';
import type { SectionName, Statement } from '../../model/statement.ts';
import { type Style, span } from '../line.ts';
import { WrappedScreen } from './statement-screen.ts';
import { inGroups, statementTexts, timeText } from './texts.ts';

type Answer = keyof StatementTexts['check']['heads'];

export interface CheckView {
  readonly width: number;
  readonly color: boolean;
  readonly language: Language;
  readonly path: string;
  readonly answer: Answer;
  /** Absent where it cannot be read any more. */
  readonly statement: Statement | undefined;
  readonly altered: readonly (SectionName | 'form' | 'digests' | 'signature')[];
  readonly fingerprint: string | undefined;
  /** Files of the case; undefined where none lies beside it. */
  readonly evidence:
    | readonly {
        readonly name: string;
        readonly state: keyof StatementTexts['check']['evidence'];
      }[]
    | undefined;
}

const banners: Readonly<Record<Answer, Style>> = {
  genuine: 'on-green',
  altered: 'on-red',
  'other-key': 'on-red',
  'unknown-key': 'on-blue',
  unsigned: 'on-blue',
};
/** Rows that a screen takes. */
const mostRows = 60;

export function renderCheck(view: CheckView): string {
  const texts = statementTexts(view.language);
  const { heads, texts: says, sections, evidence } = texts.check;
  const screen = new WrappedScreen(view);
  const { statement, altered, fingerprint } = view;
  const isSound = view.answer !== 'altered';
  const shown = view.evidence?.filter(({ state }) => state !== 'as-signed') ?? [];
  return [
    screen.line(span(` ${heads[view.answer]} `, banners[view.answer])),
    ...screen.words(says[view.answer]),
    ...(statement === undefined
      ? screen.words(texts.check.unread)
      : screen.words(
          texts.check.says({
            outcome: texts.outcomes[statement.conclusion.outcome].head,
            host: statement.subject.name,
            time: timeText(statement.look.finished),
          }),
        )),
    ...(isSound || statement === undefined ? [] : screen.words(texts.check.doubt, 'yellow')),
    ...(fingerprint === undefined
      ? []
      : ['', ...screen.words(texts.key.fingerprint, 'dim'), ...screen.words(inGroups(fingerprint))]),
    ...(altered.length === 0
      ? []
      : [
          ...screen.heading(texts.check.alteredHead),
          ...altered.flatMap((name) => screen.item([span('  ✗ ', 'red')], sections[name])),
        ]),
    ...(view.evidence === undefined
      ? ['', ...screen.words(texts.check.noCase, 'dim')]
      : [
          ...screen.heading(texts.check.caseHead),
          ...(shown.length === 0 ? screen.item([span('  ✓ ', 'green')], evidence['as-signed']) : []),
          ...shown.slice(0, mostRows).flatMap(({ name, state }) => {
            const isHarm = state === 'altered' || state === 'missing';
            const mark = isHarm ? span('  ✗ ', 'red') : span('  · ', 'dim');
            return screen.item([mark], `${name}: ${evidence[state]}`);
          }),
        ]),
  ].join('\n');
}
