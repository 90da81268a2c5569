/**
 * Reads PowerShell: what it decodes, fetches and runs, with every expression evaluated as far as it can be told.
 *
 * How: a reader over the text itself, since PowerShell has two ways to read a word (as a command's argument and in an
 * expression); variables are followed, both branches count, loops over lists go through their items.
 * What it is NOT: an interpreter: nothing is run, and what is not known stays `unknown`.
 * Bounds: those of the session, and `mostSteps`, `mostDepth` and `mostNested` here.
 * Sources: Microsoft, about_Parsing, about_Operators, about_Operator_Precedence, about_Quoting_Rules.
 */
import { clean } from '../value.ts';
import { runCmdlet } from './cmdlets.ts';
import { type Argument, named } from './powershell-arguments.ts';
import { member, staticMember } from './powershell-methods.ts';
import { binary, indexed, joinedText, levels, plus } from './powershell-operators.ts';
import { PowerShellText } from './powershell-text.ts';
import {
  cast,
  itemsOf,
  listValue,
  mostItems,
  nothing,
  numberOf,
  numberValue,
  type PsValue,
  textOf,
  textValue,
  unknownValue,
} from './powershell-value.ts';
import type { WindowsReader } from './reader.ts';

const mostSteps = 60_000;
const mostDepth = 48;
/** Statements and signs within each other, brackets or not: `$a = $b = …`, `if (if (…`, `[a][b]…`. */
const mostNested = 200;
const keywords =
  /^(?:if|elseif|else|while|for|foreach|do|until|switch|try|catch|finally|trap|begin|process|end|param|return|throw|exit|break|continue|function|filter|using|in|data|class|enum)$/i;
/** What a name that is put together may come to, so that nobody finds it. */
const hiddenNames =
  /^(?:iex|invoke-expression|new-object|iwr|irm|invoke-webrequest|invoke-restmethod|powershell(?:\.exe)?|cmd(?:\.exe)?|start-process|sal|set-alias|invoke-command|icm|get-variable|set-mppreference|add-mppreference|mshta|certutil|regsvr32|rundll32)$/i;
const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '0': '\0',
  a: '',
  b: '',
  f: '',
  v: '',
  e: '',
};
/** Preset variables of which letters are taken to spell a command. Source: about_Automatic_Variables, about_Preference_Variables. */
const preset: Readonly<Record<string, string>> = {
  pshome: 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0',
  shellid: 'Microsoft.PowerShell',
  verbosepreference: 'SilentlyContinue',
  maximumvariablecount: '4096',
  true: 'True',
  false: 'False',
  null: '',
  executioncontext: '',
};

export class PowerShellReader {
  readonly #in: PowerShellText;
  readonly #to: WindowsReader;
  readonly #variables: Map<string, PsValue>;
  #steps = 0;
  #depth = 0;
  #nested = 0;
  /** The expression that was read last joined, chose or formatted something. */
  #built = false;
  /** Among arguments of a method, where a comma parts them. */
  #ofMethod = false;

  constructor(text: string, to: WindowsReader, variables = new Map<string, PsValue>()) {
    this.#in = new PowerShellText(text);
    this.#to = to;
    this.#variables = variables;
  }

  run(): PsValue {
    const out: PsValue[] = [];
    while (this.#in.at < this.#in.text.length && this.#goesOn()) {
      const start = this.#in.at;
      const value = this.#statement();
      if (value !== nothing && out.length < mostItems) out.push(value);
      if (this.#in.at === start) this.#in.at += 1;
    }
    return out.length === 1 && out[0] !== undefined ? out[0] : listValue(out);
  }

  #goesOn(): boolean {
    this.#steps += 1;
    this.#to.session.commands -= 0.05;
    return this.#steps < mostSteps && !this.#to.session.exhausted;
  }

  #within(read: () => PsValue): PsValue {
    if (this.#nested >= mostNested) return unknownValue;
    this.#nested += 1;
    const value = read();
    this.#nested -= 1;
    return value;
  }

  #statement(): PsValue {
    return this.#within(() => this.#oneStatement());
  }

  #oneStatement(): PsValue {
    this.#in.blanks(true);
    if (this.#in.at >= this.#in.text.length) return nothing;
    if (this.#in.take(/[)}\]]/)) return nothing;
    const line = this.#in.text.slice(this.#in.at, this.#in.at + 2_000).split('\n', 1)[0] ?? '';
    if (this.#depth === 0 && clean(line).trim() !== '') this.#to.session.shown = line;
    const assigned = this.#in.take(
      /(?:\[[\w.]+(?:\[\])?\]\s*)*\$(?:\{([^}\n]{1,200})\}|((?:\w+:)?\w+))\s*(\+)?=(?!=)\s*/,
    );
    if (assigned !== undefined) {
      const name = (assigned[1] ?? assigned[2] ?? '').replaceAll('`', '').toLowerCase();
      const value = this.#statement();
      this.#set(name, assigned[3] === undefined ? value : plus(this.#get(name), value, this.#to));
      return nothing;
    }
    const word = this.#in.match(/[A-Za-z]+(?![\w.\\:/-])/)?.[0];
    if (word !== undefined && keywords.test(word)) return this.#keyword(word);
    return this.#pipeline();
  }

  #keyword(word: string): PsValue {
    this.#in.at += word.length;
    this.#in.blanks(true);
    const one = word.toLowerCase();
    if (one === 'function' || one === 'filter') this.#in.take(/[\w:-]+\s*/);
    if (one === 'foreach' && this.#in.peek() === '(') {
      this.#in.at += 1;
      const name = this.#in.take(/\s*\$(\w+)\s+in\s+/i)?.[1]?.toLowerCase();
      const over = name === undefined ? nothing : this.#pipeline();
      this.#closing(')');
      this.#in.blanks(true);
      const body = this.#in.peek() === '{' ? this.#in.block() : undefined;
      if (body !== undefined && name !== undefined) return this.#each(itemsOf(over), body, name);
      return nothing;
    }
    if (this.#in.peek() === '(') {
      this.#in.at += 1;
      while (this.#in.at < this.#in.text.length && this.#in.peek() !== ')' && this.#goesOn()) {
        const start = this.#in.at;
        this.#statement();
        this.#in.blanks(true);
        if (this.#in.at === start) this.#in.at += 1;
      }
      this.#in.at += 1;
      this.#in.blanks(true);
    }
    if (this.#in.peek() === '{') return this.#inside(this.#in.block());
    return one === 'return' || one === 'throw' ? this.#statement() : nothing;
  }

  /** Reads a text with the variables of this one. */
  #inside(text: string): PsValue {
    if (this.#depth >= mostDepth) return unknownValue;
    const reader = new PowerShellReader(text, this.#to, this.#variables);
    reader.#depth = this.#depth + 1;
    reader.#nested = this.#nested;
    reader.#steps = this.#steps;
    const value = reader.run();
    this.#steps = reader.#steps;
    return value;
  }

  #each(items: readonly PsValue[], body: string, name: string): PsValue {
    if (items.length === 0) return this.#inside(body);
    const out: PsValue[] = [];
    for (const item of items) {
      if (!this.#goesOn()) break;
      this.#variables.set(name, item);
      const value = this.#inside(body);
      if (value !== nothing) out.push(...itemsOf(value));
    }
    return listValue(out);
  }

  #pipeline(): PsValue {
    let value = this.#element(undefined);
    for (;;) {
      this.#in.blanks();
      if (!this.#in.take(/\|(?!\|)\s*/)) break;
      this.#in.blanks(true);
      value = this.#element(value);
      if (!this.#goesOn()) break;
    }
    this.#in.take(/(?:&&|\|\|)/);
    return value;
  }

  #element(stdin: PsValue | undefined): PsValue {
    this.#in.blanks();
    const call = this.#in.take(/[&.](?=[\s('"$`{[])\s*/);
    if (call !== undefined) {
      this.#built = false;
      const name =
        this.#in.peek() === '{'
          ? ({ kind: 'block', text: this.#in.block() } as const)
          : this.#postfix(this.#primary());
      if (name.kind === 'block') return this.#inside(name.text);
      const text = clean(textOf(name, '')).trim();
      if (this.#built && hiddenNames.test(text)) this.#to.session.sign('disguised-command', text);
      return this.#command(text, textOf(name, ''), stdin);
    }
    if (this.#in.match(/[%?](?=[\s({])/) !== undefined) {
      const short = this.#in.peek();
      this.#in.at += 1;
      return this.#command(short, short, stdin);
    }
    if (this.#in.match(/[$('"@+!{,[\d]|-(?:join|split|not|bnot)\b|-\d/i) !== undefined)
      return this.#expression(0);
    const start = this.#in.at;
    const name = this.#bareWord();
    if (name === '') return nothing;
    const ticked = /[A-Za-z]`[A-Za-z]|'[A-Za-z]+'|"[A-Za-z]+"/.test(this.#in.text.slice(start, this.#in.at));
    const plain = clean(name);
    if (ticked && hiddenNames.test(plain)) this.#to.session.sign('disguised-command', plain);
    return this.#command(plain, name, stdin);
  }

  /** A word of a command: letters, quoted parts and variables that stand together. */
  #bareWord(): string {
    let out = '';
    while (this.#in.at < this.#in.text.length && this.#goesOn()) {
      const sign = this.#in.peek();
      if (/[\s;|(){}&,]/.test(sign)) break;
      if (sign === '`') {
        out += this.#in.text[this.#in.at + 1] ?? '';
        this.#in.at += 2;
      } else if (sign === "'" || sign === '"') out += textOf(this.#quoted());
      else if (sign === '$' && this.#in.match(/\$(?:[\w{(?]|\w+:)/) !== undefined)
        out += textOf(this.#postfix(this.#primary()));
      else {
        const run = this.#in.take(/[^\s;|(){}&,`'"$]+|\$/)?.[0] ?? '';
        out += run;
        if (run === '') break;
      }
    }
    return this.#to.session.made(out);
  }

  #arguments(): readonly Argument[] {
    const found: Argument[] = [];
    while (this.#in.at < this.#in.text.length && found.length < 512 && this.#goesOn()) {
      this.#in.blanks();
      const sign = this.#in.peek();
      if (sign === '' || /[\n;|)}&]/.test(sign)) {
        // `2>&1`, `*>$null`
        if (sign === '&' && this.#in.text[this.#in.at - 1] === '>') {
          this.#in.at += 2;
          continue;
        }
        break;
      }
      if (this.#in.take(/[\d*]?>>?(?!&)/)) {
        this.#in.blanks();
        const path = this.#argument();
        found.push({ name: '>', value: path });
        continue;
      }
      const option = this.#in.take(/[-\u2013\u2014\u2015]([A-Za-z`][\w`-]*):?(?=[\s;|)}]|$|:)/);
      if (option !== undefined) {
        found.push({ name: (option[1] ?? '').replaceAll('`', '').toLowerCase(), value: undefined });
        continue;
      }
      const start = this.#in.at;
      let value = this.#argument();
      this.#in.blanks();
      while (this.#in.peek() === ',' && this.#goesOn()) {
        this.#in.at += 1;
        this.#in.blanks();
        value = listValue([...itemsOf(value), this.#argument()]);
        this.#in.blanks();
      }
      found.push({ name: undefined, value });
      if (this.#in.at === start) this.#in.at += 1;
    }
    return found;
  }

  #argument(): PsValue {
    const sign = this.#in.peek();
    if (sign === '{') return { kind: 'block', text: this.#in.block() };
    if (sign === '(' || sign === '@') return this.#postfix(this.#primary());
    if (sign === '$' || sign === '"' || sign === "'") {
      const start = this.#in.at;
      const value = this.#postfix(this.#primary());
      // `$folder\x.exe` and `"a"b` are one word.
      if (this.#in.match(/[^\s;|(){}&,[]/) === undefined) return value;
      this.#in.at = start;
    }
    return textValue(this.#bareWord());
  }

  #command(name: string, marked: string, stdin: PsValue | undefined): PsValue {
    this.#to.session.commands -= 1;
    const args = this.#arguments();
    const one = name.toLowerCase();
    if (one === '%' || one === 'foreach-object' || one === 'foreach') {
      const block = args.find(({ value }) => value?.kind === 'block')?.value;
      if (block?.kind === 'block' && stdin !== undefined) return this.#each(itemsOf(stdin), block.text, '_');
      return stdin ?? nothing;
    }
    if (
      /^(?:where-object|\?|sort-object|select-object|out-string|tee-object|write-output|echo|write)$/.test(
        one,
      )
    )
      return stdin ?? args.find(({ value }) => value !== undefined)?.value ?? nothing;
    if (/^(?:get-variable|gv|variable)$/.test(one))
      return textValue(this.#variableLike(textOf(named(args, 'name') ?? nothing)));
    if (/^(?:set-variable|sv|set-item|si|new-variable)$/.test(one)) {
      const [first, second] = args.flatMap(({ value }) => value ?? []);
      const key = textOf(first ?? nothing)
        .replace(/^variable:\/?/i, '')
        .toLowerCase();
      const value = named(args, 'value') ?? second;
      if (value !== undefined && /^[\w]+$/.test(key)) this.#set(key, value);
      return nothing;
    }
    if (/^(?:set-alias|sal|new-alias|nal)$/.test(one)) {
      const [first, second] = args.flatMap(({ value }) => value ?? []);
      const [key, value] = [named(args, 'name') ?? first, named(args, 'value') ?? second];
      if (key !== undefined && value !== undefined) this.#set(`alias:${textOf(key).toLowerCase()}`, value);
      return nothing;
    }
    const alias = this.#variables.get(`alias:${one}`);
    const value = runCmdlet(
      {
        name: alias === undefined ? name : textOf(alias),
        marked,
        args,
        stdin,
        shell: (text) => this.#inside(text),
      },
      this.#to,
    );
    // Blocks that a command of nobody's is given are run by it.
    if (value === undefined) {
      for (const { value: block } of args) if (block?.kind === 'block') this.#inside(block.text);
      return unknownValue;
    }
    return value;
  }

  /** `(gv '*mdr*').Name[3,11,2]`: the names that patterns of variables are known to find. */
  #variableLike(pattern: string): string {
    const known = /mdr/i.test(pattern) ? 'MaximumDriveCount' : undefined;
    return known ?? textOf(this.#get(pattern.toLowerCase()));
  }

  #set(name: string, value: PsValue): void {
    const key = name.replace(/^(?:script|global|local|private|variable):/, '');
    if (key.startsWith('env:')) this.#to.session.set(key.slice(4), textOf(value));
    else if (this.#variables.size < 2_000) this.#variables.set(key, value);
  }

  #get(name: string): PsValue {
    const key = name.replace(/^(?:script|global|local|private|variable):/, '');
    if (key.startsWith('env:')) {
      const value = this.#to.session.variables.get(key.slice(4));
      return value === undefined ? unknownValue : textValue(value);
    }
    const known = this.#variables.get(key);
    if (known !== undefined) return known;
    const fixed = preset[key];
    return fixed === undefined ? unknownValue : textValue(fixed);
  }

  // Expressions, the loosest operators first.
  #expression(level: number): PsValue {
    if (level === 0) {
      if (this.#depth >= mostDepth) return unknownValue;
      this.#depth += 1;
    }
    let left = level >= levels.length ? this.#comma() : this.#expression(level + 1);
    const pattern = levels[level];
    while (pattern !== undefined && this.#goesOn()) {
      this.#in.blanks();
      const sign = this.#in.take(pattern)?.[0]?.toLowerCase().trim();
      if (sign === undefined) break;
      this.#in.blanks(true);
      const right = this.#expression(level + 1);
      left = binary(sign, left, right, this.#to);
      this.#built = true;
    }
    if (level === 0) this.#depth -= 1;
    return left;
  }

  #comma(): PsValue {
    this.#in.blanks();
    if (this.#in.take(/,\s*/)) return listValue([this.#unary()]);
    const value = this.#unary();
    this.#in.blanks();
    if (this.#ofMethod || this.#in.peek() !== ',') return value;
    const items = [value];
    while (this.#in.take(/,\s*/) && this.#goesOn()) {
      items.push(this.#unary());
      this.#in.blanks();
    }
    return listValue(items);
  }

  #unary(): PsValue {
    return this.#within(() => this.#oneUnary());
  }

  #oneUnary(): PsValue {
    this.#in.blanks();
    const sign = this.#in.take(/-(?:join|split|not|bnot)(?![\w-])|[+!-](?=[\s$('"\d[])/i)?.[0].toLowerCase();
    if (sign !== undefined) {
      const value = sign === '-join' || sign === '-split' ? this.#comma() : this.#unary();
      this.#built = true;
      if (sign === '-join') return joinedText(itemsOf(value), '', this.#to);
      if (sign === '-split') return listValue(textOf(value).trim().split(/\s+/).map(textValue));
      const number = numberOf(value);
      return sign === '-' && number !== undefined ? numberValue(-number) : value;
    }
    const type = this.#in.take(/\[\s*([A-Za-z_][\w.]*(?:\[\])?)\s*\]/);
    if (type !== undefined) {
      const name = (type[1] ?? '').replaceAll('`', '');
      if (this.#in.match(/\s*::/) !== undefined) return this.#postfix({ kind: 'type', name });
      this.#in.blanks();
      if (this.#in.match(/[$('"[@\d{-]/) === undefined) return this.#postfix({ kind: 'type', name });
      this.#built = true;
      return this.#postfix(cast(name.toLowerCase(), this.#unary()));
    }
    return this.#postfix(this.#primary());
  }

  #primary(): PsValue {
    this.#in.blanks();
    const sign = this.#in.peek();
    if (sign === "'" || sign === '"') return this.#quoted();
    const hereText = this.#in.hereText();
    if (hereText !== undefined) return textValue(hereText);
    if (this.#in.take(/[@$]?\(/)) return this.#bracket();
    if (this.#in.match(/@\{/) !== undefined) {
      this.#in.at += 1;
      this.#inside(this.#in.block());
      return unknownValue;
    }
    if (sign === '{') return { kind: 'block', text: this.#in.block() };
    const variable = this.#in.take(/[$@](?:\{([^}\n]{1,200})\}|((?:\w+:)?\w+|[?^$]))/);
    if (variable !== undefined)
      return this.#get((variable[1] ?? variable[2] ?? '').replaceAll('`', '').toLowerCase());
    const number = this.#in.take(/0x[0-9a-f]+|\d+(?:\.\d+)?(?:kb|mb|gb)?/i);
    if (number !== undefined) return numberValue(Number(number[0].replace(/[kmg]b$/i, '')));
    if (this.#in.match(/[A-Za-z`]/) !== undefined) return this.#pipeline();
    this.#in.at += 1;
    return nothing;
  }

  #bracket(): PsValue {
    if (this.#depth >= mostDepth) return unknownValue;
    this.#depth += 1;
    const outer = this.#ofMethod;
    this.#ofMethod = false;
    const out: PsValue[] = [];
    while (this.#in.at < this.#in.text.length && this.#goesOn()) {
      this.#in.blanks(true);
      if (this.#in.peek() === ')') break;
      const start = this.#in.at;
      const value = this.#statement();
      if (value !== nothing) out.push(value);
      if (this.#in.at === start) this.#in.at += 1;
    }
    this.#closing(')');
    this.#depth -= 1;
    this.#ofMethod = outer;
    return out.length === 1 && out[0] !== undefined
      ? out[0]
      : listValue(out.flatMap((item) => itemsOf(item)));
  }

  #closing(sign: string): void {
    this.#in.blanks(true);
    if (this.#in.peek() === sign) this.#in.at += 1;
  }

  #quoted(): PsValue {
    const single = this.#in.take(/'((?:[^']|'')*)'?/);
    if (single !== undefined)
      return textValue(this.#to.session.made((single[1] ?? '').replaceAll("''", "'")));
    this.#in.at += 1;
    let out = '';
    while (this.#in.at < this.#in.text.length && this.#goesOn()) {
      const sign = this.#in.peek();
      if (sign === '"') {
        this.#in.at += 1;
        if (this.#in.peek() !== '"') break;
        out += '"';
        this.#in.at += 1;
      } else if (sign === '`') {
        const next = this.#in.text[this.#in.at + 1] ?? '';
        out += escapes[next] ?? next;
        this.#in.at += 2;
      } else if (sign === '$' && this.#in.match(/\$\(/) !== undefined) {
        this.#in.at += 2;
        out += textOf(this.#bracket());
      } else if (sign === '$') {
        const name = this.#in.take(/\$(?:\{([^}\n]{1,200})\}|((?:\w+:)?\w+))/);
        if (name === undefined) {
          out += sign;
          this.#in.at += 1;
        } else out += textOf(this.#get((name[1] ?? name[2] ?? '').toLowerCase()));
      } else out += this.#in.take(/[^"`$]+/)?.[0] ?? '';
    }
    return textValue(this.#to.session.made(out));
  }

  #list(): readonly PsValue[] {
    const args: PsValue[] = [];
    while (this.#in.at < this.#in.text.length && this.#goesOn()) {
      this.#in.blanks(true);
      if (this.#in.take(/[)\]]/)) break;
      const start = this.#in.at;
      const outer = this.#ofMethod;
      this.#ofMethod = true;
      args.push(this.#expression(0));
      this.#ofMethod = outer;
      this.#in.blanks(true);
      this.#in.take(/,/);
      if (this.#in.at === start) this.#in.at += 1;
    }
    return args;
  }

  #postfix(given: PsValue): PsValue {
    let value = given;
    while (this.#goesOn()) {
      const fixed = this.#in.take(/\s*::\s*|\.(?=[A-Za-z`'"($])/)?.[0];
      if (fixed !== undefined) {
        const name = this.#memberName();
        const called = this.#in.take(/\(/) !== undefined;
        const variable = called ? this.#in.match(/\s*\$(\w+)\s*\)/)?.[1] : undefined;
        const args = called ? this.#list() : [];
        if (value.kind === 'type' && fixed.includes(':')) {
          if (/array$/i.test(value.name) && /^reverse$/i.test(name) && variable !== undefined) {
            const before = this.#get(variable.toLowerCase());
            this.#set(variable.toLowerCase(), listValue([...itemsOf(before)].reverse()));
            value = nothing;
          } else value = staticMember(value.name, name, args, this.#to);
        } else value = member(value, name, args, this.#to);
        if (called) this.#to.session.commands -= 1;
        continue;
      }
      if (this.#in.peek() !== '[' || value.kind === 'type') return value;
      this.#in.at += 1;
      const indexes = this.#list();
      this.#built = true;
      value = indexed(
        value,
        indexes.flatMap((item) => itemsOf(item)),
      );
    }
    return value;
  }

  #memberName(): string {
    if (this.#in.peek() === "'" || this.#in.peek() === '"') return clean(textOf(this.#quoted()));
    if (this.#in.take(/\$?\(/)) {
      this.#built = true;
      return clean(textOf(this.#bracket(), ''));
    }
    const variable = this.#in.take(/\$(\w+)/);
    if (variable !== undefined) return clean(textOf(this.#get((variable[1] ?? '').toLowerCase())));
    return (this.#in.take(/[\w`]+/)?.[0] ?? '').replaceAll('`', '');
  }
}
