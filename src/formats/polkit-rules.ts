/**
 * Rules of polkit: JavaScript files, the older .pkla files, and what actions are defined to allow.
 *
 * Of JavaScript is told what it spawns, and which rules answer YES without asking what is wanted or who wants it: the
 * text of a rule is searched with comments left out; nothing is executed. Of actions are told those that run a named
 * program, and those with the power of root that need no password.
 * What it is NOT: an interpreter; a rule that hides its words behind others is told by `polkit.spawn` or not at all.
 * Sources: polkit(8) "Authorization rules", "Declaring actions"; pklocalauthority(8); pkexec(1) exec.path.
 */
import type { Printable } from '../model/text.ts';
import { quotedWords } from './quoted-words.ts';
import { parseUnit } from './systemd-unit.ts';
import { printableLatin1 } from './text-lines.ts';

export interface PolkitRule {
  readonly kind: 'spawn' | 'yes' | 'admin';
  /** Words of the command for a spawn, in quotes where they need it; else the condition in short. */
  readonly command: string;
  readonly line: number;
  readonly text: Printable;
  /** Answers YES to whatever is asked, or to whoever asks for the power of root. */
  readonly anyone: boolean;
}

const longest = 1 << 20;
const longestRule = 16_384;
const mostRules = 500;
const mostStrings = 512;
const powerful =
  /org\.freedesktop\.(?:policykit\.exec|systemd1\.manage-unit|packagekit|accounts\.user-administration)/;

/** Where the string ends that begins at a quote; a line's end ends it too. */
function endOfString(text: string, from: number): number {
  const quote = text[from];
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quote || text[at] === '\n') return at;
  }
  return text.length;
}

const isQuote = (character: string | undefined): boolean =>
  character === '"' || character === "'" || character === '`';

/** Comments become blanks, so that places stay; strings stay. One pass. */
function withoutComments(text: string): string {
  const pieces: string[] = [];
  let kept = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (isQuote(text[at])) at = endOfString(text, at);
    else if (text[at] === '/' && (text[at + 1] === '/' || text[at + 1] === '*')) {
      const block = text[at + 1] === '*';
      const found = text.indexOf(block ? '*/' : '\n', at + 2);
      const end = found < 0 ? text.length : block ? found + 2 : found;
      pieces.push(text.slice(kept, at), text.slice(at, end).replace(/[^\n]/g, ' '));
      kept = end;
      at = end - 1;
    }
  }
  pieces.push(text.slice(kept));
  return pieces.join('');
}

/** From an opening bracket to the one that closes it; strings are passed over. */
function bracketed(text: string, from: number): string {
  const bound = Math.min(text.length, from + longestRule);
  let depth = 0;
  for (let at = from; at < bound; at += 1) {
    const character = text[at];
    if (isQuote(character)) at = endOfString(text, at);
    else if (character === '(' || character === '[') depth += 1;
    else if (character === ')' || character === ']') {
      depth -= 1;
      if (depth === 0) return text.slice(from, at + 1);
    }
  }
  return text.slice(from, bound);
}

function stringsOf(text: string): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length && found.length < mostStrings; at += 1) {
    if (!isQuote(text[at])) continue;
    const end = endOfString(text, at);
    found.push(text.slice(at + 1, end).replace(/\\(.)/g, '$1'));
    at = end;
  }
  return found;
}

/** Does a rule leave open what is asked for, or who asks? */
function isForAnyone(body: string): boolean {
  const asksWhat = /\baction\s*\.\s*(?:id|lookup)\b|\baction\s*\[/.test(body);
  const asksWho = /\bsubject\s*\.\s*(?:user|group|groups|isInGroup|isInNetGroup|session|seat)\b/.test(body);
  if (!asksWhat) return true;
  return !asksWho && powerful.test(body);
}

export function parsePolkitRules(bytes: Uint8Array): readonly PolkitRule[] {
  const whole = Buffer.from(bytes.subarray(0, longest)).toString('latin1');
  const text = withoutComments(whole);
  const lines = whole.split('\n');
  const found: PolkitRule[] = [];
  let seenTo = 0;
  let line = 1;
  const lineAt = (offset: number): number => {
    for (; seenTo < offset; seenTo += 1) if (text[seenTo] === '\n') line += 1;
    return line;
  };
  const add = (offset: number, rule: Pick<PolkitRule, 'kind' | 'command' | 'anyone'>): void => {
    const at = lineAt(offset);
    found.push({ ...rule, line: at, text: printableLatin1((lines[at - 1] ?? '').trim().slice(0, 4096)) });
  };
  let end = 0;
  let body = '';
  let looked = 0;
  for (const match of text.matchAll(
    /\bpolkit\s*(?:\.\s*|\[\s*["'])(spawn|addRule|addAdminRule|Result\s*\.\s*YES)\b|(?<=return\s)["']yes["']/g,
  )) {
    looked += 1;
    if (looked > mostRules) break;
    const [, name = 'Result.YES'] = match;
    const from = match.index + match[0].length;
    if (name === 'addRule' || name === 'addAdminRule') {
      body = bracketed(text, text.indexOf('(', from));
      end = from + body.length;
      if (name === 'addAdminRule') {
        add(match.index, { kind: 'admin', command: stringsOf(body).join(' ').slice(0, 4096), anyone: false });
      }
    } else if (name === 'spawn') {
      const open = text.indexOf('(', from);
      const words = stringsOf(bracketed(text, open < 0 ? text.length : open));
      add(match.index, {
        kind: 'spawn',
        command: quotedWords(words).slice(0, 16_384),
        anyone: false,
      });
    } else if (from <= end) {
      const ids = stringsOf(body).filter((id) => /^[\w-]+(?:\.[\w-]+)+\.?$/.test(id));
      add(match.index, { kind: 'yes', command: ids.join(' ').slice(0, 4096), anyone: isForAnyone(body) });
    }
  }
  return found;
}

export interface PolkitGrant {
  readonly identity: string;
  readonly action: string;
  readonly line: number;
  readonly text: Printable;
  readonly anyone: boolean;
}

/** Entries of a .pkla file that answer yes. */
export function parsePkla(bytes: Uint8Array): readonly PolkitGrant[] {
  const sections = new Map<string, Map<string, ReturnType<typeof parseUnit>[number]>>();
  for (const one of parseUnit(bytes)) {
    if (sections.size > 1_000) break;
    const keys = sections.get(one.section) ?? new Map();
    keys.set(one.key, one);
    sections.set(one.section, keys);
  }
  return [...sections.values()].flatMap((keys) => {
    const yes = ['ResultAny', 'ResultInactive', 'ResultActive']
      .map((key) => keys.get(key))
      .find((result) => result?.value.toLowerCase() === 'yes');
    if (yes === undefined) return [];
    const identity = keys.get('Identity')?.value ?? '';
    const action = keys.get('Action')?.value ?? '';
    const anything = action
      .split(';')
      .some((id) => id === '*' || id === 'org.*' || id === 'org.freedesktop.*');
    const anybody = identity.split(';').some((who) => who === 'unix-user:*' || who === '*');
    const anyone = anything || (anybody && powerful.test(action) && keys.get('ResultAny')?.value === 'yes');
    return [{ identity, action, line: yes.line, text: yes.text, anyone }];
  });
}

export interface PolkitAction {
  readonly id: string;
  /** Of `org.freedesktop.policykit.exec.path`; empty for none. */
  readonly program: string;
  readonly line: number;
  readonly text: Printable;
  /** Runs a program, or has the power of root, and asks nobody for a password. */
  readonly anyone: boolean;
}

/** Actions that run a program, or that have the power of root and are open to all. */
export function parsePolkitActions(bytes: Uint8Array): readonly PolkitAction[] {
  const text = Buffer.from(bytes.subarray(0, longest))
    .toString('latin1')
    .replace(/<!--[\s\S]*?(?:-->|$)/g, (comment) => comment.replace(/[^\n]/g, ' '));
  const found: PolkitAction[] = [];
  const pieces = text.split(/(?=<action\s)/, mostRules);
  let line = 1;
  let passed = '';
  for (const piece of pieces) {
    for (const character of passed) if (character === '\n') line += 1;
    passed = piece;
    const id = /^<action\s+id\s*=\s*["']([^"']{1,256})["']/.exec(piece)?.[1];
    if (id === undefined) continue;
    const own = piece.split('</action>', 1)[0] ?? '';
    const path =
      /<annotate\s+key\s*=\s*["']org\.freedesktop\.policykit\.exec\.path["']\s*>([^<]{1,4096})</.exec(own);
    const open = /<allow_any\s*>\s*yes\s*</.test(own);
    const program = (path?.[1] ?? '').trim();
    const anyone = open && (program !== '' || powerful.test(id));
    if (program === '' && !anyone) continue;
    const shown = program === '' ? `<action id="${id}"> allow_any yes` : (path?.[0] ?? '').slice(0, -1);
    found.push({ id, program, line, text: printableLatin1(shown.trim()), anyone });
  }
  return found;
}
