/** Ways in as cards, each with its grade, who came, the lines in their order and what is missing; and what is no door. */
import type { WayInTexts } from '../../messages/way-in.ts';
import { html, type Raw } from '../escape.ts';
import { secondOf } from '../texts.ts';
import { chainAnchor, mostChain, mostWays, wayAnchor } from '../way-in/moments.ts';
import type { Excluded, Way } from '../way-in/story.ts';
import { code, fact, folded, refs, table, tag } from './parts.ts';
import { capital, link, moreRows, stepRefs, type Telling } from './telling.ts';

/** The first are open, the others behind a fold. */
const openWays = 2;
const mostAttackers = 20;
const mostExcluded = 100;
/** Of a line within a card; the whole of it is among the evidence. */
const mostSnippet = 400;

const tones = { confirmed: 'red', probable: 'amber', possible: 'blue' } as const;

export function waysIn(telling: Telling): Raw {
  const { page, story, texts } = telling;
  const all = story.ways.slice(0, mostWays).map((way, index) => card(telling, way, index));
  const others = all.slice(openWays);
  return html`<div class="cards">${all.slice(0, openWays)}</div>
${others.length === 0 ? html`` : folded(texts.otherWays({ count: others.length }), html`<div class="cards">${others}</div>`)}${moreRows(page, story.ways.length - mostWays)}`;
}

function card(telling: Telling, way: Way, index: number): Raw {
  const { page, story, texts, incident } = telling;
  const { labels } = texts;
  const shown = way.attackers
    .slice(0, mostAttackers)
    .map((address, at) => html`${at > 0 ? ', ' : ''}${code(address)}`);
  const left = way.attackers.length - mostAttackers;
  const success = stepRefs(story.ways, index, ['success']);
  const proof =
    success.length > 0 ? success : stepRefs(story.ways, index, ['attempt', 'file', 'persistence']);
  const lines = way.chain.slice(0, mostChain).map((step, at) => {
    const to = chainAnchor(index, at);
    return html`<li><span class="when">${step.certain ? '' : '~'}${secondOf(step.time)}</span> <b>${incident.steps[step.step]}</b> ${code(snippet(step.text))}${refs([link(to, to)])}</li>
`;
  });
  const missing =
    way.missing.length === 0
      ? html``
      : html`<h4>${texts.headings.missing}</h4><ul class="why">${way.missing.map((one) => html`<li>${incident.missing[one]}</li>`)}</ul>`;
  return html`<article class="card" id="${wayAnchor(index)}"><header><h3>${capital(incident.vectors[way.vector])}</h3>
${tag(incident.grades[way.grade], tones[way.grade])}</header>
<p class="note">${texts.gradeNote[way.grade]}</p>
<dl class="facts">
${fact(labels.firstSuccess, way.firstSuccess === undefined ? texts.noSuccess : html`${secondOf(way.firstSuccess)} UTC${refs(success)}`)}
${fact(labels.account, way.account === '' ? undefined : html`${code(way.account)}${refs(proof)}`)}
${fact(page.texts.page.labels.service, html`${code(way.service)}`)}
${fact(labels.attackers, shown.length === 0 ? undefined : html`${shown}${left > 0 ? html` +${left}` : html``}${refs(proof)}`, true)}
</dl>
<h4>${texts.headings.chain}</h4><ol class="chain">${lines}</ol>${moreRows(page, way.chain.length - mostChain)}
${missing}</article>
`;
}

const snippet = (text: string): string =>
  text.length > mostSnippet ? `${text.slice(0, mostSnippet)}…` : text;

export function noDoors({ page, story, texts, incident }: Telling): Raw {
  const all = story.excluded;
  if (all.length === 0) return html``;
  return html`<h3 class="under">${texts.headings.excluded}</h3><p class="note">${texts.excludedNote}</p>
${table(
  texts.headings.excluded,
  [
    { title: texts.labels.what, kind: 'medium' },
    { title: page.texts.page.labels.service },
    { title: page.texts.page.labels.reason, kind: 'long' },
  ],
  all.slice(0, mostExcluded).map((one) => ({
    cells: [capital(incident.vectors[one.vector]), code(one.service), excludedText(one, texts)],
  })),
)}${moreRows(page, all.length - mostExcluded)}`;
}

const counted = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');

function excludedText({ what, count, status, from }: Excluded, texts: WayInTexts): Raw {
  const known = Object.hasOwn(texts.excluded, what) ? texts.excluded[what] : undefined;
  const said =
    known === undefined
      ? html`${code(what)} ${texts.shape({ status: status === undefined ? '–' : String(status), count: counted(count) })}`
      : html`${known({ count: counted(count) })}`;
  return from === undefined ? said : html`${said} ${code(from)}`;
}
