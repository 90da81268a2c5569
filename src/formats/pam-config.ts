/**
 * Stacks of PAM: lines of /etc/pam.d/SERVICE, and of the old /etc/pam.conf where the service comes first.
 *
 * A control is one word, or pairs in brackets (`[success=1 default=ignore]`); arguments in brackets may hold blanks.
 * `@include NAME` is Debian's way to take a whole file in. What it is NOT: what a module does.
 * Sources: pam.d(5), pam.conf(5); Linux-PAM libpam/pam_handlers.c; bound: 2,000 lines of one file.
 */
import type { Printable } from '../model/text.ts';
import { joinedLines } from './joined-lines.ts';

export type PamType = 'auth' | 'account' | 'password' | 'session';

/** What becomes of a module's answer: a jump over so many lines, or an action. */
export type PamAction = number | 'ok' | 'done' | 'ignore' | 'bad' | 'die' | 'reset';

export interface PamLine {
  readonly kind: 'module' | 'include' | 'substack';
  /** Only in pam.conf; else the name of the file says it. */
  readonly service?: string;
  /** An `@include` is of every type. */
  readonly type: PamType | 'every';
  readonly control: string;
  /** Module or file as it stands there. */
  readonly name: string;
  readonly args: readonly string[];
  /** Nothing is said where the module is not there: a minus before the type. */
  readonly optionalModule: boolean;
  readonly line: number;
  readonly text: Printable;
}

const mostLines = 2_000;
const mostWords = 512;
const longestControl = 1024;
const types: ReadonlySet<string> = new Set(['auth', 'account', 'password', 'session']);
const isType = (word: string): word is PamType => types.has(word);

/** Words apart by blanks; brackets group, and `\\]` within them is a bracket. */
function pamWords(text: string): readonly string[] {
  const words: string[] = [];
  for (let at = 0; at < text.length && words.length < mostWords; ) {
    if (/\s/.test(text[at] ?? '')) {
      at += 1;
      continue;
    }
    const bracket = text[at] === '[';
    let end = at + 1;
    while (end < text.length && !(bracket ? text[end] === ']' : /\s/.test(text[end] ?? ''))) {
      end += bracket && text[end] === '\\' && text[end + 1] === ']' ? 2 : 1;
    }
    words.push(bracket ? `[${text.slice(at + 1, end).replaceAll('\\]', ']')}]` : text.slice(at, end));
    at = bracket ? end + 1 : end;
  }
  return words;
}

const bare = (word: string): string => (word.startsWith('[') ? word.slice(1, -1) : word);

export function parsePam(bytes: Uint8Array, form: 'pam.d' | 'pam.conf'): readonly PamLine[] {
  const found: PamLine[] = [];
  for (const { line, value, text } of joinedLines(bytes)) {
    if (found.length >= mostLines) break;
    const comment = /\s#/.exec(value);
    const shown = comment === null ? value : value.slice(0, comment.index);
    const included = /^@include\s+(\S+)/.exec(shown);
    if (included !== null) {
      const name = included[1] ?? '';
      const every = { kind: 'include', type: 'every', control: 'include', optionalModule: false } as const;
      found.push({ ...every, name, args: [], line, text });
      continue;
    }
    const words = [...pamWords(shown)];
    const service = form === 'pam.conf' ? words.shift()?.toLowerCase() : undefined;
    const [first = '', control = '', name = '', ...args] = words;
    const type = first.replace(/^-/, '').toLowerCase();
    if (!isType(type) || name === '') continue;
    found.push({
      kind: control === 'include' ? 'include' : control === 'substack' ? 'substack' : 'module',
      ...(service === undefined ? {} : { service }),
      type,
      control: control.startsWith('[') ? control : control.toLowerCase(),
      name,
      args: args.map(bare),
      optionalModule: first.startsWith('-'),
      line,
      text,
    });
  }
  return found;
}

export interface PamControl {
  readonly success: PamAction;
  /** When the module says no: PAM_AUTH_ERR. */
  readonly failure: PamAction;
  /** When the module has no opinion: PAM_IGNORE. */
  readonly ignore: PamAction;
}

const plain: Readonly<Record<string, PamControl>> = {
  required: { success: 'ok', failure: 'bad', ignore: 'ignore' },
  requisite: { success: 'ok', failure: 'die', ignore: 'ignore' },
  sufficient: { success: 'done', failure: 'ignore', ignore: 'ignore' },
  optional: { success: 'ok', failure: 'ignore', ignore: 'ignore' },
};

const actions: ReadonlySet<string> = new Set(['ok', 'done', 'ignore', 'bad', 'die', 'reset']);
const isAction = (word: string): word is Exclude<PamAction, number> => actions.has(word);

/** @returns nothing for a control that libpam does not know: the line then fails */
export function parsePamControl(control: string): PamControl | undefined {
  if (!control.startsWith('[')) return plain[control];
  const values = new Map<string, PamAction>();
  for (const [, name = '', action = ''] of control
    .slice(0, longestControl)
    .matchAll(/([a-z_]+)\s*=\s*([a-z]+|\d{1,4})/g)) {
    if (isAction(action)) values.set(name, action);
    else if (/^\d+$/.test(action)) values.set(name, Number(action));
  }
  const otherwise = values.get('default') ?? 'bad';
  return {
    success: values.get('success') ?? otherwise,
    failure: values.get('auth_err') ?? otherwise,
    ignore: values.get('ignore') ?? otherwise,
  };
}
