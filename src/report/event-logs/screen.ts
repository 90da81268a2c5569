/** The summary of event logs for a terminal: files, hosts, logons, kinds of events. */
import type { Language } from '../../messages/catalogue.ts';
import type { EventLogTexts } from '../../messages/event-logs.ts';
import type { EventHost, EventKind, EventLogFile, LogonKind } from '../../model/event-log.ts';
import { cell, fit, type Span, type Style, span } from '../line.ts';
import { countText, minuteOf, secondOf } from '../timeline/texts.ts';
import { cutMiddle } from '../width.ts';
import {
  eventLogTexts,
  eventName,
  fileMarks,
  isOdd,
  logonType,
  sizeText,
  type ToldSummary,
} from './texts.ts';

export interface EventLogView {
  readonly width: number;
  readonly color: boolean;
  readonly language: Language;
}

const most = { files: 15, hosts: 20, logons: 25, kinds: 40 } as const;
const countWidth = 11;
const timeWidth = 16;

type Put = (...spans: readonly Span[]) => string;

const styles: Readonly<Record<LogonKind['outcome'], Style>> = {
  success: 'green',
  session: 'green',
  failure: 'yellow',
  reached: 'plain',
};

class Screen {
  readonly lines: string[] = [];
  readonly #put: Put;
  readonly #texts: EventLogTexts;
  readonly #width: number;

  constructor(view: EventLogView) {
    this.#texts = eventLogTexts(view.language);
    this.#width = Math.max(view.width, 60);
    this.#put = (...spans) => fit(spans, this.#width, view.color);
  }

  get texts(): EventLogTexts {
    return this.#texts;
  }

  line(...spans: readonly Span[]): void {
    this.lines.push(this.#put(...spans));
  }

  heading(text: string, ...more: readonly Span[]): void {
    this.lines.push('');
    this.line(span(text, 'bold'), ...more);
  }

  rest(all: number, shown: number, leftOut: number): void {
    if (all > shown) this.line(span(`  ${this.#texts.more({ count: countText(all - shown) })}`, 'dim'));
    if (leftOut > 0) this.line(span(`  ${this.#texts.leftOut({ count: countText(leftOut) })}`, 'dim'));
  }

  files(files: readonly EventLogFile[]): void {
    // One file tells all of it; of many only what is odd.
    const marked = files.filter(
      (file) => isOdd(file) || (files.length === 1 && fileMarks(file, this.#texts).length > 0),
    );
    if (marked.length === 0) return;
    this.heading(this.#texts.headings.files);
    for (const file of marked.slice(0, most.files)) {
      this.line(span(`  ${cutMiddle(file.path, this.#width - 2)}`));
      for (const mark of fileMarks(file, this.#texts))
        this.line(span(`    ! ${mark}`, isOdd(file) ? 'yellow' : 'dim'));
    }
    const sound = files.length - marked.length;
    if (sound > 0) this.line(span(`  ${this.#texts.soundFiles({ count: countText(sound) })}`, 'dim'));
    this.rest(marked.length, most.files, 0);
  }

  hosts(hosts: readonly EventHost[], leftOut: number): void {
    const { headings, columns } = this.#texts;
    this.heading(headings.hosts);
    this.#columns(columns.count, columns.first, columns.last, columns.computer);
    for (const { computer, count, firstUs, lastUs } of hosts.slice(0, most.hosts))
      this.line(
        cell(countText(count), countWidth, 'plain', 'right'),
        cell(`  ${minuteOf(firstUs)}`, timeWidth + 2, 'dim'),
        cell(`  ${minuteOf(lastUs)}`, timeWidth + 2, 'dim'),
        span(`  ${computer}`),
      );
    this.rest(hosts.length, most.hosts, leftOut);
  }

  logons(logons: readonly LogonKind[], leftOut: number): void {
    if (logons.length === 0) return;
    const texts = this.#texts;
    this.heading(texts.headings.logons);
    for (const logon of logons.slice(0, most.logons)) {
      const { count, outcome, user, from, computer, firstUs, lastUs } = logon;
      const type = logonType(logon, texts);
      const name = texts.outcomes[outcome];
      const when =
        count === 1 ? secondOf(firstUs) : texts.span({ from: minuteOf(firstUs), to: minuteOf(lastUs) });
      this.line(
        cell(countText(count), countWidth, 'plain', 'right'),
        span('  '),
        span(type === '' ? name : texts.typed({ outcome: name, type }), styles[outcome]),
        span(`  ${when}`, 'dim'),
      );
      this.line(
        cell('', countWidth),
        span(`  ${user === '' ? texts.nobody : user}`),
        span(from === '' ? '' : ` ${texts.fromWhere({ from })}`),
        span(` ${texts.on({ computer })}`, 'dim'),
      );
    }
    this.rest(logons.length, most.logons, leftOut);
  }

  kinds(kinds: readonly EventKind[], leftOut: number): void {
    const { headings, columns } = this.#texts;
    this.heading(headings.kinds);
    this.line(
      cell(columns.count, countWidth, 'dim', 'right'),
      cell(columns.event, 8, 'dim', 'right'),
      span(`  ${columns.channel}`, 'dim'),
    );
    for (const kind of kinds.slice(0, most.kinds)) {
      const name = eventName(kind, this.#texts);
      const channel = kind.channel === '' ? kind.provider : kind.channel;
      this.line(
        cell(countText(kind.count), countWidth, 'plain', 'right'),
        cell(String(kind.eventId), 8, 'plain', 'right'),
        span(`  ${shortChannel(channel)}`),
        span(name === '' ? '' : `  ${name}`, 'cyan'),
      );
    }
    this.rest(kinds.length, most.kinds, leftOut);
  }

  #columns(...names: readonly [string, string, string, string]): void {
    const [count, first, last, name] = names;
    this.line(
      cell(count, countWidth, 'dim', 'right'),
      cell(`  ${first}`, timeWidth + 2, 'dim'),
      cell(`  ${last}`, timeWidth + 2, 'dim'),
      span(`  ${name}`, 'dim'),
    );
  }
}

/** Nearly all begin alike. */
const shortChannel = (channel: string): string => channel.replace(/^Microsoft-Windows-/, '');

export function renderEventLogs({ summary, where, unread }: ToldSummary, view: EventLogView): string {
  const screen = new Screen(view);
  const { texts } = screen;
  const { files, hosts, kinds, logons, events, firstUs, lastUs, leftOut } = summary;
  const size = sizeText(files.reduce((sum, file) => sum + file.bytes, 0));
  const head = texts.head({ files: countText(files.length), size, events: countText(events) });
  screen.line(span(texts.title, 'bold'), span(` · ${head} · ${texts.utc}`));
  if (where !== undefined) screen.line(span(texts.where({ expression: where }), 'dim'));
  if (firstUs !== undefined && lastUs !== undefined)
    screen.line(span(texts.span({ from: secondOf(firstUs), to: secondOf(lastUs) }), 'dim'));
  for (const { path, reason } of unread)
    screen.line(span(`! ${path}: ${texts.marks.unread({ reason })}`, 'yellow'));
  if (files.length === 0) screen.line(span(texts.noFiles));
  screen.files(files);
  if (events === 0) {
    if (files.length > 0) screen.line(span(texts.noEvents));
    return screen.lines.join('\n');
  }
  screen.hosts(hosts, leftOut.hosts);
  screen.logons(logons, leftOut.logons);
  screen.kinds(kinds, leftOut.kinds);
  return screen.lines.join('\n');
}
