/**
 * What bytes say of mining: wallets, pools, protocol messages, configurations, programs, algorithms.
 *
 * Why: one search serves a suspect's memory, its executable, its environment and its open files.
 * How: one pass for wallets, one pass for words (both linear); where a word stands, the few kilobytes around it
 * are read with care. Numbers of words and of hits are bounded, because the content is chosen by the suspect.
 * UTF-16LE text (Wine, Java, .NET) is narrowed and read in the same way.
 * What it is NOT: a verdict; and it does not tell whose text it is: a scanner's rules hold the same words.
 */
import type { MiningTrace } from '../model/facts/process.ts';
import { algorithmNamed } from './algorithms.ts';
import { asciiOf, classes, isText } from './alphabet.ts';
import { findWallets } from './find-wallets.ts';
import { KeywordSearch } from './keywords.ts';
import { configKeys, type ProgramMark, programMarks } from './miners.ts';
import { hostAround, isMiningScheme, knownPool, knownPools, parsePool } from './pools.ts';
import { poolsOfSettings } from './settings-text.ts';
import { stratumMessage, stratumV2Noise, stratumWords } from './stratum.ts';

export interface TraceHit {
  readonly found: MiningTrace;
  /** Bytes from the start of what was searched. */
  readonly offset: number;
  readonly length: number;
  /** True when it stood there as UTF-16LE; offset and length count its bytes. */
  readonly wide: boolean;
}

export interface TraceBudget {
  /** Words that may still be looked at closely. */
  words: number;
  /** Hits that may still be told. */
  hits: number;
}

export function traceBudget(): TraceBudget {
  return { words: 20_000, hits: 200 };
}

type Word =
  | { readonly kind: 'url' | 'stratum' | 'algo' | 'noise' }
  | { readonly kind: 'suffix' }
  | { readonly kind: 'mark'; readonly mark: ProgramMark }
  | { readonly kind: 'key'; readonly program: string; readonly key: string };

const vocabulary: readonly (readonly [string, Word])[] = [
  ...['stratum', 'ethproxy+', 'daemon+http', 'nicehash+'].map((word) => [word, { kind: 'url' }] as const),
  ...stratumWords.map((word) => [word, { kind: 'stratum' }] as const),
  ...['"algo"', '"algorithm"', ' algo '].map((word) => [word, { kind: 'algo' }] as const),
  [stratumV2Noise, { kind: 'noise' }],
  ...knownPools.map(({ suffix }) => [suffix, { kind: 'suffix' }] as const),
  ...programMarks.map((mark) => [mark.text, { kind: 'mark', mark }] as const),
  ...configKeys.flatMap(({ program, keys }) =>
    keys.map((key) => [`"${key}`, { kind: 'key', program, key }] as const),
  ),
];
const noise: MiningTrace = {
  kind: 'stratum',
  dialect: 'stratum-v2',
  method: 'noise',
  direction: 'client',
};
const search = new KeywordSearch(vocabulary.map(([word]) => word));

const messageBefore = 2048;
const messageAfter = 4096;
const configSpan = 8192;
/** A checksum-less address counts only this near to another sign. */
const unverifiedNear = 512;

function textStart(bytes: Uint8Array, at: number, most: number): number {
  let start = at;
  while (start > 0 && at - start < most && ((classes[bytes[start - 1] ?? 0] ?? 0) & isText) !== 0) start -= 1;
  return start;
}

function textEnd(bytes: Uint8Array, at: number, most: number): number {
  let end = at;
  while (end < bytes.length && end - at < most && ((classes[bytes[end] ?? 0] ?? 0) & isText) !== 0) end += 1;
  return end;
}

const openBrace = 0x7b;
const closeBrace = 0x7d;
const lineFeed = 0x0a;

/** Bounds of the outermost JSON object around `at`, or of the rest of one, within the text it stands in. */
function objectAround(bytes: Uint8Array, at: number): { readonly start: number; readonly end: number } {
  const first = textStart(bytes, at, messageBefore);
  let start = -1;
  for (let scan = at - 1, depth = 0; scan >= first; scan -= 1) {
    if (bytes[scan] === closeBrace) depth += 1;
    else if (bytes[scan] === openBrace) {
      if (depth === 0) start = scan;
      else depth -= 1;
    }
  }
  const last = textEnd(bytes, at, messageAfter);
  if (start < 0) {
    // A freed buffer has lost its first bytes, and the opening brace with them; messages end with their line.
    const lineEnd = bytes.subarray(at, last).indexOf(lineFeed);
    const lineStart = bytes.subarray(first, at).lastIndexOf(lineFeed);
    return { start: first + lineStart + 1, end: lineEnd < 0 ? last : at + lineEnd };
  }
  let depth = 0;
  for (let scan = start; scan < last; scan += 1) {
    if (bytes[scan] === openBrace) depth += 1;
    else if (bytes[scan] === closeBrace) {
      depth -= 1;
      if (depth === 0) return { start, end: scan + 1 };
    }
  }
  return { start, end: last };
}

const isSchemeByte = (byte: number): boolean =>
  (byte >= 0x61 && byte <= 0x7a) ||
  (byte >= 0x41 && byte <= 0x5a) ||
  (byte >= 0x30 && byte <= 0x39) ||
  byte === 0x2b;

interface Key {
  readonly program: string;
  readonly key: string;
  readonly offset: number;
}

class Finder {
  readonly #bytes: Uint8Array;
  readonly #budget: TraceBudget;
  readonly #seen: Set<string>;
  readonly hits: TraceHit[] = [];
  readonly #keys: Key[] = [];
  /** End of the JSON object that was read last: its other words lead to the same message. */
  #messageEnd = 0;

  constructor(bytes: Uint8Array, budget: TraceBudget, seen: Set<string>) {
    this.#bytes = bytes;
    this.#budget = budget;
    this.#seen = seen;
  }

  run(): void {
    search.search(this.#bytes, (index, end) => {
      if (this.#budget.words <= 0 || this.#budget.hits <= 0) return false;
      const entry = vocabulary[index];
      if (entry !== undefined) this.#word(entry[1], end - entry[0].length, end);
      return true;
    });
    this.#configs();
    this.#wallets();
    this.hits.sort((a, b) => a.offset - b.offset);
  }

  #add(found: MiningTrace, start: number, end: number): void {
    const key = JSON.stringify(found);
    if (this.#seen.has(key) || this.#budget.hits <= 0) return;
    this.#seen.add(key);
    this.#budget.hits -= 1;
    this.hits.push({ found, offset: start, length: end - start, wide: false });
  }

  #word(word: Word, start: number, end: number): void {
    this.#budget.words -= 1;
    switch (word.kind) {
      case 'url':
        this.#url(start, end);
        break;
      case 'suffix':
        this.#suffix(start, end);
        break;
      case 'stratum':
        this.#message(start);
        break;
      case 'algo':
        this.#algorithm(start, end);
        break;
      case 'noise':
        this.#add(noise, start, end);
        break;
      case 'mark':
        this.#mark(word.mark, start, end);
        break;
      case 'key': {
        const next = this.#bytes[end];
        if (next !== 0x22 && next !== 0x5c) break;
        this.#keys.push({ program: word.program, key: word.key, offset: start });
      }
    }
  }

  #mark({ program, text, version }: ProgramMark, start: number, end: number): void {
    if (asciiOf(this.#bytes, start, end) !== text) return;
    const next = this.#bytes[end] ?? 0;
    if (version === true && (next < 0x30 || next > 0x39)) return;
    const stop = version === true ? textEnd(this.#bytes, end, 16) : end;
    this.#add({ kind: 'program', program, mark: text }, start, stop);
  }

  #url(at: number, end: number): void {
    let start = at;
    while (start > 0 && at - start < 16 && isSchemeByte(this.#bytes[start - 1] ?? 0)) start -= 1;
    const stop = textEnd(this.#bytes, end, 512);
    const text = asciiOf(this.#bytes, start, stop);
    const token = /^[^\s"'<>\\,;|]{1,600}/.exec(text)?.[0] ?? '';
    const pool = token.includes('://') ? parsePool(token) : undefined;
    if (pool === undefined || !isMiningScheme(pool.scheme)) return;
    this.#add({ kind: 'pool', ...pool }, start, start + token.length);
  }

  #suffix(at: number, end: number): void {
    const around = hostAround(this.#bytes, at, end);
    const host = asciiOf(this.#bytes, around.start, around.end).replace(/\.+$/, '');
    if (knownPool(host) === undefined) return;
    const scheme = /([a-z][a-z0-9+]{1,15}):\/\/(?:[^\s@/]{0,300}@)?$/i.exec(
      asciiOf(this.#bytes, textStart(this.#bytes, around.start, 330), around.start),
    )?.[1];
    const port = /^:(\d{1,5})/.exec(asciiOf(this.#bytes, around.end, around.end + 6))?.[1];
    // A page or API of a pool over HTTP is not a mining connection, though the name is worth telling.
    this.#add(
      { kind: 'pool', host, port: Number(port ?? 0), scheme: scheme?.toLowerCase() ?? '', known: true },
      around.start,
      around.end,
    );
    const program = knownPool(host)?.program;
    if (program !== undefined) this.#add({ kind: 'program', program, mark: host }, around.start, around.end);
  }

  #message(at: number): void {
    if (at < this.#messageEnd) return;
    const bounds = objectAround(this.#bytes, at);
    const message = stratumMessage(asciiOf(this.#bytes, bounds.start, bounds.end));
    if (message === undefined) return;
    this.#messageEnd = bounds.end;
    this.#add({ kind: 'stratum', ...message }, bounds.start, bounds.end);
  }

  #algorithm(start: number, end: number): void {
    const after = asciiOf(this.#bytes, end, textEnd(this.#bytes, end, 256));
    const quoted = this.#bytes[start] === 0x22 || this.#bytes[end - 1] === 0x22;
    const names = quoted
      ? (/^\s{0,4}:\s{0,4}(?:\[[^\]]{0,250}\]?|"[^"]{1,40}")/.exec(after)?.[0] ?? '').match(/"[^"\s]{1,24}"/g)
      : /^(?:rx|cn|cn-lite|cn-heavy|cn-pico|argon2|kawpow|ghostrider)\S{0,16}/.exec(after);
    for (const name of (names ?? []).slice(0, 4)) {
      const algorithm = algorithmNamed(name.replaceAll('"', ''));
      if (algorithm !== undefined) this.#add({ kind: 'algorithm', name: algorithm.name }, start, end + 40);
    }
  }

  /** Keys of one program's configuration that stand close together. */
  #configs(): void {
    for (const { program, enough } of configKeys) {
      const keys = this.#keys.filter((key) => key.program === program);
      for (let from = 0; from < keys.length; ) {
        const first = keys[from];
        if (first === undefined) break;
        let to = from;
        const names = new Set<string>();
        let last = first.offset;
        for (; to < keys.length; to += 1) {
          const key = keys[to];
          if (
            key === undefined ||
            key.offset - last > configSpan / 4 ||
            key.offset - first.offset > configSpan
          )
            break;
          names.add(key.key);
          last = key.offset;
        }
        if (names.size >= enough) {
          this.#add({ kind: 'config', program, keys: [...names].sort() }, first.offset, last + 24);
          this.#configPools(first.offset, last);
        }
        from = to;
      }
    }
  }

  /** Pools inside a configuration, which has no scheme or known name for them. */
  #configPools(start: number, end: number): void {
    const from = Math.max(0, start - configSpan);
    const text = asciiOf(this.#bytes, from, Math.min(this.#bytes.length, end + configSpan));
    for (const { pool, offset, length } of poolsOfSettings(text))
      this.#add({ kind: 'pool', ...pool }, from + offset, from + offset + length);
  }

  #wallets(): void {
    const near = this.hits.map((hit) => hit.offset);
    for (const { coin, address, verified, offset } of findWallets(this.#bytes)) {
      const company = verified || near.some((other) => Math.abs(other - offset) <= unverifiedNear);
      if (company) this.#add({ kind: 'wallet', coin, address, verified }, offset, offset + address.length);
    }
  }
}

/** Shortest run of UTF-16LE that is narrowed; wallets and URLs are longer. */
const wideShortest = 12;

/** Calls `each` with every run of printable UTF-16LE, narrowed to bytes, and where it began. */
function eachWideRun(bytes: Uint8Array, each: (narrow: Uint8Array, offset: number) => boolean): void {
  const isWide = (at: number): boolean =>
    bytes[at + 1] === 0 && ((classes[bytes[at] ?? 0] ?? 0) & isText) !== 0 && bytes[at] !== 0x09;
  const size = bytes.length - 1;
  for (const parity of [0, 1]) {
    for (let at = parity; at < size; ) {
      const probe = at + 2 * (wideShortest - 1);
      if (probe >= size) break;
      if (!isWide(probe)) {
        at = probe + 2;
        continue;
      }
      let start = probe;
      while (start - 2 >= at && isWide(start - 2)) start -= 2;
      let end = probe + 2;
      while (end < size && isWide(end)) end += 2;
      if ((end - start) / 2 >= wideShortest) {
        const narrow = new Uint8Array((end - start) / 2);
        for (let index = 0; index < narrow.length; index += 1) narrow[index] = bytes[start + 2 * index] ?? 0;
        if (!each(narrow, start)) return;
      }
      at = end;
    }
  }
}

/**
 * All that the bytes say of mining, each thing once.
 * @param seen what was told already, for a search over several pieces
 */
export function findTraces(
  bytes: Uint8Array,
  budget: TraceBudget = traceBudget(),
  seen: Set<string> = new Set(),
): readonly TraceHit[] {
  const plain = new Finder(bytes, budget, seen);
  plain.run();
  const hits = plain.hits;
  eachWideRun(bytes, (narrow, offset) => {
    const wide = new Finder(narrow, budget, seen);
    wide.run();
    for (const hit of wide.hits) {
      hits.push({ found: hit.found, offset: offset + 2 * hit.offset, length: 2 * hit.length, wide: true });
    }
    return budget.words > 0 && budget.hits > 0;
  });
  return hits;
}
