/**
 * Command lines of units: `ExecStart=` and its kin, as systemd.service(5) and systemd.syntax(7) read them.
 *
 * Prefixes: `@` the second word is argv[0], `-` failure does not matter, `:` no variables, `+`, `!`, `!!` privileges,
 * `|` through a shell. Specifiers are resolved where the unit itself says what they are; `%%` is a percent sign.
 * What it is NOT: a shell. Quotes and C escapes are those of systemd; `;` as a word of its own separates commands.
 */

export interface ExecLine {
  /** First word: the program. */
  readonly program: string;
  /** The words as they are executed, quoted again where a reader of words needs it. */
  readonly command: string;
  /** Runs with full privileges whatever User= says (`+`). */
  readonly privileged: boolean;
  /** Through a shell (`|`). */
  readonly shell: boolean;
}

export interface UnitNames {
  /** `foo@bar.service` */
  readonly unit: string;
}

const mostWords = 4096;

/** The values that specifiers stand for as far as the name of the unit tells. */
function specifiers({ unit }: UnitNames): Readonly<Record<string, string>> {
  const bare = unit.replace(/\.[^.]*$/, '');
  const at = bare.indexOf('@');
  const prefix = at < 0 ? bare : bare.slice(0, at);
  const instance = at < 0 ? '' : bare.slice(at + 1);
  return { n: unit, N: bare, p: prefix, P: prefix, i: instance, I: instance, '%': '%' };
}

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  s: ' ',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

function unescapeAt(text: string, at: number): { readonly character: string; readonly length: number } {
  const hex = /^\\x([0-9A-Fa-f]{2})/.exec(text.slice(at, at + 4));
  if (hex !== null) return { character: String.fromCharCode(Number.parseInt(hex[1] ?? '', 16)), length: 4 };
  const octal = /^\\([0-7]{3})/.exec(text.slice(at, at + 4));
  if (octal !== null) {
    return { character: String.fromCharCode(Number.parseInt(octal[1] ?? '', 8) & 0xff), length: 4 };
  }
  const known = escapes[text[at + 1] ?? ''];
  return known === undefined ? { character: '\\', length: 1 } : { character: known, length: 2 };
}

/** Words of a line; quotes group where they begin a word or stand within one. */
export function unitWords(text: string): readonly string[] {
  const words: string[] = [];
  let word = '';
  let started = false;
  let quote = '';
  for (let at = 0; at < text.length && words.length < mostWords; ) {
    const character = text[at] ?? '';
    if (character === '\\') {
      const { character: meant, length } = unescapeAt(text, at);
      word += meant;
      started = true;
      at += length;
      continue;
    }
    at += 1;
    if (quote !== '') {
      if (character === quote) quote = '';
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      started = true;
    } else if (/\s/.test(character)) {
      if (started) words.push(word);
      word = '';
      started = false;
    } else {
      word += character;
      started = true;
    }
  }
  if (started) words.push(word);
  return words;
}

/** In quotes where a reader of shell words would split it. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** One `Exec…=` value; several commands where `;` stands as a word. */
export function parseExec(value: string, names: UnitNames): readonly ExecLine[] {
  const stand = specifiers(names);
  // Words first, specifiers within them after: what a specifier stands for is never split.
  const resolved = (word: string): string =>
    word.replace(/%([A-Za-z%])/g, (whole, letter: string) => stand[letter] ?? whole);
  const lines: ExecLine[] = [];
  let words: string[] = [];
  const close = (): void => {
    const [first = '', ...rest] = words;
    words = [];
    const prefix = /^[-@:+!|]*/.exec(first)?.[0] ?? '';
    const program = first.slice(prefix.length);
    if (program === '') return;
    const argv = prefix.includes('@') ? rest.slice(1) : rest;
    lines.push({
      program,
      command: [program, ...argv].map(quoted).join(' '),
      privileged: prefix.includes('+'),
      shell: prefix.includes('|'),
    });
  };
  for (const word of unitWords(value)) {
    if (word === ';') close();
    else words.push(resolved(word));
  }
  close();
  return lines;
}
