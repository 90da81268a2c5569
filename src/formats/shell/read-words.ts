/**
 * Reads the words of the shell command language: every kind of quoting, parameters, substitutions.
 *
 * How: one pass, forgiving: what does not close ends at the end of the text. The commands inside substitutions are
 * read by whoever extends this (`read-shell.ts`).
 * Sources: POSIX.1-2024 XCU 2.2 (Quoting), 2.6 (Word Expansions); bash(1) QUOTING, EXPANSION.
 */
import { hasNumericEscape, unescapeText } from './quoting.ts';
import type { Assignment, Script, Word, WordPart } from './syntax.ts';

export const shellLimit = { bytes: 262_144, depth: 24, nodes: 60_000 } as const;

/** Nodes that may still be made; shared by all readers of one text. */
export interface Budget {
  nodes: number;
}

const plain = /[^\s'"\\$`;|&<>()]+/y;
const inQuotes = /[^"\\$`]+/y;
const nameForm = /[A-Za-z_][A-Za-z0-9_]*/y;
const special = /[0-9]+|[@*#?$!-]/y;
const assignment = /^([A-Za-z_][A-Za-z0-9_]*)(?:\[[^\]]{0,64}\])?(\+?)=/;

const nobody: ReadonlySet<string> = new Set();
const bracket: ReadonlySet<string> = new Set([')']);

export abstract class WordReader {
  protected readonly text: string;
  protected readonly budget: Budget;
  protected readonly depth: number;
  protected at = 0;
  protected line: number;
  protected counted = 0;
  cut = false;

  constructor(text: string, budget: Budget, depth: number, line: number) {
    this.text = text;
    this.budget = budget;
    this.depth = depth;
    this.line = line;
  }

  protected match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found !== null) this.at = pattern.lastIndex;
    return found;
  }

  protected lineNow(): number {
    for (; this.counted < this.at; this.counted += 1) {
      if (this.text.charCodeAt(this.counted) === 10) this.line += 1;
    }
    return this.line;
  }

  protected get exhausted(): boolean {
    if (this.budget.nodes > 0) return false;
    this.cut = true;
    return true;
  }

  protected word(): Word {
    this.budget.nodes -= 1;
    const parts: WordPart[] = [];
    while (this.at < this.text.length && !this.exhausted) {
      const run = this.match(plain);
      if (run !== null) {
        parts.push({ kind: 'text', text: run[0], quoted: false });
        continue;
      }
      const sign = this.text[this.at];
      if (sign === '<' || sign === '>') {
        if (this.text[this.at + 1] !== '(' || parts.length > 0) break;
        this.at += 2;
        parts.push({ kind: 'process', script: this.script(bracket), direction: sign });
        continue;
      }
      const part = this.part(false);
      if (part === undefined) break;
      if (part !== 'none') parts.push(...part);
    }
    return { parts };
  }

  /** One quoted or substituted part; undefined where the word ends. */
  protected part(quoted: boolean): readonly WordPart[] | 'none' | undefined {
    const text = this.text;
    switch (text[this.at]) {
      case "'": {
        if (quoted) return undefined;
        const end = text.indexOf("'", this.at + 1);
        const stop = end < 0 ? text.length : end;
        const inner = text.slice(this.at + 1, stop);
        this.at = stop + 1;
        return [{ kind: 'text', text: inner, quoted: true }];
      }
      case '"': {
        if (quoted) return undefined;
        this.at += 1;
        const parts = this.double();
        return parts.length > 0 ? parts : [{ kind: 'text', text: '', quoted: true }];
      }
      case '\\': {
        const next = text[this.at + 1] ?? '';
        this.at += 2;
        if (next === '\n') return 'none';
        if (quoted && !'$`"\\'.includes(next)) return [{ kind: 'text', text: `\\${next}`, quoted: true }];
        return [{ kind: 'text', text: next, quoted: true }];
      }
      case '$':
        return this.dollar(quoted);
      case '`':
        return [this.backtick(quoted)];
      default:
        return undefined;
    }
  }

  protected double(): WordPart[] {
    const parts: WordPart[] = [];
    while (this.at < this.text.length && !this.exhausted) {
      const run = this.match(inQuotes);
      if (run !== null) {
        parts.push({ kind: 'text', text: run[0], quoted: true });
        continue;
      }
      if (this.text[this.at] === '"') {
        this.at += 1;
        break;
      }
      const part = this.part(true);
      if (part === undefined) this.at += 1;
      else if (part !== 'none') parts.push(...part);
    }
    return parts;
  }

  /** The whole text as if it stood in double quotes: a here-document. */
  quotedWord(): Word {
    const parts: WordPart[] = [];
    while (this.at < this.text.length && !this.exhausted) {
      parts.push(...this.double());
      if (this.at < this.text.length) parts.push({ kind: 'text', text: '"', quoted: true });
    }
    return { parts };
  }

  wholeWord(): Word {
    return this.word();
  }

  protected dollar(quoted: boolean): readonly WordPart[] {
    const text = this.text;
    this.at += 1;
    const next = text[this.at] ?? '';
    this.budget.nodes -= 1;
    if (next === "'" && !quoted) {
      const end = /'((?:[^'\\]|\\[\s\S])*)'?/y;
      const found = this.match(end);
      const inner = found?.[1] ?? '';
      const numeric = hasNumericEscape(inner) ? { numeric: true as const } : {};
      return [{ kind: 'text', text: unescapeText(inner), quoted: true, ...numeric }];
    }
    if (next === '"' && !quoted) {
      this.at += 1;
      return this.double();
    }
    if (next === '(') {
      if (text[this.at + 1] === '(') {
        const end = text.indexOf('))', this.at);
        if (end >= 0) {
          const inner = text.slice(this.at + 2, end);
          this.at = end + 2;
          return [{ kind: 'arithmetic', text: inner }];
        }
      }
      this.at += 1;
      return [{ kind: 'command', script: this.script(bracket), quoted }];
    }
    if (next === '{') return [this.braced(quoted)];
    const name = this.match(nameForm)?.[0] ?? this.match(special)?.[0];
    if (name === undefined) return [{ kind: 'text', text: '$', quoted }];
    // `$12` is `$1` and `2`.
    if (/^\d{2}/.test(name)) this.at -= name.length - 1;
    const short = /^\d/.test(name) ? name.slice(0, 1) : name;
    return [{ kind: 'variable', name: short, operation: '', prefix: '', quoted }];
  }

  protected braced(quoted: boolean): WordPart {
    const text = this.text;
    this.at += 1;
    let prefix: '' | '#' | '!' = '';
    const mark = text[this.at];
    if ((mark === '#' || mark === '!') && text[this.at + 1] !== '}') {
      prefix = mark;
      this.at += 1;
    }
    const name = this.match(nameForm)?.[0] ?? this.match(special)?.[0] ?? '';
    const start = this.at;
    let depth = 1;
    for (; this.at < text.length && depth > 0; this.at += 1) {
      const sign = text[this.at];
      if (sign === '\\') this.at += 1;
      else if (sign === "'" && !quoted) {
        const end = text.indexOf("'", this.at + 1);
        if (end > 0) this.at = end;
      } else if (sign === '{' && text[this.at - 1] === '$') depth += 1;
      else if (sign === '}') depth -= 1;
    }
    const end = depth === 0 ? this.at - 1 : Math.min(this.at, text.length);
    const operation = text.slice(start, end);
    return { kind: 'variable', name, operation, prefix, quoted };
  }

  protected backtick(quoted: boolean): WordPart {
    const start = this.at + 1;
    let end = start;
    while (end < this.text.length && this.text[end] !== '`') end += this.text[end] === '\\' ? 2 : 1;
    const inner = this.text.slice(start, end).replace(/\\([`\\$])/g, '$1');
    const line = this.lineNow();
    this.at = Math.min(end + 1, this.text.length);
    if (this.depth + 1 > shellLimit.depth) return { kind: 'text', text: inner, quoted };
    const reader = this.within(inner, line);
    const script = reader.script(nobody);
    if (reader.cut) this.cut = true;
    return { kind: 'command', script, quoted };
  }

  /** `x=…`, `x+=…`, `x=(a b)`. */
  protected assignment(word: Word): Assignment | undefined {
    const [first, ...rest] = word.parts;
    if (first?.kind !== 'text' || first.quoted) return undefined;
    const found = assignment.exec(first.text);
    if (found === null) return undefined;
    const text = first.text.slice(found[0].length);
    // An array: its elements are read as one text.
    if (text === '' && rest.length === 0 && this.text[this.at] === '(') {
      this.at += 1;
      const parts: WordPart[] = [];
      while (this.at < this.text.length && !this.exhausted && this.text[this.at] !== ')') {
        this.match(/\s+/y);
        const start = this.at;
        if (this.text[this.at] === ')') break;
        const element = this.word();
        if (this.at === start) {
          this.at += 1;
          continue;
        }
        if (parts.length > 0) parts.push({ kind: 'text', text: ' ', quoted: false });
        parts.push(...element.parts);
        this.budget.nodes -= 1;
      }
      this.at += 1;
      return { name: found[1] ?? '', append: found[2] === '+', value: { parts } };
    }
    const parts: WordPart[] = text === '' ? rest : [{ ...first, text }, ...rest];
    return { name: found[1] ?? '', append: found[2] === '+', value: { parts } };
  }

  /** Commands up to one of `until`, which is stepped over. */
  abstract script(until: ReadonlySet<string>): Script;

  /** A reader of a text that stands inside this one. */
  protected abstract within(text: string, line: number): WordReader;
}
