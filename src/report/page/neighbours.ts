/** Who else is at risk, on the page: neighbours by address or subnet, with the reasons. */

import type { WayInTexts } from '../../messages/way-in.ts';
import { html, type Raw } from '../escape.ts';
import { type Neighbour, neighbourText } from '../way-in/story.ts';
import { code, table, words } from './parts.ts';
import { moreRows, type Telling } from './telling.ts';

const mostNeighbours = 100;

export function neighbours({ page, texts, incident }: Telling): Raw {
  const { neighbours: all = [] } = page.result;
  if (all.length === 0) return html``;
  const { labels } = texts;
  return html`<h3 class="under" id="neighbours">${texts.headings.neighbours}</h3><p class="note">${texts.neighboursNote}</p>
${table(
  texts.headings.neighbours,
  [
    { title: labels.address, kind: 'medium' },
    { title: labels.zone },
    { title: labels.because, kind: 'long' },
  ],
  all.slice(0, mostNeighbours).map((neighbour) => ({
    cells: [
      whoOf(neighbour, texts),
      words(neighbour.zone ?? ''),
      neighbour.why.map((one) => incident.neighbours[one]).join(page.texts.page.comma),
    ],
  })),
)}${moreRows(page, all.length - mostNeighbours)}`;
}

/** Its name or address, and beside it what else it is known by. */
function whoOf(neighbour: Neighbour, texts: WayInTexts): Raw {
  const { address, subnet, hashed } = neighbour;
  const text = neighbourText(neighbour, texts);
  if (hashed !== undefined) return html`${text}`;
  const also = [address, subnet].flatMap((one) => (one === undefined || one === text ? [] : [one]));
  return html`${code(text)}${also.map((one) => html`<br><span class="note">${code(one)}</span>`)}`;
}
