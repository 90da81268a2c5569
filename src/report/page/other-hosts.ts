/** Other hosts whose logs are in the case, on the page: how each was got into, as far as logs alone can tell. */
import { html, type Raw } from '../escape.ts';
import { incidentTexts, minuteOf, wayInTexts } from '../texts.ts';
import { opens, type Way } from '../way-in/story.ts';
import { code, type Page, type Row, refs, table, tag, words } from './parts.ts';
import { link } from './telling.ts';

const mostHosts = 200;
const tones = { confirmed: 'red', probable: 'amber', possible: 'blue' } as const;

/** Hosts whose lines are among the evidence, lines of one, and those that one claim leads to. */
const mostProven = 50;
const mostLines = 20;
const mostRefs = 3;
const mostFamilies = 3;

const hostAnchor = (index: number): string => `H${index + 1}`;
const lineAnchor = (host: number, line: number): string => `${hostAnchor(host)}-e${line + 1}`;

/** The lines that show the success; the first ones where none does. */
function proofOf({ chain }: Way, host: number): readonly Raw[] {
  if (host >= mostProven) return [];
  const lines = chain.slice(0, mostLines).map(({ step }, index) => ({ step, to: lineAnchor(host, index) }));
  const success = lines.filter(({ step }) => step === 'success');
  return (success.length > 0 ? success : lines).slice(0, mostRefs).map(({ to }) => link(to, to));
}

/** The lines that the best way into each host rests on, for the table of evidence. */
export function otherHostEvidence({ result, texts }: Page): readonly Row[] {
  return (result.hosts ?? []).slice(0, mostProven).flatMap(({ entry: [way] = [] }, host) =>
    (way?.chain ?? []).slice(0, mostLines).map(({ source, line, text }, index): Row => {
      const id = lineAnchor(host, index);
      return {
        id,
        cells: [
          html`<a href="#${hostAnchor(host)}" title="${texts.page.backToFinding}">${id}</a>`,
          html`${code(source)}${line === undefined ? html`` : html`<code>:${line}</code>`}`,
          code(text),
        ],
      };
    }),
  );
}

/** Undefined where there are none. */
export function otherHosts(page: Page): Raw | undefined {
  const { hosts = [], hostsLeft = 0 } = page.result;
  if (hosts.length === 0) return undefined;
  const texts = wayInTexts(page.language);
  const { vectors, grades } = incidentTexts(page.language);
  const { labels } = texts;
  const left = hosts.length - mostHosts;
  const rows = hosts.slice(0, mostHosts).map((host, index): Row => {
    const { name, logs, events, from, to, entry: [way] = [], infectionWindow: window, families = [] } = host;
    const named = families
      .filter(({ standing }) => standing !== 'lead')
      .slice(0, mostFamilies)
      .map((family) => html`<br><span class="note">${words(family.name[page.language])}</span>`);
    const began = window === undefined ? undefined : opens(window);
    return {
      id: hostAnchor(index),
      cells: [
        name === '' ? texts.unnamed : words(name),
        way === undefined
          ? html`${texts.noWayIn}${named}`
          : html`${tag(grades[way.grade], tones[way.grade])} ${vectors[way.vector]}${refs(proofOf(way, index))}${named}`,
        way === undefined ? '' : html`${code(way.attackers[0] ?? '')}<br>${code(way.account)}`,
        way?.firstSuccess === undefined ? '' : minuteOf(way.firstSuccess),
        window === undefined
          ? ''
          : html`${began === undefined ? '' : html`${minuteOf(began)} –<br>`}${began === undefined ? texts.until({ to: minuteOf(window.to) }) : minuteOf(window.to)}`,
        html`${from === undefined ? '' : minuteOf(from)} –<br>${to === undefined ? '' : minuteOf(to)}`,
        html`${events}<br><small>${texts.logCount({ count: logs })}</small>`,
      ],
    };
  });
  return html`<p class="note">${texts.hostsNote}</p>
${table(
  page.texts.page.headings.hosts,
  [
    { title: page.texts.page.labels.host },
    { title: labels.wayIn, kind: 'medium' },
    { title: labels.attackers, kind: 'tight' },
    { title: labels.firstSuccess, kind: 'tight' },
    { title: labels.window },
    { title: labels.logs, kind: 'tight' },
    { title: labels.events, kind: 'number' },
  ],
  rows,
)}${left > 0 ? html`<p class="note">${page.texts.page.moreRows({ count: left })}</p>` : html``}${
  hostsLeft > 0 ? html`<p class="note">${texts.hostsLeft({ count: hostsLeft })}</p>` : html``
}`;
}
