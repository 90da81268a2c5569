/**
 * Another argv and another name, as miners give themselves. Both are written through /proc/self, which is what
 * prctl(2) and setproctitle(3) come down to.
 */
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';

/** Fields 48 and 49 of /proc/pid/stat (proc(5)), counted after the name in parentheses. */
function argumentArea(): { readonly start: number; readonly end: number } {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { start: Number(fields[48 - 3]), end: Number(fields[49 - 3]) };
}

/** Writes as much as has room; what is left of the old text becomes zeros. */
export function showArguments(argv: readonly string[]): void {
  const { start, end } = argumentArea();
  const area = new Uint8Array(end - start);
  area.set(new TextEncoder().encode(argv.map((word) => `${word}\0`).join('')).subarray(0, area.length - 1));
  const memory = openSync('/proc/self/mem', 'r+');
  try {
    writeSync(memory, area, 0, area.length, start);
  } finally {
    closeSync(memory);
  }
}

export function showName(name: string): void {
  writeFileSync('/proc/self/comm', name);
}
