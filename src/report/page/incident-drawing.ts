/**
 * The drawn timeline: SVG of our own, the oldest moment on top.
 *
 * Time runs downwards, so that the words of a moment stand beside its mark at the width of a phone as on paper, and the
 * drawing keeps the size of its type: the picture has no view box, its height is in pixels and its width that of the
 * page. It is not to scale, since a chain of minutes may lie years after a log begins: the height between two moments
 * grows with the logarithm of the time between them, and that time is written there.
 * From left to right: how far each log reaches, the line of the host (with the infection window behind it, thick where
 * it mines), the moments. Colours are classes of the style sheet; marks differ in shape too.
 * Bounds: 20 moments, 4 logs, 100 gaps of each. Units: pixels.
 */
import type { WayInTexts } from '../../messages/way-in.ts';
import { escapeTerminal, html, type Raw } from '../escape.ts';
import { secondOf } from '../texts.ts';
import type { LogSeries } from '../way-in/logs.ts';
import { kept, letterOf, type Mark, type Moment, whenOf } from '../way-in/moments.ts';
import { millisecondsOf, opens, type Story } from '../way-in/story.ts';
import { cutEnd, wrap } from '../width.ts';

const mostDrawn = 20;
/** From one moment to the next. */
const row = 44;
const crowdedRow = 40;
/** More where time passes between them: for its words, and by how long it is. */
const words = 18;
const mostStretch = 34;
const crowdedStretch = 22;
/** Where there is so much to show, less height is spent on time that passes. */
const crowded = 13;
const top = 34;
const bottom = 34;
/** A label that is longer than a phone is wide takes more lines. */
const labelColumns = 27;
const mostLines = 3;
const lineHeight = 17;
const column = 13;
const left = 8;
/** Columns of the text of a target, which stands beside ours where the page is wide. */
const detailColumns = 76;
const detailAt = '44%';

export interface DrawingView {
  readonly story: Story;
  readonly moments: readonly Moment[];
  readonly logs: readonly LogSeries[];
  readonly texts: WayInTexts;
  readonly host: string;
  readonly running: boolean;
  readonly duration: (seconds: number) => string;
}

interface Place {
  readonly moment: Moment;
  readonly y: number;
  /** Seconds since the one before, where they are worth telling. */
  readonly passed: number;
  /** The label, in lines that a phone has room for. */
  readonly lines: readonly string[];
}

const minuteSeconds = 60;

function places(moments: readonly Moment[]): readonly Place[] {
  const isCrowded = moments.length > crowded;
  const most = isCrowded ? crowdedStretch : mostStretch;
  const step = isCrowded ? crowdedRow : row;
  let y = top;
  let before: number | undefined;
  return moments.map((moment): Place => {
    const seconds = before === undefined ? 0 : (moment.ms - before) / 1000;
    const passed = seconds >= minuteSeconds ? seconds : 0;
    const stretch = passed === 0 ? 0 : Math.min(most, words + 2 * Math.log2(passed / minuteSeconds));
    if (before !== undefined) y += step + stretch;
    before = moment.ms;
    const lines = wrap(moment.label, labelColumns).slice(0, mostLines);
    const own = Math.round(y);
    y += (lines.length - 1) * lineHeight;
    return { moment, y: own, passed, lines };
  });
}

/** Where a time lies: between its neighbours, or at the ends. */
function heightOf(all: readonly Place[], ms: number): number {
  const [first] = all;
  const last = all.at(-1);
  if (first === undefined || last === undefined) return top;
  if (ms <= first.moment.ms) return first.y;
  const next = all.findIndex(({ moment }) => moment.ms >= ms);
  const above = all[next - 1];
  const below = all[next];
  if (above === undefined || below === undefined) return last.y;
  const share = (ms - above.moment.ms) / Math.max(1, below.moment.ms - above.moment.ms);
  return Math.round(above.y + share * (below.y - above.y));
}

/** Shapes tell marks apart without colour: ring, disc, square, diamond, bar. */
function markOf(mark: Mark, certain: boolean, x: number, y: number): Raw {
  const sure = certain ? '' : ' unsure';
  switch (mark) {
    case 'attempt':
    case 'other':
      return html`<circle class="ring${sure}" cx="${x}" cy="${y}" r="5"/>`;
    case 'success':
      return html`<circle class="alarm${sure}" cx="${x}" cy="${y}" r="7"/>`;
    case 'trace':
      return html`<circle class="dot${sure}" cx="${x}" cy="${y}" r="5.5"/>`;
    case 'miner':
      return html`<rect class="alarm${sure}" x="${x - 6}" y="${y - 6}" width="12" height="12" rx="2"/>`;
    case 'told':
      return html`<path class="told" d="M${x} ${y - 8}l8 8-8 8-8-8z"/>`;
    case 'log':
    case 'gap':
    case 'bound':
      return html`<path class="bar${sure}" d="M${x - 7} ${y}h14"/>`;
    case 'scan':
      return html`<rect class="ring" x="${x - 5.5}" y="${y - 5.5}" width="11" height="11"/>`;
  }
}

function momentOf(view: DrawingView, { moment, y, passed, lines }: Place, x: number): Raw {
  const { texts, duration } = view;
  const { certain, place, said, to, bound, mark } = moment;
  const textX = x + 20;
  const when = `${whenOf(moment)}${bound === undefined ? '' : ` · ${texts.drawing.bound[bound]}`}`;
  const shown = html`${markOf(mark, certain, x, y)}<text class="what" y="${y + 4}">${lines.map(
    (line, index) => html`<tspan x="${textX}" dy="${index === 0 ? 0 : lineHeight}">${line}</tspan>`,
  )}</text>`;
  const below = y + 21 + (lines.length - 1) * lineHeight;
  const linked = to === undefined ? shown : html`<a href="#${to}">${shown}</a>`;
  const between =
    passed === 0
      ? html``
      : html`<text class="passed" x="${textX}" y="${y - 22}">↓ ${duration(passed)}</text>`;
  const beside = [place, said].map((text, index) => {
    const cut = cutEnd(escapeTerminal(text), detailColumns);
    // Words of ours stand alone.
    const kind = place === '' ? 'when' : 'detail';
    return cut === ''
      ? html``
      : html`<text class="${kind} beside" x="${detailAt}" y="${y + 4 + (place === '' ? 0 : index * 17)}">${cut}</text>`;
  });
  return html`${between}${linked}<text class="when" x="${textX}" y="${below}">${when}</text>${beside}
`;
}

/** The window, behind everything. It is open above where nothing tells that it was not here before. */
function bandOf({ window }: Story, all: readonly Place[]): Raw {
  if (window === undefined) return html``;
  const from = opens(window);
  const y = from === undefined ? 0 : heightOf(all, millisecondsOf(from)) - 18;
  const to = heightOf(all, millisecondsOf(window.to));
  // All words of the moment that closes it lie within.
  const closing = all.find((place) => place.y === to)?.lines.length ?? 1;
  const end = to + 28 + (closing - 1) * lineHeight;
  // Clocks that lie may have it end before it begins.
  if (end <= y) return html``;
  const kind = from === undefined ? 'band open' : 'band';
  const edge = from === undefined ? '' : `M0 ${y}h4000`;
  return html`<rect class="${kind}" x="0" y="${y}" width="100%" height="${end - y}"/><path class="edge" d="${edge}M0 ${end}h4000"/>`;
}

function logsOf({ logs }: DrawingView, all: readonly Place[]): readonly Raw[] {
  return logs.map(({ from, to, gaps }, index) => {
    const x = left + index * column + 4;
    const y = heightOf(all, millisecondsOf(from));
    const end = Math.max(y + 6, heightOf(all, millisecondsOf(to)));
    const broken = gaps.slice(0, 100).flatMap((gap): readonly Raw[] => {
      const begins = heightOf(all, millisecondsOf(gap.from ?? gap.to ?? ''));
      if (gap.from === undefined && gap.to === undefined) return [];
      const ends = heightOf(all, millisecondsOf(gap.to ?? gap.from ?? ''));
      const [a, b] = begins <= ends ? [begins, ends] : [ends, begins];
      return [html`<path class="broken" d="M${x} ${a - 3}V${Math.max(b, a + 10) + 3}"/>`];
    });
    return html`<path class="log" d="M${x} ${y}V${end}M${x - 4} ${y}h8"/>${broken}<text class="letter" x="${x}" y="14">${letterOf(index)}</text>`;
  });
}

/** The line of the host: thick from when it mines. */
function lineOf({ story, running }: DrawingView, all: readonly Place[], x: number): Raw {
  const first = all[0]?.y ?? top;
  const last = all.at(-1)?.y ?? top;
  const { onset } = story;
  const line = html`<path class="line" d="M${x} ${first}V${last}"/>`;
  if (onset === undefined) return line;
  const kind = running ? 'mines' : 'mines ended';
  return html`${line}<path class="${kind}" d="M${x} ${heightOf(all, millisecondsOf(onset.time))}V${last}"/>`;
}

/** The picture alone; what its signs mean, and all of it as a table, stand below it. */
export function incidentDrawing(view: DrawingView): Raw {
  const { texts, moments, logs } = view;
  const drawn = kept(moments, mostDrawn);
  const all = places(drawn);
  const x = left + logs.length * column + 14;
  const more = moments.length - drawn.length;
  const last = all.at(-1);
  const end = (last?.y ?? top) + ((last?.lines.length ?? 1) - 1) * lineHeight;
  const height = end + bottom + (more > 0 ? 24 : 0);
  const rest =
    more > 0
      ? html`<text class="passed" x="${x + 20}" y="${height - 10}">${texts.drawing.more({ count: more })}</text>`
      : html``;
  const said = texts.drawing.describe({
    moments: moments.length,
    from: secondOf(moments[0]?.time ?? ''),
    to: secondOf(moments.at(-1)?.time ?? ''),
  });
  return html`<svg class="drawn" width="100%" height="${height}" role="group" aria-labelledby="drawing-title" aria-describedby="drawing-text">
<title id="drawing-title">${texts.drawing.title({ host: view.host })}</title>
<desc id="drawing-text">${said}</desc>
${bandOf(view.story, all)}${logsOf(view, all)}${lineOf(view, all, x)}
${all.map((place) => momentOf(view, place, x))}${rest}</svg>
`;
}
