/**
 * Quoted fields of web servers' logs, and what their escapes stand for.
 *
 * A client chooses what stands in the quotes; the servers escape what would end them: nginx writes `\x22`, Apache `\"`
 * and `\\`, both other bytes as `\xHH` (Apache some as `\n`), Tomcat `\uHHHH`. Undone, a field is what was sent.
 * Text is Latin-1, one character a byte. What it is NOT: the decoding of the request itself; `%2e` stays.
 * Sources: nginx ngx_http_log_module.c (ngx_http_log_escape); httpd server/util.c (ap_escape_logitem); tomcat
 * AbstractAccessLogValve.java (escapeAndAppend); Go strconv.Quote, which Traefik uses.
 */
import type { Printable } from '../../../model/text.ts';
import { printableLatin1 } from '../../text-lines.ts';
import type { LineEvidence } from '../line-reader.ts';

const escaped = /\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|(["\\abfnrtv]))/g;
const named: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** A field without its log's escapes. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(escaped, (_, byte?: string, unit?: string, name?: string) => {
    if (byte !== undefined) return String.fromCharCode(Number.parseInt(byte, 16));
    if (unit === undefined) return named[name ?? ''] ?? '';
    const code = Number.parseInt(unit, 16);
    return code < 0x100
      ? String.fromCharCode(code)
      : Buffer.from(String.fromCharCode(code)).toString('latin1');
  });
}

/** The character at `at` is behind an odd number of backslashes. */
function isEscaped(text: string, at: number, from: number): boolean {
  let slashes = 0;
  while (at - 1 - slashes >= from && text.charCodeAt(at - 1 - slashes) === 0x5c) slashes += 1;
  return (slashes & 1) === 1;
}

/** Where the next quote stands that is not escaped, or -1. */
export function quoteAt(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at > from && isEscaped(text, at, from)) at = text.indexOf('"', at + 1);
  return at;
}

/** Makes a field of the text that stands there. */
export type FieldOf = (text: string, most?: number) => Printable;

/** A field of a log that has no escapes. */
export const plainField = (text: string, most = 512): Printable =>
  printableLatin1(text.length > most ? text.slice(0, most) : text);

/** A field, printable and bounded; `-` stands for none. */
export function fieldOf(text: string, most = 512): Printable {
  if (text === '-') return plainField('');
  // Escapes are up to six characters long, and one that the bound cuts is no escape any more.
  return plainField(unescaped(text.length > most * 6 ? text.slice(0, most * 6) : text), most);
}

const none = plainField('');

/** A field of a line that is its own printable form and has no escapes: then no part of it has any. */
const plainPart: FieldOf = (text, most = 512) =>
  text === '-' ? none : ((text.length > most ? text.slice(0, most) : text) as Printable);

/** How fields of a line are made: most lines are plain, and that is asked once instead of of each field. */
export const fieldsOf = ({ text, printable }: LineEvidence): FieldOf =>
  printable === text && !text.includes('\\') ? plainPart : fieldOf;
