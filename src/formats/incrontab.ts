/**
 * Tables of incron: incrontab(5). `path mask command`: when something happens to the path, the command runs.
 *
 * Blanks in a path are escaped by a backslash; `$@`, `$#`, `$%` and `$&` of the command stand for path, name and
 * event and are left as they are. What it is NOT: a check that the mask is one that the kernel knows.
 */
import type { Printable } from '../model/text.ts';
import { printableLatin1, textLines } from './text-lines.ts';

export interface IncronJob {
  readonly line: number;
  readonly path: Printable;
  readonly mask: Printable;
  readonly command: Printable;
  readonly text: Printable;
}

const mostJobs = 10_000;
const job = /^[ \t]*((?:\\.|[^\s\\])+)[ \t]+([A-Za-z0-9_,=]+)[ \t]+(\S.*)$/;

export function parseIncrontab(bytes: Uint8Array): readonly IncronJob[] {
  const jobs: IncronJob[] = [];
  for (const { line, text } of textLines(bytes)) {
    if (/^[ \t]*#/.test(text)) continue;
    const match = job.exec(text);
    if (match === null) continue;
    const [, path = '', mask = '', command = ''] = match;
    jobs.push({
      line,
      path: printableLatin1(path.replace(/\\(.)/g, '$1')),
      mask: printableLatin1(mask),
      command: printableLatin1(command.trim()),
      text: printableLatin1(text.slice(0, 8192)),
    });
    if (jobs.length >= mostJobs) break;
  }
  return jobs;
}
