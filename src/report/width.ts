/**
 * How many columns text takes in a terminal, and cutting by columns.
 *
 * Chinese, Japanese and Korean characters take two columns (East Asian Width W and F, Unicode Annex 11),
 * combining marks none. Ambiguous characters count as one, as terminals do outside legacy CJK locales.
 * Text passes through `escapeTerminal` first: characters whose width terminals disagree about (variation
 * selectors, joiners, emoji modifiers) are gone by then, so the sum over code points is right.
 */

const ascii = /^[\x20-\x7e]*$/;
const noWidth = /[\p{Mn}\p{Me}\u1160-\u11ff\ud7b0-\ud7fb]/u;

/** Columns of one code point. */
function columnsOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (noWidth.test(character)) return 0;
  // The runtime's table agrees with Unicode on every W and F character; below two its answer is not used.
  return Bun.stringWidth(character) === 2 ? 2 : 1;
}

export function displayWidth(text: string): number {
  if (ascii.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += columnsOf(character);
  return columns;
}

/** The longest start of `text` that fits into `width` columns. */
function head(text: string, width: number): string {
  if (ascii.test(text)) return text.slice(0, Math.max(0, width));
  let columns = 0;
  let out = '';
  for (const character of text) {
    columns += columnsOf(character);
    if (columns > width) break;
    out += character;
  }
  return out;
}

/** The longest end of `text` that fits into `width` columns and begins with a character of its own. */
function tail(text: string, width: number): string {
  if (width <= 0) return '';
  const characters = [...text];
  let columns = 0;
  let from = characters.length;
  for (let at = characters.length - 1; at >= 0; at -= 1) {
    const own = columnsOf(characters[at] ?? '');
    columns += own;
    if (columns > width) break;
    if (own > 0) from = at;
  }
  return characters.slice(from).join('');
}

/** Cut at the end with an ellipsis, so that it takes at most `width` columns. */
export function cutEnd(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  return width < 1 ? '' : `${head(text, width - 1)}…`;
}

/** Cut in the middle: the end of a path tells more than its middle. */
export function cutMiddle(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  if (width < 5) return cutEnd(text, width);
  const end = Math.ceil((width - 1) * 0.6);
  return `${head(text, width - 1 - end)}…${tail(text, end)}`;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}

/** Characters that may not begin a line in Chinese setting. */
const notFirst = /^[，。、；：！？）」』”’》〉】…,.;:!?)]/u;

/** Characters that may not end one. */
const notLast = /[（「『“‘《〈【(]$/u;

/** Breaks text into lines of at most `width` columns: at spaces, and between CJK characters. */
export function wrap(text: string, width: number): readonly string[] {
  const room = Math.max(4, width);
  const lines: string[] = [];
  let line: string[] = [];
  const used = (): number => displayWidth(line.join(''));
  const push = (pieces: readonly string[]): void => {
    const whole = pieces.join('').trimEnd();
    if (whole !== '') lines.push(whole);
  };
  for (const piece of text.split(/(?<= )|(?<=[\u2e80-\uffe6])|(?=[\u2e80-\uffe6])/u)) {
    if (line.length > 0 && used() + displayWidth(piece.trimEnd()) > room) {
      // A closing mark takes what it closes along to the next line, an opening one goes with what it opens.
      let from = line.length - (notFirst.test(piece) ? 1 : 0);
      while (from > 1 && (notFirst.test(line[from] ?? '') || notLast.test(line[from - 1] ?? ''))) from -= 1;
      const moved = from > 0 ? line.splice(from) : [];
      push(line);
      line = moved;
    }
    let rest = piece;
    while (displayWidth(rest.trimEnd()) > room) {
      push(line);
      line = [];
      const part = head(rest, room);
      lines.push(part);
      rest = rest.slice(part.length);
    }
    line.push(rest);
  }
  push(line);
  return lines;
}
