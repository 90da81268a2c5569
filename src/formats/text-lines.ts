/**
 * Lines of a text file that somebody else may have written, as Latin-1: one character a byte, so that nothing is
 * lost and regular expressions see what a C program sees.
 *
 * Why not UTF-8: one odd byte must not hide a cron line. What it is NOT: text to show; `printableLatin1` makes
 * that. A line ends at LF or at the end of the file; one CR before it is left out and told. Longer lines are cut
 * and say so; NUL bytes stay in the line.
 */
import { type Printable, printableAscii, printableBytes } from '../model/text.ts';
import { newline } from './ascii.ts';

export interface TextLine {
  /** One-based. */
  readonly line: number;
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** One character a byte, without the line's end. */
  readonly text: string;
  /** It ended with CR LF. */
  readonly carriageReturn: boolean;
  /** Longer than the bound: `text` holds its beginning. */
  readonly cut: boolean;
}

export interface LineBounds {
  readonly lines?: number;
  /** Bytes of one line. */
  readonly longest?: number;
}

export function* textLines(bytes: Uint8Array, bounds: LineBounds = {}): Generator<TextLine> {
  const { lines = 200_000, longest = 65_536 } = bounds;
  let line = 0;
  for (let start = 0; start < bytes.length && line < lines; ) {
    line += 1;
    const found = bytes.indexOf(newline, start);
    const stop = found < 0 ? bytes.length : found;
    const carriageReturn = stop > start && bytes[stop - 1] === 0x0d;
    const end = carriageReturn ? stop - 1 : stop;
    const cut = end - start > longest;
    const text = Buffer.prototype.latin1Slice.call(bytes, start, cut ? start + longest : end);
    yield { line, offset: start, text, carriageReturn, cut };
    start = stop + 1;
  }
}

/** The printable form of text that holds one character a byte. ASCII needs no way over bytes. */
export function printableLatin1(text: string): Printable {
  return printableAscii(text) ?? printableBytes(Buffer.from(text, 'latin1'));
}
