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
  Redirection,
  Script,
  SimpleCommand,
} from '../../formats/shell/syntax.ts';
import type { CommandLanguage } from '../../model/facts/persistence.ts';
import type { Runner } from './call.ts';
import { disguisedName, globbedName } from './disguise.ts';
import { fields, joined, type Substituting } from './expand.ts';
import { latin1Of } from './latin1.ts';
import { minerIn } from './miner-command.ts';
import { isShell, programFor, speaksToNetwork } from './programs/table.ts';
import { openly, ranFrom } from './ran-from.ts';
import { readingLimit, type Session, type TargetUse } from './session.ts';
import { readSource } from './source/read-source.ts';
import {
  clean,
  fetched,
  fetchIn,
  isDecoded,
  isRequest,
  isUnknown,
  taintOf,
  unknown,
  withoutDecoded,
} from './value.ts';
import { assigned, written } from './written.ts';

const network = /^\/dev\/(?:tcp|udp)\/([^/\s]{1,255}\/[^/\s]{1,16})/;
const sourcePattern = /^#!\s*\S*?(python|php|perl|node|ruby|lua)/;
const byName: Readonly<Record<string, CommandLanguage>> = {
  python: 'python',
  php: 'php',
  perl: 'perl',
  node: 'javascript',
  ruby: 'perl',
  lua: 'lua',
};

export class ShellWalk implements Runner, Substituting {
  readonly session: Session;
  #lines: readonly string[] = [];
  #processes = 0;
  /** What descriptors were opened on: an answer of the network. */
  readonly #descriptors = new Map<number, string>();
  #called = new Set<string>();

  constructor(session: Session) {
    this.session = session;
  }

  /** The entry's own text. @param lineOf the line of the source for a line of the text */
  whole(text: string, lineOf?: (line: number) => number | undefined): void {
    this.#read(text, '', lineOf ?? (() => undefined));
    for (const [name, body] of this.session.functions) {
      if (!this.#called.has(name)) this.#script(body.script, '');
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
    const out = this.#script(readShell(text), stdin);
    this.#lineOf = lines;
    this.#lines = before;
    session.depth -= 1;
    return out;
  }

  #lineOf: (line: number) => number | undefined = () => undefined;

  output(script: Script): string {
    return this.#script(script, '');
  }

  process(script: Script, direction: '<' | '>'): string {
    this.#processes += 1;
    const path = `/dev/fd/${1000 + this.#processes}`;
    this.session.write(path, direction === '<' ? this.#script(script, '') : '');
    return path;
  }

  #script(script: Script, stdin: string): string {
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
      if (session.functions.size < 500) session.functions.set(group.name, group);
      return '';
    }
    const input = this.#input(group.redirections, stdin);
    let out = '';
    const { loop } = group;
    if (loop === undefined) out = this.#script(group.script, input);
    else {
      const values = loop.values.flatMap((word) => fields(word, this)).slice(0, 64);
      const turns = values.length === 0 ? [unknown] : values.slice(0, session.depth > 2 ? 1 : 4);
      for (const value of turns) {
        session.set(loop.name, value);
        out += this.#script(group.script, input);
      }
    }
    return this.#redirect(group.redirections, out);
  }

  #simple(command: SimpleCommand, stdin: string): string {
    const { session } = this;
    const line = this.#lineOf(command.line);
    if (line !== undefined) session.line = line;
    session.shown = this.#lines[command.line - 1] ?? '';
    for (const { name, append, value } of command.assignments) {
      const text = joined(value, this);
      session.set(name, append ? `${session.variables.get(name) ?? ''}${text}` : text);
      assigned(name, text, this);
    }
    const argv = command.words.flatMap((word) => fields(word, this)).slice(0, 2048);
    const input = this.#input(command.redirections, stdin);
    const [first] = command.words;
    const disguised = first === undefined ? undefined : disguisedName(first, argv[0] ?? '', session);
    if (disguised !== undefined) {
      session.layer(argv.join(' '));
      session.sign('disguised-command', disguised);
    }
    session.name = '';
    const out = this.invoke(argv, input);
    this.#reverse(command.redirections, argv);
    return this.#redirect(command.redirections, out, argv);
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
    const own = globbedName(clean(word), session) ?? clean(word);
    const name = own.slice(own.lastIndexOf('/') + 1);
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

  #call(name: string, body: GroupCommand, args: readonly string[], stdin: string): string {
    const { session } = this;
    this.#called.add(name);
    const before = ['1', '2', '3', '@', '*'].map((key) => [key, session.variables.get(key)] as const);
    args.slice(0, 3).forEach((value, at) => {
      session.set(String(at + 1), value);
    });
    session.set('@', args.join(' '));
    session.set('*', args.join(' '));
    session.depth += 1;
    const out = this.#script(body.script, stdin);
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
    if (value === '' || value === unknown) return unknown;
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

  #input(redirections: readonly Redirection[], stdin: string): string {
    let input = stdin;
    for (const { operator, target, body, descriptor } of redirections) {
      if (operator === '<<') input = body === undefined ? '' : joined(body, this);
      else if (operator === '<<<') input = joined(target, this);
      else if (operator === '<' || operator === '<>') {
        const path = joined(target, this);
        const remote = network.exec(path)?.[1];
        const from = remote === undefined ? undefined : this.#remote(remote);
        if (from !== undefined && descriptor > 0) this.#descriptors.set(descriptor, from);
        this.session.pipe = [path];
        input = from ?? this.session.read(path) ?? unknown;
      } else if (operator === '<&') {
        const from = this.#descriptors.get(Number(joined(target, this)));
        if (from !== undefined) input = from;
      }
    }
    return input;
  }

  #remote(remote: string): string {
    this.session.remote = remote.replace('/', ':');
    return fetched(this.session.fetch(`tcp://${this.session.remote}`));
  }

  #redirect(redirections: readonly Redirection[], out: string, argv: readonly string[] = []): string {
    let rest = out;
    for (const { operator, descriptor, target } of redirections) {
      if (!operator.includes('>') || operator === '<>') continue;
      const path = joined(target, this);
      if (descriptor === 2 || /^(?:\d+|-)$/.test(path)) continue;
      const append = operator.endsWith('>>');
      if (path !== '/dev/null') written(path, rest, append, argv, this);
      rest = '';
    }
    return rest;
  }

  /** A shell whose input and output are a connection. */
  #reverse(redirections: readonly Redirection[], argv: readonly string[]): void {
    const name = this.session.name;
    const interactive =
      isShell(name) || (isShell(clean(argv[0] ?? '').replace(/^.*\//, '')) && argv.length < 4);
    if (!interactive) return;
    for (const { operator, target } of redirections) {
      const path = joined(target, this);
      const remote = network.exec(path)?.[1];
      if (remote !== undefined) this.session.sign('reverse-shell', remote.replace('/', ':'));
      else if (operator === '>&' && this.#descriptors.has(Number(path))) {
        this.session.sign('reverse-shell', this.session.remote);
      }
    }
  }
}
