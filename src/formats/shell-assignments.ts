/**
 * Settings that are shell text of a plain kind: `KEY="value"`, `KEY+=' value '`, `KEY[0]=value`.
 *
 * Read as far as one line holds it, which is how dkms.conf, /etc/default/grub and dracut.conf are written; a value in
 * quotes may go on over lines. What it is NOT: a shell: commands between assignments are for whoever reads the whole.
 * Sources: POSIX.1-2017 XCU 2.9.1; dkms(8) DKMS.CONF; bound: 20,000 lines, 64 KiB of one value.
 */
import type { Printable } from '../model/text.ts';
import { printableLatin1, textLines } from './text-lines.ts';

export interface ShellAssignment {
  /** Without its index. */
  readonly key: string;
  readonly index: string;
  readonly value: string;
  readonly line: number;
  readonly text: Printable;
}

const longestValue = 65_536;
const begins = /^\s*(?:export\s+)?([A-Za-z_]\w*)(?:\[(\w*)\])?\+?=(.*)$/s;

interface OpenQuote {
  readonly key: string;
  readonly index: string;
  readonly line: number;
  readonly first: string;
  readonly quote: string;
  value: string;
}

/** Where the quote ends in this piece, or -1. */
function endOfQuote(piece: string, quote: string): number {
  for (let at = 0; at < piece.length; at += 1) {
    if (quote === '"' && piece[at] === '\\') at += 1;
    else if (piece[at] === quote) return at;
  }
  return -1;
}

const unquoted = (value: string, quote: string): string =>
  quote === '"' ? value.replace(/\\\n/g, '').replace(/\\(["\\$`])/g, '$1') : value;

export function parseShellAssignments(bytes: Uint8Array): readonly ShellAssignment[] {
  const found: ShellAssignment[] = [];
  let open: OpenQuote | undefined;
  const close = (one: OpenQuote): void => {
    const { key, index, line, first, quote, value } = one;
    const text = printableLatin1(first.slice(0, 4096));
    found.push({ key, index, value: unquoted(value, quote), line, text });
    open = undefined;
  };
  for (const { line, text } of textLines(bytes, { lines: 20_000, longest: longestValue })) {
    let piece = text;
    if (open === undefined) {
      const match = begins.exec(text);
      if (match === null) continue;
      const [, key = '', index = '', rest = ''] = match;
      const quote = rest[0] ?? '';
      if (quote !== '"' && quote !== "'") {
        const value = /^[^\s#;]*/.exec(rest)?.[0] ?? '';
        found.push({ key, index, value, line, text: printableLatin1(text.slice(0, 4096)) });
        continue;
      }
      open = { key, index, line, first: text, quote, value: '' };
      piece = rest.slice(1);
    } else open.value += '\n';
    const end = endOfQuote(piece, open.quote);
    open.value += end < 0 ? piece : piece.slice(0, end);
    if (end >= 0 || open.value.length >= longestValue) close(open);
  }
  return found;
}
