/**
 * Desktop entries: the `[Desktop Entry]` group of a .desktop file.
 *
 * `Exec` is split and unescaped as the specification says (a general escape first, then the quoting of Exec); field
 * codes such as `%u` are dropped. What it is NOT: localised texts, actions, or whether the desktop shows it.
 * Source: Desktop Entry Specification 1.5, sections "Basic format", "The Exec key"; Autostart Specification 0.5.
 */
import type { Printable } from '../model/text.ts';
import { printableLatin1, textLines } from './text-lines.ts';

export interface DesktopEntry {
  readonly exec: Printable;
  /** One-based line of Exec. */
  readonly line: number;
  readonly text: Printable;
  /** Hidden=true, or X-GNOME-Autostart-enabled=false: as if it were not there. */
  readonly disabled: boolean;
}

const resolved = (value: string): string =>
  value.replace(
    /\\([sntr\\])/g,
    (_, letter: string) => ({ s: ' ', n: '\n', t: '\t', r: '\r' })[letter] ?? '\\',
  );

/** @returns nothing for a file without an Exec line in its main group */
export function parseDesktopEntry(bytes: Uint8Array): DesktopEntry | undefined {
  let main = false;
  let exec: { value: string; line: number; text: Printable } | undefined;
  let disabled = false;
  for (const { line, text } of textLines(bytes, { lines: 10_000, longest: 16_384 })) {
    if (/^\[/.test(text)) {
      main = text.startsWith('[Desktop Entry]');
      continue;
    }
    if (!main) continue;
    const match = /^([A-Za-z0-9-]+)\s*=\s*(.*)$/.exec(text);
    if (match === null) continue;
    const [, key = '', value = ''] = match;
    if (key === 'Exec' && exec === undefined) exec = { value, line, text: printableLatin1(text) };
    if (key === 'Hidden' && value.trim() === 'true') disabled = true;
    if (key === 'X-GNOME-Autostart-enabled' && value.trim() === 'false') disabled = true;
  }
  if (exec === undefined) return undefined;
  const command = resolved(exec.value)
    .replace(/%[fFuUdDnNickvm]/g, '')
    .replace(/%%/g, '%')
    .trim();
  return { exec: printableLatin1(command), line: exec.line, text: exec.text, disabled };
}
