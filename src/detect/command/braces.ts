/**
 * Brace expansion: `{curl,-s,$U}` in one word, several in one word, one inside another.
 *
 * What it is NOT: sequences (`{1..9}`), which name no program. Bounds: 8 KiB of a word, 256 words
 * of it, twelve in a row or nested. Source: bash(1) Brace Expansion.
 */
import type { Word, WordPart } from '../../formats/shell/syntax.ts';

const mostWords = 256;
const mostNested = 12;
const longest = 8_192;
/** Stands for a part that is no plain text, by its number. */
const first = 0xf000;
const mostParts = 512;
const placeholder = /[\uf000-\uf1ff]/;

/** The bracket that closes the one at `open`, and the commas between them. */
function spanOf(
  text: string,
  open: number,
): { readonly close: number; readonly commas: readonly number[] } | undefined {
  const commas: number[] = [];
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '{') depth += 1;
    else if (sign === ',' && depth === 1) commas.push(at);
    else if (sign === '}') {
      depth -= 1;
      if (depth === 0) return commas.length === 0 ? undefined : { close: at, commas };
    }
  }
  return undefined;
}

function expanded(text: string, depth = 0): readonly string[] {
  if (depth > mostNested) return [text];
  let open = text.indexOf('{');
  // So many that lead nowhere are looked at.
  for (let tried = 0; open >= 0 && tried < 16; tried += 1) {
    const span = spanOf(text, open);
    if (span === undefined) {
      open = text.indexOf('{', open + 1);
      continue;
    }
    const before = text.slice(0, open);
    const ends = [...span.commas, span.close];
    const starts = [open, ...span.commas];
    const inner = ends
      .flatMap((end, at) => expanded(text.slice((starts[at] ?? 0) + 1, end), depth + 1))
      .slice(0, mostWords);
    const after = expanded(text.slice(span.close + 1), depth + 1);
    return inner.flatMap((one) => after.map((rest) => `${before}${one}${rest}`)).slice(0, mostWords);
  }
  return [text];
}

/** The words that the braces of one make; undefined where it has none. */
export function braceWords(word: Word): readonly Word[] | undefined {
  const { parts } = word;
  const plain = (part: WordPart): part is Extract<WordPart, { readonly kind: 'text' }> =>
    part.kind === 'text' && !part.quoted;
  if (!parts.some((part) => plain(part) && part.text.includes('{')) || parts.length > mostParts)
    return undefined;
  const text = parts.map((part, at) => (plain(part) ? part.text : String.fromCharCode(first + at))).join('');
  if (text.length > longest) return undefined;
  const words = expanded(text);
  if (words.length < 2) return undefined;
  return words
    .filter((one) => one !== '')
    .map((one) => ({
      parts: one
        .split(/([\uf000-\uf1ff])/)
        .filter((piece) => piece !== '')
        .map((piece) => {
          const part = placeholder.test(piece) ? parts[piece.charCodeAt(0) - first] : undefined;
          return part ?? { kind: 'text', text: piece, quoted: false };
        }),
    }));
}
