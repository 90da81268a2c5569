/**
 * Tables of anacron: anacrontab(5).
 *
 * A job is `period delay identifier command`, the period in days or `@daily` and kin; environment lines as in
 * crontab(5). Jobs run as root (or as the user of a table of their own). What it is NOT: the record of what ran.
 */
import type { Printable } from '../model/text.ts';
import { printableLatin1, textLines } from './text-lines.ts';

export interface AnacronJob {
  readonly line: number;
  /** `7 days, 10 minutes later` in the form of the table: `7 10`. */
  readonly schedule: Printable;
  readonly identifier: Printable;
  readonly command: Printable;
  readonly text: Printable;
}

const mostJobs = 10_000;
const job = /^[ \t]*(\d{1,9}|@\w{1,20})[ \t]+(\d{1,9})[ \t]+(\S+)[ \t]+(\S.*)$/;

export function parseAnacrontab(bytes: Uint8Array): readonly AnacronJob[] {
  const jobs: AnacronJob[] = [];
  for (const { line, text } of textLines(bytes, { longest: 65_536 })) {
    const match = job.exec(text);
    if (match === null) continue;
    const [, period = '', delay = '', identifier = '', command = ''] = match;
    jobs.push({
      line,
      schedule: printableLatin1(`${period} ${delay}`),
      identifier: printableLatin1(identifier),
      command: printableLatin1(command.trim()),
      text: printableLatin1(text.slice(0, 8192)),
    });
    if (jobs.length >= mostJobs) break;
  }
  return jobs;
}
