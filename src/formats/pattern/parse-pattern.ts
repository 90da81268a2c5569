/**
 * The regular expressions that people search events with, as a tree.
 *
 * Read: characters, `.`, classes with ranges and negation, `\d \w \s` and their opposites, `\t`, `\xHH`, escapes of
 * signs, groups (captured or not, which makes no difference here), `|`, `* + ? {m} {m,} {m,n}` with a lazy mark that
 * changes nothing, `^ $ \b \B`, and `(?i)` at the beginning. What it is NOT: the whole language of JavaScript; what
 * looks around or back cannot be answered in linear time and is refused.
 * Bounds: 1,000 characters, groups 50 deep, repetitions up to 1,000.
 * Source: RE2, "Syntax" (the common part); ECMA-262 §22.2.1 for the meaning of classes.
 */

export type Assertion = 'start' | 'end' | 'boundary' | 'no-boundary';

export interface CharacterSet {
  readonly negated: boolean;
  /** Pairs of first and last UTF-16 unit. */
  readonly ranges: readonly (readonly [number, number])[];
}

export type PatternNode =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'either'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly of: PatternNode; readonly least: number; readonly most: number };

export interface Pattern {
  readonly node: PatternNode;
  readonly ignoreCase: boolean;
}

/** Why a pattern is none of ours; `at` is where. */
export class PatternError extends Error {
  readonly at: number;

  constructor(what: string, at: number) {
    super(what);
    this.at = at;
  }
}

const longest = 1_000;
const deepest = 50;
const mostRepeats = 1_000;
const lastUnit = 0xffff;

type Ranges = readonly (readonly [number, number])[];

const digit: Ranges = [[0x30, 0x39]];
const wordCharacters: Ranges = [...digit, [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]];
const blank: Ranges = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x3000, 0x3000],
];
const classes: Readonly<Record<string, CharacterSet>> = {
  d: { negated: false, ranges: digit },
  D: { negated: true, ranges: digit },
  w: { negated: false, ranges: wordCharacters },
  W: { negated: true, ranges: wordCharacters },
  s: { negated: false, ranges: blank },
  S: { negated: true, ranges: blank },
};
const controls: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, f: 12, v: 11, '0': 0 };

function opposite(ranges: Ranges): Ranges {
  const out: (readonly [number, number])[] = [];
  let from = 0;
  for (const [first, last] of ranges.toSorted((a, b) => a[0] - b[0])) {
    if (first > from) out.push([from, first - 1]);
    from = Math.max(from, last + 1);
  }
  if (from <= lastUnit) out.push([from, lastUnit]);
  return out;
}

const rangesOf = ({ negated, ranges }: CharacterSet): Ranges => (negated ? opposite(ranges) : ranges);

class Parser {
  readonly #text: string;
  #at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
  }

  whole(): PatternNode {
    const node = this.#either(0);
    if (this.#at < this.#text.length) this.#refuse('a closing parenthesis without its opening');
    return node;
  }

  #refuse(what: string): never {
    throw new PatternError(what, this.#at);
  }

  #peek(): string {
    return this.#text[this.#at] ?? '';
  }

  #takes(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #either(depth: number): PatternNode {
    if (depth > deepest) this.#refuse('groups too deep');
    const parts = [this.#sequence(depth)];
    while (this.#takes('|')) parts.push(this.#sequence(depth));
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: 'either', parts };
  }

  #sequence(depth: number): PatternNode {
    const parts: PatternNode[] = [];
    while (this.#peek() !== '' && this.#peek() !== '|' && this.#peek() !== ')')
      parts.push(this.#repeated(depth));
    return { kind: 'sequence', parts };
  }

  #repeated(depth: number): PatternNode {
    let node = this.#one(depth);
    for (let counts = this.#counts(); counts !== undefined; counts = this.#counts()) {
      node = { kind: 'repeat', of: node, ...counts };
      this.#takes('?');
    }
    return node;
  }

  #counts(): { readonly least: number; readonly most: number } | undefined {
    if (this.#takes('*')) return { least: 0, most: Number.POSITIVE_INFINITY };
    if (this.#takes('+')) return { least: 1, most: Number.POSITIVE_INFINITY };
    if (this.#takes('?')) return { least: 0, most: 1 };
    const found = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(this.#text.slice(this.#at, this.#at + 12));
    if (found === null) return undefined;
    const least = Number(found[1]);
    const most =
      found[2] === undefined ? least : found[3] === '' ? Number.POSITIVE_INFINITY : Number(found[3]);
    if (least > mostRepeats || (Number.isFinite(most) && (most > mostRepeats || most < least))) {
      this.#refuse('a repetition that is too large');
    }
    this.#at += found[0].length;
    return { least, most };
  }

  #one(depth: number): PatternNode {
    const sign = this.#peek();
    switch (sign) {
      case '(': {
        this.#at += 1;
        if (this.#peek() === '?' && !this.#takes('?:')) this.#refuse('a group that looks around');
        const node = this.#either(depth + 1);
        if (!this.#takes(')')) this.#refuse('a parenthesis that is not closed');
        return node;
      }
      case '[':
        return { kind: 'set', set: this.#class() };
      case '.':
        this.#at += 1;
        return { kind: 'set', set: { negated: true, ranges: [] } };
      case '^':
      case '$':
        this.#at += 1;
        return { kind: 'assertion', assertion: sign === '^' ? 'start' : 'end' };
      case '*':
      case '+':
      case '?':
        return this.#refuse('a repetition of nothing');
      case '\\': {
        const mark = this.#text[this.#at + 1] ?? '';
        if (mark === 'b' || mark === 'B') {
          this.#at += 2;
          return { kind: 'assertion', assertion: mark === 'b' ? 'boundary' : 'no-boundary' };
        }
        return { kind: 'set', set: this.#escape() };
      }
      default:
        return { kind: 'set', set: this.#single() };
    }
  }

  #single(): CharacterSet {
    const unit = this.#text.charCodeAt(this.#at);
    this.#at += 1;
    return { negated: false, ranges: [[unit, unit]] };
  }

  /** At a backslash. */
  #escape(): CharacterSet {
    this.#at += 1;
    const mark = this.#peek();
    const known = classes[mark];
    if (known !== undefined) {
      this.#at += 1;
      return known;
    }
    const hex = /^(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4}))/.exec(this.#text.slice(this.#at, this.#at + 5));
    const control = controls[mark];
    if (hex !== null || control !== undefined) {
      const unit = control ?? Number.parseInt(hex?.[1] ?? hex?.[2] ?? '', 16);
      this.#at += hex?.[0].length ?? 1;
      return { negated: false, ranges: [[unit, unit]] };
    }
    if (mark === '' || /[A-Za-z1-9]/.test(mark)) this.#refuse(`\\${mark} is not known`);
    return this.#single();
  }

  #class(): CharacterSet {
    this.#at += 1;
    const negated = this.#takes('^');
    const ranges: (readonly [number, number])[] = [];
    for (let first = true; first || this.#peek() !== ']'; first = false) {
      if (this.#peek() === '') this.#refuse('a class that is not closed');
      const from = rangesOf(this.#peek() === '\\' ? this.#escape() : this.#single());
      const isRange = this.#peek() === '-' && (this.#text[this.#at + 1] ?? ']') !== ']';
      if (!isRange || from.length !== 1 || from[0]?.[0] !== from[0]?.[1]) {
        ranges.push(...from);
        continue;
      }
      this.#at += 1;
      const to = rangesOf(this.#peek() === '\\' ? this.#escape() : this.#single());
      const [low, high] = [from[0]?.[0] ?? 0, to[0]?.[1] ?? 0];
      if (to.length !== 1 || high < low) this.#refuse('a range that goes backwards');
      ranges.push([low, high]);
    }
    this.#at += 1;
    return { negated, ranges };
  }
}

/** @throws PatternError */
export function parsePattern(text: string): Pattern {
  if (text.length > longest) throw new PatternError('longer than 1,000 characters', longest);
  const ignoreCase = text.startsWith('(?i)');
  return { node: new Parser(text, ignoreCase ? 4 : 0).whole(), ignoreCase };
}
