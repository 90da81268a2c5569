/**
 * Escaping, in one place. Everything that reaches a screen or a page passes through here.
 *
 * Text of a target arrives in printable form already (`model/text.ts`). It is escaped again all the same: a
 * report is the one thing that people open on another machine, so it does not trust the road that led to it.
 * What acts or hides is written as `%XX` bytes, as in the printable form, so nothing is lost and nothing
 * changes twice.
 */

const encoder = new TextEncoder();

/** Most combining marks that may stand on one character; more would climb over other lines. */
const mostMarks = 3;

const mark = /[\p{Mn}\p{Me}]/u;
const plain = /^[\x20-\x7e]*$/;

/**
 * Code points that act on a screen, hide, or whose width terminals disagree about: controls, bidirectional
 * and zero-width characters, line separators, fillers, variation selectors, tags, lone surrogates.
 */
function acts(code: number): boolean {
  return (
    code < 0x20 ||
    (code >= 0x7f && code <= 0x9f) ||
    code === 0xad ||
    code === 0x34f ||
    code === 0x61c ||
    code === 0x115f ||
    code === 0x1160 ||
    (code >= 0x180b && code <= 0x180f) ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    code === 0x3164 ||
    (code >= 0xd800 && code <= 0xdfff) ||
    (code >= 0xfe00 && code <= 0xfe0f) ||
    code === 0xfeff ||
    code === 0xffa0 ||
    (code >= 0xfff9 && code <= 0xfffb) ||
    (code >= 0x1f3fb && code <= 0x1f3ff) ||
    (code >= 0xe0000 && code <= 0xe0fff)
  );
}

function percent(character: string): string {
  let out = '';
  for (const byte of encoder.encode(character)) out += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  return out;
}

/** Text that can go to a terminal: no escape sequence, no line break, no hidden or reordering character. */
export function escapeTerminal(text: string): string {
  if (plain.test(text)) return text;
  let out = '';
  let marks = mostMarks;
  for (const character of text) {
    const isMark = mark.test(character);
    // The first character has nothing of its own to stand on: it would change what is printed before it.
    marks = isMark ? marks + 1 : 0;
    out += acts(character.codePointAt(0) ?? 0) || marks > mostMarks ? percent(character) : character;
  }
  return out;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for an HTML text node or a quoted attribute. */
export function escapeHtml(text: string): string {
  return escapeTerminal(text).replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** HTML that this program wrote. Made only by `html` and `trusted`. */
class Markup {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  toString(): string {
    return this.#text;
  }
}

export type Raw = Markup;
export type HtmlValue = string | number | Raw | undefined | readonly HtmlValue[];

/** Markup of our own that holds no text of a target: a style sheet, a drawing. */
export function trusted(text: string): Raw {
  return new Markup(text);
}

function insert(value: HtmlValue): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return escapeHtml(String(value));
  if (value instanceof Markup) return value.toString();
  return value.map(insert).join('');
}

/**
 * Tagged template: every value is escaped, unless it is markup made by this tag.
 *
 * @example html`<td title="${name}">${name}</td>`
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Raw {
  let out = parts[0] ?? '';
  for (let index = 0; index < values.length; index += 1) {
    out += insert(values[index]) + (parts[index + 1] ?? '');
  }
  return new Markup(out);
}
