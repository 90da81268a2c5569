/**
 * Tables of fcron: fcrontab(5), as its source text is kept (`USER.orig`).
 *
 * Entries: `@options 30min command` (by run time), `&options m h d M w command` (by wall clock, options before the
 * fields), `%hourly,options fields command` (by period), and plain crontab(5) lines. `!options` sets what follows;
 * `runas(user)` changes the user of a table of the system. What it is NOT: the binary form beside it.
 */
import type { Printable } from '../model/text.ts';
import { printableLatin1, textLines } from './text-lines.ts';

export interface FcronJob {
  readonly line: number;
  readonly schedule: Printable;
  /** By runas(); empty where the table's own user runs it. */
  readonly user: Printable;
  readonly command: Printable;
  readonly text: Printable;
}

const mostJobs = 10_000;
const runas = /\brunas\(\s*["']?([^"')\s]{1,64})/;
const byTime = /^@(\S*)[ \t]+(\d[0-9a-z]*)[ \t]+(\S.*)$/i;
const byClock = /^(?:&(\S*)[ \t]+)?((?:[-*/,~0-9]+[ \t]+){4}[-*/,~0-9A-Za-z]+)[ \t]+(\S.*)$/;
const byPeriod = /^%(\S+)[ \t]+((?:[-*/,~0-9]+[ \t]+){0,5})(\S.*)$/;

export function parseFcrontab(bytes: Uint8Array): readonly FcronJob[] {
  const jobs: FcronJob[] = [];
  let preset = '';
  for (const { line, text: raw } of textLines(bytes, { longest: 16_384 })) {
    const text = raw.trim();
    if (text === '' || text.startsWith('#')) continue;
    if (text.startsWith('!')) {
      preset = runas.exec(text)?.[1] ?? (/\bruna?s?\(\)|^!reset/.test(text) ? '' : preset);
      continue;
    }
    const match = byTime.exec(text) ?? byPeriod.exec(text) ?? byClock.exec(text);
    if (match === null) continue;
    const [, options = '', when = '', command = ''] = match;
    jobs.push({
      line,
      schedule: printableLatin1(`${text.startsWith('%') ? `%${options} ` : ''}${when}`.trim()),
      user: printableLatin1(runas.exec(options)?.[1] ?? preset),
      command: printableLatin1(command.trim()),
      text: printableLatin1(raw.slice(0, 8192)),
    });
    if (jobs.length >= mostJobs) break;
  }
  return jobs;
}
