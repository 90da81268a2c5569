/** Reads a text as a log of a format: for tests. */
import type { LogEvent } from '../../model/facts/event.ts';
import { printableText } from '../../model/text.ts';
import type { ClockOptions } from './clock.ts';
import { LogReader } from './decode-log.ts';
import type { LogFormat } from './decoder.ts';

export function readLog(
  format: LogFormat,
  text: string | Uint8Array,
  { source = '/var/log/x.log', ...clock }: ClockOptions & { readonly source?: string } = {},
) {
  const events: LogEvent[] = [];
  const reader = new LogReader(printableText(source), format, clock, (event) => events.push(event));
  reader.push(typeof text === 'string' ? Buffer.from(text, 'latin1') : text);
  return { events, outcome: reader.end() };
}

/** Moment and what is of interest. */
export const isoOf = ({ us }: LogEvent): string => new Date(us / 1000).toISOString();

/** Kinds of the events of a text, in order. */
export const kindsOf = (format: LogFormat, text: string): readonly string[] =>
  readLog(format, text).events.map(({ what }) => what);
