/**
 * Lines of settings that go on after a backslash: PAM, udev, modprobe, ifupdown and others share the habit.
 *
 * A backslash at the very end takes the next line along; blank lines and those that begin with `#` are left out,
 * and whether a comment within a joined line ends it is told by the format. What it is NOT: a splitter of words.
 * Bounds: 50,000 lines, 64 KiB of one joined line.
 * Sources: pam.d(5), udev(7), modprobe.d(5), interfaces(5).
 */
import { type Printable, printableBytes } from '../model/text.ts';
import { textLines } from './text-lines.ts';

export interface JoinedLine {
  /** One-based, where it begins. */
  readonly line: number;
  /** Joined and trimmed; one character a byte. */
  readonly value: string;
  /** For evidence: the joined line, its end left out where it is long. */
  readonly text: Printable;
}

const mostLines = 50_000;
const longestValue = 65_536;
const longestShown = 4096;

const shown = (value: string): Printable =>
  printableBytes(Buffer.from(value.slice(0, longestShown), 'latin1'));

/** @param joint what stands between the parts of a joined line */
export function* joinedLines(bytes: Uint8Array, joint: '' | ' ' = ' '): Generator<JoinedLine> {
  let open: { line: number; value: string } | undefined;
  for (const { line, text } of textLines(bytes, { lines: mostLines, longest: longestValue })) {
    if (open === undefined && /^\s*(?:#|$)/.test(text)) continue;
    // udev and pam pass over a comment within a joined line, and go on after it.
    if (open !== undefined && /^\s*#/.test(text)) continue;
    const goesOn = text.endsWith('\\');
    const piece = goesOn ? text.slice(0, -1) : text;
    if (open === undefined) open = { line, value: piece };
    else if (open.value.length + piece.length < longestValue) open.value += joint + piece.trimStart();
    if (goesOn) continue;
    const value = open.value.trim();
    yield { line: open.line, value, text: shown(value) };
    open = undefined;
  }
  if (open === undefined) return;
  const value = open.value.trim();
  yield { line: open.line, value, text: shown(value) };
}
