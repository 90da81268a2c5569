/** The verifications of a case in a few lines, for `demine case show`. */
import type { Language } from '../../messages/catalogue.ts';
import type { StatementTexts } from '../../messages/statement.ts';
import type { Outcome } from '../../model/statement.ts';
import { cell, fit, type Style, span } from '../line.ts';
import { displayWidth } from '../width.ts';
import { statementTexts, timeText } from './texts.ts';

export interface ShownLook {
  readonly number: number;
  readonly state: keyof StatementTexts['signedShort'];
  /** Absent where it cannot be read any more. */
  readonly time?: string;
  readonly outcome?: Outcome;
}

const mostRows = 20;
const styles: Readonly<Record<Outcome, Style>> = {
  clean: 'green',
  'still-there': 'yellow',
  'came-back': 'red',
  inconclusive: 'blue',
};

/** The newest first; nothing where there is none. */
export function renderHistory(
  looks: readonly ShownLook[],
  {
    width,
    color,
    language,
  }: { readonly width: number; readonly color: boolean; readonly language: Language },
): string {
  if (looks.length === 0) return '';
  const { history, outcomes, signedShort, more } = statementTexts(language);
  const columns = Math.max(...Object.values(outcomes).map(({ head }) => displayWidth(head)));
  const rest = looks.length - mostRows;
  const lines = [
    '',
    fit([span(history, 'bold')], width, color),
    ...looks
      .toReversed()
      .slice(0, mostRows)
      .map(({ number, state, time, outcome }) =>
        fit(
          [
            span(`  verify-${number}`.padEnd(13)),
            cell(time === undefined ? '?' : timeText(time), 22),
            cell(
              outcome === undefined ? '?' : outcomes[outcome].head,
              columns + 2,
              outcome === undefined || state === 'altered' ? 'dim' : styles[outcome],
            ),
            span(signedShort[state], state === 'altered' ? 'red' : 'dim'),
          ],
          width,
          color,
        ),
      ),
    ...(rest > 0 ? [fit([span(`  ${more({ count: rest })}`, 'dim')], width, color)] : []),
  ];
  return `${lines.join('\n')}\n`;
}
