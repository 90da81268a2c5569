/**
 * `demine coverage`: the places from which a miner comes back, group by group, with the artifact that reads each and
 * how many of the planted cases were found. Two lines each, so that names, ids and counts fit 80 columns.
 */
import type { Language } from '../messages/catalogue.ts';
import type { MechanismGroup, WindowsMechanismGroup } from '../model/mechanism.ts';
import { type Dress, dresses, type Recall, sumOf, type Tally } from '../model/recall.ts';
import { cell, fit, type Span, span } from './line.ts';
import { terminalTexts } from './texts.ts';
import { wrap } from './width.ts';

export interface MechanismRow {
  readonly id: string;
  readonly name: string;
  readonly group: MechanismGroup | WindowsMechanismGroup;
  readonly groupName: string;
  /** Ids of the artifacts that read it. */
  readonly artifacts: readonly string[];
  readonly recall: Recall;
}

const countWidth = 9;

/** Of the dangerous, how many were found; of the honest, how many raised an alarm. */
function count(tally: Tally, dress: Dress): Span {
  if (tally.cases === 0) return cell('–', countWidth, 'dim', 'right');
  const shown = dress === 'honest' ? tally.cases - tally.right : tally.right;
  const style = tally.right === tally.cases ? 'plain' : 'yellow';
  return cell(`${shown}/${tally.cases}`, countWidth, style, 'right');
}

export function renderMechanisms(
  rows: readonly MechanismRow[],
  view: { readonly width: number; readonly color: boolean; readonly language: Language },
): string {
  const words = terminalTexts(view.language).mechanisms;
  const width = Math.max(view.width, 60);
  const put = (...spans: readonly Span[]): string => fit(spans, width, view.color);
  const first = width - countWidth * dresses.length;
  const counts = (recall: Recall): readonly Span[] => dresses.map((dress) => count(recall[dress], dress));
  const titles = dresses.map((dress) => cell(words.columns[dress], countWidth, 'dim', 'right'));
  const readers = new Set(rows.flatMap(({ artifacts }) => artifacts));
  const lines = [
    put(span(words.heading({ mechanisms: rows.length, artifacts: readers.size }), 'bold')),
    ...wrap(words.note, width).map((text) => put(span(text, 'dim'))),
  ];
  for (const [, same] of Map.groupBy(rows, ({ group }) => group)) {
    lines.push('', put(cell(same[0]?.groupName ?? '', first, 'bold'), ...titles));
    for (const { id, name, artifacts, recall } of same) {
      const reader = artifacts.length === 0 ? words.unread : artifacts.join(', ');
      // A name that is longer than its column goes on on the next line, before the ids.
      const [head = '', ...rest] = wrap(name, first - 3);
      lines.push(put(span('  '), cell(head, first - 2), ...counts(recall)));
      for (const text of rest) lines.push(put(span(`  ${text}`)));
      for (const text of wrap(`${id} · ${reader}`, width - 4))
        lines.push(put(span(`    ${text}`, artifacts.length === 0 ? 'yellow' : 'dim')));
    }
  }
  const all = rows.map(({ recall }) => recall);
  const sums = dresses.map((dress) => count(sumOf(all, dress), dress));
  lines.push('', put(cell(words.total, first, 'bold'), ...sums));
  return lines.join('\n');
}
