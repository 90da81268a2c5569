/**
 * What is known while one entry is read: variables, files written on the way, what was fetched, and what was seen.
 *
 * Every number is bounded (`readingLimit`): the entry may be a bomb.
 */

import type { GroupCommand } from '../../formats/shell/syntax.ts';
import { printableLatin1 } from '../../formats/text-lines.ts';
import type { BodyLine } from '../../model/facts/persistence.ts';
import type { PathText, Printable } from '../../model/text.ts';
import type { Sign, SignId } from './sign.ts';
import { clean, fetchIn, mostFetches, withoutDecoded } from './value.ts';
import { isWholeUrl } from './whole-url.ts';

export const readingLimit = {
  /** Scripts inside scripts, and layers of encoding. */
  depth: 8,
  /** Bytes of all decoded layers. */
  decoded: 262_144,
  layers: 32,
  commands: 20_000,
  /** Bytes of all values that are made: a doubling variable ends here. */
  work: 8_000_000,
  /** Bytes of one value. */
  value: 262_144,
  files: 500,
  /** Scripts of the host that one entry leads to. */
  scripts: 16,
  variables: 2_000,
  targets: 400,
  signs: 60,
} as const;

/** The share of `work`, `commands` and `decoded` that is left to an entry when the others cost too much. */
const shallowShare = 1 / 100;

export interface TargetUse {
  readonly path: PathText;
  /** `run` as a program or by an interpreter, `sourced` by a shell, `loaded` as a library or module. */
  readonly how: 'run' | 'sourced' | 'loaded';
}

/** Lines of scripts that entries run, by path. */
export type Scripts = ReadonlyMap<string, readonly BodyLine[]>;

/** What a sourced file of an owner is not blamed for: helpers of shells do all kinds of things. */
const blamedWhereSourced: ReadonlySet<SignId> = new Set([
  'fetch-and-run',
  'decode-and-run',
  'reverse-shell',
  'miner-command',
]);

/** A function of a shell, with the text in which it stands. */
export interface ShellFunction {
  readonly body: GroupCommand;
  readonly lines: readonly string[];
  readonly lineOf: (line: number) => number | undefined;
  readonly file: PathText | undefined;
}

/** A file that holds what was fetched. */
export interface Saved {
  readonly path: PathText;
  readonly url: Printable;
}

export interface Fetch {
  readonly url: string;
  /** The line that fetches. */
  readonly shown: string;
  readonly line: number | undefined;
}

/** `/a/./b/../c` without its detours. */
export function normalPath(path: string): string {
  if (!/\/\.|\/\//.test(path) && !path.endsWith('/')) return path;
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name === '..') names.pop();
    else names.push(name);
  }
  return `/${names.join('/')}`;
}

export class Session {
  /** Those that are whole: by them entries are joined. */
  readonly urls = new Set<string>();
  readonly uses: TargetUse[] = [];
  /** Programs that are named without a path. */
  readonly programs = new Set<string>();
  readonly layers: Printable[] = [];
  readonly signs: Sign[] = [];
  readonly fetches: Fetch[] = [];
  readonly variables = new Map<string, string>();
  readonly functions = new Map<string, ShellFunction>();
  /** What names stand for in the place of a command. */
  readonly aliases = new Map<string, string>();
  /** Programs that are ended by name. */
  readonly killed = new Set<string>();
  readonly #files = new Map<string, string>();
  readonly #readers = new Map<string, (value: string) => void>();
  readonly #copies = new Map<string, string>();
  /** Folders into which something fetched was unpacked. */
  readonly #folders = new Map<string, string>();
  readonly #used = new Set<string>();
  readonly #seen = new Set<string>();
  readonly #home: string;
  readonly #scripts: Scripts;
  #followed = 0;
  /** A checksum or signature was compared since the last fetch. */
  verified = false;
  folder: string;
  commands: number;
  #work: number;
  #bytes: number;
  readonly #most: { readonly commands: number; readonly work: number };
  depth = 0;
  /** Expansions inside expansions. */
  nested = 0;
  /** Where the outermost command stands. */
  line: number | undefined;
  /** The line that is being read, as it stands in its layer. */
  shown = '';
  /** The program that ran last. */
  name = '';
  /** How often something was run of which nothing is known. */
  blind = 0;
  /** Files whose content goes into the pipe. */
  pipe: string[] = [];
  /** What grep looked for on the way to kill. */
  searched: string[] = [];
  /** The host that was last spoken to. */
  remote = '';

  /** The script that is being read, where it is not the entry itself. */
  file: PathText | undefined;
  sourcing = false;

  /** @param shallow with a hundredth of the usual bounds */
  constructor(home: string, scripts: Scripts = new Map(), shallow = false) {
    this.#home = home;
    this.#scripts = scripts;
    const share = shallow ? shallowShare : 1;
    this.#most = { commands: readingLimit.commands * share, work: readingLimit.work * share };
    this.commands = this.#most.commands;
    this.#work = this.#most.work;
    this.#bytes = readingLimit.decoded * share;
    this.folder = '';
    for (const [name, value] of [
      ['HOME', home],
      ['IFS', ' \t\n'],
      ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      ['SHELL', '/bin/sh'],
      ['BASH', '/bin/bash'],
    ] as const) {
      this.variables.set(name, value);
    }
  }

  sign(id: SignId, about = '', text = this.shown): void {
    if (this.sourcing && !blamedWhereSourced.has(id)) return;
    const key = `${id} ${about} ${this.file ?? ''} ${this.line ?? 0}`;
    if (this.#seen.has(key) || this.signs.length >= readingLimit.signs) return;
    this.#seen.add(key);
    // An address that was put together is shown as it came out.
    const whole = clean(about);
    if (/^fetch-/.test(id) && whole !== '' && !clean(text).includes(whole.replace(/^[a-z]+:\/\//, '')))
      this.layer(whole);
    this.signs.push({
      id,
      text: printableLatin1(evidence(text)),
      about: printableLatin1(clean(about).slice(0, 300)),
      ...(this.line === undefined ? {} : { line: this.line }),
      ...(this.file === undefined ? {} : { file: this.file }),
    });
  }

  /** Counts what was made; when it is too much, nothing more is followed. */
  made(value: string): string {
    this.#work -= value.length;
    if (this.#work < 0) this.commands = 0;
    return value;
  }

  /** Characters made and commands read so far, a command as the time of fifty. */
  get cost(): number {
    return this.#most.work - this.#work + 50 * (this.#most.commands - Math.max(0, this.commands));
  }

  get exhausted(): boolean {
    return this.commands <= 0;
  }

  /** A decoded layer, to be shown. */
  layer(text: string): void {
    const shown = clean(text).slice(0, Math.min(this.#bytes, 16_384));
    if (shown.trim() === '' || this.layers.length >= readingLimit.layers) return;
    this.#bytes -= shown.length;
    const printed = printableLatin1(shown);
    if (!this.layers.includes(printed)) this.layers.push(printed);
  }

  set(name: string, value: string): void {
    if (this.variables.size < readingLimit.variables || this.variables.has(name)) {
      this.variables.set(name, value.slice(0, readingLimit.value));
    }
  }

  /** An absolute path as far as the current folder is known; `?/` in front where it is not. */
  resolve(path: string): string {
    const own = clean(path);
    if (own.startsWith('~/')) return normalPath(`${this.#home}/${own.slice(2)}`);
    if (own.startsWith('/')) return normalPath(own);
    return normalPath(`${this.folder === '' ? '/?' : this.folder}/${own}`);
  }

  /** Who reads what is written to a path as it is written: a pipe. */
  onWrite(path: string, read: (value: string) => void): void {
    if (this.#readers.size < 64) this.#readers.set(this.resolve(path), read);
  }

  write(path: string, value: string, append = false): void {
    const at = this.resolve(path);
    const reader = this.#readers.get(at);
    if (reader !== undefined) {
      reader(value);
      return;
    }
    if (this.#files.size >= readingLimit.files && !this.#files.has(at)) return;
    const before = append ? (this.#files.get(at) ?? '') : '';
    this.#files.set(at, `${before}${value}`.slice(0, readingLimit.value));
  }

  read(path: string): string | undefined {
    const at = this.resolve(path);
    const file = this.#files.get(at);
    if (file !== undefined) return file;
    for (const [folder, value] of this.#folders) if (at.startsWith(`${folder}/`)) return value;
    return undefined;
  }

  /** A copy of a program of the system, or a link to it, under a name of the entry's own. */
  copy(from: string, to: string): void {
    const name = /^(?:\/(?:usr\/)?s?bin\/)?([\w.-]{1,64})$/.exec(clean(from))?.[1];
    if (name !== undefined && this.#copies.size < 100) this.#copies.set(this.resolve(to), name);
  }

  /** The program of which a path is a copy. */
  copied(path: string): string | undefined {
    return this.#copies.size === 0 ? undefined : this.#copies.get(this.resolve(path));
  }

  /** A program without a path that this entry itself has put where PATH finds it. */
  madeOnPath(name: string): string | undefined {
    if (this.#files.size === 0) return undefined;
    const folders = (this.variables.get('PATH') ?? '').split(':').slice(0, 16);
    return folders.map((folder) => `${folder}/${name}`).find((path) => this.#files.has(path));
  }

  /** A script of the host, by its path. */
  script(path: string): { readonly path: PathText; readonly body: readonly BodyLine[] } | undefined {
    if (this.#scripts.size === 0) return undefined;
    const at = printableLatin1(this.resolve(path));
    const body = this.#scripts.get(at);
    if (body === undefined || this.#followed >= readingLimit.scripts) return undefined;
    this.#followed += 1;
    return { path: at, body };
  }

  /** Files that hold what was fetched, with no check of it. */
  saved(): readonly Saved[] {
    if (this.fetches.length === 0 || this.verified) return [];
    return [...this.#files].flatMap(([path, value]): readonly Saved[] => {
      const fetch = fetchIn(value);
      if (fetch === undefined || !path.startsWith('/') || path.startsWith('/?')) return [];
      return [{ path: printableLatin1(path), url: printableLatin1(this.urlOf(fetch)) }];
    });
  }

  #temporaries = 0;

  madeTemporary(): number {
    this.#temporaries += 1;
    return this.#temporaries;
  }

  unpack(folder: string, value: string): void {
    if (this.#folders.size < 32) this.#folders.set(this.resolve(folder), value);
  }

  use(given: string, how: TargetUse['how']): void {
    const path = withoutDecoded(given);
    if (/[\ue000-\uf8ff]/.test(path) || path.length > 4096) return;
    // What an owner's library of a shell reads in its turn is its own affair.
    if (this.sourcing && how === 'sourced') return;
    const at = this.resolve(path);
    if (
      !at.startsWith('/') ||
      at.startsWith('/?/') ||
      /^\/(?:\?|dev\/(?:null|stdin|stdout|stderr|fd\/.*|tty))$/.test(at)
    )
      return;
    const key = `${how} ${at}`;
    if (this.#used.has(key) || this.uses.length >= readingLimit.targets) return;
    this.#used.add(key);
    this.uses.push({ path: printableLatin1(at), how });
  }

  /** @returns the number by which its answer is known */
  fetch(url: string): number {
    const given = clean(url).slice(0, 2000);
    const text = (/\s/.test(given) ? (/\b[a-z]+:\/\/\S+/i.exec(given)?.[0] ?? given) : given).slice(0, 500);
    this.verified = false;
    if (isWholeUrl(withoutDecoded(url)) && this.urls.size < 200) this.urls.add(printableLatin1(text));
    if (this.fetches.length >= mostFetches) return mostFetches - 1;
    this.fetches.push({ url: text, shown: this.shown, line: this.line });
    return this.fetches.length - 1;
  }

  urlOf(index: number | undefined): string {
    return index === undefined ? '' : (this.fetches[index]?.url ?? '');
  }
}

const longestEvidence = 600;

/** A line as it is shown: long blanks shortened, its end kept. */
function evidence(text: string): string {
  const tidy = clean(text)
    .replace(/\s{8,}/g, ' ... ')
    .trim();
  if (tidy.length <= longestEvidence) return tidy;
  return `${tidy.slice(0, longestEvidence - 203)}...${tidy.slice(-200)}`;
}
