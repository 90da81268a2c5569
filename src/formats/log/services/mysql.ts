/**
 * MySQL's and MariaDB's error log and general query log.
 *
 * `2024-01-02T03:04:05.678901Z 8 [Note] [MY-010926] [Server] Access denied for user 'root'@'192.0.2.1' (using password: YES)`,
 * `2024-01-02  3:04:05 8 [Warning] …` (MariaDB), `240102  3:04:05 [Warning] …` (5.5);
 * `2024-01-02T03:04:05.678901Z⇥    8 Query⇥CREATE FUNCTION …` of the general log, where a client's statement stands with
 * its newlines: a line of it may be made to look like a line of the log, so what the general log says of connections is
 * told as the service's word and never as a login.
 * Sources: MySQL Reference Manual 5.4.2.8 (error log format), 5.4.3 (general query log); mysql sql/auth/sql_authentication.cc
 * (login_failed_error), sql/log.cc (File_query_log::write_general: time, tab, `%5u ` of the thread, command, tab, text).
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import type { Printable } from '../../../model/text.ts';
import { skipBlanks, tab } from '../../ascii.ts';
import type { LogClock } from '../clock.ts';
import type { LogLine } from '../line-reader.ts';
import { said, saidCommand } from '../messages/message.ts';
import { serviceEvent, serviceFormat } from '../service-log.ts';
import { isoTime } from '../syslog-head.ts';

const oldHead = /^(?:(\d{4})-(\d\d)-(\d\d)|(\d\d)(\d\d)(\d\d)) {1,2}(\d{1,2}):(\d\d):(\d\d)(?=[\s\t])/;

/** @returns where the time ends, or -1 */
function timeOf({ bytes, start, end }: LogLine, clock: LogClock): number {
  const first = bytes[start] ?? 0;
  if (first < 0x30 || first > 0x39) return -1;
  const after = isoTime(bytes, start, end, clock);
  if (after >= 0) return after;
  const found = oldHead.exec(Buffer.prototype.latin1Slice.call(bytes, start, Math.min(end, start + 24)));
  if (found === null) return -1;
  const [all, year, month, day, yy, mm, dd, hour, minute, second] = found;
  const known = clock.local(
    Number(year ?? `20${yy}`),
    Number(month ?? mm),
    Number(day ?? dd),
    Number(hour),
    Number(minute),
    Number(second),
  );
  return known ? start + all.length : -1;
}

const level =
  /^(?:(?:0x[0-9a-f]{1,16}|\d{1,20}) )?\[(?:Note|Warning|ERROR|Error|System|Server)\] (?:\[MY-\d{6}\] \[\w{1,16}\] )?/;
const denied = /^Access denied for user '(.{0,256})'@'([^']{0,255})'(?: \(using password: (?:YES|NO)\))?$/s;
const library = /^Can't open shared library '(.{1,512}?)'/s;

/** What a message of the error log says, from its thread or level on. */
export function mysqlMessage(text: string): EventDetail | undefined {
  const head = level.exec(text)?.[0];
  if (head === undefined) return undefined;
  const message = text.slice(head.length);
  if (message.startsWith('Access denied')) {
    const found = denied.exec(message);
    if (found === null) return undefined;
    return {
      what: 'login',
      outcome: 'failed',
      service: 'mysql',
      account: said(found[1]),
      known: true,
      from: said(found[2] === 'localhost' ? '' : found[2]),
      method: said('password'),
    };
  }
  const missing = message.startsWith("Can't open shared") ? library.exec(message) : null;
  return missing === null
    ? undefined
    : serviceEvent('mysql', 'library-refused', { detail: said(missing[1]) });
}

export const mysqlError = serviceFormat({
  id: 'mysql-error',
  service: 'mysql',
  verified: true,
  source: 'MySQL Reference Manual, The Error Log; mysql sql/auth/sql_authentication.cc',
  head: (line, clock) => {
    const after = timeOf(line, clock);
    return after < 0 ? -1 : skipBlanks(line.bytes, after, line.end);
  },
  read: mysqlMessage,
});

const entry = /^ *(\d{1,20}) ([A-Z][A-Za-z ]{2,24}?)(?:\t(.*))?$/s;

interface Client {
  readonly account: Printable;
  readonly from: Printable;
}

const mostThreads = 1_000;

/** Statements have the number of their connection alone, whose first line says whose it is. */
function readGeneral(clients: Map<string, Client>, text: string): EventDetail | undefined {
  const found = entry.exec(text);
  if (found === null) return undefined;
  const [, thread = '', verb, argument = ''] = found;
  if (verb === 'Query' || verb === 'Execute')
    return serviceEvent('mysql', 'statement', { ...clients.get(thread), detail: saidCommand(argument) });
  if (verb === 'Quit') clients.delete(thread);
  if (verb !== 'Connect') return undefined;
  const who = /^(\S{0,256})@(\S{0,255})(?: (?:on|as) .{0,256})?$/s.exec(argument);
  if (who === null) return undefined;
  const client = { account: said(who[1]), from: said(who[2] === 'localhost' ? '' : who[2]) };
  if (clients.size >= mostThreads) clients.clear();
  clients.set(thread, client);
  return serviceEvent('mysql', 'connect', { ...client, detail: said(argument) });
}

function generalReader(): (text: string) => EventDetail | undefined {
  const clients = new Map<string, Client>();
  return (text) => readGeneral(clients, text);
}

/** Within one second 5.5 writes the time once, and two tabs for it after. */
function generalHead(line: LogLine, clock: LogClock): number {
  const { bytes, start } = line;
  if (bytes[start] === tab && bytes[start + 1] === tab) return clock.us > 0 ? start + 2 : -1;
  const after = timeOf(line, clock);
  return after >= 0 && bytes[after] === tab ? after + 1 : -1;
}

export const mysqlGeneral = serviceFormat({
  id: 'mysql-general',
  service: 'mysql',
  verified: true,
  source:
    'mysql sql/log.cc (File_query_log::write_general) of 5.6 to 8.4; MySQL Reference Manual, The General Query Log',
  head: generalHead,
  read: (text) => readGeneral(new Map(), text),
  reader: generalReader,
  // Statements go on over lines.
  goesOn: /^/,
});
