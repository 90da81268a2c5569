/** Other hosts whose logs are in the case, on the page: how each was got into, as far as logs alone can tell. */
import { html, type Raw } from '../escape.ts';
import { incidentTexts, minuteOf, wayInTexts } from '../texts.ts';
import { code, type Page, table, tag, words } from './parts.ts';

const mostHosts = 200;
const tones = { confirmed: 'red', probable: 'amber', possible: 'blue' } as const;

/** Undefined where there are none. */
export function otherHosts(page: Page): Raw | undefined {
  const { hosts = [], hostsLeft = 0 } = page.result;
  if (hosts.length === 0) return undefined;
  const texts = wayInTexts(page.language);
  const { vectors, grades } = incidentTexts(page.language);
  const { labels } = texts;
  const left = hosts.length - mostHosts;
  const rows = hosts.slice(0, mostHosts).map(({ name, logs, events, from, to, entry = [] }) => {
    const [way] = entry;
    return {
      cells: [
        words(name),
        way === undefined
          ? texts.noWayIn
          : html`${tag(grades[way.grade], tones[way.grade])} ${vectors[way.vector]}`,
        way === undefined ? '' : html`${code(way.attackers[0] ?? '')} ${code(way.account)}`,
        way?.firstSuccess === undefined ? '' : minuteOf(way.firstSuccess),
        from === undefined ? '' : minuteOf(from),
        to === undefined ? '' : minuteOf(to),
        logs,
        events,
      ],
    };
  });
  return html`<p class="note">${texts.hostsNote}</p>
${table(
  page.texts.page.headings.hosts,
  [
    { title: page.texts.page.labels.host },
    { title: labels.wayIn, kind: 'medium' },
    { title: labels.attackers },
    { title: labels.firstSuccess, kind: 'tight' },
    { title: labels.from, kind: 'tight' },
    { title: labels.to, kind: 'tight' },
    { title: labels.logs, kind: 'number' },
    { title: labels.events, kind: 'number' },
  ],
  rows,
)}${left > 0 ? html`<p class="note">${page.texts.page.moreRows({ count: left })}</p>` : html``}${
  hostsLeft > 0 ? html`<p class="note">${texts.hostsLeft({ count: hostsLeft })}</p>` : html``
}`;
}
