/** Who else is at risk, on the page: neighbours by address or subnet, with the reasons. */
import { html, type Raw } from '../escape.ts';
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
  all.slice(0, mostNeighbours).map(({ address, subnet, zone, why }) => ({
    cells: [
      html`${code(address ?? subnet ?? '')}${address === undefined || subnet === undefined ? html`` : html`<br><span class="note">${code(subnet)}</span>`}`,
      words(zone ?? ''),
      why.map((one) => incident.neighbours[one]).join(page.texts.page.comma),
    ],
  })),
)}${moreRows(page, all.length - mostNeighbours)}`;
}
