/**
 * Lines of sudoers(5) before their grammar: joined at backslashes, comments taken off, and a cursor that knows
 * quotes and escapes.
 *
 * A `#` begins a comment except before a number (a user id), in `#include`, and after a backslash or inside quotes.
 * Bounds: 20,000 lines, 256 KiB of one joined line.
 */
import { isConcealed } from './concealed.ts';
import { textLines } from './text-lines.ts';

export interface LogicalLine {
  /** One-based line on which it begins. */
  readonly line: number;
  /** Joined, without comment; one character a byte. */
  readonly text: string;
  /** As it stands in the file, joined by blanks. */
  readonly shown: string;
  /** Far to the right, where a reader does not look. */
  readonly concealed: boolean;
}

const mostLines = 20_000;
const longest = 1 << 18;
/** An odd number of backslashes at the end: the last is no escaped one. */
function endsEscaped(text: string): boolean {
  let at = text.length;
  while (text[at - 1] === '\\') at -= 1;
  return (text.length - at) % 2 === 1;
}

/** Where a comment begins; the length where none does. */
function commentAt(text: string): number {
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (character === '"') quoted = !quoted;
    else if (character === '#' && !quoted && !/^#-?\d/.test(text.slice(at, at + 3))) return at;
  }
  return text.length;
}

export function sudoersLines(bytes: Uint8Array): readonly LogicalLine[] {
  const found: LogicalLine[] = [];
  let open: { line: number; text: string; shown: string; concealed: boolean } | undefined;
  for (const { line, text } of textLines(bytes, { lines: mostLines, longest })) {
    const included = open === undefined && /^\s*#include(?:dir)?\s/.test(text);
    const end = included ? text.length : commentAt(text);
    const joins = end === text.length && endsEscaped(text);
    const piece = joins ? text.slice(0, -1) : text.slice(0, end);
    open ??= { line, text: '', shown: '', concealed: false };
    if (open.text.length + piece.length <= longest) {
      open.text += piece;
      open.shown += (open.shown === '' ? '' : ' ') + (joins ? piece : text).trim();
      open.concealed ||= isConcealed(piece);
    }
    if (joins) continue;
    if (open.text.trim() !== '') found.push({ ...open, text: open.text.trim(), shown: open.shown.trim() });
    open = undefined;
  }
  if (open !== undefined && open.text.trim() !== '') found.push({ ...open, text: open.text.trim() });
  return found;
}

/** Bounded, so that many beginnings without an end cost little. */
const expression = /\^(?:\\.|[^\\$]){0,1024}\$(?=[\s,]|$)/y;
const expressionAfter = /\s{1,64}\^(?:\\.|[^\\$]){0,1024}\$(?=[\s,]|$)/y;

/** Reads along one logical line. */
export class SudoersCursor {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get done(): boolean {
    return this.at >= this.#text.length;
  }

  peek(): string {
    return this.#text[this.at] ?? '';
  }

  blanks(): void {
    while (/[ \t\r\v\f]/.test(this.peek())) this.at += 1;
  }

  /** Steps over one character where it is that. */
  take(character: string): boolean {
    this.blanks();
    if (this.peek() !== character) return false;
    this.at += 1;
    return true;
  }

  /** What matches here, and steps over it. The pattern is sticky, so that nothing behind is looked at. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text);
    if (found === null) return undefined;
    this.at += found[0].length;
    return found;
  }

  /** Up to an unescaped character of `stops` outside quotes; quotes and escapes are undone. */
  word(stops: string): string {
    this.blanks();
    let word = '';
    let quoted = false;
    for (; !this.done; this.at += 1) {
      const character = this.peek();
      if (character === '\\' && this.at + 1 < this.#text.length) {
        this.at += 1;
        // Escapes of patterns are for whoever matches names.
        word += /[*?[\]]/.test(this.peek()) ? `\\${this.peek()}` : this.peek();
      } else if (character === '"') quoted = !quoted;
      else if (!quoted && stops.includes(character)) break;
      else word += character;
    }
    return word;
  }

  /** A command with its arguments, up to the next one: quotes are part of it, escapes are undone. */
  command(): string {
    this.blanks();
    // A regular expression of sudo 1.9.10 ends at `$`, and may hold commas and colons.
    let text = this.match(expression)?.[0] ?? '';
    if (text !== '') text += this.match(expressionAfter)?.[0] ?? '';
    for (; !this.done; this.at += 1) {
      const character = this.peek();
      if (character === ',' || (character === ':' && !this.#text.startsWith('://', this.at))) break;
      if (character === '\\' && this.at + 1 < this.#text.length) {
        this.at += 1;
        text += /[,:=\\# \t"@!]/.test(this.peek()) ? this.peek() : `\\${this.peek()}`;
      } else text += character;
    }
    return text.trim();
  }
}
