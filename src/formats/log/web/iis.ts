/**
 * IIS logs in the W3C extended format: `#Fields:` says what the columns are, and may say so anew within a file.
 *
 * Columns stand apart by blanks; IIS writes `+` for a blank within one and `-` for none. Times are UTC; a file without
 * the column `date` takes it from `#Date:`. Before the first `#Fields:` nothing is known. What it is NOT: the NCSA and
 * IIS formats, which it can be set to as well; NCSA is Apache's common format.
 * The error log of HTTP.sys (`HTTPERR`) has the same form; what it could not hand to IIS stands there.
 * Source: W3C WD-logfile-960323; learn.microsoft.com "W3C Logging"; log2timeline/plaso test_data/iis.
 */
import type { Printable } from '../../../model/text.ts';
import { startsWith } from '../../ascii.ts';
import type { DecodeContext, LineDecoder, LogFormat } from '../decoder.ts';
import type { LogLine } from '../line-reader.ts';
import { plainField } from './quoted.ts';
import { longestTarget } from './request-line.ts';

const hash = 0x23;
const mostColumns = 64;
/** Agents that are remembered; each may keep its line of 64 KiB. */
const mostAgents = 256;
const none = plainField('');

/** Where each column that is read stands; -1 where the log has none. */
function columnsOf(names: readonly string[]) {
  const at = (...wanted: readonly string[]): number => names.findIndex((name) => wanted.includes(name));
  return {
    date: at('date'),
    time: at('time'),
    method: at('cs-method'),
    stem: at('cs-uri-stem', 'cs-uri'),
    query: at('cs-uri-query'),
    account: at('cs-username'),
    client: at('c-ip'),
    site: at('cs-host', 'cs(host)'),
    agent: at('cs(user-agent)'),
    referrer: at('cs(referer)'),
    forwarded: at('x-forwarded-for'),
    status: at('sc-status'),
    size: at('sc-bytes'),
    reason: at('s-reason'),
  };
}

class IisDecoder implements LineDecoder {
  readonly #context: DecodeContext;
  #columns: ReturnType<typeof columnsOf> | undefined;
  /** The line, and where each column begins in it; the last is the line's end plus one. */
  #text = '';
  readonly #at: number[] = [];
  readonly #agents = new Map<string, Printable>();
  /** Of `#Date:`. */
  #day = '';
  /** The last date and time, which on a busy server are the next line's too. */
  #second = '';
  #us = 0;

  constructor(context: DecodeContext) {
    this.#context = context;
  }

  decode(line: LogLine): boolean {
    const { bytes, start, end } = line;
    if (bytes[start] === hash) return this.#directive(bytes, start, end);
    const columns = this.#columns;
    if (columns === undefined) return false;
    this.#text = Buffer.prototype.latin1Slice.call(bytes, start, end);
    this.#split();
    if (!this.#time(this.#raw(columns.date) || this.#day, this.#raw(columns.time))) return false;
    const status = this.#number(columns.status);
    const method = plainField(this.#raw(columns.method));
    // HTTP.sys tells why a connection ended without a request too.
    if (method === '' && status < 0) return this.#raw(columns.reason) !== '';
    const stem = this.#raw(columns.stem);
    const query = this.#raw(columns.query);
    const site = this.#raw(columns.site);
    const forwarded = this.#raw(columns.forwarded);
    // No escapes are undone: IIS has none, and a backslash is one that a client sent.
    this.#context.emit(line, none, {
      what: 'request',
      server: 'iis',
      client: plainField(this.#raw(columns.client)),
      method,
      target: plainField(query === '' ? stem : `${stem}?${query}`, longestTarget),
      status: Math.min(999, Math.max(0, status)),
      size: this.#number(columns.size),
      agent: this.#spoken(this.#raw(columns.agent)),
      referrer: plainField(this.#raw(columns.referrer)),
      account: plainField(this.#raw(columns.account)),
      ...(site === '' ? undefined : { site: plainField(site) }),
      ...(forwarded === '' ? undefined : { forwarded: plainField(forwarded) }),
    });
    return true;
  }

  #directive(bytes: Uint8Array, start: number, end: number): boolean {
    if (startsWith(bytes, '#Fields:', start, end)) {
      const text: string = Buffer.prototype.latin1Slice.call(bytes, start + 8, Math.min(end, start + 4096));
      this.#columns = columnsOf(text.trim().toLowerCase().split(/\s+/, mostColumns));
    } else if (startsWith(bytes, '#Date:', start, end)) {
      this.#day = Buffer.prototype.latin1Slice.call(bytes, start + 7, Math.min(end, start + 17));
    }
    return true;
  }

  #split(): void {
    const text = this.#text;
    const bounds = this.#at;
    bounds.length = 0;
    for (let at = 0; at >= 0 && bounds.length <= mostColumns; ) {
      bounds.push(at);
      const blank = text.indexOf(' ', at);
      at = blank < 0 ? -1 : blank + 1;
    }
    if (bounds.length <= mostColumns) bounds.push(text.length + 1);
  }

  #raw(column: number): string {
    if (column < 0) return '';
    const from = this.#at[column];
    const next = this.#at[column + 1];
    if (from === undefined || next === undefined) return '';
    const text = this.#text.substring(from, next - 1);
    return text === '-' ? '' : text;
  }

  /** Blanks for `+`. Few agents ask for most pages. */
  #spoken(written: string): Printable {
    const known = this.#agents.get(written);
    if (known !== undefined) return known;
    const agent = plainField(written.replaceAll('+', ' '));
    if (this.#agents.size >= mostAgents) this.#agents.clear();
    this.#agents.set(written, agent);
    return agent;
  }

  #number(column: number): number {
    const text = this.#raw(column);
    return /^\d{1,15}$/.test(text) ? Number(text) : -1;
  }

  #time(day: string, time: string): boolean {
    const { clock } = this.#context;
    const second = `${day} ${time}`;
    if (second === this.#second) return clock.epoch(this.#us, 'second');
    if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(second)) return false;
    const number = (from: number, size = 2): number => Number(second.slice(from, from + size));
    const known = clock.withOffset(
      number(0, 4),
      number(5),
      number(8),
      number(11),
      number(14),
      number(17),
      0,
      'second',
      0,
    );
    if (!known) return false;
    this.#second = second;
    this.#us = clock.us;
    return true;
  }
}

export const iis: LogFormat = {
  id: 'iis-w3c',
  verified: true,
  source: 'W3C WD-logfile-960323; learn.microsoft.com W3C Logging; log2timeline/plaso test_data/iis/iis6.log',
  decoder: (context) => new IisDecoder(context),
};
