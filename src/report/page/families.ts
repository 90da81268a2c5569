/**
 * Whose doing it is, on the page: each family with what tells it, where it was met here and who says that it is theirs.
 * What is only a lead stands behind a fold: a name at a glance sticks, right or wrong.
 */
import type { FamilyTexts } from '../../messages/family.ts';
import type { ResultFamily } from '../../model/result-incident.ts';
import { html, type Raw } from '../escape.ts';
import { familyTexts, incidentTexts, withPercent } from '../texts.ts';
import { code, folded, type Page, type Row, refs, table, tag, words } from './parts.ts';

const mostFamilies = 20;
const mostIndicators = 40;
/** Lines of one indicator; more of them say the same. */
const mostLines = 3;

const tones = { attributed: 'red', tool: 'amber', lead: 'blue' } as const;

const shown = ({ result }: Page): readonly ResultFamily[] =>
  result.verdict === 'clean' ? [] : (result.families ?? []).slice(0, mostFamilies);

const lineAnchor = (family: number, indicator: number, line: number): string =>
  `A${family + 1}-${indicator + 1}-e${line + 1}`;

/** How many are named; leads are none. */
export const namedFamilies = (page: Page): number =>
  shown(page).filter(({ standing }) => standing !== 'lead').length;

/** Undefined where none was found. */
export function families(page: Page): Raw | undefined {
  const all = shown(page);
  if (all.length === 0) return undefined;
  const texts = familyTexts(page.language);
  const cards = all.map((family, index) => ({ family, card: card(page, family, index, texts) }));
  const named = cards.filter(({ family }) => family.standing !== 'lead').map((one) => one.card);
  const leads = cards.filter(({ family }) => family.standing === 'lead').map((one) => one.card);
  return html`<p class="note">${texts.note}</p><div class="cards">${named}</div>
${leads.length === 0 ? html`` : folded(texts.leads({ count: leads.length }), html`<div class="cards">${leads}</div>`)}`;
}

/** Lines that the indicators were met in, for the table of evidence. */
export function familyEvidence(page: Page): readonly Row[] {
  return shown(page).flatMap(({ indicators }, family) =>
    indicators.slice(0, mostIndicators).flatMap(({ evidence }, indicator) =>
      evidence.slice(0, mostLines).map(({ source, line, offset, text }, index): Row => {
        const id = lineAnchor(family, indicator, index);
        const at = line ?? (offset === undefined ? undefined : `@0x${offset.toString(16)}`);
        return {
          id,
          cells: [
            html`<a href="#A${family + 1}" title="${page.texts.page.backToFinding}">${id}</a>`,
            html`${code(source)}${at === undefined ? html`` : html`<code>:${at}</code>`}`,
            code(text),
          ],
        };
      }),
    ),
  );
}

function weightText(
  { weight, shared }: ResultFamily['indicators'][number],
  { weights }: FamilyTexts,
): string {
  if (shared) return weights.shared;
  if (weight >= 3) return weights.alone;
  return weight === 2 ? weights.typical : weights.adds;
}

function card(page: Page, family: ResultFamily, index: number, texts: FamilyTexts): Raw {
  const { standings } = incidentTexts(page.language);
  const { labels } = texts;
  const certain = texts.certain({ percent: withPercent(family.confidence, page.language) });
  const rows = family.indicators.slice(0, mostIndicators).map((one, indicator): Row => {
    const links = one.evidence.slice(0, mostLines).map((_, line) => {
      const to = lineAnchor(index, indicator, line);
      return html`<a href="#${to}">${to}</a>`;
    });
    return {
      cells: [
        texts.kinds[one.kind],
        code(one.value),
        weightText(one, texts),
        html`× ${one.times}${refs(links)}`,
        words(one.source),
      ],
    };
  });
  const names = family.rivals.map((id) => nameOf(page, id)).join(page.texts.page.comma);
  return html`<article class="card" id="A${index + 1}"><header><h3>${words(family.name[page.language])}</h3>
${tag(standings[family.standing], tones[family.standing])}${tag(certain, 'plain')}</header>
${table(
  texts.indicators,
  [
    { title: labels.kind },
    { title: labels.value, kind: 'medium' },
    { title: labels.weight },
    { title: labels.seen, kind: 'medium' },
    { title: labels.saidBy, kind: 'long' },
  ],
  rows,
)}${names === '' ? html`` : html`<p class="note">${texts.rivals({ names })}</p>`}</article>
`;
}

const nameOf = (page: Page, id: string): string =>
  shown(page).find((family) => family.id === id)?.name[page.language] ?? id;
