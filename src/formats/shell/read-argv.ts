/**
 * Words of a line that is executed as it stands: `ExecStart=` after its own escapes, the argv of a service. Quotes and
 * backslashes count, operators and parameters do not. Source: systemd.syntax(7) QUOTING.
 */
import { unescapeText } from './quoting.ts';
import { shellLimit } from './read-words.ts';
import type { Word, WordPart } from './syntax.ts';

/** The words of a line that no shell sees (`ExecStart=`, argv): quotes count, operators do not. */
export function readWords(text: string): readonly Word[] {
  const words: Word[] = [];
  let budget = 4096;
  const lines = text.slice(0, shellLimit.bytes);
  const form = /\s*((?:"(?:[^"\\]|\\[\s\S])*"?|'(?:[^'\\]|\\[\s\S])*'?|\\[\s\S]|[^\s"'\\])+)/y;
  for (let found = form.exec(lines); found !== null && budget > 0; found = form.exec(lines), budget -= 1) {
    const parts: WordPart[] = [];
    const piece = /"((?:[^"\\]|\\[\s\S])*)"?|'((?:[^'\\]|\\[\s\S])*)'?|(\\[\s\S])|([^"'\\]+)/g;
    for (const [, double, single, escaped, run] of (found[1] ?? '').matchAll(piece)) {
      const inner = double ?? single ?? escaped;
      parts.push(
        inner === undefined
          ? { kind: 'text', text: run ?? '', quoted: false }
          : {
              kind: 'text',
              text: escaped === undefined ? unescapeText(inner) : unescapeText(inner).replace(/^\\/, ''),
              quoted: true,
            },
      );
    }
    words.push({ parts });
  }
  return words;
}
