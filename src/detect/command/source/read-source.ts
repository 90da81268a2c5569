/**
 * Reads a script of another language than the shell's: what it decodes, fetches, and runs.
 *
 * How: every expression is evaluated as far as strings, joins and known functions go; variables are followed; what
 * a function that runs gets is read in its turn, by the shell reader or by this one.
 * What it is NOT: an interpreter. Both branches count, loops run once, operators but joining are ignored. An honest
 * program that uses the network and starts others says nothing here: only what was fetched, decoded or sent and is
 * then run does.
 */
import type { CommandLanguage } from '../../../model/facts/persistence.ts';
import type { Runner } from '../call.ts';
import { clean, decoded, fetched, fetchIn, requested, taintOf, unknown } from '../value.ts';
import { connecting, connects, functions } from './functions.ts';
import { type Token, tokensOf } from './tokens.ts';

const requests = /^\$(?:_GET|_POST|_REQUEST|_COOKIE|_FILES|HTTP_RAW_POST_DATA)$/;
const words: ReadonlySet<string> = new Set(
  'if elif else for foreach while return and or not in is lambda new await async yield print echo my our local const let var def function class try except catch finally import from as with global pass unless then end do use sub static public private protected None True False null true false undefined self this'.split(
    ' ',
  ),
);
/** Functions that are called without brackets. */
const bare = /^(?:system|exec|eval|print|do|require|require_once|include|include_once|assert)$/;
const mostSteps = 60_000;
const mostDepth = 40;

type LineOf = (line: number) => number | undefined;

class SourceReader {
  readonly #tokens: readonly Token[];
  readonly #language: CommandLanguage;
  readonly #to: Runner;
  readonly #variables = new Map<string, string>();
  #at = 0;
  #steps = 0;
  #depth = 0;
  #opened = '';
  readonly #lines: readonly string[];
  readonly #lineOf: LineOf | undefined;
  printed = '';

  constructor(text: string, language: CommandLanguage, to: Runner, lineOf: LineOf | undefined) {
    this.#tokens = tokensOf(text, language);
    this.#lines = text.split('\n');
    this.#language = language;
    this.#to = to;
    this.#lineOf = lineOf;
  }

  #peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead];
  }

  #is(sign: string, ahead = 0): boolean {
    const token = this.#tokens[this.#at + ahead];
    return token?.kind === 'sign' && token.text === sign;
  }

  run(): void {
    while (this.#at < this.#tokens.length && this.#steps < mostSteps && !this.#to.session.exhausted) {
      const start = this.#at;
      this.#statement();
      if (this.#at === start) this.#at += 1;
    }
  }

  #statement(): void {
    const first = this.#peek();
    if (first === undefined) return;
    this.#to.session.shown = this.#lines[first.line - 1] ?? '';
    if (this.#lineOf !== undefined) this.#to.session.line = this.#lineOf(first.line);
    if (first.kind === 'sign' && /^[;\n{}):,\]]$/.test(first.text)) {
      this.#at += 1;
      return;
    }
    let ahead = 0;
    while (/^(?:my|our|local|const|let|var|static|global)$/.test(this.#peek(ahead)?.text ?? '')) ahead += 1;
    const target = this.#peek(ahead);
    if (target?.kind === 'name' && !bare.test(target.text)) {
      const sign = this.#peek(ahead + 1);
      if (sign?.kind === 'sign' && /^(?:=|\.=|\+=)$/.test(sign.text)) {
        this.#at += ahead + 2;
        const value = this.#expression();
        const before = sign.text === '=' ? '' : (this.#variables.get(target.text) ?? '');
        if (this.#variables.size < 2000)
          this.#variables.set(target.text, `${before}${value}`.slice(0, 262_144));
        return;
      }
    }
    if (/^(?:print|echo|puts)$/.test(first.text)) {
      this.#at += 1;
      const value = this.#expression();
      if (this.printed.length < 65_536) this.printed += value;
      return;
    }
    this.#expression();
  }

  /** Values of an expression, joined, up to what ends it. */
  #expression(inside = false): string {
    let out = '';
    this.#depth += 1;
    while (this.#at < this.#tokens.length && this.#steps < mostSteps && !this.#to.session.exhausted) {
      this.#steps += 1;
      const token = this.#peek();
      if (token === undefined || this.#depth > mostDepth) break;
      if (token.kind === 'sign') {
        if (/^[,;)\]}]$/.test(token.text)) break;
        if (token.text === '\n') {
          if (!inside && !this.#continues()) break;
          this.#at += 1;
          continue;
        }
        if (token.text === ':' && !inside) break;
      }
      const start = this.#at;
      out += this.#to.session.made(this.#postfix(this.#primary()));
      if (this.#at === start) this.#at += 1;
      if (out.length > 262_144) out = out.slice(0, 262_144);
    }
    if (this.#depth > mostDepth) this.#at += 1;
    this.#depth -= 1;
    return out;
  }

  /** A line that goes on: PHP, Perl and JavaScript end with `;`, and a dot or plus leads over. */
  #continues(): boolean {
    const before = this.#peek(-1);
    let ahead = 1;
    while (this.#is('\n', ahead)) ahead += 1;
    const next = this.#peek(ahead);
    const joins = (token: Token | undefined): boolean =>
      token?.kind === 'sign' && /^(?:\.|\+|->|\()$/.test(token.text);
    return joins(before) || (joins(next) && next?.text !== '(');
  }

  #list(close: string): readonly string[] {
    const values: string[] = [];
    while (this.#at < this.#tokens.length && this.#steps < mostSteps) {
      this.#steps += 1;
      if (this.#is(close)) {
        this.#at += 1;
        break;
      }
      if (this.#is(',') || this.#is(';') || this.#is('\n')) {
        this.#at += 1;
        continue;
      }
      const start = this.#at;
      const keyword = this.#language === 'python' && this.#peek()?.kind === 'name' && this.#is('=', 1);
      if (keyword) {
        // `shell=True`, `cwd=…` are no part of the command.
        const given = this.#peek()?.text ?? '';
        this.#at += 2;
        const value = this.#expression(true);
        if (/^(?:args|cmd|command|bash_command|code|source|object)$/.test(given)) values.push(value);
      } else values.push(this.#expression(true));
      if (this.#is(close)) continue;
      if (this.#at === start || this.#is(')') || this.#is(']') || this.#is('}')) this.#at += 1;
    }
    return values;
  }

  #primary(): string {
    const token = this.#peek();
    if (token === undefined) return '';
    this.#at += 1;
    switch (token.kind) {
      case 'string':
        return this.#interpolated(token.numeric ? decoded(token.text) : token.text);
      case 'number':
        return token.text;
      case 'backtick':
        return this.#to.shell(this.#interpolated(token.text));
      case 'sign':
        if (token.text === '(') return this.#list(')').join(' ');
        if (token.text === '[') return this.#list(']').join(' ');
        if (token.text === '{') return this.#list('}').join(' ');
        return '';
      case 'name':
        return this.#named(token.text);
    }
  }

  /** Variables in the strings of PHP and Perl. */
  #interpolated(text: string): string {
    if (!text.includes('$') || (this.#language !== 'php' && this.#language !== 'perl')) return text;
    return text.replace(/\{?\$(\w+)\}?/g, (all, name: string) => this.#variables.get(`$${name}`) ?? all);
  }

  #named(first: string): string {
    if (requests.test(first)) return requested;
    if (words.has(first)) return '';
    let path = first;
    while (
      (this.#is('.') || this.#is('->') || this.#is('::') || this.#is('\\')) &&
      this.#peek(1)?.kind === 'name' &&
      !(this.#language === 'php' && this.#is('.')) &&
      // Ruby is read as Perl is; its constants have methods behind a dot.
      !(this.#language === 'perl' && this.#is('.') && !/^[A-Z]/.test(path))
    ) {
      path += `.${this.#peek(1)?.text ?? ''}`;
      this.#at += 2;
    }
    if (this.#is('(')) {
      this.#at += 1;
      const blind = this.#to.session.blind;
      return this.#answered(this.#call(path, this.#list(')')), blind);
    }
    const last = path.slice(path.lastIndexOf('.') + 1);
    if (bare.test(last) && path === first && this.#language !== 'javascript') {
      const values = [this.#expression()];
      while (values.length < 32 && /^(?:system|exec)$/.test(last) && this.#is(',')) {
        this.#at += 1;
        values.push(this.#expression());
      }
      return this.#call(path, values);
    }
    if (this.#language !== 'python' && (this.#is('=') || this.#is('+=') || this.#is('.='))) {
      const before = this.#is('=') ? '' : (this.#variables.get(path) ?? '');
      this.#at += 1;
      const value = `${before}${this.#expression(true)}`.slice(0, 262_144);
      if (this.#variables.size < 2000) this.#variables.set(path, value);
      return value;
    }
    // The function itself, handed on: `.then(eval)`.
    if (path === 'eval' && this.#language === 'javascript') this.#to.session.blind += 1;
    return this.#variables.get(path) ?? this.#variables.get(first) ?? unknown;
  }

  /** What a function among the arguments of a fetch ran was the answer: `get(URL, (r) => r.on('data', eval))`. */
  #answered(value: string, before: number): string {
    const { session } = this.#to;
    const fetch = session.blind > before ? fetchIn(value) : undefined;
    if (fetch !== undefined) session.sign('fetch-and-run', session.urlOf(fetch));
    return value;
  }

  #call(path: string, args: readonly string[]): string {
    const { session } = this.#to;
    let own = path;
    // A variable that holds a function's name.
    const held = this.#variables.get(path);
    if (path.startsWith('$') && held !== undefined) own = clean(held);
    if (requests.test(own) || held === requested) session.sign('web-shell');
    const name = own.slice(own.lastIndexOf('.') + 1).toLowerCase();
    const receiver = own.includes('.') ? this.#variables.get(own.slice(0, own.lastIndexOf('.'))) : undefined;
    const before = session.shown;
    if (name === 'open' && !/^(?:https?:)/.test(clean(args[0] ?? ''))) {
      const mode = clean(args[1] ?? '');
      // Perl: open(F, "cmd|").
      const piped = args.find((value) => /^\s*\||\|\s*$/.test(clean(value)));
      if (piped !== undefined && this.#language === 'perl')
        return this.#to.shell(piped.replace(/^\s*\||\|\s*$/g, ''));
      this.#opened = clean(args[0] ?? '');
      return /w|a|>/.test(mode) ? '' : (session.read(this.#opened) ?? unknown);
    }
    if ((name === 'write' || name === 'fwrite' || name === 'puts') && this.#opened !== '') {
      session.write(this.#opened, args.join(''));
      return '';
    }
    // Operators of workflow engines: `BashOperator(bash_command='…')`.
    if (/(?:bash|ssh|shell|command)\w*operator$/.test(name)) {
      for (const value of args) this.#to.shell(value.replaceAll(unknown, ''));
      return unknown;
    }
    if (connects(own) || (held !== undefined && connects(held)))
      return connecting({ path: own, name, args, language: this.#language, to: this.#to });
    // `exec(open('/usr/share/x').read())`: the file is what runs.
    if (this.#opened.startsWith('/') && /^(?:exec|eval|compile)$/.test(name) && clean(args[0] ?? '') === '')
      session.use(this.#opened, 'sourced');
    const run = functions.get(name);
    // A method of a value: `x.decode('hex')`, `r.read()`.
    const given = receiver === undefined ? args : [receiver, ...args];
    const out = run?.({ path: own, name, args: given, language: this.#language, to: this.#to });
    session.shown = before;
    return out ?? `${taintOf(given.join(''))}${unknown}`;
  }

  /** Methods, indexes and reversal after a value. */
  #postfix(first: string): string {
    let value = first;
    while (this.#steps < mostSteps) {
      this.#steps += 1;
      if (this.#is('[')) {
        this.#at += 1;
        const reversal = this.#is('::') && this.#is('-', 1) && this.#peek(2)?.text === '1';
        const slow = this.#is(':') && this.#is(':', 1) && this.#is('-', 2);
        this.#list(']');
        if ((reversal || slow) && clean(value) !== '')
          value = decoded([...clean(value)].reverse().join(''), value);
        continue;
      }
      const dot = this.#is('.') || this.#is('->') || this.#is('::');
      const php = this.#language === 'php' || this.#language === 'perl';
      if (!dot || this.#peek(1)?.kind !== 'name' || (php && this.#is('.'))) break;
      const name = this.#peek(1)?.text.toLowerCase() ?? '';
      this.#at += 2;
      if (!this.#is('(')) continue;
      this.#at += 1;
      const blind = this.#to.session.blind;
      const args = this.#list(')');
      if (name === 'write' && this.#opened !== '') {
        this.#to.session.write(this.#opened, args.join(''));
        continue;
      }
      if (name === 'join') value = this.#call(name, args);
      else if (name === 'replace' && args.length >= 2)
        value = value.replaceAll(clean(args[0] ?? ' ') || '\0', args[1] ?? '');
      else if (functions.has(name)) value = this.#call(name, value === unknown ? args : [value, ...args]);
      else value = `${value}${taintOf(args.join(''))}`;
      this.#answered(value, blind);
    }
    return value;
  }
}

const shellName = /\/bin\/(?:ba|da|z|k)?sh|["']sh["']|["']bash["']|["'`](?:ba|da|z|k)?sh\s+[-<>&\d]|cmd\.exe/;
const handsOver =
  /dup2|pty\.spawn|open\s*\(?\s*STD(?:IN|OUT)|proc_open|shell_exec|\bpopen|\.pipe\s*\(|exec\s*\(?\s*["'`]|sh -i|spawn\s*\(/;
const connected =
  /\bconnect\s*\(|fsockopen\s*\(|IO::Socket::INET|TCPSocket\.(?:new|open)|net\.(?:Socket|connect|createConnection)|socket\.tcp|sockaddr_in/;

/** A socket that is connected and handed to a shell, within one stretch of code. */
function reverseShell(text: string, to: Runner): void {
  const found = connected.exec(text);
  if (found === null) return;
  const near = text.slice(Math.max(0, found.index - 1200), found.index + 1200);
  if (!handsOver.test(near) || !shellName.test(near)) return;
  const host = /["'](\d{1,3}(?:\.\d{1,3}){3}|[\w-]+(?:\.[\w-]+)+)["']\s*[,:]\s*["']?(\d{1,5})?/.exec(near);
  to.session.sign('reverse-shell', host === null ? '' : `${host[1] ?? ''}:${host[2] ?? ''}`);
}

/**
 * Letters of a list of numbers as Perl writes them one by one: `map{chr}(99,117)`, `$x.=chr for 99,117`. Told as the
 * one call that it comes to.
 */
function withNumbersAtOnce(text: string): string {
  if (!/\bchr\b/.test(text)) return text;
  return text
    .replace(/\bjoin\s{0,9}(?:""|'')\s{0,9},\s{0,9}(?=map\s{0,9}\{\s{0,9}chr)/g, '')
    .replace(/\bmap\s{0,9}\{\s{0,9}chr\s{0,9}(?:\(?\s{0,9}\$_\s{0,9}\)?)?\s{0,9}\}\s{0,9}\(/g, 'chr(')
    .replace(
      /(\$\w{1,60}\s{0,9}\.=\s{0,9})chr\s{0,9}(?:\(?\s{0,9}\$_\s{0,9}\)?)?\s{1,9}for(?:each)?\s{0,9}\(?([\d,\s]{5,65536})\)?/g,
      '$1chr($2)',
    );
}

/** @returns what it would print, as far as that can be told */
export function readSource(language: CommandLanguage, given: string, to: Runner, lineOf?: LineOf): string {
  const text = language === 'perl' ? withNumbersAtOnce(given) : given;
  const fetch = fetchIn(text);
  if (fetch !== undefined && clean(text).trim() === '') {
    to.session.sign('fetch-and-run', to.session.urlOf(fetch));
    return taintOf(text);
  }
  reverseShell(clean(text).slice(0, 65_536), to);
  const reader = new SourceReader(
    clean(text) === text ? text : text.replace(/[\ue000-\uf8ff]/g, ''),
    language,
    to,
    lineOf,
  );
  const { blind } = to.session;
  reader.run();
  // One line that connects and runs what nobody knows.
  if (lineOf === undefined && text.length < 2048 && to.session.blind > blind && connected.test(clean(text)))
    to.session.sign('reverse-shell');
  return reader.printed === '' && /urlopen|requests\.get|file_get_contents|LWP/.test(text)
    ? fetched(to.session.fetch(''))
    : reader.printed;
}
