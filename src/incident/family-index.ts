/**
 * Where indicators of families stand in what a host shows: paths, names and texts in, indicators out.
 *
 * Whole names and whole paths only, in exact case. A text is searched once for all of them; what is too short or too
 * ordinary to be looked for in prose is looked for as a name of its kind alone. What it is NOT: a judgement.
 */
import { KeywordSearch } from '../coins/keywords.ts';
import {
  type FamilyIndicator,
  type FamilyProfile,
  type IndicatorKind,
  indicatorKinds,
} from '../model/family.ts';

/** An indicator with whose it is. */
export interface KnownIndicator extends FamilyIndicator {
  readonly kind: IndicatorKind;
  readonly profile: FamilyProfile;
}

export interface TextHit {
  readonly indicator: KnownIndicator;
  /** Characters from the start of the text. */
  readonly at: number;
}

/** Kinds that are names of a thing, not words that may stand in any line. */
const namesOnly: ReadonlySet<IndicatorKind> = new Set([
  'account',
  'decoy-file',
  'port',
  'process-name',
  'wallet-prefix',
]);
/** Words around which any sign may stand; others are parts of paths and names. */
const words: ReadonlySet<IndicatorKind> = new Set([
  'cron-line',
  'log-line',
  'script-comment',
  'ssh-key-comment',
  'string',
  'url-path',
  'user-agent',
]);
const shortestWord = 5;
/** Characters of a text, and components of a path, that are looked at: both are chosen by the attacker. */
const longestText = 16_384;
const mostComponents = 64;
/** A text as one character a byte, its beginning where it is longer. */
const scratch = Buffer.alloc(longestText);
/** Names of processes are cut by the kernel (TASK_COMM_LEN, with its NUL). */
const longestProcessName = 15;

const none: readonly TextHit[] = [];

const partsOf = ({ kind, value }: KnownIndicator): readonly string[] =>
  kind === 'cron-line' || kind === 'log-line' ? value.split('…').map((part) => part.trim()) : [value];

function inProse({ kind, value, weight, shared }: KnownIndicator): boolean {
  if (namesOnly.has(kind) || value.length < shortestWord) return false;
  return kind !== 'file-name' || (shared !== true && weight > 1);
}

/** Letters of any script go on a word: `kinsing` with an accent on it is another name. */
const wordEnds = /[\w\u0080-\uffff]$/;
const wordGoesOn = /^[\w\u0080-\uffff]/;
const nameEnds = /[\w.\-\u0080-\uffff]$/;
const nameGoesOn = /^(?:[\w\-\u0080-\uffff]|\.[\w\u0080-\uffff])/;

/** True where the word stands alone at `at`. */
function standsAlone(kind: IndicatorKind, text: string, at: number, length: number): boolean {
  const [before, after] = [text[at - 1] ?? '', text.slice(at + length, at + length + 2)];
  if (kind === 'url-path') return !wordGoesOn.test(after);
  if (words.has(kind)) return !wordEnds.test(before) && !wordGoesOn.test(after);
  return !nameEnds.test(before) && !nameGoesOn.test(after);
}

/** All parts in their order, from the one that was found on or before it. */
function inOrder(parts: readonly string[], text: string): boolean {
  let from = 0;
  for (const part of parts) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}

export class FamilyIndex {
  readonly #named = new Map<string, KnownIndicator[]>();
  readonly #prose: readonly KnownIndicator[];
  readonly #wallets: readonly KnownIndicator[];
  readonly #search: KeywordSearch | undefined;

  /** @param platform families of others are not looked for: `java.exe` on a file server is no sign. */
  constructor(profiles: readonly FamilyProfile[], platform: 'linux' | 'windows') {
    const all: KnownIndicator[] = profiles
      .filter(({ platforms }) => platforms.includes(platform))
      .flatMap((profile) =>
        indicatorKinds.flatMap((kind) =>
          (profile.indicators[kind] ?? []).map((one) => ({ ...one, kind, profile })),
        ),
      );
    for (const one of all) this.#name(`${one.kind} ${one.value}`, one);
    for (const one of all.filter(({ kind }) => kind === 'process-name'))
      if (one.value.length > longestProcessName)
        this.#name(`process-name ${one.value.slice(0, longestProcessName)}`, one);
    this.#wallets = all.filter(({ kind }) => kind === 'wallet-prefix');
    this.#prose = all.filter(inProse);
    // The longest part is the rarest.
    const rarest = this.#prose.map((one) => partsOf(one).reduce((a, b) => (b.length > a.length ? b : a), ''));
    this.#search = rarest.length === 0 ? undefined : new KeywordSearch(rarest);
  }

  #name(key: string, one: KnownIndicator): void {
    const all = this.#named.get(key);
    if (all === undefined) this.#named.set(key, [one]);
    else all.push(one);
  }

  /** Exactly this value of this kind. */
  named(kind: IndicatorKind, value: string): readonly KnownIndicator[] {
    return this.#named.get(`${kind} ${value}`) ?? [];
  }

  /** What a path is, lies below, or goes through. */
  ofPath(path: string): readonly KnownIndicator[] {
    const found = [...this.named('decoy-file', path)];
    let above = '';
    const names = path.split('/', mostComponents).filter((name) => name !== '');
    for (const name of names) {
      above += `/${name}`;
      found.push(...this.named('file-path', above), ...this.named('folder', name));
    }
    found.push(
      ...this.named('file-name', names.at(-1) ?? '').filter(
        ({ ordinary }) => ordinary !== true || !path.startsWith('/usr/'),
      ),
    );
    return found;
  }

  /** Whom a wallet pays. */
  ofWallet(address: string): readonly KnownIndicator[] {
    return this.#wallets.filter(({ value }) => address.startsWith(value));
  }

  /** Whether anything stands in a text. */
  isIn(text: string): boolean {
    let isThere = false;
    const each = (word: number, end: number): boolean => {
      const one = this.#prose[word];
      const found = this.#search?.words[word] ?? '';
      isThere = one !== undefined && this.#isAt(one, text, end - found.length, found);
      return !isThere;
    };
    this.#search?.search(scratch, each, scratch.write(text, 'latin1'));
    return isThere;
  }

  /** What stands in a text, each once, where it stands first. */
  inText(text: string): readonly TextHit[] {
    // Of millions of lines nearly none has any.
    let hits: Map<KnownIndicator, number> | undefined;
    const each = (word: number, end: number): boolean => {
      const one = this.#prose[word];
      if (one === undefined || hits?.has(one) === true) return true;
      const at = end - (this.#search?.words[word]?.length ?? 0);
      if (!this.#isAt(one, text, at, this.#search?.words[word] ?? '')) return true;
      hits ??= new Map();
      hits.set(one, at);
      return true;
    };
    this.#search?.search(scratch, each, scratch.write(text, 'latin1'));
    return hits === undefined ? none : [...hits].map(([indicator, at]) => ({ indicator, at }));
  }

  /** Exact case, and one character for each byte: a letter of another script may fold onto one of ours. */
  #isAt(one: KnownIndicator, text: string, at: number, word: string): boolean {
    if (!text.startsWith(word, at) || !standsAlone(one.kind, text, at, word.length)) return false;
    if (one.ordinary === true && /\/usr\/[^\s:;'"]*$/.test(text.slice(Math.max(0, at - 200), at)))
      return false;
    const parts = partsOf(one);
    return parts.length === 1 || inOrder(parts, text);
  }
}
