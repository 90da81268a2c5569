/**
 * How it got in and since when, on the page: what is known of the times, the drawn timeline, each way in with its lines,
 * what was looked at and is not the door, how far the logs reach. Every claim leads to the lines it rests on.
 */
import { html, type Raw } from '../escape.ts';
import { incidentTexts, minuteOf, wayInTexts } from '../texts.ts';
import { logSeries } from '../way-in/logs.ts';
import { chainAnchor, mostChain, mostWays, onsetAnchor, wayAnchor } from '../way-in/moments.ts';
import { isNotLooked, plainWords, storyOf } from '../way-in/story.ts';
import { incidentFigure } from './incident-figure.ts';
import { contradictions, incidentTimes } from './incident-times.ts';
import { logReach } from './log-reach.ts';
import { neighbours } from './neighbours.ts';
import { code, type Page, type Row, words } from './parts.ts';
import type { Telling } from './telling.ts';
import { noDoors, waysIn } from './ways-in.ts';

/** Of a value within a sentence; a name may be as long as its owner likes. */
const mostOfName = 120;
const beginning = (text: string): string =>
  text.length > mostOfName ? `${text.slice(0, mostOfName)}…` : text;

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
    return html`${gap}${parts.map((part, index) => (index % 2 === 0 ? part : words(beginning(values[part] ?? ''))))}`;
  })}`;
}

/** Undefined where there is nothing to tell. */
export function wayIn(page: Page): Raw | undefined {
  const story = storyOf(page.result);
  if (story === undefined) return undefined;
  const texts = wayInTexts(page.language);
  const telling: Telling = { page, story, texts, incident: incidentTexts(page.language) };
  const series = logSeries(story.horizon, story.gaps);
  return html`<dl class="key times">${incidentTimes(telling)}</dl>${contradictions(telling)}
${incidentFigure(telling, series)}
${story.ways.length === 0 ? html`<p>${wayInSummary(page)}</p>` : waysIn(telling)}
${noDoors(telling)}
${neighbours(telling)}
${logReach(telling, series)}`;
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
