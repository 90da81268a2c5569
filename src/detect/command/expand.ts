/**
 * What the words of a shell command come to, as far as it can be told without running anything.
 *
 * What it is NOT: a shell: file names are not matched, arithmetic is a number nobody knows. Variables that are not
 * set in the text are `unknown`. Source: POSIX.1-2024 XCU 2.6; bash(1) EXPANSION.
 */
import { readWord } from '../../formats/shell/read-shell.ts';
import type { Script, Word, WordPart } from '../../formats/shell/syntax.ts';
import { braceWords } from './braces.ts';
import type { Session } from './session.ts';
import { decoded, isUnknown, unknown } from './value.ts';

/** What runs a substitution: its output. */
export interface Substituting {
  readonly session: Session;
  output(script: Script): string;
  /** The path under which a substituted process is read. */
  process(script: Script, direction: '<' | '>'): string;
}

const longest = 65_536;

/** A pattern of the shell; undefined for one that would cost too much. */
function globPattern(glob: string, anchor: 'start' | 'end' | 'none', greedy: boolean): RegExp | undefined {
  if (glob.length > 200 || (glob.match(/\*/g) ?? []).length > 3) return undefined;
  const any = greedy ? '[\\s\\S]*' : '[\\s\\S]*?';
  const body = glob.replace(/[\\^$.*+?()[\]{}|]/g, (sign) =>
    sign === '*' ? any : sign === '?' ? '[\\s\\S]' : `\\${sign}`,
  );
  return new RegExp(anchor === 'start' ? `^${body}` : anchor === 'end' ? `${body}$` : body);
}

function replaced(value: string, operation: string, to: Substituting): string {
  const all = operation.startsWith('//');
  const rest = operation.slice(all ? 2 : 1);
  const cut = /(?<!\\)\//.exec(rest)?.index ?? rest.length;
  const from = expandText(rest.slice(0, cut), to).replace(/\\(.)/g, '$1');
  const by = expandText(rest.slice(cut + 1), to);
  if (from === '') return value;
  const anchor = !all && from.startsWith('#') ? 'start' : !all && from.startsWith('%') ? 'end' : 'none';
  const glob = anchor === 'none' ? from : from.slice(1);
  if (!/[*?[]/.test(glob) && anchor === 'none') {
    return all ? value.replaceAll(glob, () => by) : value.replace(glob, () => by);
  }
  const pattern = globPattern(glob, anchor, true);
  return pattern === undefined ? value : value.replace(pattern, () => by);
}

/** `${x:-${x:-…}}`: so deep it is followed. */
const mostNested = 24;

function expandText(text: string, to: Substituting): string {
  if (!/[$`'"\\]/.test(text)) return text;
  const { session } = to;
  if (session.nested >= mostNested) return unknown;
  session.nested += 1;
  const out = joined(readWord(text), to);
  session.nested -= 1;
  return out;
}

function operated(name: string, value: string | undefined, operation: string, to: Substituting): string {
  const known = value ?? unknown;
  const index = /^\[([^\]]{0,40})\]/.exec(operation);
  if (index !== null) {
    const items = known.split(' ');
    const at = index[1] ?? '';
    const own = /^\d+$/.test(at) ? (items[Number(at)] ?? '') : known;
    return operation.length === index[0].length
      ? own
      : operated(name, own, operation.slice(index[0].length), to);
  }
  const choice = /^:?([-=+?])([\s\S]*)$/.exec(operation);
  if (choice !== null) {
    const [, sign, rest = ''] = choice;
    if (sign === '+') return value === undefined ? '' : expandText(rest, to);
    if (sign === '?' || (value !== undefined && value !== '' && !isUnknown(value))) return known;
    const fallback = expandText(rest, to);
    if (sign === '=') to.session.set(name, fallback);
    return fallback;
  }
  const part = /^:\s*(\(?-?\d{1,6}\)?)(?:\s*:\s*(-?\d{1,6}))?$/.exec(operation);
  if (part !== null) {
    const start = Number((part[1] ?? '0').replace(/[()]/g, ''));
    const length = part[2] === undefined ? undefined : Number(part[2]);
    const from = start < 0 ? Math.max(0, known.length + start) : start;
    if (length === undefined) return known.slice(from);
    return known.slice(from, length < 0 ? known.length + length : from + length);
  }
  if (operation.startsWith('/')) return replaced(known, operation, to);
  const trim = /^(##?|%%?)([\s\S]*)$/.exec(operation);
  if (trim !== null) {
    const [, sign = '#', glob = ''] = trim;
    const atStart = sign.startsWith('#');
    const greedy = sign.length === 2;
    const text = expandText(glob, to);
    if (atStart) {
      const pattern = globPattern(text, 'start', greedy);
      return pattern === undefined ? known : known.slice(0, 4096).replace(pattern, '');
    }
    // From the end: the shortest or longest suffix, found by trying.
    const pattern = globPattern(text, 'start', true);
    const body = known.slice(0, 1024);
    if (pattern === undefined) return known;
    const whole = new RegExp(`${pattern.source}$`);
    const places = Array.from({ length: body.length + 1 }, (_, at) => (greedy ? at : body.length - at));
    const place = places.find((at) => whole.test(body.slice(at)));
    return place === undefined ? known : body.slice(0, place);
  }
  if (operation.startsWith(',')) return known.toLowerCase();
  if (operation.startsWith('^')) return known.toUpperCase();
  return known;
}

/** `cu$@rl`: a parameter that nobody gave, in the middle of a word, is nothing. */
function isFiller(part: WordPart, word: Word, to: Substituting): boolean {
  return (
    part.kind === 'variable' &&
    word.parts.length > 1 &&
    part.operation === '' &&
    /^[@*\d]$/.test(part.name) &&
    part.name !== '0' &&
    part.prefix !== '#' &&
    word.parts.some((one) => one.kind === 'text') &&
    !to.session.variables.has(part.name)
  );
}

/** `"${A[@]}"` is one word for each item. */
const isArray = (part: WordPart): boolean => part.kind === 'variable' && part.operation === '[@]';

function variable(part: Extract<WordPart, { readonly kind: 'variable' }>, to: Substituting): string {
  const { session } = to;
  let value = part.name === 'PWD' ? session.folder || `/${unknown}` : session.variables.get(part.name);
  if (part.prefix === '#') return value === undefined || isUnknown(value) ? unknown : String(value.length);
  if (part.prefix === '!') value = value === undefined ? undefined : session.variables.get(value);
  return part.operation === '' ? (value ?? unknown) : operated(part.name, value, part.operation, to);
}

function comesTo(part: WordPart, to: Substituting): string {
  switch (part.kind) {
    case 'text':
      return part.numeric === true ? decoded(part.text) : part.text;
    case 'variable':
      return variable(part, to);
    case 'command':
      return to.output(part.script).replace(/\n+$/, '');
    case 'process':
      return to.process(part.script, part.direction);
    case 'arithmetic':
      return /^\s*\d{1,9}\s*$/.test(part.text) ? part.text.trim() : unknown;
  }
}

/** The word as one text: of assignments, here-documents, redirections. */
export function joined(word: Word, to: Substituting): string {
  if (word.parts.length === 1 && word.parts[0]?.kind === 'text' && word.parts[0].numeric !== true) {
    return word.parts[0].text;
  }
  let text = '';
  for (const part of word.parts) {
    if (!isFiller(part, word, to)) text += to.session.made(comesTo(part, to));
    if (text.length > longest * 4 || to.session.exhausted) break;
  }
  return text;
}

const splits = (part: WordPart): boolean =>
  (part.kind === 'command' || part.kind === 'variable') && (!part.quoted || isArray(part));

/** Fields by an IFS of somebody's own. */
function splitAt(value: string, separators: string): readonly string[] {
  const pieces = [''];
  for (const letter of value) {
    if (separators.includes(letter)) pieces.push('');
    else pieces[pieces.length - 1] += letter;
    if (pieces.length > 4096) break;
  }
  return pieces;
}

/** The fields that a word becomes. */
export function fields(word: Word, to: Substituting): readonly string[] {
  const [only] = word.parts;
  if (word.parts.length === 1 && only?.kind === 'text' && only.numeric !== true) {
    if (only.quoted || !only.text.includes('{')) return [only.text];
  }
  const words = braceWords(word);
  if (words !== undefined) return words.flatMap((one) => split(one, to));
  return split(word, to);
}

/** Fields by blanks that an expansion brought. */
function split(word: Word, to: Substituting): readonly string[] {
  if (!word.parts.some(splits)) return word.parts.length === 0 ? [] : [joined(word, to)];
  const out: string[] = [];
  const separators = to.session.variables.get('IFS') ?? '';
  const blank = /^[ \t\n]*$/.test(separators);
  let current = '';
  let some = false;
  for (const part of word.parts) {
    if (to.session.exhausted) break;
    const value = isFiller(part, word, to) ? '' : to.session.made(comesTo(part, to).slice(0, longest * 4));
    if (!splits(part)) {
      current += value;
      some = some || value !== '' || (part.kind === 'text' && part.quoted);
      continue;
    }
    const pieces = blank ? value.split(/[ \t\r\n]+/) : splitAt(value, separators);
    pieces.forEach((piece, at) => {
      if (at > 0 && some) {
        out.push(current);
        current = '';
        some = false;
      }
      if (piece !== '') {
        current += piece;
        some = true;
      }
    });
    if (out.length > 4096) break;
  }
  if (some) out.push(current);
  return out;
}
