/**
 * The timeline for people: what was read and how far it reaches, then one line for each event.
 *
 * Lines come one after the other, as long as the timeline is; what repeats at once (a guesser's failed logins, the same
 * message) is one line with its count. Every line passes through `fit`, which escapes and cuts.
 */
import type { Language } from '../../messages/catalogue.ts';
import type { TimelineTexts } from '../../messages/timeline.ts';
import type { EventWhat } from '../../model/facts/event.ts';
import type { LogFact } from '../../model/facts/log.ts';
import type { ScanResult } from '../../model/result.ts';
import type { StoredEvent } from '../../store/event-store.ts';
import { cell, fit, type Span, type Style, span } from '../line.ts';
import { labelOf, storyLines } from '../way-in/lines.ts';
import { say } from './say.ts';
import { countText, minuteOf, secondOf, timelineTexts } from './texts.ts';

export interface TimelineView {
  readonly width: number;
  readonly color: boolean;
  readonly language: Language;
}

export interface TimelineHead {
  readonly name: string;
  readonly logs: readonly LogFact[];
  readonly counts: ReadonlyMap<EventWhat, number>;
  /** The last scan of the case, where it holds one: how it got in stands above the logs. */
  readonly result?: ScanResult | undefined;
}

const mostMarks = 5;

/** How reading went, and what cannot be relied on of what was read. */
export function readingMarks(
  { status, reason = '', doubts = [] }: Pick<LogFact, 'status' | 'reason' | 'doubts'>,
  texts: TimelineTexts,
): readonly string[] {
  const known = Object.hasOwn(texts.reasons, reason) ? (texts.reasons[reason] ?? reason) : reason;
  const told = status === 'ok' ? [] : [texts.marks.status({ status: texts.statuses[status], reason: known })];
  return [...told, ...doubts.map(({ what, count }) => texts.marks.doubts[what]({ count: countText(count) }))];
}

/** What does not add up in a log. */
function marksOf(fact: LogFact, texts: TimelineTexts): readonly string[] {
  const { marks } = texts;
  const counted = (count: number, text: (params: { count: string }) => string): readonly string[] =>
    count === 0 ? [] : [text({ count: countText(count) })];
  const { unreadable, lines } = fact;
  const steps = fact.steps.map(({ fromUs, toUs, line }) =>
    marks.step({ from: secondOf(fromUs), to: secondOf(toUs), line }),
  );
  const gaps = fact.gaps.map(({ fromUs, toUs, booted }) =>
    marks.gap({ from: minuteOf(fromUs), to: minuteOf(toUs), booted }),
  );
  const shown = [...gaps, ...steps];
  return [
    ...readingMarks(fact, texts),
    ...(unreadable === 0 ? [] : [marks.unreadable({ count: countText(unreadable), of: countText(lines) })]),
    ...counted(fact.nulBytes, marks.nulBytes),
    ...counted(fact.cutLines, marks.cutLines),
    ...counted(fact.uncertain, marks.uncertain),
    ...shown.slice(0, mostMarks),
    ...(shown.length > mostMarks ? [marks.more({ count: shown.length - mostMarks })] : []),
  ];
}

/** Which logs there are, how far each reaches, and what is odd about it. */
export function* renderHead(head: TimelineHead, view: TimelineView): Generator<string> {
  const texts = timelineTexts(view.language);
  const line = (...spans: readonly Span[]): string => fit(spans, view.width, view.color);
  yield line(span(texts.heading({ name: head.name }), 'bold'), span(` · ${texts.utc}`, 'dim'));
  if (head.logs.length === 0) {
    yield line(span(texts.noLogs));
    return;
  }
  yield* storyRows(head.result, view);
  const kinds = [...head.counts].map(([what, count]) => `${texts.kinds[what]} ${countText(count)}`);
  if (kinds.length > 0) yield line(span(kinds.join(' · ')));
  yield '';
  yield line(span(texts.logs, 'bold'));
  for (const fact of head.logs) {
    const { firstUs, lastUs, events, host } = fact;
    const reach =
      firstUs === undefined || lastUs === undefined
        ? texts.noEvents
        : texts.log({ events: countText(events), from: minuteOf(firstUs), to: minuteOf(lastUs) });
    yield line(span(`  ${fact.source.source}`), span(host === '' ? '' : ` · ${host}`, 'dim'));
    yield line(span(`    ${reach}`, 'dim'));
    for (const mark of marksOf(fact, texts)) yield line(span(`    ! ${mark}`, 'yellow'));
  }
  yield '';
}

/** The lines of the screen after a scan, under its labels. */
function* storyRows(result: ScanResult | undefined, view: TimelineView): Generator<string> {
  if (result === undefined) return;
  const { language, width, color } = view;
  const lines = storyLines(result, { language, room: width - labelColumns });
  for (const [index, { spans }] of lines.entries()) {
    const label = labelOf(lines, index, language);
    yield fit([cell(label, labelColumns - 1, 'dim'), span(' '), ...spans], width, color);
  }
  if (chainPlaces(result).size > 0) yield fit([span(timelineTexts(language).ofWayIn, 'dim')], width, color);
}

const placeKey = (source: string, line: number | undefined): string => `${source}\n${line ?? ''}`;

/** Lines of logs that a way in rests on. */
export function chainPlaces(result: ScanResult | undefined): ReadonlySet<string> {
  const own = result?.entry ?? [];
  const others = (result?.hosts ?? []).flatMap(({ entry = [] }) => entry.slice(0, 1));
  const chains = [...own, ...others].flatMap(({ chain }) => chain);
  return new Set(chains.flatMap(({ source, line }) => (line === undefined ? [] : [placeKey(source, line)])));
}

/** Events that follow each other and say the same are one line. */
function foldKey({ event, host }: StoredEvent): string {
  switch (event.what) {
    case 'login':
      // Whoever guesses tries many accounts; who was let in is never folded away.
      return event.outcome === 'failed' ? `${host} ${event.service} ${event.from}` : '';
    case 'message':
      return `${host} ${event.program} ${event.text.slice(-120)}`;
    default:
      return '';
  }
}

const grave: Partial<Record<EventWhat, Style>> = { account: 'yellow', privilege: 'cyan', table: 'yellow' };

function styleOf({ event }: StoredEvent): Style {
  if (event.what === 'login') return event.outcome === 'accepted' ? 'green' : 'plain';
  return grave[event.what] ?? 'plain';
}

const labelColumns = 9;
const kindWidth = 6;
const hostWidth = 12;

export interface EventsView extends TimelineView {
  /** More than one host is in it. */
  readonly withHost: boolean;
  /** Lines that a way in rests on: they are marked and never folded away. */
  readonly marked: ReadonlySet<string>;
}

export function* renderEvents(events: Iterable<StoredEvent>, view: EventsView): Generator<string> {
  const { withHost, marked } = view;
  const isMarked = ({ event: { source } }: StoredEvent): boolean =>
    marked.size > 0 && marked.has(placeKey(source.source, source.line));
  const texts = timelineTexts(view.language);
  const markOf = (one: StoredEvent): string => (isMarked(one) ? '> ' : '  ').slice(marked.size === 0 ? 1 : 0);
  let held: { readonly first: StoredEvent; lastUs: number; count: number; readonly key: string } | undefined;
  const lineOf = (): string => {
    if (held === undefined) return '';
    const { first, count, lastUs } = held;
    const { event, host } = first;
    const repeated = texts.repeated({ count: countText(count), until: secondOf(lastUs).slice(11) });
    return fit(
      [
        span(secondOf(event.us), 'dim'),
        span(event.certain ? ' ' : '~', 'yellow'),
        span(markOf(first), 'red'),
        cell(texts.kinds[event.what], kindWidth),
        span(' '),
        ...(withHost ? [cell(host, hostWidth, 'dim'), span(' ')] : []),
        ...(count > 1 ? [span(`${repeated} `, 'bold')] : []),
        span(say(event, texts), styleOf(first)),
      ],
      view.width,
      view.color,
    );
  };
  for (const one of events) {
    const key = isMarked(one) ? '' : foldKey(one);
    if (held !== undefined && key !== '' && key === held.key) {
      held.count += 1;
      held.lastUs = one.event.us;
      continue;
    }
    if (held !== undefined) yield lineOf();
    held = { first: one, lastUs: one.event.us, count: 1, key };
  }
  if (held === undefined) yield fit([span(texts.none)], view.width, view.color);
  else yield lineOf();
}
