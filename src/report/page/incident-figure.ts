/** The drawn timeline on the page, with what its signs mean and the same as a table. */
import { html, type Raw } from '../escape.ts';
import { type LogSeries, seriesName } from '../way-in/logs.ts';
import { letterOf, type Moment, momentsOf, whenOf } from '../way-in/moments.ts';
import { incidentDrawing } from './incident-drawing.ts';
import { code, folded, table } from './parts.ts';
import { link, type Telling } from './telling.ts';

/** Logs that the drawing has a column for. */
const drawnLogs = 4;

/** Those that the best way rests on, that are broken, and that reach back farthest. */
function logsToDraw({ story }: Telling, series: readonly LogSeries[]): readonly LogSeries[] {
  const used = new Set(story.ways[0]?.chain.map(({ source }) => seriesName(source)) ?? []);
  const worth = (log: LogSeries): number =>
    (used.has(log.name) ? 4 : 0) + (log.gaps.length > 0 ? 2 : 0) + (log === series[0] ? 3 : 0);
  const chosen = new Set(series.toSorted((a, b) => worth(b) - worth(a)).slice(0, drawnLogs));
  return series.filter((log) => chosen.has(log));
}

export function incidentFigure(telling: Telling, series: readonly LogSeries[]): Raw {
  const { page, story, texts, incident } = telling;
  const { result, language } = page;
  const logs = logsToDraw(telling, series);
  const moments = momentsOf(result, story, logs, { texts, incident, language });
  const picture = incidentDrawing({
    story,
    moments,
    logs,
    texts,
    host: result.host.name,
    running: result.state === 'running',
    duration: (seconds) => page.texts.duration({ seconds }),
  });
  const { legend, scale } = texts.drawing;
  const sign = (kind: string, text: string): Raw => html`<span><i class="${kind}"></i>${text}</span>`;
  const signs = [
    story.window === undefined ? html`` : sign('sign-window', legend.window),
    story.onset === undefined ? html`` : sign('sign-mining', legend.mining),
    logs.length === 0 ? html`` : sign('sign-log', legend.log),
    moments.some(({ mark }) => mark === 'told') ? sign('sign-told', legend.told) : html``,
    logs.some(({ gaps }) => gaps.length > 0) ? sign('sign-gap', legend.gap) : html``,
    moments.every(({ certain }) => certain) ? html`` : html`<span>~ ${legend.uncertain}</span>`,
  ];
  const keys = logs.map(({ name }, index) => html`<span><b>${letterOf(index)}</b> ${code(name)}</span>`);
  return html`<figure class="timeline">${picture}<figcaption><p>${signs}${keys}</p><p>${scale}</p></figcaption></figure>
${folded(texts.drawing.table({ moments: moments.length }), momentTable(telling, moments))}`;
}

function momentTable({ page, texts }: Telling, moments: readonly Moment[]): Raw {
  return table(
    texts.headings.drawing,
    [
      { title: texts.labels.time, kind: 'tight' },
      { title: texts.labels.what, kind: 'medium' },
      { title: page.texts.page.labels.text, kind: 'long' },
      { title: texts.labels.evidence, kind: 'tight' },
    ],
    moments.map((moment) => {
      const { label, place, said, to, bound } = moment;
      return {
        cells: [
          whenOf(moment),
          html`${label}${bound === undefined ? html`` : html` <span class="note">${texts.drawing.bound[bound]}</span>`}`,
          html`${place === '' ? html`` : html`${code(place)} `}${said === '' ? html`` : code(said)}`,
          to === undefined ? '' : link(to, to),
        ],
      };
    }),
  );
}
