/**
 * `demine coverage`: the shapes by which logs, messages and requests are read, and what vouches for each. A name and
 * whether it is verified on a line, what it was compared with below.
 */
import type { Language } from '../messages/catalogue.ts';
import type { ShapeSource } from '../model/shape-source.ts';
import { cell, fit, type Span, span } from './line.ts';
import { terminalTexts } from './texts.ts';
import { displayWidth, wrap } from './width.ts';

export const shapeKinds = ['log', 'messages', 'windows', 'request'] as const;
export type ShapeKind = (typeof shapeKinds)[number];

export type ShapeRow = ShapeSource & {
  readonly kind: ShapeKind;
  readonly id: string;
};

type ShapeWords = ReturnType<typeof terminalTexts>['shapes'];

/** How far a shape is vouched for: a file format is released as experimental, a line or a request is unverified. */
export const stateOf = ({ kind, verified }: ShapeRow, words: ShapeWords): string =>
  verified ? words.verified : kind === 'windows' ? words.experimental : words.unverified;

export function renderShapes(
  rows: readonly ShapeRow[],
  view: { readonly width: number; readonly color: boolean; readonly language: Language },
): string {
  const words = terminalTexts(view.language).shapes;
  const width = Math.max(view.width, 60);
  const put = (...spans: readonly Span[]): string => fit(spans, width, view.color);
  const unverified = rows.filter(({ verified }) => !verified).length;
  const column = Math.max(...rows.map((row) => displayWidth(stateOf(row, words)))) + 1;
  const lines = [
    put(span(words.heading({ shapes: rows.length, unverified }), 'bold')),
    ...wrap(words.note, width).map((text) => put(span(text, 'dim'))),
  ];
  for (const kind of shapeKinds) {
    const same = rows.filter((row) => row.kind === kind);
    lines.push('', put(span(words.kinds[kind], 'bold')));
    for (const row of same) {
      const state = cell(stateOf(row, words), column, row.verified ? 'plain' : 'yellow', 'right');
      lines.push(put(span('  '), cell(row.id, width - column - 2), state));
      const told = row.verified ? row.source : row.origin;
      for (const text of wrap(told, width - 4)) lines.push(put(span(`    ${text}`, 'dim')));
    }
  }
  return lines.join('\n');
}
