/** `demine evtx FILE|FOLDER…`: records of Windows event logs as lines of JSON, and what they amount to. */
import type { Language } from '../../messages/catalogue.ts';
import { eventLogPage } from '../../report/event-logs/page.ts';
import { renderEventLogs } from '../../report/event-logs/screen.ts';
import { findEventLogs } from '../../scan/event-logs/find-files.ts';
import { runEventLogs } from '../../scan/event-logs/run.ts';
import type { EvtxArguments } from '../evtx-arguments.ts';
import { writeOutputFile } from '../output-file.ts';
import { viewOf, write } from '../terminal.ts';
import { version } from '../version.ts';

/** Something could not be read. */
const exitPartly = 1;

export async function evtxCommand(args: EvtxArguments & { readonly language: Language }): Promise<number> {
  const { paths, lines, summary: isShown, html, where, workers, language } = args;
  // That the page cannot be written is told before hours of reading.
  if (html !== undefined && html !== '-') writeOutputFile(html, '', 'a');
  const { files, unread } = findEventLogs(paths);
  const { summary } = await runEventLogs({
    files,
    where,
    lines,
    tally: isShown || html !== undefined,
    workers,
    output: process.stdout.fd,
  });
  const told = { summary, where, unread, version };
  if (isShown) {
    const text = `${renderEventLogs(told, viewOf(language))}\n`;
    if (lines) process.stderr.write(text);
    else await write(text);
  }
  if (html === '-') await write(eventLogPage(told, language));
  else if (html !== undefined) writeOutputFile(html, eventLogPage(told, language));
  const isWhole = unread.length === 0 && summary.files.every(({ status }) => status === 'read');
  return isWhole ? 0 : exitPartly;
}
