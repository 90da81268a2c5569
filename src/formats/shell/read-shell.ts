/**
 * Reads the shell command language as attackers and administrators write it.
 *
 * What: words with every kind of quoting, substitutions, pipes, lists, groups, conditions, loops, functions,
 * redirections, here-documents and here-strings, assignments, comments; of POSIX sh and bash.
 * How: one pass, forgiving: what does not close ends at the end of the text, what closes nothing is stepped over.
 * What it is NOT: a judge of syntax, and nothing is expanded or run here.
 * Bounds: bytes, depth and number of nodes (`shellLimit`); beyond them `cut` is told. It never throws.
 * Sources: POSIX.1-2024 XCU 2 (Shell Command Language); bash(1).
 */

import { shellLimit, WordReader } from './read-words.ts';
import { between, closes, declares, opens } from './reserved.ts';
import type {
  Assignment,
  Command,
  GroupCommand,
  Pipeline,
  Redirection,
  Script,
  SimpleCommand,
  Word,
} from './syntax.ts';

type Open<T> = { -readonly [K in keyof T]: T[K] };

interface HereDocument {
  readonly redirection: Open<Redirection>;
  readonly end: string;
  readonly strip: boolean;
  readonly quoted: boolean;
}

const blanks = /(?:[ \t\r\v\f]|\\\r?\n)+/y;
const redirect = /(\d{1,4}|\{[A-Za-z_]\w*\})?(<<<|<<-|<<|<>|<&|<|>>|>&|>\||>)|(&>>|&>)/y;
const operator = /&&|\|\||;;&|;;|;&|\|&|[;&|\n()]/y;

/** A coprocess has a name of its own where a group follows: `coproc NAME { …; }`. */
const coprocessName = /([A-Za-z_]\w*)[ \t]+(?=[({]|(?:while|until|for|if|case|select)\s)/y;

const nothing: Script = { pipelines: [], cut: false };

/** A word of plain letters as it stands, or undefined. */
function literal(word: Word): string | undefined {
  const [part] = word.parts;
  return word.parts.length === 1 && part?.kind === 'text' && !part.quoted ? part.text : undefined;
}

class Reader extends WordReader {
  #pending: HereDocument[] = [];
  /** Groups that are open in this text: depth of its recursion. */
  #open = 0;

  get #done(): boolean {
    return this.at >= this.text.length || this.exhausted;
  }

  #blank(): void {
    this.match(blanks);
    if (this.text[this.at] !== '#') return;
    const before = this.text[this.at - 1] ?? '\n';
    if (!/[\s;|&()`]/.test(before)) return;
    const end = this.text.indexOf('\n', this.at);
    this.at = end < 0 ? this.text.length : end;
  }

  #newline(): void {
    this.at += 1;
    const pending = this.#pending;
    this.#pending = [];
    for (const { redirection, end, strip, quoted } of pending) {
      const lines: string[] = [];
      while (this.at < this.text.length) {
        const stop = this.text.indexOf('\n', this.at);
        let line = this.text.slice(this.at, stop < 0 ? this.text.length : stop);
        this.at = stop < 0 ? this.text.length : stop + 1;
        if (strip) line = line.replace(/^\t+/, '');
        if (line.replace(/\r$/, '') === end) break;
        lines.push(line);
      }
      const body = lines.length === 0 ? '' : `${lines.join('\n')}\n`;
      redirection.body = quoted
        ? { parts: [{ kind: 'text', text: body, quoted: true }] }
        : this.within(body, this.lineNow()).quotedWord();
    }
  }

  protected within(text: string, line: number): Reader {
    return new Reader(text, this.budget, this.depth + 1, line);
  }

  /** Commands up to one of `until` (a reserved word or `)`), which is stepped over. */
  script(until: ReadonlySet<string>): Script {
    const pipelines: Pipeline[] = [];
    this.#open += 1;
    if (this.depth + this.#open > shellLimit.depth) {
      this.cut = true;
      this.at = this.text.length;
    }
    let commands: Command[] = [];
    const finish = (joiner: Pipeline['joiner']): void => {
      if (commands.length > 0) pipelines.push({ commands, joiner });
      commands = [];
    };
    while (!this.#done) {
      this.#blank();
      const mark = this.at;
      const sign = this.match(operator)?.[0];
      if (sign === '\n') {
        this.at = mark;
        this.#newline();
        finish(';');
        continue;
      }
      if (sign === ')') {
        if (until.has(')')) break;
        continue;
      }
      if (sign === '(') {
        commands.push(this.#parenthesis());
        continue;
      }
      if (sign !== undefined && this.text.startsWith('&>', mark)) this.at = mark;
      else if (sign !== undefined) {
        if (until.has(';;') && sign.startsWith(';') && sign.length > 1) break;
        if (sign === '&&' || sign === '||') finish(sign);
        else if (sign === '|' || sign === '|&') continue;
        else finish(sign === '&' ? '&' : ';');
        continue;
      }
      if (this.at >= this.text.length) break;
      const next = this.#command(until);
      if (next === 'close') break;
      if (next !== undefined) commands.push(next);
      else if (this.at === mark) this.at += 1;
    }
    finish('');
    this.#open -= 1;
    return { pipelines, cut: this.cut };
  }

  #parenthesis(): Command {
    const line = this.lineNow();
    if (this.text[this.at] === '(') {
      const end = this.text.indexOf('))', this.at);
      if (end >= 0 && !this.text.slice(this.at, end).includes('\n')) {
        this.at = end + 2;
        return { kind: 'group', line, script: nothing, redirections: [] };
      }
    }
    return this.#group(line, this.script(new Set([')'])));
  }

  #group(line: number, script: Script, rest: Partial<GroupCommand> = {}): GroupCommand {
    const redirections: Redirection[] = [];
    for (;;) {
      this.match(blanks);
      const found = this.#redirection();
      if (found === undefined) break;
      redirections.push(found);
    }
    return { kind: 'group', line, script, redirections, ...rest };
  }

  #command(until: ReadonlySet<string>): Command | 'close' | undefined {
    this.budget.nodes -= 1;
    const line = this.lineNow();
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirections: Redirection[] = [];
    while (!this.#done) {
      this.match(blanks);
      const found = this.#redirection();
      if (found !== undefined) {
        redirections.push(found);
        continue;
      }
      const code = this.text.charCodeAt(this.at);
      // ; | & ( ) newline and the end
      if (Number.isNaN(code) || code === 10) break;
      if (code === 0x3b || code === 0x7c || code === 0x26 || code === 0x29) break;
      if (code === 0x23 && (words.length > 0 || assignments.length > 0)) {
        this.#blank();
        continue;
      }
      if (code === 0x28) {
        const first = words.length === 1 ? words[0] : undefined;
        const name = first === undefined ? undefined : literal(first);
        const rest = /\(\s*\)\s*/y;
        rest.lastIndex = this.at;
        if (name !== undefined && assignments.length === 0 && rest.test(this.text)) {
          this.at = rest.lastIndex;
          return this.#function(line, name, until);
        }
        if (words.length === 0) break;
        this.at += 1;
        continue;
      }
      const start = this.at;
      const word = this.word();
      if (this.at === start) break;
      if (words.length === 0) {
        const given = this.assignment(word);
        if (given !== undefined) {
          assignments.push(given);
          continue;
        }
        const name = literal(word);
        if (assignments.length === 0 && redirections.length === 0 && name !== undefined) {
          const reserved = this.#reserved(name, line, until);
          if (reserved === 'skip') continue;
          if (reserved !== undefined) return reserved;
        }
      }
      const [first] = words;
      const array = this.text[this.at] === '(' && first !== undefined && declares.has(literal(first) ?? '');
      const given = array ? this.assignment(word) : undefined;
      if (given === undefined) words.push(word);
      else assignments.push(given);
    }
    if (words.length === 0 && assignments.length === 0 && redirections.length === 0) return undefined;
    const command: SimpleCommand = { kind: 'simple', line, assignments, words, redirections };
    return command;
  }

  #reserved(name: string, line: number, until: ReadonlySet<string>): Command | 'close' | 'skip' | undefined {
    if (until.has(name)) return 'close';
    if (between.has(name)) return 'skip';
    if (closes.has(name)) return 'skip';
    const end = opens[name];
    if (end !== undefined) return this.#group(line, this.script(new Set([end])));
    switch (name) {
      case '{':
        return this.#group(line, this.script(new Set(['}'])));
      case 'for':
        return this.#for(line);
      case 'case':
        return this.#case(line);
      case '[[':
        return this.#condition(line);
      case 'function': {
        this.match(blanks);
        const own = literal(this.word()) ?? '';
        this.match(/\s*(?:\(\s*\))?\s*/y);
        return this.#function(line, own, until);
      }
      case 'coproc': {
        this.match(blanks);
        const given = this.match(coprocessName)?.[1] ?? 'COPROC';
        const script = this.#body(until);
        return script === undefined ? 'skip' : { ...this.#group(line, script), coprocess: given };
      }
      default:
        return undefined;
    }
  }

  #function(line: number, name: string, until: ReadonlySet<string>): Command | undefined {
    const script = this.#body(until);
    return script === undefined ? undefined : { kind: 'group', line, script, redirections: [], name };
  }

  /** The one command that a function or a coprocess is. */
  #body(until: ReadonlySet<string>): Script | undefined {
    const start = this.at;
    this.#open += 1;
    let body: Command | 'close' | undefined;
    if (this.depth + this.#open > shellLimit.depth) this.cut = true;
    else if (this.text[this.at] === '(') {
      this.at += 1;
      body = this.#parenthesis();
    } else body = this.#command(until);
    this.#open -= 1;
    if (body === undefined || body === 'close') {
      this.at = Math.max(start, this.at);
      return undefined;
    }
    return { pipelines: [{ commands: [body], joiner: '' }], cut: false };
  }

  #for(line: number): GroupCommand {
    this.match(blanks);
    if (this.text.startsWith('((', this.at)) {
      const end = this.text.indexOf('))', this.at);
      this.at = end < 0 ? this.text.length : end + 2;
      return this.#group(line, this.script(new Set(['done'])));
    }
    const name = literal(this.word()) ?? '';
    const values: Word[] = [];
    for (let first = true; !this.#done; first = false) {
      this.match(first ? /\s+/y : blanks);
      const start = this.at;
      if (/[;\n&|()]/.test(this.text[this.at] ?? '\n')) break;
      const word = this.word();
      if (this.at === start) break;
      const text = literal(word);
      if (text === 'do') break;
      if (first && text === 'in') continue;
      values.push(word);
      this.budget.nodes -= 1;
    }
    return this.#group(line, this.script(new Set(['done'])), { loop: { name, values } });
  }

  #case(line: number): GroupCommand {
    const pipelines: Pipeline[] = [];
    this.match(/\s+/y);
    const subject = this.word();
    pipelines.push({
      commands: [
        {
          kind: 'simple',
          line,
          assignments: [],
          words: [{ parts: [{ kind: 'text', text: ':', quoted: false }] }, subject],
          redirections: [],
        },
      ],
      joiner: ';',
    });
    this.match(/\s*in(?=\s)/y);
    while (!this.#done) {
      this.match(/(?:\s+|#[^\n]*(?=\n))+/y);
      if (this.match(/esac(?![^\s;|&)])/y) !== null) break;
      const start = this.at;
      // Patterns up to their bracket: `a|b)`, `"x y")`.
      this.match(/\(?(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^'"\\)\n])*\)/y);
      if (this.at === start) {
        // No pattern on this line.
        const end = this.text.indexOf('\n', start);
        this.at = end < 0 ? this.text.length : end + 1;
        continue;
      }
      const body = this.script(new Set([';;', 'esac']));
      pipelines.push(...body.pipelines);
      if (/esac\s*$/.test(this.text.slice(Math.max(0, this.at - 8), this.at))) break;
    }
    return this.#group(line, { pipelines, cut: this.cut });
  }

  #condition(line: number): SimpleCommand {
    const words: Word[] = [{ parts: [{ kind: 'text', text: '[[', quoted: false }] }];
    while (!this.#done) {
      this.match(/\s+/y);
      const start = this.at;
      if (this.match(/[;|&<>()]+/y) !== null) continue;
      const word = this.word();
      if (literal(word) === ']]') break;
      if (this.at === start) break;
      words.push(word);
      this.budget.nodes -= 1;
    }
    return { kind: 'simple', line, assignments: [], words, redirections: [] };
  }

  #redirection(): Redirection | undefined {
    const start = this.at;
    const found = this.match(redirect);
    if (found === null) return undefined;
    const sign = found[2] ?? found[3] ?? '';
    // `<(` and `>(` are words.
    if ((sign === '<' || sign === '>') && this.text[this.at] === '(') {
      this.at = start;
      return undefined;
    }
    this.match(blanks);
    const descriptor = found[1] === undefined || found[1].startsWith('{') ? -1 : Number(found[1]);
    const from = this.at;
    const target = this.word();
    const here = sign === '<<' || sign === '<<-';
    const redirection: Open<Redirection> = { operator: here ? '<<' : sign, descriptor, target };
    if (here) {
      const raw = this.text.slice(from, this.at);
      const end = target.parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
      this.#pending.push({ redirection, end, strip: sign === '<<-', quoted: /['"\\]/.test(raw) });
    }
    return redirection;
  }
}

function bounded(text: string): string {
  return text.length > shellLimit.bytes ? text.slice(0, shellLimit.bytes) : text;
}

export { shellLimit };

/** The commands of a text. Never throws; what is past a bound is told by `cut`. */
export function readShell(text: string, firstLine = 1): Script {
  const reader = new Reader(bounded(text), { nodes: shellLimit.nodes }, 0, firstLine);
  const { pipelines } = reader.script(new Set());
  return { pipelines, cut: reader.cut || text.length > shellLimit.bytes };
}

/** A text as one word: the argument of `${x:-…}`, one piece of a brace expansion. */
export function readWord(text: string): Word {
  return new Reader(bounded(text), { nodes: 2000 }, shellLimit.depth - 6, 1).wholeWord();
}
