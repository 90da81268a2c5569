/**
 * Unit files of systemd: sections, keys and values as systemd.syntax(7) reads them.
 *
 * A backslash at the end of a line joins it with the next by a blank; comment lines within such a line are left out;
 * `#` and `;` begin comments only at the start of a line. What it is NOT: the meaning of keys, nor the effective
 * unit: an empty value resets a list, and that is for whoever merges files. A line without `=` is passed over.
 * Bounds: 20,000 lines, 1 MiB of one joined value.
 */

import type { Printable } from '../model/text.ts';
import { printableLatin1, textLines } from './text-lines.ts';

export interface Assignment {
  /** `Service`; empty before the first section. */
  readonly section: string;
  readonly key: string;
  /** Joined and trimmed; one character a byte. */
  readonly value: string;
  /** One-based line on which it begins. */
  readonly line: number;
  /** The line as it stands there, for evidence. */
  readonly text: Printable;
}

const mostLines = 20_000;
const longestValue = 1 << 20;
const longestShown = 8192;

export function parseUnit(bytes: Uint8Array): readonly Assignment[] {
  const found: Assignment[] = [];
  let section = '';
  let open: { line: number; value: string } | undefined;
  const close = (): void => {
    if (open === undefined) return;
    const { line, value: whole } = open;
    open = undefined;
    const at = whole.indexOf('=');
    if (at <= 0) return;
    const key = whole.slice(0, at).trim();
    if (!/^[A-Za-z][\w-]*$/.test(key)) return;
    const text = printableLatin1(whole.slice(0, longestShown).trim());
    found.push({ section, key, value: whole.slice(at + 1).trim(), line, text });
  };
  for (const { line, text } of textLines(bytes, { lines: mostLines })) {
    const trimmed = text.trim();
    if (/^[#;]/.test(trimmed)) continue;
    if (open === undefined) {
      if (trimmed === '') continue;
      const named = /^\[([^\]]{1,256})\]$/.exec(trimmed);
      if (named !== null) {
        section = named[1] ?? '';
        continue;
      }
      open = { line, value: '' };
    }
    const joins = text.endsWith('\\');
    const piece = joins ? text.slice(0, -1) : text;
    if (open.value.length + piece.length <= longestValue) {
      open.value += open.value === '' ? piece : ` ${piece.trimStart()}`;
    }
    if (!joins) close();
  }
  close();
  return found;
}
