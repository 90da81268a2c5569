/**
 * The request that stands in quotes, `GET /path?query HTTP/1.1`, taken apart.
 *
 * The version stands last and the method first; all between them is the target, blanks and all, for that is what a
 * client sent. What came without either (a TLS handshake, a scanner's greeting) is a target without a method.
 * Source: RFC 9112 §3; RFC 9110 §9.1 (method is a token).
 */
import type { Printable } from '../../../model/text.ts';
import { type FieldOf, fieldOf } from './quoted.ts';

/** Servers take lines of 8 KiB (httpd LimitRequestLine, nginx large_client_header_buffers). */
export const longestTarget = 8192;
const longestMethod = 24;
const space = 0x20;

const methods = new Map<string, Printable>(
  ['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'CONNECT', 'PROPFIND', 'TRACE'].map((name) => [
    name,
    fieldOf(name),
  ]),
);
const none = fieldOf('');

export interface RequestLine {
  readonly method: Printable;
  readonly target: Printable;
}

/** Length of `HTTP/1.1` or `HTTP/2` at the end of `start … end` with the blank before it; 0 where there is none. */
export function versionSize(text: string, start: number, end: number): number {
  for (const size of [8, 6]) {
    const at = end - size;
    if (at > start && text.charCodeAt(at - 1) === space && text.startsWith('HTTP/', at)) return size + 1;
  }
  return 0;
}

/** `start … end` of a line, without the quotes. */
export function requestLine(text: string, start: number, end: number, field: FieldOf = fieldOf): RequestLine {
  const blank = text.indexOf(' ', start);
  const size = blank - start;
  if (blank < 0 || blank >= end || size < 1 || size > longestMethod) {
    return { method: none, target: field(text.substring(start, end), longestTarget) };
  }
  const name = text.substring(start, blank);
  const method = methods.get(name);
  if (method === undefined && !/^[A-Za-z][\w-]*$/.test(name)) {
    return { method: none, target: field(text.substring(start, end), longestTarget) };
  }
  const stop = end - versionSize(text, blank, end);
  const target = field(text.substring(blank + 1, Math.max(blank + 1, stop)), longestTarget);
  return { method: method ?? field(name), target };
}
