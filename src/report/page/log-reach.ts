/** How far logs reach and where they are silent, on the page: what is not in them says nothing. */
import { html, type Raw } from '../escape.ts';
import { minuteOf } from '../texts.ts';
import type { LogSeries } from '../way-in/logs.ts';
import { millisecondsOf } from '../way-in/story.ts';
import { code, folded, table } from './parts.ts';
import { moreRows, type Telling } from './telling.ts';

const mostLogs = 500;
/** Longer lists are folded. */
const fewRows = 8;

export function logReach({ page, story, texts, incident }: Telling, series: readonly LogSeries[]): Raw {
  const { labels } = texts;
  const logs = table(
    texts.headings.logs,
    [
      { title: page.texts.page.labels.source, kind: 'long' },
      { title: labels.from, kind: 'tight' },
      { title: labels.to, kind: 'tight' },
    ],
    series.slice(0, mostLogs).map(({ name, from, to, certain, parts }) => ({
      cells: [
        html`${code(name)}${parts > 1 ? html` <small>× ${parts}</small>` : html``}`,
        `${certain ? '' : '~'}${minuteOf(from)}`,
        minuteOf(to),
      ],
    })),
  );
  const listed = html`${logs}${moreRows(page, series.length - mostLogs)}`;
  const gaps = story.gaps.toSorted(
    (a, b) => millisecondsOf(a.from ?? a.to ?? '') - millisecondsOf(b.from ?? b.to ?? ''),
  );
  const broken = table(
    texts.headings.gaps,
    [
      { title: page.texts.page.labels.source, kind: 'long' },
      { title: labels.what, kind: 'medium' },
      { title: labels.from, kind: 'tight' },
      { title: labels.to, kind: 'tight' },
    ],
    gaps.map(({ source, line, what, from, to }) => ({
      cells: [
        html`${code(line === undefined ? source : `${source}:${line}`)}`,
        incident.gaps[what],
        from === undefined ? '' : minuteOf(from),
        to === undefined ? '' : minuteOf(to),
      ],
    })),
  );
  const foldedLogs =
    series.length > fewRows ? folded(texts.logsOf({ count: series.length }), listed) : listed;
  const foldedGaps =
    gaps.length > fewRows ? folded(`${texts.headings.gaps} (${gaps.length})`, broken) : broken;
  return html`<h3 class="under" id="reach">${texts.headings.logs}</h3>
<p class="note">${texts.horizonNote}</p>${series.length === 0 ? html`` : foldedLogs}
<h3 class="under" id="gaps">${texts.headings.gaps}</h3>
<p class="note">${gaps.length === 0 ? texts.noGaps : texts.gapsNote}</p>${gaps.length === 0 ? html`` : foldedGaps}`;
}
