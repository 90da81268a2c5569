/** What was added to a case, and what of it was not read, on a screen. */
import type { LogFact } from '../../model/facts/log.ts';
import type { SourceRecord } from '../../model/source.ts';
import { fit, span } from '../line.ts';
import { readingMarks, type TimelineView } from './screen.ts';
import { countText, timelineTexts } from './texts.ts';

export interface AddedView extends TimelineView {
  readonly facts: readonly LogFact[];
  readonly stored: number;
  readonly known: number;
  readonly unknown: number;
  readonly left: readonly SourceRecord[];
}

const mostListed = 30;

/** Lines for a terminal, none of which a name in a folder can spoil. */
export function renderAdded(view: AddedView): string {
  const { facts, stored, known, unknown, left, width, color } = view;
  const all = timelineTexts(view.language);
  const texts = all.case;
  const line = (...spans: Parameters<typeof fit>[0]): string => fit(spans, width, color);
  const told = [
    ...left.map(({ source, status, reason }) => ({
      source,
      marks: readingMarks({ status, reason: reason ?? '' }, all),
    })),
    ...facts
      .filter(({ status }) => status !== 'empty')
      .map((fact) => ({ source: fact.source.source, marks: readingMarks(fact, all) })),
  ].filter(({ marks }) => marks.length > 0);
  const rows = told
    .slice(0, mostListed)
    .flatMap(({ source, marks }) => [
      line(span(`  ${source}`)),
      ...marks.map((mark) => line(span(`    ${mark}`, 'yellow'))),
    ]);
  const more = told.length - mostListed;
  return [
    line(span(texts.added({ files: countText(facts.length), events: countText(stored) }))),
    ...(known === 0 ? [] : [line(span(texts.alreadyThere({ events: countText(known) })))]),
    ...(unknown === 0 ? [] : [line(span(texts.unknownFiles({ count: countText(unknown) })))]),
    ...(rows.length === 0 ? [] : ['', line(span(texts.notWhole)), ...rows]),
    ...(more <= 0 ? [] : [line(span(`  ${texts.more({ count: countText(more) })}`))]),
    '',
  ].join('\n');
}
