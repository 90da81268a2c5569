/**
 * IIS logs in the W3C extended format: `#Fields:` says what the columns are, and may say so anew within a file.
 *
 * Columns stand apart by blanks; IIS writes `+` for a blank within one and `-` for none. Times are UTC; a file without
 * the column `date` takes it from `#Date:`. Before the first `#Fields:` nothing is known. What it is NOT: the NCSA and
 * IIS formats, which it can be set to as well; NCSA is Apache's common format.
 * Source: W3C WD-logfile-960323; learn.microsoft.com "W3C Logging"; log2timeline/plaso test_data/iis.
 */
import type { Printable } from '../../../model/text.ts';
import { decimal, find, space, startsWith } from '../../ascii.ts';
import type { DecodeContext, LineDecoder, LogFormat } from '../decoder.ts';
import type { LogLine } from '../line-reader.ts';
import { plainField } from './quoted.ts';
import { longestTarget } from './request-line.ts';

const hash = 0x23;
const dash = 0x2d;
const mostColumns = 64;
const none = plainField('');

type Column =
  | 'date'
  | 'time'
  | 'cs-method'
  | 'cs-uri-stem'
  | 'cs-uri-query'
  | 'cs-uri'
  | 'cs-username'
  | 'c-ip'
  | 'cs-host'
  | 'cs(host)'
  | 'cs(user-agent)'
  | 'cs(referer)'
  | 'x-forwarded-for'
  | 'sc-status'
  | 'sc-bytes';

class IisDecoder implements LineDecoder {
  readonly #context: DecodeContext;
  #columns: ReadonlyMap<string, number> = new Map();
  /** Where each column begins in the line, and the line's end plus one. */
  readonly #at: number[] = [];
  #day = '';

  constructor(context: DecodeContext) {
    this.#context = context;
  }

  decode(line: LogLine): boolean {
    const { bytes, start, end } = line;
    if (bytes[start] === hash) return this.#directive(bytes, start, end);
    if (this.#columns.size === 0) return false;
    this.#split(bytes, start, end);
    if (!this.#time(bytes)) return false;
    const status = this.#number(bytes, 'sc-status');
    const method = this.#text(bytes, 'cs-method');
    if (method === '' && status < 0) return false;
    const stem = this.#raw(bytes, 'cs-uri-stem') || this.#raw(bytes, 'cs-uri');
    const query = this.#raw(bytes, 'cs-uri-query');
    const site = this.#text(bytes, 'cs-host') || this.#text(bytes, 'cs(host)');
    const forwarded = this.#text(bytes, 'x-forwarded-for');
    this.#context.emit(line, none, {
      what: 'request',
      server: 'iis',
      client: this.#text(bytes, 'c-ip'),
      method,
      target: plainField(query === '' ? stem : `${stem}?${query}`, longestTarget),
      status: Math.max(0, status),
      size: this.#number(bytes, 'sc-bytes'),
      agent: this.#spoken(bytes, 'cs(user-agent)'),
      referrer: this.#spoken(bytes, 'cs(referer)'),
      account: this.#text(bytes, 'cs-username'),
      ...(site === '' ? {} : { site }),
      ...(forwarded === '' ? {} : { forwarded }),
    });
    return true;
  }

  #directive(bytes: Uint8Array, start: number, end: number): boolean {
    if (startsWith(bytes, '#Fields:', start, end)) {
      const text: string = Buffer.prototype.latin1Slice.call(bytes, start + 8, Math.min(end, start + 4096));
      const names = text.trim().split(/\s+/, mostColumns);
      this.#columns = new Map(names.map((name, index) => [name.toLowerCase(), index]));
      return true;
    }
    if (startsWith(bytes, '#Date:', start, end)) {
      this.#day = Buffer.prototype.latin1Slice.call(bytes, start + 7, Math.min(end, start + 17));
    }
    return true;
  }

  #split(bytes: Uint8Array, start: number, end: number): void {
    const bounds = this.#at;
    bounds.length = 0;
    for (let at = start; at <= end && bounds.length <= mostColumns; ) {
      bounds.push(at);
      at = find(bytes, space, at, end) + 1;
    }
    if (bounds.length <= mostColumns) bounds.push(end + 1);
  }

  #raw(bytes: Uint8Array, name: Column): string {
    const column = this.#columns.get(name);
    const from = column === undefined ? undefined : this.#at[column];
    const next = column === undefined ? undefined : this.#at[column + 1];
    if (from === undefined || next === undefined || next - 1 <= from) return '';
    if (next - from === 2 && bytes[from] === dash) return '';
    return Buffer.prototype.latin1Slice.call(bytes, from, next - 1);
  }

  // No escapes are undone here: IIS has none, and a backslash is one that a client sent.
  #text(bytes: Uint8Array, name: Column): Printable {
    return plainField(this.#raw(bytes, name));
  }

  #spoken(bytes: Uint8Array, name: Column): Printable {
    return plainField(this.#raw(bytes, name).replaceAll('+', ' '));
  }

  #number(bytes: Uint8Array, name: Column): number {
    const value = Number.parseInt(this.#raw(bytes, name), 10);
    return Number.isSafeInteger(value) ? value : -1;
  }

  #time(bytes: Uint8Array): boolean {
    const day = this.#raw(bytes, 'date') || this.#day;
    const column = this.#columns.get('time');
    const at = column === undefined ? undefined : this.#at[column];
    if (at === undefined || !/^\d{4}-\d\d-\d\d$/.test(day)) return false;
    return this.#context.clock.withOffset(
      Number(day.slice(0, 4)),
      Number(day.slice(5, 7)),
      Number(day.slice(8, 10)),
      decimal(bytes, at, at + 2),
      decimal(bytes, at + 3, at + 5),
      decimal(bytes, at + 6, at + 8),
      0,
      'second',
      0,
    );
  }
}

export const iis: LogFormat = {
  id: 'iis-w3c',
  origin: 'W3C WD-logfile-960323; learn.microsoft.com W3C Logging; log2timeline/plaso test_data/iis/iis6.log',
  verified: true,
  decoder: (context) => new IisDecoder(context),
};
