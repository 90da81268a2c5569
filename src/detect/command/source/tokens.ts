/**
 * Words of a script in Python, PHP, Perl, JavaScript, Ruby or Lua, as far as these languages agree: names, strings,
 * numbers, signs. One forgiving tokenizer for all; strings come with their escapes read.
 *
 * What it is NOT: a parser of any of them. Bounds: bytes and tokens.
 */
import { unescapeText } from '../../../formats/shell/quoting.ts';
import type { CommandLanguage } from '../../../model/facts/persistence.ts';

export type Token =
  | { readonly kind: 'string'; readonly text: string; readonly line: number; readonly numeric: boolean }
  /** What stands in backticks or `qx()`: run by a shell. */
  | { readonly kind: 'backtick'; readonly text: string; readonly line: number }
  | { readonly kind: 'name' | 'number' | 'sign'; readonly text: string; readonly line: number };

const mostTokens = 40_000;
const mostBytes = 262_144;

const name = /\$?[A-Za-z_]\w*|\$\$?\{?\^?\w+\}?|\$_/y;
const perlName = /[$@%]?[A-Za-z_]\w*|\$\$?\{?\^?\w+\}?|\$_/y;
const number = /0x[0-9a-fA-F]+|\d[\d_]*(?:\.\d+)?/y;
const pythonString = /([rRbBuUfF]{0,2})("""|'''|"|')/y;
const perlQuote = /(?:q|qq|qx|qw)\s*([^\w\s,;=])/y;
const phpHere = /<<<\s*(['"]?)(\w+)\1\r?\n/y;
const pairs: Readonly<Record<string, string>> = { '(': ')', '{': '}', '[': ']', '<': '>' };
const numericEscape = /\\(?:x[0-9a-fA-F]{2}|[0-7]{3}|u00[0-9a-fA-F]{2})/g;
const manyNumeric = (raw: string): boolean => (raw.match(numericEscape) ?? []).length >= 4;

/** The end of a string that begins before `at`, without its closing quote. */
function closing(text: string, at: number, quote: string): number {
  for (let scan = at; scan < text.length; scan += 1) {
    if (text[scan] === '\\') scan += 1;
    else if (text.startsWith(quote, scan)) return scan;
  }
  return text.length;
}

function closingPair(text: string, at: number, open: string): number {
  const close = pairs[open] ?? open;
  let depth = 1;
  for (let scan = at; scan < text.length; scan += 1) {
    const sign = text[scan];
    if (sign === '\\') scan += 1;
    else if (sign === close) {
      depth -= 1;
      if (depth === 0) return scan;
    } else if (sign === open) depth += 1;
  }
  return text.length;
}

export function tokensOf(source: string, language: CommandLanguage): readonly Token[] {
  const text = source.length > mostBytes ? source.slice(0, mostBytes) : source;
  const tokens: Token[] = [];
  const hash = language !== 'javascript' && language !== 'lua';
  const slashes = language === 'php' || language === 'javascript';
  let line = 1;
  let counted = 0;
  let at = 0;
  const lineNow = (): number => {
    for (; counted < at; counted += 1) if (text.charCodeAt(counted) === 10) line += 1;
    return line;
  };
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) at = pattern.lastIndex;
    return found;
  };
  const skipLine = (): void => {
    const end = text.indexOf('\n', at);
    at = end < 0 ? text.length : end;
  };
  const string = (raw: string, plain: boolean): void => {
    tokens.push({
      kind: 'string',
      text: plain ? raw.replace(/\\(['\\])/g, '$1') : unescapeText(raw),
      line: lineNow(),
      numeric: !plain && manyNumeric(raw),
    });
  };
  while (at < text.length && tokens.length < mostTokens) {
    const sign = text[at] ?? '';
    if (sign === ' ' || sign === '\t' || sign === '\r') {
      at += 1;
      continue;
    }
    if (sign === '\n') {
      tokens.push({ kind: 'sign', text: '\n', line: lineNow() });
      at += 1;
      continue;
    }
    if (
      (sign === '#' && hash) ||
      (slashes && text.startsWith('//', at)) ||
      (language === 'lua' && text.startsWith('--', at))
    ) {
      skipLine();
      continue;
    }
    if (slashes && text.startsWith('/*', at)) {
      const end = text.indexOf('*/', at + 2);
      at = end < 0 ? text.length : end + 2;
      continue;
    }
    if (language === 'php' && (text.startsWith('<?', at) || text.startsWith('?>', at))) {
      at += 2;
      match(/php|=/y);
      tokens.push({ kind: 'sign', text: ';', line: lineNow() });
      continue;
    }
    if (sign === '\\' && text[at + 1] === '\n') {
      at += 2;
      continue;
    }
    if (language === 'php') {
      const here = match(phpHere);
      if (here !== null) {
        const end = new RegExp(`\\n[ \\t]*${here[2] ?? ''}\\b`).exec(text.slice(at - 1, at + mostBytes));
        const stop = end === null ? text.length : at - 1 + end.index;
        string(text.slice(at, stop), here[1] === "'");
        at = end === null ? text.length : stop + end[0].length;
        continue;
      }
    }
    if (language === 'perl') {
      const before = tokens.at(-1);
      const quote = before?.text === '->' || before?.text === '{' ? null : match(perlQuote);
      if (quote !== null) {
        const end = closingPair(text, at, quote[1] ?? '');
        const raw = text.slice(at, end);
        if (quote[0].startsWith('qx')) tokens.push({ kind: 'backtick', text: raw, line: lineNow() });
        else string(raw, !quote[0].startsWith('qq'));
        at = end + 1;
        continue;
      }
    }
    if (sign === '`') {
      const end = closing(text, at + 1, '`');
      const raw = text.slice(at + 1, end);
      if (language === 'javascript') string(raw, false);
      else tokens.push({ kind: 'backtick', text: raw, line: lineNow() });
      at = end + 1;
      continue;
    }
    if (language === 'python') {
      const quote = match(pythonString);
      if (quote !== null) {
        const [, prefix = '', mark = '"'] = quote;
        const end = closing(text, at, mark);
        const raw = text.slice(at, end);
        string(raw, false);
        if (/r/i.test(prefix)) {
          tokens.pop();
          tokens.push({ kind: 'string', text: raw, line: lineNow(), numeric: false });
        }
        at = end + mark.length;
        continue;
      }
    } else if (sign === '"' || sign === "'") {
      const end = closing(text, at + 1, sign);
      string(text.slice(at + 1, end), sign === "'" && language !== 'javascript' && language !== 'lua');
      at = end + 1;
      continue;
    }
    const word = match(language === 'perl' ? perlName : name);
    if (word !== null) {
      tokens.push({ kind: 'name', text: word[0], line: lineNow() });
      continue;
    }
    const digits = match(number);
    if (digits !== null) {
      tokens.push({ kind: 'number', text: digits[0], line: lineNow() });
      continue;
    }
    const long = match(/->|::|=>|==+|!=+|\.=|\+=|&&|\|\||[\s\S]/y);
    tokens.push({ kind: 'sign', text: long?.[0] ?? sign, line: lineNow() });
  }
  return tokens;
}
