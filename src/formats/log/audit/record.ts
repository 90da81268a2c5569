/**
 * One record of audit.log: `type=SYSCALL msg=audit(1700000000.123:45): arch=… key="x"`, enriched fields behind `\x1d`.
 *
 * Strings that somebody else chose are quoted, and in hexadecimal where they hold a blank, a quote or what is no
 * printable ASCII, so a quote inside of quotes is not to be expected, and a name cannot end its own field.
 * Text is Latin-1. Sources: linux kernel/audit.c (audit_log_n_untrustedstring), audit-userspace lib/audit_logging.c
 * (audit_value_needs_encoding), docs/audit-log-format in `auditd.conf(5)` (log_format = ENRICHED), auparse/ellist.c.
 */
import { colon, decimal, find, skipBlanks, space, startsWith } from '../../ascii.ts';
import type { LogClock } from '../clock.ts';
import type { LogLine } from '../line-reader.ts';
import { lineText } from '../line-text.ts';

/** One record; what most records are never asked for is made when it is asked for. Good until the next line. */
export class AuditRecord {
  readonly type: string;
  /** Time and serial, and the node: the same for all records of one event. */
  readonly event: string;
  /** The machine that sent it, where the line names one. */
  readonly node: string;
  readonly #line: LogLine;
  readonly #fieldsAt: number;
  #fields: string | undefined;
  #resolved = '';

  constructor(type: string, event: string, node: string, line: LogLine, fieldsAt: number) {
    this.type = type;
    this.event = event;
    this.node = node;
    this.#line = line;
    this.#fieldsAt = fieldsAt;
  }

  /** Parts the line where auditd's own fields begin. */
  #part(): void {
    const text = lineText(this.#line, this.#fieldsAt);
    const mark = text.indexOf('\x1d');
    this.#fields = mark < 0 ? text : text.slice(0, mark);
    this.#resolved = mark < 0 ? '' : text.slice(mark + 1);
  }

  /** Fields, as they stand. */
  get fields(): string {
    if (this.#fields === undefined) this.#part();
    return this.#fields ?? '';
  }

  /** Fields that auditd resolved when it wrote them, in capitals. */
  get resolved(): string {
    if (this.#fields === undefined) this.#part();
    return this.#resolved;
  }
}

/** `type=` ends the first 260 bytes at the latest: a node is a host's name. */
const longestNode = 260;

/** Reads the heads of records, most of which are of a type and an event that the last ones were of. */
export class AuditReader {
  readonly #clock: LogClock;
  /** The last time and serial, with the bracket behind them, and the moment that they stand for. */
  #stamp = ')';
  #stampUs = Number.NaN;

  constructor(clock: LogClock) {
    this.#clock = clock;
  }

  /** Sets the clock from `1700000000.123:45` at `at`. @returns where its bracket stands, or -1 */
  #stampAt({ bytes, start, end, text }: LogLine, at: number): number {
    // The records of one event follow each other.
    if (startsWith(bytes, this.#stamp, at, end) && this.#clock.epoch(this.#stampUs, 'millisecond')) {
      return at + this.#stamp.length - 1;
    }
    const close = find(bytes, 0x29, at, end);
    const dot = find(bytes, 0x2e, at, close);
    const seconds = decimal(bytes, at, dot);
    const milli = decimal(bytes, dot + 1, close);
    if (close >= end || dot >= close || close - at > 40) return -1;
    if (!(seconds >= 0) || !(milli >= 0 && milli < 1000)) return -1;
    const us = seconds * 1e6 + milli * 1000;
    if (!this.#clock.epoch(us, 'millisecond')) return -1;
    this.#stamp = text.slice(at - start, close + 1 - start);
    this.#stampUs = us;
    return close;
  }

  /** Undefined where the line is no record; the clock is set by one that is. */
  read(line: LogLine): AuditRecord | undefined {
    const { bytes, start, end, text } = line;
    let at = start;
    let node = '';
    if (startsWith(bytes, 'node=', at, end)) {
      const stop = find(bytes, space, at, end);
      if (stop >= end || stop - at > longestNode) return undefined;
      node = text.slice(at + 5 - start, stop - start);
      at = stop + 1;
    }
    if (!startsWith(bytes, 'type=', at, end)) return undefined;
    const typeEnd = find(bytes, space, at, end);
    if (!startsWith(bytes, ' msg=audit(', typeEnd, end) || typeEnd - at > 64) return undefined;
    const stampAt = typeEnd + 11;
    const close = this.#stampAt(line, stampAt);
    if (close < 0) return undefined;
    const fieldsAt = skipBlanks(bytes, close + 1 + (bytes[close + 1] === colon ? 1 : 0), end);
    const event = node === '' ? this.#stamp : `${node} ${this.#stamp}`;
    return new AuditRecord(text.slice(at + 5 - start, typeEnd - start), event, node, line, fieldsAt);
  }
}

/** What hexadecimal digits stand for; the text itself where it is none. NUL bytes, which part arguments, as blanks. */
export function unhex(text: string): string {
  if (text.length % 2 !== 0 || !/^[0-9A-Fa-f]+$/.test(text)) return text;
  return Buffer.from(text, 'hex').toString('latin1').replace(/\0+$/, '').replaceAll('\0', ' ');
}

const quote = 0x27;

/** Whether a place stands within a quoted value, which others chose; a quote in one would have made it hexadecimal. */
function isQuoted(text: string, at: number): boolean {
  let quotes = 0;
  for (let mark = text.indexOf('"'); mark >= 0 && mark < at; mark = text.indexOf('"', mark + 1)) quotes += 1;
  return quotes % 2 === 1;
}

/** Where the value of a field begins, or -1. */
function valueAt(text: string, name: string): number {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const after = at + name.length;
    if (text.charCodeAt(after) !== 0x3d) continue;
    const before = text.charCodeAt(at - 1);
    const begins = at === 0 || before === space || before === quote;
    if (begins && !isQuoted(text, at)) return after + 1;
  }
  return -1;
}

/** A field as it stands, without quotes; undefined where it is missing, `?` or `(null)`. */
export function rawField(text: string, name: string): string | undefined {
  const at = valueAt(text, name);
  if (at < 0) return undefined;
  if (text[at] === '"') {
    const close = text.indexOf('"', at + 1);
    return close < 0 ? undefined : text.slice(at + 1, close);
  }
  let end = at;
  while (end < text.length && text[end] !== ' ' && text[end] !== "'") end += 1;
  const value = text.slice(at, end);
  return value === '' || value === '?' || value === '(null)' || value === '(none)' ? undefined : value;
}

/** What was done, `op=` and its words up to the next field; empty where it is not told. */
export function operationOf(text: string): string {
  const at = valueAt(text, 'op');
  return at < 0 ? '' : `op=${text.slice(at).split(/ \w+=/, 1)[0]}`;
}

/** A field that holds text somebody else chose: quoted, or in hexadecimal. */
export function textField(text: string, name: string): string | undefined {
  const at = valueAt(text, name);
  if (at < 0) return undefined;
  const value = rawField(text, name);
  return value === undefined || text[at] === '"' ? value : unhex(value);
}

export function numberField(text: string, name: string): number | undefined {
  const value = rawField(text, name);
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}

/** An id that is none: (uint32_t) -1. */
const unset: ReadonlySet<string> = new Set(['4294967295', '-1', 'unset']);

/** An account by its name where auditd resolved it, else by its number. */
export function accountField(record: AuditRecord, name: string): string | undefined {
  const value = rawField(record.fields, name);
  if (value === undefined || unset.has(value)) return undefined;
  return textField(record.resolved, name.toUpperCase()) ?? value;
}
