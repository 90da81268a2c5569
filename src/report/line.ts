/**
 * Lines of a terminal: spans with a style, fitted to a width, then painted.
 *
 * The one way by which text gets to a terminal here: every span is escaped, measured and cut before the first
 * colour is added, so no text of a target can bring an escape sequence of its own or spoil the columns.
 */
import { escapeTerminal } from './escape.ts';
import { cutEnd, displayWidth, padEnd, padStart } from './width.ts';

export type Style = 'plain' | 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'blue' | 'cyan' | Banner;
/** Large and clear: bold on a coloured ground. */
type Banner = 'on-red' | 'on-yellow' | 'on-green' | 'on-blue';

export interface Span {
  readonly text: string;
  readonly style?: Style;
}

/** SGR parameters (ECMA-48 §8.3.117). Bold with the colour, so that it is seen on light grounds too. */
const codes: Readonly<Record<Style, string>> = {
  plain: '',
  bold: '1',
  dim: '2',
  red: '1;31',
  yellow: '1;33',
  green: '1;32',
  blue: '1;34',
  cyan: '36',
  'on-red': '1;97;41',
  'on-yellow': '1;30;43',
  'on-green': '1;97;42',
  'on-blue': '1;97;44',
};

export function span(text: string, style: Style = 'plain'): Span {
  return { text, style };
}

/** Spans joined and cut to the width; no line break at the end. */
export function fit(spans: readonly Span[], width: number, color: boolean): string {
  const safe = spans.map(({ text, style }) => ({ text: escapeTerminal(text), style: style ?? 'plain' }));
  const total = safe.reduce((sum, { text }) => sum + displayWidth(text), 0);
  let room = width;
  // One column is kept for the ellipsis, also when a span ends right at the edge and another follows.
  const limit = total > width ? width - 1 : width;
  let out = '';
  let used = 0;
  for (const { text, style } of safe) {
    const own = displayWidth(text);
    room = limit - used;
    const shown = own <= room ? text : cutEnd(text, room + 1);
    if (shown !== '') out += color && codes[style] !== '' ? `\x1b[${codes[style]}m${shown}\x1b[0m` : shown;
    used += displayWidth(shown);
    if (shown !== text) break;
  }
  return color ? out : out.trimEnd();
}

/** A cell of a column: cut and filled to its width. */
export function cell(
  text: string,
  width: number,
  style: Style = 'plain',
  align: 'left' | 'right' = 'left',
): Span {
  const cut = cutEnd(escapeTerminal(text), width);
  return { text: align === 'left' ? padEnd(cut, width) : padStart(cut, width), style };
}

/** Spans with something between those that are not empty. */
export function join(parts: readonly (Span | undefined)[], between: string): readonly Span[] {
  const out: Span[] = [];
  for (const part of parts) {
    if (part === undefined || part.text === '') continue;
    if (out.length > 0) out.push({ text: between, style: 'dim' });
    out.push(part);
  }
  return out;
}
