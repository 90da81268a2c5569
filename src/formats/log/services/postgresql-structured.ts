/**
 * PostgreSQL's csvlog and jsonlog.
 *
 * A record of csvlog may have newlines within its quotes; a quote in a field is written twice, so a record ends with the
 * line after which no quote is open. Columns: time, user, database, process, client (`host:port`), session, line, tag,
 * start, two transactions, severity, state, message, detail, hint, query, its place, context, statement.
 * Bounds: 64 KiB and 2,000 lines of one record.
 * Sources: postgresql src/backend/utils/error/csvlog.c (write_csvlog) and jsonlog.c (write_jsonlog) at 01731ee.
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { type Printable, printableText } from '../../../model/text.ts';
import { member, numberMember } from '../../loose-json.ts';
import type { DecodeContext, LineDecoder, LogFormat } from '../decoder.ts';
import { HeldLine } from '../held-line.ts';
import { jsonLine, textTime } from '../json-line.ts';
import type { LogLine } from '../line-reader.ts';
import { lineText } from '../line-text.ts';
import { zonedTime } from '../zoned-time.ts';
import { type PostgresMessage, postgresMessage } from './postgresql-message.ts';

const nowhere: Printable = printableText('');
const message = { what: 'message', program: printableText('postgresql') } as const;
const mostBytes = 64 << 10;
const mostLines = 2000;
/** The statement is the twentieth column. */
const wanted = 20;

const field = /(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g;

function columns(record: string): readonly string[] {
  const found: string[] = [];
  for (const [, quoted, bare] of record.matchAll(field)) {
    found.push(quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"'));
    if (found.length >= wanted) break;
  }
  return found;
}

function quotesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) count += 1;
  return count;
}

/** What failed stands in the same record, where the text form has a line of its own for it. */
function detailOf(told: PostgresMessage, statement: string): EventDetail {
  const known = postgresMessage(told);
  if (known !== undefined || statement === '' || told.severity === 'LOG') return known ?? message;
  return postgresMessage({ ...told, severity: 'STATEMENT', text: statement }) ?? message;
}

class CsvDecoder implements LineDecoder {
  readonly #context: DecodeContext;
  #line: HeldLine | undefined;
  #record = '';
  #lines = 0;
  #isOpen = false;

  constructor(context: DecodeContext) {
    this.#context = context;
  }

  decode(line: LogLine): boolean {
    const text = lineText(line);
    if (this.#line === undefined) {
      const after = zonedTime(line.bytes, line.start, line.end, this.#context.clock);
      if (after < 0 || line.bytes[after] !== 0x2c) return false;
      this.#line = new HeldLine(line, this.#context.clock);
      this.#record = '';
      this.#lines = 0;
      this.#isOpen = false;
    } else if (this.#record.length < mostBytes) this.#record += '\n';
    if (this.#record.length < mostBytes) this.#record += text;
    this.#lines += 1;
    if (quotesIn(text) % 2 === 1) this.#isOpen = !this.#isOpen;
    if (!this.#isOpen || this.#lines >= mostLines) this.end();
    return true;
  }

  end(): void {
    const line = this.#line;
    this.#line = undefined;
    if (line === undefined) return;
    const found = columns(this.#record);
    const [, account = '', , pid = '', client = '', , , , , , , level = '', , text = ''] = found;
    const told = {
      severity: level,
      text,
      account,
      from: client.replace(/:\d{1,5}$/, ''),
      pid: /^\d{1,10}$/.test(pid) ? Number(pid) : undefined,
    };
    line.emit(this.#context, nowhere, detailOf(told, found[19] ?? ''));
  }
}

export const postgresqlCsv: LogFormat = {
  id: 'postgresql-csv',
  verified: true,
  source: 'postgresql src/backend/utils/error/csvlog.c (write_csvlog) at 01731ee',
  decoder: (context) => new CsvDecoder(context),
};

/** Text of one character a byte, as the readers of messages take it. */
const latin1Of = (value: unknown): string =>
  typeof value === 'string' ? Buffer.from(value.slice(0, mostBytes), 'utf8').toString('latin1') : '';

class JsonDecoder implements LineDecoder {
  readonly #context: DecodeContext;

  constructor(context: DecodeContext) {
    this.#context = context;
  }

  decode(line: LogLine): boolean {
    const found = jsonLine(line);
    const time = member(found, 'timestamp');
    if (!textTime(typeof time === 'string' ? time : undefined, this.#context.clock)) return false;
    const told = {
      severity: latin1Of(member(found, 'error_severity')),
      text: latin1Of(member(found, 'message')),
      account: latin1Of(member(found, 'user')),
      from: latin1Of(member(found, 'remote_host')),
      pid: numberMember(found, 'pid'),
    };
    this.#context.emit(line, nowhere, detailOf(told, latin1Of(member(found, 'statement'))));
    return true;
  }
}

export const postgresqlJson: LogFormat = {
  id: 'postgresql-json',
  verified: true,
  source: 'postgresql src/backend/utils/error/jsonlog.c (write_jsonlog) at 01731ee',
  decoder: (context) => new JsonDecoder(context),
};
