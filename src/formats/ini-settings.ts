/**
 * INI files of services: sections, keys and values, with values that go on over indented lines.
 *
 * As ConfigParser of Python (supervisord), monit's neighbours and many others read them: `[section]`, `key = value`
 * or `key: value`, `;` or `#` at the start of a line or behind ` ;`; a line that begins with a blank goes on with the
 * value before it. What it is NOT: interpolation (`%(name)s` stays as it stands). Source: Python's configparser,
 * "Supported INI File Structure".
 */
import type { Printable } from '../model/text.ts';
import { printableLatin1, textLines } from './text-lines.ts';

export interface IniSetting {
  readonly section: string;
  /** Lower case. */
  readonly key: string;
  /** Joined by newlines; one character a byte. */
  readonly value: string;
  /** One-based line on which it begins. */
  readonly line: number;
  readonly text: Printable;
}

const mostSettings = 50_000;
const longestValue = 262_144;

export function parseIni(bytes: Uint8Array): readonly IniSetting[] {
  const settings: { section: string; key: string; value: string; line: number; text: Printable }[] = [];
  let section = '';
  for (const { line, text } of textLines(bytes, { longest: 65_536 })) {
    if (/^\s*(?:[#;]|$)/.test(text)) continue;
    const named = /^\[([^\]]{1,256})\]/.exec(text);
    if (named !== null) {
      section = named[1] ?? '';
      continue;
    }
    const open = settings.at(-1);
    if (/^\s/.test(text) && open !== undefined) {
      if (open.value.length + text.length < longestValue) open.value += `\n${text.trim()}`;
      continue;
    }
    const match = /^\s*([^=:\s][^=:]{0,200}?)\s*[=:]\s*(.*?)(?:\s;.*)?$/.exec(text);
    if (match === null) continue;
    const [, key = '', value = ''] = match;
    settings.push({
      section,
      key: key.toLowerCase(),
      value,
      line,
      text: printableLatin1(text.slice(0, 8192)),
    });
    if (settings.length >= mostSettings) break;
  }
  return settings;
}
