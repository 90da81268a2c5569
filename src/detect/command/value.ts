/**
 * A text together with where it came from, while a command is read.
 *
 * How: the text holds one character a byte, so characters past 0xFF are free to stand for what is not known as text:
 * what a fetch brought, what nobody can know beforehand, what a web client sent. They travel through joining,
 * splitting and replacing like any other character. A mark before decoded text tells that it was encoded.
 */

/** Something that only running would tell. */
export const unknown = '\uf8ff';
const decodedMark = '\ue800';
/** What a web client sends. */
export const requested = '\ue801';

const firstFetch = 0xe000;
export const mostFetches = 256;

const marks = /[\ue000-\uf8ff]/g;
const markOne = /[\ue000-\uf8ff]/;
const fetchMark = /[\ue000-\ue0ff]/;
const anyOutside = /[\ue000-\ue0ff\ue801]/g;
const outside = /[\ue000-\ue0ff\ue801]/;

export const fetched = (index: number): string =>
  String.fromCharCode(firstFetch + Math.min(index, mostFetches - 1));

/** The bytes alone, for decoding and comparing. */
export const clean = (value: string): string => (markOne.test(value) ? value.replace(marks, '') : value);

/** The fetch whose answer is in it. */
export function fetchIn(value: string): number | undefined {
  const found = fetchMark.exec(value)?.[0];
  return found === undefined ? undefined : found.charCodeAt(0) - firstFetch;
}

/** Only the marks of what came from outside: what remains of a value that went through a program. */
export const taintOf = (value: string): string =>
  outside.test(value) ? (value.match(anyOutside) ?? []).join('') : '';

export const isDecoded = (value: string): boolean => value.includes(decodedMark);
export const isRequest = (value: string): boolean => value.includes(requested);
export const isUnknown = (value: string): boolean => value.includes(unknown);

/** A decoded text, with what was known of where its source came from. */
export const decoded = (text: string, from = ''): string => `${decodedMark}${taintOf(from)}${text}`;

/** Without the mark of decoding: when it was told, the text is read like any other. */
export const withoutDecoded = (value: string): string => value.replaceAll(decodedMark, '');
