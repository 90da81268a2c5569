/**
 * PostgreSQL's log on stderr, with any common log_line_prefix: `%m [%p] %q%u@%d `, `%t:%r:%u@%d:[%p]:`, `< %m >`,
 * `%t [%p]: user=%u,db=%d,app=%a,client=%h `.
 *
 * The severity and two blanks end the prefix. A role's name stands in the prefix too, and may be a severity and two
 * blanks: then the same name stands in the refusal at the end, which is what the line says. A newline within a message is
 * followed by a tab, so a line in a statement is none of the log's. Bounds: 64 KiB of a statement, 1,000 processes.
 * Source: postgresql src/backend/utils/error/elog.c (log_line_prefix, append_with_tabs, send_message_to_server_log),
 * postgresql.conf.sample; documentation of log_line_prefix; plaso postgresql.log.
 */
import { type Printable, printableText } from '../../../model/text.ts';
import type { LogClock } from '../clock.ts';
import type { DecodeContext, LineDecoder, LogFormat } from '../decoder.ts';
import { HeldLine } from '../held-line.ts';
import type { LogLine } from '../line-reader.ts';
import { lineText } from '../line-text.ts';
import { zonedTime } from '../zoned-time.ts';
import { mayGoOn, type PostgresMessage, postgresMessage, receivedFrom } from './postgresql-message.ts';

const severities =
  'LOG|FATAL|ERROR|WARNING|NOTICE|INFO|DEBUG[1-5]?|PANIC|STATEMENT|DETAIL|HINT|CONTEXT|QUERY|LOCATION';
const severity = new RegExp(`(?:^|[\\s:\\]>)|,@])(${severities}): {2}`);
const refusal =
  /FATAL: {2}((?:\w{1,20} authentication failed for user|role|no pg_hba\.conf entry) .{0,1000})$/s;
const nowhere: Printable = printableText('');
const message = { what: 'message', program: printableText('postgresql') } as const;
const mostProcesses = 1000;
const mostBytes = 64 << 10;
const longestPrefix = 1024;

const process = /\[(\d{1,10})(?:-\d{1,10})?\]/;
const named = /\buser=([^,\s]{0,256}),db=[^,\s]{0,256}(?:,app=[^,]{0,256})?(?:,client=([^,\s]{0,255}))?/;
const roleAt = /(?:^|[\s:])([^\s:@]{1,256})@[^\s:@]{0,256}:?\s*(?:\[\d{1,10}(?:-\d{1,10})?\]:)?\s*$/;
const address = /(?:^|[\s:])((?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})\(\d{1,5}\)/i;

/** Prefix and message parted; undefined where there is no severity. */
export function postgresParted(text: string): PostgresMessage | undefined {
  const found = severity.exec(text);
  if (found === null || found.index > longestPrefix) return undefined;
  const prefix = text.slice(0, found.index + 1);
  let level = found[1] ?? '';
  let rest = text.slice(found.index + found[0].length);
  // The name of a role that speaks like a log stands in the refusal again.
  const refused = rest.includes('FATAL:  ') ? refusal.exec(rest) : null;
  if (refused?.[1]?.includes(`${level}:  `)) {
    level = 'FATAL';
    rest = refused[1];
  }
  const pid = process.exec(prefix)?.[1];
  const fields = named.exec(prefix);
  return {
    severity: level,
    text: rest,
    account: fields?.[1] ?? roleAt.exec(prefix)?.[1] ?? '',
    from: fields?.[2] ?? address.exec(prefix)?.[1] ?? '',
    pid: pid === undefined ? undefined : Number(pid),
  };
}

function timeOf({ bytes, start, end }: LogLine, clock: LogClock): number {
  let at = start;
  // `< 2024-…`, `[2024-…`.
  while (at < start + 3 && (bytes[at] === 0x3c || bytes[at] === 0x5b || (at > start && bytes[at] === 0x20)))
    at += 1;
  return zonedTime(bytes, at, end, clock);
}

class PostgresDecoder implements LineDecoder {
  readonly #context: DecodeContext;
  readonly #clients = new Map<number, string>();
  #line: HeldLine | undefined;
  #held: PostgresMessage | undefined;
  #text = '';

  constructor(context: DecodeContext) {
    this.#context = context;
  }

  decode(line: LogLine): boolean {
    const first = line.bytes[line.start];
    if (first === 0x09 || first === 0x20) {
      if (this.#held === undefined) return false;
      if (this.#text.length < mostBytes) this.#text += `\n${lineText(line).trim()}`;
      return true;
    }
    const after = timeOf(line, this.#context.clock);
    const found = after < 0 ? undefined : postgresParted(lineText(line, after));
    if (found === undefined) return false;
    this.end();
    const known = this.#withClient(found);
    if (mayGoOn(known)) {
      this.#line = new HeldLine(line, this.#context.clock);
      this.#held = known;
      this.#text = known.text;
    } else this.#context.emit(line, nowhere, postgresMessage(known) ?? message);
    return true;
  }

  #withClient(found: PostgresMessage): PostgresMessage {
    const { pid, text, from } = found;
    if (pid === undefined) return found;
    const client = found.severity === 'LOG' ? receivedFrom(text) : undefined;
    if (client !== undefined) {
      if (this.#clients.size >= mostProcesses) this.#clients.clear();
      this.#clients.set(pid, client);
    }
    return from === '' ? { ...found, from: this.#clients.get(pid) ?? '' } : found;
  }

  end(): void {
    if (this.#held === undefined) return;
    const whole = { ...this.#held, text: this.#text };
    this.#held = undefined;
    this.#line?.emit(this.#context, nowhere, postgresMessage(whole) ?? message);
  }
}

export const postgresql: LogFormat = {
  id: 'postgresql',
  verified: true,
  source: 'postgresql src/backend/utils/error/elog.c; documentation of log_line_prefix; plaso postgresql.log',
  decoder: (context) => new PostgresDecoder(context),
};
