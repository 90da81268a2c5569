/**
 * How it got in and since when, on the page: what is known of the times, the drawn timeline, each way in with its lines,
 * what was looked at and is not the door, how far the logs reach. Every claim leads to the lines it rests on.
 */
import type { IncidentTexts } from '../../messages/incident.ts';
import type { WayInTexts } from '../../messages/way-in.ts';
import { type HtmlValue, html, type Raw } from '../escape.ts';
import { incidentTexts, minuteOf, secondOf, secondsBetween, sentences, wayInTexts } from '../texts.ts';
import { type LogSeries, logSeries } from '../way-in/logs.ts';
import {
  chainAnchor,
  letterOf,
  type Moment,
  momentsOf,
  mostChain,
  mostWays,
  onsetAnchor,
  wayAnchor,
} from '../way-in/moments.ts';
import {
  type Excluded,
  isNotLooked,
  millisecondsOf,
  opens,
  plainWords,
  type Story,
  storyOf,
  toldText,
  type Way,
} from '../way-in/story.ts';
import { entryLink } from './entries.ts';
import { incidentDrawing } from './incident-drawing.ts';
import { code, fact, findingLink, folded, type Page, type Row, refs, table, tag, words } from './parts.ts';

/** Of those the first are open, the others behind a fold. */
const openWays = 2;
const mostAttackers = 20;
const mostExcluded = 100;
const mostNeighbours = 100;
const mostLogs = 500;
/** Longer lists of logs are folded. */
const fewLogs = 8;
/** Logs that the drawing has a column for. */
const drawnLogs = 4;
const mostRefs = 3;
/** Of a line within a card; the whole of it is among the evidence. */
const mostSnippet = 400;

const tones = { confirmed: 'red', probable: 'amber', possible: 'blue' } as const;

interface Telling {
  readonly page: Page;
  readonly story: Story;
  readonly texts: WayInTexts;
  readonly incident: IncidentTexts;
}

const link = (to: string, text: string): Raw => html`<a href="#${to}">${text}</a>`;
const more = (page: Page, left: number): Raw =>
  left > 0 ? html`<p class="note">${page.texts.page.moreRows({ count: left })}</p>` : html``;

/** The same in the words of the first screen; nothing where there is nothing to tell. */
export function wayInSummary(page: Page): Raw {
  const { result, language } = page;
  const texts = wayInTexts(language);
  const story = storyOf(result);
  if (story === undefined) return isNotLooked(result) ? html` ${texts.notLooked}` : html``;
  const gap = language === 'en' ? ' ' : '';
  return html`${plainWords(result, story, texts, minuteOf).map(({ text, values }) => {
    // Every second part is the name of a value.
    const parts = text.split(/\{(account|from|to|time|onset|horizon|names)\}/);
    return html`${gap}${parts.map((part, index) => (index % 2 === 0 ? part : words(values[part] ?? '')))}`;
  })}`;
}

/** Undefined where there is nothing to tell. */
export function wayIn(page: Page): Raw | undefined {
  const story = storyOf(page.result);
  if (story === undefined) return undefined;
  const texts = wayInTexts(page.language);
  const telling: Telling = { page, story, texts, incident: incidentTexts(page.language) };
  const series = logSeries(story.horizon, story.gaps);
  return html`<dl class="key times">${times(telling)}</dl>${contradictions(telling)}
${drawing(telling, series)}
${ways(telling)}
${excluded(telling)}
${neighbours(telling)}
${reach(telling, series)}`;
}

/** Lines of the ways in and of the onset, for the table of evidence. */
export function wayInEvidence(page: Page): readonly Row[] {
  const story = storyOf(page.result);
  if (story === undefined) return [];
  const row = (id: string, to: string, source: string, place: Raw, text: string): Row => ({
    id,
    cells: [
      html`<a href="#${to}" title="${page.texts.page.backToFinding}">${id}</a>`,
      html`${code(source)}${place}`,
      code(text),
    ],
  });
  const ofWays = story.ways
    .slice(0, mostWays)
    .flatMap(({ chain }, way) =>
      chain
        .slice(0, mostChain)
        .map(({ source, line, offset, text }, step) =>
          row(chainAnchor(way, step), wayAnchor(way), source, placeOf(line, offset), text),
        ),
    );
  const ofOnset = (story.onset?.witnesses ?? []).flatMap(({ source, line, text = '' }, index) =>
    source === undefined ? [] : [row(onsetAnchor(index), 'onset', source, placeOf(line, undefined), text)],
  );
  return [...ofWays, ...ofOnset];
}

/** `:41` is a line, `@0x7f…` an offset. */
function placeOf(line: number | undefined, offset: number | undefined): Raw {
  if (line !== undefined) return html`<code>:${line}</code>`;
  return offset === undefined ? html`` : html` <code>@0x${offset.toString(16)}</code>`;
}

function times(telling: Telling): Raw {
  const { page, story, texts, incident } = telling;
  const { window, file, onset, told } = story;
  const { labels } = texts;
  const from = window === undefined ? undefined : opens(window);
  const began =
    window === undefined
      ? undefined
      : html`${
          from === undefined
            ? texts.until({ to: minuteOf(window.to) })
            : texts.between({ from: minuteOf(from), to: minuteOf(window.to) })
        }<small>${texts.bounds({
          from: boundText(from === undefined ? undefined : window.boundedBy.from, incident),
          to: boundText(window.boundedBy.to, incident),
        })}${refs([
          ...(from === undefined ? [] : boundRefs(telling, window.boundedBy.from)),
          ...boundRefs(telling, window.boundedBy.to),
        ])}</small>`;
  const first =
    file === undefined
      ? undefined
      : html`${minuteOf(file.time)} UTC<small>${code(file.path)}${file.grounded ? html`` : html` ${texts.ungrounded}`}${refs(fileRefs(telling, file.path))}</small>`;
  const mined =
    onset === undefined
      ? undefined
      : html`${minuteOf(onset.time)} UTC<small>${texts.onsetBy({ by: incident.onsets[onset.by], certain: onset.certain })}${refs(onsetRefs(story))}</small>`;
  const toldFacts = (['appeared', 'discovered', 'handled'] as const).map((kind) => {
    const time = told?.[kind];
    if (time === undefined) return html``;
    const since = window?.to ?? file?.time;
    const seconds = since === undefined ? 0 : secondsBetween(since, time);
    const note =
      seconds > 0
        ? html`<small>${texts.later({ duration: page.texts.duration({ seconds }) })}</small>`
        : html``;
    return anchored(kind, labels[kind], html`${toldText(told, kind)}${note}`);
  });
  return html`${anchored('window', labels.window, began)}${anchored('first-file', labels.firstFile, first)}
${anchored('onset', labels.onset, mined)}${toldFacts}`;
}

/** A fact that something leads to. */
function anchored(id: string, label: string, value: HtmlValue): Raw {
  if (value === undefined) return html``;
  return html`<div class="fact" id="${id}"><dt>${label}</dt><dd>${value}</dd></div>`;
}

type Bounds = NonNullable<Story['window']>['boundedBy'];

const boundText = (bound: Bounds['from'], incident: IncidentTexts): string =>
  bound === undefined ? '' : incident.bounds[bound];

/** The way in whose success opens the window. */
function successRefs({ ways }: Story): readonly Raw[] {
  const way = ways.findIndex(({ grade, firstSuccess }) => grade !== 'possible' && firstSuccess !== undefined);
  return way < 0 ? [] : stepRefs(ways, way, ['success']);
}

function stepRefs(ways: readonly Way[], way: number, steps: readonly string[]): readonly Raw[] {
  const chain = ways[way]?.chain.slice(0, mostChain) ?? [];
  return chain
    .flatMap(({ step }, index) => (steps.includes(step) ? [chainAnchor(way, index)] : []))
    .slice(0, mostRefs)
    .map((to) => link(to, to));
}

function boundRefs(telling: Telling, bound: Bounds['from']): readonly Raw[] {
  const { story } = telling;
  switch (bound) {
    case undefined:
      return [];
    case 'success':
      return successRefs(story);
    case 'file':
      return story.file === undefined ? [] : fileRefs(telling, story.file.path);
    case 'entry':
      return story.ways.length > 0 ? stepRefs(story.ways, 0, ['persistence']) : [];
    case 'horizon':
      return [link('reach', telling.texts.headings.logs)];
    case 'appeared':
    case 'discovered':
      return story.told?.[bound] === undefined ? [] : [link(bound, telling.texts.labels[bound])];
    case 'quiet-load':
    case 'job':
    case 'miner':
    case 'load':
      return onsetRefs(story);
  }
}

/** The findings and entries that accuse a file, and the lines of ways in that name it. */
function fileRefs({ page, story }: Telling, path: string): readonly Raw[] {
  const { findings, persistence } = page.result;
  const accused = findings
    .filter((finding) => finding.path === path || finding.evidence.some(({ source }) => source === path))
    .map(({ id }) => findingLink(id));
  const entries = persistence
    .filter(({ source, target, judgement }) => judgement !== 'benign' && (source === path || target === path))
    .map(({ id }) => entryLink(page, id));
  const lines = story.ways
    .slice(0, 1)
    .flatMap(({ chain }) =>
      chain
        .slice(0, mostChain)
        .flatMap(({ source, text }, index) =>
          source === path || text.includes(path) ? [link(chainAnchor(0, index), chainAnchor(0, index))] : [],
        ),
    );
  return [...accused, ...entries, ...lines].slice(0, mostRefs);
}

function onsetRefs({ onset }: Story): readonly Raw[] {
  return (onset?.witnesses ?? [])
    .flatMap(({ source }, index) => (source === undefined ? [] : [onsetAnchor(index)]))
    .slice(0, mostRefs)
    .map((to) => link(to, to));
}

/** Those that the best way rests on, that are broken, and that reach back farthest. */
function logsToDraw({ story }: Telling, series: readonly LogSeries[]): readonly LogSeries[] {
  const used = new Set(
    story.ways[0]?.chain.map(({ source }) => source.replace(/(\.\d{1,4})?(\.gz)?$/, '')) ?? [],
  );
  const worth = (log: LogSeries): number =>
    (used.has(log.name) ? 4 : 0) + (log.gaps.length > 0 ? 2 : 0) + (log === series[0] ? 3 : 0);
  const chosen = new Set(series.toSorted((a, b) => worth(b) - worth(a)).slice(0, drawnLogs));
  return series.filter((log) => chosen.has(log));
}

function drawing(telling: Telling, series: readonly LogSeries[]): Raw {
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
    second: secondOf,
  });
  const { legend, scale } = texts.drawing;
  const sign = (kind: string, text: string): Raw => html`<span><i class="${kind}"></i>${text}</span>`;
  const signs = [
    story.window === undefined ? html`` : sign('sign-window', legend.window),
    story.onset === undefined ? html`` : sign('sign-mining', legend.mining),
    logs.length === 0 ? html`` : sign('sign-log', legend.log),
    story.told === undefined ? html`` : sign('sign-told', legend.told),
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
    moments.map(({ time, until, certain, label, place, said, to, bound }) => ({
      cells: [
        html`${certain ? '' : '~'}${secondOf(time)}${until === undefined ? html`` : html`<br>– ${secondOf(until)}`}`,
        html`${label}${bound === undefined ? html`` : html` <span class="note">${texts.drawing.bound[bound]}</span>`}`,
        html`${place === '' ? html`` : html`${code(place)} `}${said === '' ? html`` : code(said)}`,
        to === undefined ? '' : link(to, to),
      ],
    })),
  );
}

function ways(telling: Telling): Raw {
  const { page, story, texts } = telling;
  if (story.ways.length === 0) return html`<p>${plain(telling)}</p>`;
  const all = story.ways.slice(0, mostWays).map((way, index) => card(telling, way, index));
  const others = all.slice(openWays);
  return html`<div class="cards">${all.slice(0, openWays)}</div>
${others.length === 0 ? html`` : folded(texts.otherWays({ count: others.length }), html`<div class="cards">${others}</div>`)}${more(page, story.ways.length - mostWays)}`;
}

/** Where no way in was found, the first screen's words are all there is. */
const plain = ({ page }: Telling): Raw => wayInSummary(page);

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
<h4>${texts.headings.chain}</h4><ol class="chain">${lines}</ol>${more(page, way.chain.length - mostChain)}
${missing}</article>
`;
}

const snippet = (text: string): string =>
  text.length > mostSnippet ? `${text.slice(0, mostSnippet)}…` : text;
const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

function excluded({ page, story, texts, incident }: Telling): Raw {
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
)}${more(page, all.length - mostExcluded)}`;
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

function neighbours({ page, texts, incident }: Telling): Raw {
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
)}${more(page, all.length - mostNeighbours)}`;
}

/** Where the customer's word and the evidence do not go together. */
function contradictions({ story, texts, incident, page }: Telling): Raw {
  const all = story.told?.contradictions ?? [];
  if (all.length === 0) return html``;
  return html`<ul class="why">${all
    .slice(0, mostExcluded)
    .map(
      ({ what, told, evidence }) =>
        html`<li>${sentences([incident.conflicts[what], texts.against({ told: minuteOf(told), evidence: minuteOf(evidence) })], page.language)}</li>`,
    )}</ul>`;
}

function reach({ page, story, texts, incident }: Telling, series: readonly LogSeries[]): Raw {
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
  const listed = html`${logs}${more(page, series.length - mostLogs)}`;
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
    series.length > fewLogs ? folded(texts.logsOf({ count: series.length }), listed) : listed;
  const foldedGaps =
    gaps.length > fewLogs ? folded(`${texts.headings.gaps} (${gaps.length})`, broken) : broken;
  return html`<h3 class="under" id="reach">${texts.headings.logs}</h3>
<p class="note">${texts.horizonNote}</p>${series.length === 0 ? html`` : foldedLogs}
<h3 class="under" id="gaps">${texts.headings.gaps}</h3>
<p class="note">${gaps.length === 0 ? texts.noGaps : texts.gapsNote}</p>${gaps.length === 0 ? html`` : foldedGaps}`;
}
