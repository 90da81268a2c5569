/**
 * What is known while one Windows command is read: variables, files written on the way, what was fetched, what was seen.
 *
 * The counterpart of `../session.ts` for a system with drives, where names have no case and text is UTF-16: values are
 * JavaScript text, and the characters that mark where a value came from (`../value.ts`) are taken out of what is read.
 * Every number is bounded (`readingLimit`): the command may be a bomb.
 */
import {
  expandVariables,
  usualVariables,
  type WindowsVariables,
  windowsKey,
  windowsPath,
} from '../../../formats/windows-path.ts';
import type { EntryVariable } from '../../../model/facts/persistence.ts';
import { bytesOf, type PathText, type Printable, printableText } from '../../../model/text.ts';
import { type Fetch, readingLimit, type Saved, type TargetUse } from '../session.ts';
import type { Sign, SignId } from '../sign.ts';
import { clean, fetchIn, mostFetches, unknown } from '../value.ts';
import { isWholeUrl } from '../whole-url.ts';

/** Text of a fact as Windows reads it, without characters that mean something here. */
export const windowsText = (text: Printable): string =>
  Buffer.from(bytesOf(text))
    .toString('utf8')
    .replace(/[\ue000-\uf8ff]/g, '\ufffd');

const longestEvidence = 600;

function evidence(text: string): string {
  const tidy = clean(text)
    .replace(/\s{8,}/g, ' ... ')
    .trim();
  if (tidy.length <= longestEvidence) return tidy;
  return `${tidy.slice(0, longestEvidence - 203)}...${tidy.slice(-200)}`;
}

export class WindowsSession {
  readonly urls = new Set<string>();
  readonly uses: TargetUse[] = [];
  readonly programs = new Set<string>();
  readonly layers: Printable[] = [];
  readonly signs: Sign[] = [];
  readonly fetches: Fetch[] = [];
  /** Names in lower case. */
  readonly variables: Map<string, string>;
  readonly #files = new Map<string, { readonly path: string; readonly value: string }>();
  readonly #scripts: ReadonlyMap<string, string>;
  readonly #used = new Set<string>();
  readonly #seen = new Set<string>();
  readonly #most: { readonly work: number; readonly commands: number };
  #layerRoom: number;
  #work: number;
  commands: number;
  depth = 0;
  line: number | undefined;
  shown = '';
  /** What PowerShell was told: a window that nobody sees, an encoded command. */
  readonly notes = new Set<string>();

  /**
   * @param scripts of the host, by their paths in lower case
   * @param shallow with a hundredth of the usual bounds
   */
  constructor(
    environment: readonly EntryVariable[] = [],
    scripts: ReadonlyMap<string, string> = new Map(),
    shallow = false,
  ) {
    this.#scripts = scripts;
    const share = shallow ? 1 / 100 : 1;
    this.#most = { work: readingLimit.work * share, commands: readingLimit.commands * share };
    this.#work = this.#most.work;
    this.commands = this.#most.commands;
    this.#layerRoom = readingLimit.decoded * share;
    this.variables = new Map(usualVariables);
    for (const { name, value } of environment) this.variables.set(name.toLowerCase(), windowsText(value));
  }

  get exhausted(): boolean {
    return this.commands <= 0 || this.#work <= 0;
  }

  get cost(): number {
    return this.#most.work - this.#work + 50 * (this.#most.commands - Math.max(0, this.commands));
  }

  /** Counts what was made, and cuts what is too long. */
  made(value: string): string {
    this.#work -= value.length + 1;
    return value.length > readingLimit.value ? value.slice(0, readingLimit.value) : value;
  }

  expand(text: string): string {
    return this.made(expandVariables(text, this.variables as WindowsVariables));
  }

  /** The command itself has set variables. */
  ownVariables = false;

  set(name: string, value: string): void {
    this.ownVariables = true;
    if (this.variables.size < readingLimit.variables)
      this.variables.set(name.toLowerCase(), this.made(value));
  }

  sign(id: SignId, about = '', text = this.shown): void {
    const key = `${id} ${about}`;
    if (this.#seen.has(key) || this.signs.length >= readingLimit.signs) return;
    this.#seen.add(key);
    this.signs.push({
      id,
      text: printableText(evidence(text)),
      about: printableText(clean(about).slice(0, 300)),
      ...(this.line === undefined ? {} : { line: this.line }),
    });
  }

  layer(text: string): void {
    const shown = clean(text).slice(0, Math.min(this.#layerRoom, 16_384));
    if (shown.trim() === '' || this.layers.length >= readingLimit.layers) return;
    const printed = printableText(shown);
    if (this.layers.includes(printed)) return;
    this.#layerRoom -= shown.length;
    this.layers.push(printed);
  }

  /**
   * A path with its drive, or undefined where nobody knows where it lies: below the folder in which the command runs (`%CD%`)
   * where that is known and the name says so (`.\x.exe`).
   */
  resolve(given: string): string | undefined {
    if (given.includes(unknown)) return undefined;
    const text = clean(given);
    return windowsPath(
      text,
      this.variables,
      /^\.{1,2}[\\/]/.test(text) ? this.variables.get('cd') : undefined,
    );
  }

  /** A file that is written or read: without a folder it is in the one in which the command runs. */
  #fileOf(given: string): string {
    if (given.includes(unknown)) return clean(given);
    const text = clean(given);
    return windowsPath(text, this.variables, this.variables.get('cd')) ?? text;
  }

  use(given: string, how: TargetUse['how']): void {
    const path = this.resolve(given);
    if (path === undefined || this.uses.length >= readingLimit.targets) return;
    const key = `${how} ${windowsKey(path)}`;
    if (this.#used.has(key)) return;
    this.#used.add(key);
    this.uses.push({ path: printableText(path), how });
  }

  write(given: string, value: string, append = false): void {
    const path = this.#fileOf(given);
    if (path === '' || this.#files.size >= readingLimit.files) return;
    const key = windowsKey(path);
    const before = append ? (this.#files.get(key)?.value ?? '') : '';
    this.#files.set(key, { path, value: this.made(`${before}${value}`) });
  }

  read(given: string): string | undefined {
    const key = windowsKey(this.#fileOf(given));
    return this.#files.get(key)?.value ?? this.#scripts.get(key);
  }

  /** @returns the number by which its answer is known */
  fetch(url: string): number {
    const text = clean(url).trim().slice(0, 500);
    if (isWholeUrl(text) && this.urls.size < 200) this.urls.add(printableText(text));
    if (this.fetches.length >= mostFetches) return mostFetches - 1;
    this.fetches.push({ url: text, shown: this.shown, line: this.line });
    return this.fetches.length - 1;
  }

  urlOf(index: number | undefined): string {
    return index === undefined ? '' : (this.fetches[index]?.url ?? '');
  }

  saved(): readonly Saved[] {
    return [...this.#files.values()].flatMap(({ path, value }): readonly Saved[] => {
      const fetch = fetchIn(value);
      if (fetch === undefined || !/^[A-Z]:\\/.test(path)) return [];
      return [{ path: printableText(path) as PathText, url: printableText(this.urlOf(fetch)) }];
    });
  }
}
