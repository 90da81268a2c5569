/**
 * Tables of cron: crontab(5) of Vixie cron, Debian's cron, cronie and busybox crond.
 *
 * Reads schedules of five fields, `@reboot` and its kin, environment lines, the user column of system tables, and
 * `%`, whose first unescaped one ends the command and gives the rest to its standard input.
 * What it is NOT: strict. A line that cron refuses is read as far as it makes sense and told as `refused`, because
 * versions differ in what they refuse, and because a table that a database wrote (Redis: `CONFIG SET dir`) has its
 * line between other bytes.
 * Sources: crontab(5) of cron 3.0pl1 (Debian) and cronie 1.7; busybox miscutils/crond.c; knowledge on entry §5.2.
 */
import type { Printable } from '../model/text.ts';
import { printableLatin1, type TextLine, textLines } from './text-lines.ts';

export interface CronEntry {
  readonly line: number;
  /** Five fields or `@reboot`, blanks folded. */
  readonly schedule: Printable;
  /** Of a system table; empty in the table of a user. */
  readonly user: Printable;
  /** With `%` resolved: what the shell gets. */
  readonly command: Printable;
  /** What stands behind the first unescaped `%`: standard input of the command, lines apart by `%0A`. */
  readonly input: Printable;
  /** The whole line. */
  readonly text: Printable;
  /** Bytes before the schedule on the same line, or bytes in it that are no text: no cron runs it as it stands. */
  readonly refused: boolean;
}

export interface CronVariable {
  readonly line: number;
  readonly name: string;
  readonly value: Printable;
  readonly text: Printable;
}

export interface CronTable {
  readonly entries: readonly CronEntry[];
  readonly variables: readonly CronVariable[];
  /** The file holds bytes that no editor writes: NUL or control characters, as a database dump does. */
  readonly noise: boolean;
}

export interface CronForm {
  /** The sixth column names the user: /etc/crontab and cron.d. */
  readonly withUser: boolean;
}

const mostEntries = 10_000;
const longestShown = 8192;

const special =
  '@(?:reboot|yearly|annually|monthly|weekly|daily|midnight|hourly|every_minute|every_second|every\\s+\\S+|shutdown)';
// Numbers, names, lists, ranges and steps; random ranges (`~`) of cronie and OpenBSD.
const field = '(?:[-*/,~0-9?]|[A-Za-z]{3})+';
const fields = `${field}(?:[ \\t]+${field}){4}`;
const schedule = new RegExp(`^[ \\t]*-?(${special}|${fields})[ \\t]+(?=\\S)`, 'i');
const scheduleAnywhere = new RegExp(
  `(?:^|[^\\x21-\\x7e])(@reboot|[*0-9][-*/,0-9]*(?:[ \\t]+${field}){4})[ \\t]+(?=\\S)`,
  'i',
);
const variable = /^[ \t]*(?:"([^"]{1,200})"|'([^']{1,200})'|([A-Za-z_][\w.-]{0,199}))[ \t]*=[ \t]*(.*)$/;
const control = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/** Splits at the first `%` that no backslash stands before; `\%` is a percent sign. */
function atPercent(text: string): { readonly command: string; readonly input: string } {
  let command = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\' && text[at + 1] === '%') {
      command += '%';
      at += 1;
    } else if (character === '%') {
      const input = text.slice(at + 1).replace(/\\?%/g, (mark) => (mark.length === 2 ? '%' : '\n'));
      return { command, input };
    } else command += character;
  }
  return { command, input: '' };
}

function entryOf(
  found: TextLine,
  from: number,
  when: string,
  form: CronForm,
  refused: boolean,
): CronEntry | undefined {
  let rest = found.text.slice(from);
  let user = '';
  if (form.withUser) {
    // FreeBSD and cronie take options between the user and the command; SELinux levels stand behind the user.
    const named = /^(\S+)[ \t]+(?=\S)/.exec(rest);
    if (named === null) {
      // One word is all there is: a user without a command, or a command without a user.
      if (!rest.startsWith('/')) return undefined;
    } else if (!named[1]?.startsWith('/')) {
      user = named[1] ?? '';
      rest = rest.slice(named[0].length);
    }
  }
  const { command, input } = atPercent(rest);
  const trimmed = command.trim();
  if (trimmed === '' && input === '') return undefined;
  return {
    line: found.line,
    schedule: printableLatin1(when.trim().replace(/[ \t]+/g, ' ')),
    user: printableLatin1(user),
    command: printableLatin1(trimmed),
    input: printableLatin1(input),
    text: printableLatin1(found.text.slice(0, longestShown)),
    refused,
  };
}

/** Reads a table as far as it makes sense; never throws. */
export function parseCrontab(bytes: Uint8Array, form: CronForm): CronTable {
  const entries: CronEntry[] = [];
  const variables: CronVariable[] = [];
  let noise = false;
  for (const found of textLines(bytes)) {
    const { text, line } = found;
    const noisy = control.test(text);
    noise ||= noisy;
    if (/^[ \t]*(?:#|$)/.test(text)) continue;
    if (entries.length >= mostEntries) break;
    const match = schedule.exec(text);
    if (match !== null) {
      const entry = entryOf(found, match[0].length, match[1] ?? '', form, noisy);
      if (entry !== undefined) entries.push(entry);
      continue;
    }
    const assigned = variable.exec(text);
    if (assigned !== null && !noisy) {
      const [, double, single, plain, value = ''] = assigned;
      const name = double ?? single ?? plain ?? '';
      const bare = value.trim().replace(/^(["'])(.*)\1$/, '$2');
      variables.push({
        line,
        name,
        value: printableLatin1(bare),
        text: printableLatin1(text.slice(0, longestShown)),
      });
      continue;
    }
    const inside = scheduleAnywhere.exec(text);
    if (inside === null) continue;
    const entry = entryOf(found, inside.index + inside[0].length, inside[1] ?? '', form, true);
    if (entry !== undefined) entries.push(entry);
  }
  return { entries, variables, noise };
}
