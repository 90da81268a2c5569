/** The verifications of a case in its report: what each said, and where its statement lies. */
import type { Language } from '../../messages/catalogue.ts';
import type { Outcome } from '../../model/statement.ts';
import { html, type Raw } from '../escape.ts';
import { table, tag } from '../page/parts.ts';
import type { ShownLook } from './history.ts';
import { statementTexts, timeText } from './texts.ts';

const mostRows = 200;
const tones = {
  clean: 'green',
  'still-there': 'amber',
  'came-back': 'red',
  inconclusive: 'blue',
} as const satisfies Record<Outcome, string>;

export function verifications(looks: readonly ShownLook[], language: Language): Raw {
  const { labels, headings, outcomes, signedShort, more } = statementTexts(language);
  const rest = looks.length - mostRows;
  const rows = looks.toReversed().slice(0, mostRows);
  return html`${table(
    headings.looks,
    [
      { title: labels.look, kind: 'tight' },
      { title: labels.looked, kind: 'tight' },
      { title: labels.result, kind: 'tight' },
      { title: headings.signature, kind: 'medium' },
    ],
    rows.map(({ number, state, time, outcome }) => ({
      cells: [
        html`<a href="verify-${number}/statement.html">verify-${number}</a>`,
        time === undefined ? '?' : timeText(time),
        outcome === undefined
          ? '?'
          : tag(outcomes[outcome].head, state === 'altered' ? 'plain' : tones[outcome]),
        state === 'altered' ? tag(signedShort[state], 'red') : signedShort[state],
      ],
    })),
  )}${rest > 0 ? html`<p class="note">${more({ count: rest })}</p>` : html``}`;
}
