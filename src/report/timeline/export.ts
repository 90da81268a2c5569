/**
 * The timeline for other programs: Timesketch (JSONL, CSV), mactime (body file), Plaso's l2t_csv.
 *
 * Every cell is text that an attacker may have chosen: quotes and line breaks are written as RFC 4180 says, and a cell
 * that a spreadsheet would take for a formula (`=`, `+`, `-`, `@`, tab) gets an apostrophe before it. Times are UTC.
 * Sources: Timesketch, docs/guides/user/import-from-json-csv.md (message, datetime, timestamp_desc are required);
 * Sleuth Kit, "Body file" (TSK 3: MD5|name|inode|mode|UID|GID|size|atime|mtime|ctime|crtime);
 * Plaso, "l2tcsv output format" (17 fields).
 */
import type { TimelineTexts } from '../../messages/timeline.ts';
import type { FileEvent, LogEvent } from '../../model/facts/event.ts';
import type { StoredEvent } from '../../store/event-store.ts';
import { escapeTerminal } from '../escape.ts';
import { say } from './say.ts';
import { isoOf } from './texts.ts';

export const exportFormats = ['jsonl', 'csv', 'bodyfile', 'l2t'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** A cell of CSV that stays text wherever it is opened. */
export function csvCell(text: string): string {
  const safe = escapeTerminal(text);
  const plain = safe !== '-' && /^\s*[=+\-@\t\r|]/.test(safe) ? `'${safe}` : safe;
  return /[",\r\n]/.test(plain) || plain !== plain.trim() ? `"${plain.replaceAll('"', '""')}"` : plain;
}

const row = (cells: readonly (string | number)[]): string =>
  cells.map((one) => (typeof one === 'number' ? String(one) : csvCell(one))).join(',');

const fileTimes: Readonly<Record<FileEvent['which'], string>> = {
  changed: 'Metadata Modification Time',
  modified: 'Content Modification Time',
  born: 'Creation Time',
};

/** What kind of time it is, in Plaso's words where it has some. */
const timeKind = (event: LogEvent): string =>
  event.what === 'file' ? fileTimes[event.which] : 'Event Logged';

const accountOf = (event: LogEvent): string => ('account' in event ? event.account : '');
const addressOf = (event: LogEvent): string =>
  'from' in event ? event.from : event.what === 'request' ? event.client : '';

const placeOf = ({ source, line, offset }: LogEvent['source']): string =>
  line === undefined ? (offset === undefined ? source : `${source}@${offset}`) : `${source}:${line}`;

function jsonOf(stored: StoredEvent, texts: TimelineTexts): string {
  const { event, host, log, format } = stored;
  const { kind: _k, source, us, precision, certain, host: _h, text, what, ...own } = event;
  return JSON.stringify({
    message: say(event, texts),
    datetime: isoOf(us),
    timestamp: us,
    timestamp_desc: timeKind(event),
    data_type: `demine:${what}`,
    hostname: host,
    source_file: source.source,
    ...(source.line === undefined ? {} : { source_line: source.line }),
    ...(source.offset === undefined ? {} : { source_offset: source.offset }),
    log,
    log_format: format,
    time_precision: precision,
    time_certain: certain,
    // Of each kind its own fields, under names that Timesketch has not taken.
    ...Object.fromEntries(Object.entries(own).map(([key, value]) => [`event_${key}`, value])),
    text,
  });
}

const csvHead =
  'message,datetime,timestamp,timestamp_desc,data_type,hostname,user,address,source_file,source_line,time_precision,time_certain,text';

function csvOf({ event, host }: StoredEvent, texts: TimelineTexts): string {
  const { us, what, source, precision, certain, text } = event;
  return row([
    say(event, texts),
    isoOf(us),
    us,
    timeKind(event),
    `demine:${what}`,
    host,
    accountOf(event),
    addressOf(event),
    source.source,
    source.line ?? '',
    precision,
    String(certain),
    text,
  ]);
}

/** A bar ends a field, and the format has no escape: it is written as its byte. */
const bodyText = (text: string): string => escapeTerminal(text).replaceAll('|', '%7C');

function bodyOf({ event, host }: StoredEvent, texts: TimelineTexts): string {
  const seconds = Math.max(0, Math.floor(event.us / 1e6));
  const which = event.what === 'file' ? event.which : 'modified';
  const name =
    event.what === 'file'
      ? event.path
      : `[${event.what}] ${host === '' ? '' : `${host}: `}${say(event, texts)} (${placeOf(event.source)})`;
  const [modified, changed, born] = ['modified', 'changed', 'born'].map((one) =>
    one === which ? seconds : 0,
  );
  return `0|${bodyText(name)}|0|0|0|0|0|0|${modified}|${changed}|${born}`;
}

const l2tHead =
  'date,time,timezone,MACB,source,sourcetype,type,user,host,short,desc,version,filename,inode,notes,format,extra';
const macb: Readonly<Record<FileEvent['which'], string>> = {
  modified: 'M...',
  changed: '..C.',
  born: '...B',
};

function l2tOf({ event, host, log, format }: StoredEvent, texts: TimelineTexts): string {
  const iso = isoOf(event.us);
  const said = say(event, texts);
  const isFile = event.what === 'file';
  return row([
    `${iso.slice(5, 7)}/${iso.slice(8, 10)}/${iso.slice(0, 4)}`,
    iso.slice(11, 19),
    'UTC',
    isFile ? macb[event.which] : 'M...',
    isFile ? 'FILE' : 'LOG',
    log,
    timeKind(event),
    accountOf(event) === '' ? '-' : accountOf(event),
    host === '' ? '-' : host,
    said.slice(0, 80),
    said,
    2,
    placeOf(event.source),
    0,
    event.certain ? '-' : 'time not certain',
    format,
    event.text,
  ]);
}

/** Lines of an export, its head first, without line ends. */
export function* exportLines(
  events: Iterable<StoredEvent>,
  format: ExportFormat,
  texts: TimelineTexts,
): Generator<string> {
  if (format === 'csv') yield csvHead;
  if (format === 'l2t') yield l2tHead;
  const one = { jsonl: jsonOf, csv: csvOf, bodyfile: bodyOf, l2t: l2tOf }[format];
  for (const event of events) yield one(event, texts);
}
