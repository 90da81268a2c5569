/**
 * Rules of systemd-tmpfiles: tmpfiles.d(5). `type path mode user group age argument`.
 *
 * What it is NOT: specifiers (`%t` stays). Quotes group a path; the argument is the rest of the line, its C escapes
 * left as they stand.
 */
import type { Printable } from '../model/text.ts';
import { printableLatin1, textLines } from './text-lines.ts';

export interface TmpfilesRule {
  readonly line: number;
  /** One letter with its modifiers, `L+`. */
  readonly type: string;
  readonly path: Printable;
  /** Empty where there is none. */
  readonly argument: Printable;
  readonly text: Printable;
}

const field = `(?:"([^"]*)"|(\\S+))`;
const form = new RegExp(
  `^\\s*([a-zA-Z][-+!=~^$]*)\\s+${field}(?:\\s+\\S+)?(?:\\s+\\S+)?(?:\\s+\\S+)?(?:\\s+\\S+)?(?:\\s+(.*))?$`,
);
const mostRules = 10_000;

export function parseTmpfiles(bytes: Uint8Array): readonly TmpfilesRule[] {
  const rules: TmpfilesRule[] = [];
  for (const { line, text } of textLines(bytes, { lines: 50_000, longest: 4096 })) {
    if (/^\s*#/.test(text)) continue;
    const match = form.exec(text);
    if (match === null) continue;
    const [, type = '', quoted, plain = '', argument = ''] = match;
    const told = argument.trim();
    rules.push({
      line,
      type,
      path: printableLatin1(quoted ?? plain),
      argument: printableLatin1(told === '-' ? '' : told),
      text: printableLatin1(text.trim()),
    });
    if (rules.length >= mostRules) break;
  }
  return rules;
}
