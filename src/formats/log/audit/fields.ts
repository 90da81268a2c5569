/**
 * Fields of a record, as they stand in it: found by name, never within a quoted value.
 *
 * Text is Latin-1. Sources: linux kernel/audit.c (audit_log_n_untrustedstring), auparse/ellist.c.
 */
import { space } from '../../ascii.ts';

/** What of a record is asked for its fields. */
export interface RecordFields {
  /** Fields, as they stand. */
  readonly fields: string;
  /** Fields that auditd resolved when it wrote them, in capitals. */
  readonly resolved: string;
}

/** What hexadecimal digits stand for; the text itself where it is none. NUL bytes, which part arguments, as blanks. */
export function unhex(text: string): string {
  if (text.length % 2 !== 0 || !/^[0-9A-Fa-f]+$/.test(text)) return text;
  return Buffer.from(text, 'hex').toString('latin1').replace(/\0+$/, '').replaceAll('\0', ' ');
}

const quote = 0x27;
const doubleQuote = 0x22;
const question = 0x3f;
const bracket = 0x28;

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

/** The value that begins at `at`, without quotes. */
function valueFrom(text: string, at: number): string | undefined {
  if (at < 0) return undefined;
  const first = text.charCodeAt(at);
  if (first === doubleQuote) {
    const close = text.indexOf('"', at + 1);
    return close < 0 ? undefined : text.slice(at + 1, close);
  }
  let end = at;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code === space || code === quote) break;
  }
  if (end === at || (end === at + 1 && first === question)) return undefined;
  const value = text.slice(at, end);
  return first === bracket && (value === '(null)' || value === '(none)') ? undefined : value;
}

/** A field as it stands, without quotes; undefined where it is missing, `?` or `(null)`. */
export const rawField = (text: string, name: string): string | undefined =>
  valueFrom(text, valueAt(text, name));

/** What was done, `op=` and its words up to the next field; empty where it is not told. */
export function operationOf(text: string): string {
  const at = valueAt(text, 'op');
  return at < 0 ? '' : `op=${text.slice(at).split(/ \w+=/, 1)[0]}`;
}

/** A field that holds text somebody else chose: quoted, or in hexadecimal. */
export function textField(text: string, name: string): string | undefined {
  const at = valueAt(text, name);
  const value = valueFrom(text, at);
  return value === undefined || text.charCodeAt(at) === doubleQuote ? value : unhex(value);
}

export function numberField(text: string, name: string): number | undefined {
  const value = rawField(text, name);
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}

/** An id that is none: (uint32_t) -1. */
const unset: ReadonlySet<string> = new Set(['4294967295', '-1', 'unset']);

/** An account by its name where auditd resolved it, else by its number. */
export function accountField(record: RecordFields, name: string): string | undefined {
  const value = rawField(record.fields, name);
  if (value === undefined || unset.has(value)) return undefined;
  return textField(record.resolved, name.toUpperCase()) ?? value;
}
