/**
 * Fields of the kernel's text files, straight from bytes.
 *
 * Why: /proc gives thousands of small ASCII tables, and turning each into a string first costs more than
 * reading it. What is NOT here: text that a process or user chose; that goes through `model/text.ts`.
 * Source: proc(5); all numbers there are ASCII, decimal unless said otherwise.
 */

export const newline = 0x0a;
export const space = 0x20;
export const tab = 0x09;
export const colon = 0x3a;

/** Bytes that are looked at one by one; a longer span is worth a view of its own. */
const shortSpan = 64;

/** Index of the first `byte` in `start … end`, or `end`. */
export function find(bytes: Uint8Array, byte: number, start: number, end: number = bytes.length): number {
  if (end >= bytes.length) {
    const at = bytes.indexOf(byte, start);
    return at < 0 ? end : at;
  }
  // Never past the end: where a file has none of these bytes, each of its lines would look through all the others.
  const short = Math.min(end, start + shortSpan);
  for (let at = start; at < short; at += 1) if (bytes[at] === byte) return at;
  if (short >= end) return end;
  const at = bytes.subarray(short, end).indexOf(byte);
  return at < 0 ? end : short + at;
}

/** First index from `start` that holds neither space nor tab. */
export function skipBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] === space || bytes[at] === tab)) at += 1;
  return at;
}

/** The decimal number at `start`, signed; stops at the first other byte. NaN where there is none. */
export function decimal(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const negative = bytes[at] === 0x2d;
  if (negative) at += 1;
  const first = at;
  let value = 0;
  for (; at < end; at += 1) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  if (at === first) return Number.NaN;
  return negative ? -value : value;
}

/** All decimal numbers of a stretch, apart by blanks. */
export function decimals(bytes: Uint8Array, start: number, end: number, most = 1024): readonly number[] {
  const out: number[] = [];
  let at = skipBlanks(bytes, start, end);
  while (at < end && out.length < most) {
    const value = decimal(bytes, at, end);
    if (Number.isNaN(value)) break;
    out.push(value);
    while (at < end && bytes[at] !== space && bytes[at] !== tab) at += 1;
    at = skipBlanks(bytes, at, end);
  }
  return out;
}

/** True when `text` (ASCII) stands at `start`. */
export function startsWith(bytes: Uint8Array, text: string, start: number, end: number): boolean {
  if (start + text.length > end) return false;
  for (let at = 0; at < text.length; at += 1) {
    if (bytes[start + at] !== text.charCodeAt(at)) return false;
  }
  return true;
}

/** A stretch of bytes that the kernel itself writes in ASCII, as text. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '?';
  }
  return text;
}

/** Calls `each` with the bounds of every line (without its newline) and its one-based number. */
export function eachLine(
  bytes: Uint8Array,
  each: (start: number, end: number, line: number) => boolean | undefined,
): void {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const end = find(bytes, newline, start);
    if (each(start, end, line) === false) return;
    start = end + 1;
  }
}
