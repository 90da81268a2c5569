/**
 * /etc/inittab: `id:runlevels:action:process`, of System V init, busybox init and s6.
 *
 * Source: inittab(5); busybox init/init.c (there the first field is a terminal, and runlevels are ignored).
 * What it is NOT: a check of the levels. `off` and `initdefault` run nothing; a `+` before the process is a flag.
 */
import type { Printable } from '../model/text.ts';
import { printableLatin1, textLines } from './text-lines.ts';

export interface InittabEntry {
  readonly line: number;
  readonly id: Printable;
  readonly levels: Printable;
  /** `respawn`, `once`, `sysinit`, `ctrlaltdel`, … */
  readonly action: string;
  readonly process: Printable;
  readonly text: Printable;
}

const mostEntries = 1_000;
const form = /^\s*([^:#\s][^:]{0,64}|):([^:]{0,64}):([A-Za-z]{1,32}):\s*\+?(\S.*)$/;

export function parseInittab(bytes: Uint8Array): readonly InittabEntry[] {
  const entries: InittabEntry[] = [];
  for (const { line, text } of textLines(bytes, { longest: 8192 })) {
    const match = form.exec(text);
    if (match === null) continue;
    const [, id = '', levels = '', action = '', process = ''] = match;
    if (/^(?:off|initdefault)$/i.test(action)) continue;
    entries.push({
      line,
      id: printableLatin1(id),
      levels: printableLatin1(levels),
      action: action.toLowerCase(),
      process: printableLatin1(process.trim()),
      text: printableLatin1(text),
    });
    if (entries.length >= mostEntries) break;
  }
  return entries;
}
