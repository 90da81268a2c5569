/**
 * os-release: which distribution this is.
 *
 * What it is NOT: the kernel, which may be of a container's host. Source: os-release(5): shell-like
 * assignments; quotes optional; `\` escapes `$ " \` and backtick in double quotes. Nothing is expanded.
 */
import type { Printable } from '../model/text.ts';
import { printableBytes } from '../model/text.ts';
import { eachLine, find } from './ascii.ts';

const mostLines = 256;
const mostBytes = 1024;

function unquoted(value: Uint8Array): Uint8Array {
  const quote = value[0];
  const quoted = value.length >= 2 && (quote === 0x22 || quote === 0x27) && value.at(-1) === quote;
  const inner = quoted ? value.subarray(1, -1) : value;
  if (quoted && quote === 0x27) return inner;
  const out: number[] = [];
  for (let at = 0; at < inner.length; at += 1) {
    if (inner[at] === 0x5c && at + 1 < inner.length) at += 1;
    out.push(inner[at] ?? 0);
  }
  return Uint8Array.from(out);
}

/** Values by name; the last assignment of a name counts, as in a shell. */
export function parseOsRelease(bytes: Uint8Array): ReadonlyMap<string, Printable> {
  const values = new Map<string, Printable>();
  eachLine(bytes, (start, lineEnd, line) => {
    let end = Math.min(lineEnd, start + mostBytes);
    while (end > start && (bytes[end - 1] === 0x20 || bytes[end - 1] === 0x0d)) end -= 1;
    const equals = find(bytes, 0x3d, start, end);
    const name = printableBytes(bytes.subarray(start, equals));
    if (equals < end && /^[A-Z][A-Z0-9_]*$/.test(name)) {
      values.set(name, printableBytes(unquoted(bytes.subarray(equals + 1, end))));
    }
    return line < mostLines;
  });
  return values;
}
