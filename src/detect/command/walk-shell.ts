/**
 * Follows a script as a shell would, without running anything: what each command would print, as far as that can
 * be told, goes through pipes, variables and files to whatever would run it.
 *
 * Why: `a=cu;b=rl;$a$b URL|sh` names nothing, and what it comes to does. Both branches of every condition are
 * followed, each function once or where it is called.
 * What it is NOT: a shell. Exit codes are not known; a program nobody knows passes on only where its input came from.
 */
import { readShell } from '../../formats/shell/read-shell.ts';
import type {
  Command,
  GroupCommand,
  Pipeline,
  Script,
  SimpleCommand,
  Word,
} from '../../formats/shell/syntax.ts';
import { quotedLine } from '../../formats/shell-quoting.ts';
import type { CommandLanguage } from '../../model/facts/persistence.ts';
import { disguisedName, globbedName } from './disguise.ts';
import { fields, joined } from './expand.ts';
import { latin1Of } from './latin1.ts';
import { minerIn } from './miner-command.ts';
import { isShell, programFor, speaksToNetwork } from './programs/table.ts';
import { openly, ranFrom } from './ran-from.ts';
import { readingLimit, type Session, type ShellFunction, type TargetUse } from './session.ts';
import { readSource } from './source/read-source.ts';
import { type Inner, Streams } from './streams.ts';
import {
  clean,
  fetchIn,
  isDecoded,
  isRequest,
  isUnknown,
  taintOf,
  unknown,
  withoutDecoded,
} from './value.ts';
import { assigned } from './written.ts';

const sourcePattern = /^#!\s*\S*?(python|php|perl|node|ruby|lua)/;
const byName: Readonly<Record<string, CommandLanguage>> = {
  python: 'python',
  php: 'php',
  perl: 'perl',
  node: 'javascript',
  ruby: 'perl',
  lua: 'lua',
};

interface Alias {
  readonly names: readonly string[];
  readonly text: string;
}

export class ShellWalk implements Inner {
  readonly session: Session;
  #lines: readonly string[] = [];
  readonly #streams = new Streams(this);
  /** Aliases whose text is being read: none of them stands for itself. */
  readonly #aliased = new Set<string>();
  #called = new Set<string>();

  constructor(session: Session) {
    this.session = session;
  }

  /** The entry's own text. @param lineOf the line of the source for a line of the text */
  whole(text: string, lineOf?: (line: number) => number | undefined): void {
    this.#read(text, '', lineOf ?? (() => undefined));
    for (const [name, defined] of this.session.functions) {
      if (!this.#called.has(name)) this.#body(defined, '');
    }
  }

  shell(text: string, stdin = ''): string {
    const { session } = this;
    const body = text.trimStart();
    if (isDecoded(body.slice(0, 1))) this.#decoded(body);
    if (session.depth >= readingLimit.depth) return taintOf(text);
    const outer = { line: session.line, shown: session.shown };
    const out = this.#read(withoutDecoded(body), stdin);
    session.line = outer.line;
    session.shown = outer.shown;
    return out;
  }

  #decoded(text: string): void {
    this.session.layer(text);
    this.session.sign('decode-and-run', String(this.session.layers.length));
  }

  #read(text: string, stdin: string, lineOf?: (line: number) => number | undefined): string {
    const { session } = this;
    const before = this.#lines;
    session.depth += 1;
    this.#lines = text.split('\n');
    const lines = this.#lineOf;
    if (lineOf !== undefined) this.#lineOf = lineOf;
    else this.#lineOf = () => session.line;
    const out = this.script(readShell(text), stdin);
    this.#lineOf = lines;
    this.#lines = before;
    session.depth -= 1;
    return out;
  }

  #lineOf: (line: number) => number | undefined = () => undefined;

  output(script: Script): string {
    const [pipeline, more] = script.pipelines;
    const [command, next] = pipeline?.commands ?? [];
    const reads =
      command?.kind === 'simple' && command.words.length === 0 && command.assignments.length === 0;
    // `$(<FILE)` of bash.
    if (reads && next === undefined && more === undefined)
      return this.#streams.input(command.redirections, '');
    return this.script(script, '');
  }

  process(script: Script, direction: '<' | '>'): string {
    return this.#streams.process(script, direction);
  }

  script(script: Script, stdin: string): string {
    let out = '';
    let joiner: Pipeline['joiner'] = '';
    for (const pipeline of script.pipelines) {
      if (this.session.commands <= 0) break;
      out += this.session.made(this.#pipeline(pipeline, stdin, joiner));
      joiner = pipeline.joiner;
      if (out.length > readingLimit.value) out = out.slice(0, readingLimit.value);
    }
    return out;
  }

  #pipeline({ commands }: Pipeline, stdin: string, joiner: Pipeline['joiner']): string {
    let flow = stdin;
    let shellAt = -1;
    const { session } = this;
    session.pipe = [];
    session.searched = [];
    commands.forEach((command, at) => {
      const folder = session.folder;
      flow = this.#command(command, flow);
      // Of `cd /tmp || cd /var/run` the first is what counts.
      if (joiner === '||' && folder !== '') session.folder = folder;
      const name = session.name;
      if (isShell(name)) shellAt = at;
      if (shellAt >= 0 && shellAt < at && speaksToNetwork(name))
        session.sign('reverse-shell', session.remote);
    });
    return flow;
  }

  #command(command: Command, stdin: string): string {
    this.session.commands -= 1;
    if (this.session.commands <= 0) return '';
    if (command.kind === 'simple') return this.#simple(command, stdin);
    this.session.name = '';
    return this.#group(command, stdin);
  }

  #group(group: GroupCommand, stdin: string): string {
    const { session } = this;
    if (group.name !== undefined) {
      if (session.functions.size < 500) {
        const [lines, lineOf, file] = [this.#lines, this.#lineOf, session.file];
        session.functions.set(group.name, { body: group, lines, lineOf, file });
      }
      return '';
    }
    if (group.coprocess !== undefined) {
      this.#streams.coprocess(group.coprocess, group);
      return '';
    }
    const input = this.#streams.input(group.redirections, stdin);
    let out = '';
    const { loop } = group;
    if (loop === undefined) out = this.script(group.script, input);
    else {
      const values = loop.values.flatMap((word) => fields(word, this)).slice(0, 64);
      // A name that is put together letter by letter needs all of its turns.
      const letters = values.length <= 16 && values.every((value) => value.length <= 2);
      const most = letters ? values.length : session.depth > 2 ? 1 : 4;
      const turns = values.length === 0 ? [unknown] : values.slice(0, most);
      for (const value of turns) {
        session.set(loop.name, value);
        out += this.script(group.script, input);
      }
    }
    return this.#streams.output(group.redirections, out);
  }

  #simple(command: SimpleCommand, stdin: string): string {
    const { session } = this;
    const line = this.#lineOf(command.line);
    if (line !== undefined) session.line = line;
    session.shown = this.#lines[command.line - 1] ?? '';
    for (const { name, append, value } of command.assignments) {
      // `x=$x$i` where nothing was before.
      const own = value.parts.some((part) => part.kind === 'variable' && part.name === name);
      if (own && !session.variables.has(name)) session.set(name, '');
      const text = joined(value, this);
      session.set(name, append ? `${session.variables.get(name) ?? ''}${text}` : text);
      assigned(name, text, this);
    }
    const argv = command.words.flatMap((word) => fields(word, this)).slice(0, 2048);
    const input = this.#streams.input(command.redirections, stdin);
    const [first] = command.words;
    const alias = this.#aliasOf(command.words, argv);
    if (alias !== undefined) {
      const out = this.#unaliased(alias, input);
      this.#streams.reverse(command.redirections, argv);
      return this.#streams.output(command.redirections, out, argv);
    }
    const disguised = first === undefined ? undefined : disguisedName(first, argv[0] ?? '', session);
    if (disguised !== undefined) {
      session.layer(argv.join(' '));
      session.sign('disguised-command', disguised);
    }
    session.name = '';
    const out = this.invoke(argv, input);
    this.#streams.reverse(command.redirections, argv);
    return this.#streams.output(command.redirections, out, argv);
  }

  /** The text for which a command stands, where its first word is an alias and nothing of that is quoted. */
  #aliasOf(words: readonly Word[], argv: readonly string[]): Alias | undefined {
    const { aliases } = this.session;
    if (aliases.size === 0) return undefined;
    const names: string[] = [];
    let text = '';
    let at = 0;
    for (; at < words.length && at < 8; at += 1) {
      const [part] = words[at]?.parts ?? [];
      if (words[at]?.parts.length !== 1 || part?.kind !== 'text' || part.quoted) break;
      const meant = this.#aliased.has(part.text) ? undefined : aliases.get(part.text);
      if (meant === undefined) break;
      names.push(part.text);
      text += `${meant} `;
      // A text that ends in a blank lets the next word be one too.
      if (!/[ \t]$/.test(meant)) {
        at += 1;
        break;
      }
    }
    if (names.length === 0) return undefined;
    return { names, text: `${text}${quotedLine(argv.slice(at))}` };
  }

  #unaliased({ names, text }: Alias, stdin: string): string {
    const { session } = this;
    const before = session.signs.length;
    for (const name of names) this.#aliased.add(name);
    const out = this.shell(text, stdin);
    if (session.signs.length > before) session.layer(text);
    for (const name of names) this.#aliased.delete(name);
    return out;
  }

  invoke(argv: readonly string[], stdin: string): string {
    const { session } = this;
    const [word, ...rest] = argv;
    session.commands -= 1;
    if (word === undefined || session.commands <= 0) return '';
    // `A[x]=$'\x41'`: an item of an array.
    if (/^[A-Za-z_]\w*\[[^\]]{0,200}\]\+?=/.test(clean(word).slice(0, 300))) return '';
    if (isDecoded(word)) {
      this.#decoded(argv.join(' '));
      return this.invoke(argv.map(withoutDecoded), stdin);
    }
    const fetch = fetchIn(word);
    if (fetch !== undefined) {
      session.sign('fetch-and-run', session.urlOf(fetch));
      return taintOf(word);
    }
    if (isRequest(word)) session.sign('web-shell', '', session.shown);
    // `=name` of zsh is the program of that name.
    const plain = clean(word).replace(/^=(?=[a-z])/, '');
    const own = globbedName(plain, session) ?? plain;
    const name = (own.includes('/') ? session.copied(own) : undefined) ?? own.slice(own.lastIndexOf('/') + 1);
    session.name = name;
    if (isUnknown(word)) return `${taintOf(argv.join(''))}${taintOf(stdin)}${unknown}`;
    if (own.includes('/')) this.file(word, 'run');
    else if (session.programs.size < 200 && name !== '') session.programs.add(name);
    const body = session.functions.get(own);
    if (body !== undefined && session.depth < readingLimit.depth) return this.#call(own, body, rest, stdin);
    minerIn(argv, session);
    if (!own.includes('/')) {
      const made = session.madeOnPath(name);
      if (made !== undefined) return this.file(made, 'run');
    }
    return programFor(name)({ name, args: rest, stdin, to: this });
  }

  /** A function is read in its own text, wherever it is called. */
  #body({ body, lines, lineOf, file }: ShellFunction, stdin: string): string {
    const { session } = this;
    const outer = [this.#lines, this.#lineOf, session.file, session.line, session.shown] as const;
    [this.#lines, this.#lineOf, session.file] = [lines, lineOf, file];
    const out = this.script(body.script, stdin);
    [this.#lines, this.#lineOf, session.file, session.line, session.shown] = outer;
    return out;
  }

  #call(name: string, defined: ShellFunction, args: readonly string[], stdin: string): string {
    const { session } = this;
    this.#called.add(name);
    const before = ['1', '2', '3', '@', '*'].map((key) => [key, session.variables.get(key)] as const);
    args.slice(0, 3).forEach((value, at) => {
      session.set(String(at + 1), value);
    });
    session.set('@', args.join(' '));
    session.set('*', args.join(' '));
    session.depth += 1;
    const out = this.#body(defined, stdin);
    session.depth -= 1;
    for (const [key, value] of before) {
      if (value === undefined) session.variables.delete(key);
      else session.variables.set(key, value);
    }
    return out;
  }

  source(language: CommandLanguage, text: string): string {
    if (this.session.depth >= readingLimit.depth) return taintOf(text);
    if (isDecoded(text.trimStart().slice(0, 1))) this.#decoded(text);
    this.session.depth += 1;
    const out = readSource(language, withoutDecoded(text), this);
    this.session.depth -= 1;
    return out;
  }

  file(path: string, how: TargetUse['how'], language?: CommandLanguage): string {
    const { session } = this;
    session.use(path, how);
    if (session.depth >= readingLimit.depth) return unknown;
    const value = session.read(path);
    if (value === undefined) return this.#followed(path, how, language);
    const fetch = fetchIn(value);
    if (fetch !== undefined) {
      const url = session.urlOf(fetch);
      const sign = ranFrom(path, url);
      // An owner's script that brings its own update over TLS.
      const updates = session.file !== undefined && !openly(url);
      if (!session.verified && !updates) session.sign(sign, url);
      return taintOf(value);
    }
    if (value === '' || value === unknown) {
      // What a command makes of a file is as good as that file.
      if (path.startsWith('/dev/fd/')) for (const one of session.pipe) session.use(one, how);
      return unknown;
    }
    const given = sourcePattern.exec(clean(value).slice(0, 200))?.[1] ?? '';
    const own = language ?? byName[given];
    // A script that runs itself is read once.
    session.write(path, unknown);
    return own === undefined || own === 'shell' ? this.shell(value) : this.source(own, value);
  }

  /** A script that lies on the host: what it does, the entry does. */
  #followed(path: string, how: TargetUse['how'], language: CommandLanguage | undefined): string {
    const { session } = this;
    const script = session.script(path);
    if (script === undefined) return unknown;
    const { body } = script;
    const text = body.map((line) => latin1Of(line.text)).join('\n');
    const given = sourcePattern.exec(text.slice(0, 200))?.[1] ?? '';
    const own = byName[given] ?? language ?? 'shell';
    const { line, shown, file, folder, sourcing } = session;
    const defined = new Set(session.functions.keys());
    const lineOf = (at: number): number | undefined => body[at - 1]?.line;
    // A script that runs itself is read once.
    session.write(path, unknown);
    session.file = script.path;
    session.sourcing = sourcing || how === 'sourced';
    session.set('0', clean(path));
    const out = own === 'shell' ? this.#read(text, '', lineOf) : readSource(own, text, this, lineOf);
    // Functions that nobody calls are a library's.
    for (const name of session.functions.keys()) if (!defined.has(name)) this.#called.add(name);
    if (how === 'run') session.folder = folder;
    session.line = line;
    session.shown = shown;
    session.file = file;
    session.sourcing = sourcing;
    return out;
  }
}
