/** A log of a web server as text, read to its events. For tests. */
import type { LogEvent } from '../../../model/facts/event.ts';
import { printableText } from '../../../model/text.ts';
import { type LogOutcome, LogReader } from '../decode-log.ts';
import type { LogFormat } from '../decoder.ts';

export interface ReadLog {
  readonly events: readonly LogEvent[];
  readonly outcome: LogOutcome;
}

/** `text` is one character a byte. */
export function readLog(format: LogFormat, text: string): ReadLog {
  const events: LogEvent[] = [];
  const reader = new LogReader(printableText('/var/log/web.log'), format, {}, (event) => events.push(event));
  reader.push(Buffer.from(text, 'latin1'));
  return { events, outcome: reader.end() };
}
