/** Reads a text as a log of a format: for tests. */
import type { LogEvent } from '../../model/facts/event.ts';
import { printableText } from '../../model/text.ts';
import type { ClockOptions } from './clock.ts';
import { LogReader } from './decode-log.ts';
import type { LogFormat } from './decoder.ts';
import { LineReader } from './line-reader.ts';
import { YearScan, type Years } from './years.ts';

function yearsOf(format: LogFormat, bytes: Uint8Array, writtenUs: number | undefined): Years | undefined {
  if (format.yearless === undefined || writtenUs === undefined) return undefined;
  const scan = new YearScan(format.yearless);
  const lines = new LineReader((line) => scan.see(line.bytes, line.start, line.end, line.number));
  lines.push(bytes);
  lines.end();
  return scan.resolve({ us: writtenUs, isWritten: true });
}

export function readLog(
  format: LogFormat,
  text: string | Uint8Array,
  { source = '/var/log/x.log', ...clock }: ClockOptions & { readonly source?: string } = {},
) {
  const events: LogEvent[] = [];
  const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
  const { years = yearsOf(format, bytes, clock.writtenUs) } = clock;
  const given = years === undefined ? clock : { ...clock, years };
  const reader = new LogReader(printableText(source), format, given, (event) => events.push(event));
  reader.push(bytes);
  return { events, outcome: reader.end() };
}

/** Moment and what is of interest. */
export const isoOf = ({ us }: LogEvent): string => new Date(us / 1000).toISOString();

/** Kinds of the events of a text, in order. */
export const kindsOf = (format: LogFormat, text: string): readonly string[] =>
  readLog(format, text).events.map(({ what }) => what);
