/**
 * Rules of udev: what a device event runs.
 *
 * A rule is pairs of key, operator and value with commas between them; a backslash at the end of a line joins it with
 * the next. Told are RUN and RUN{program}, PROGRAM, IMPORT{program}, and units by ENV{SYSTEMD_WANTS}; builtins of udev
 * run nothing. `%%` and `$$` stand for themselves; other substitutions are left as they are.
 * What it is NOT: whether a device matches. Sources: udev(7) RULES FILES; systemd src/udev/udev-rules.c (parse_line).
 */
import type { Printable } from '../model/text.ts';
import { joinedLines } from './joined-lines.ts';

export interface UdevCommand {
  readonly key: 'RUN' | 'PROGRAM' | 'IMPORT' | 'SYSTEMD_WANTS' | 'SYSTEMD_USER_WANTS';
  readonly value: string;
  /** The pairs that must match first, as they stand there. */
  readonly matches: string;
  readonly line: number;
  readonly text: Printable;
}

// It begins where a name begins: a long run of capitals is looked at once.
const pair =
  /(?<![A-Z_])([A-Z_]{1,32})(?:\{([^}"]{0,256})\})?\s*(==|!=|\+=|-=|:=|=)\s*(e?)"((?:\\.|[^"\\])*)"/g;
const mostPairs = 256;
const mostCommands = 10_000;

const cEscapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', s: ' ' };

/** Escapes of an `e"…"` value are those of C. */
function cUnescaped(value: string): string {
  return value.replace(/\\(?:x([0-9A-Fa-f]{2})|([0-7]{3})|(.))/gs, (_, hex, octal, letter) => {
    if (typeof hex === 'string') return String.fromCharCode(Number.parseInt(hex, 16));
    if (typeof octal === 'string') return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    return cEscapes[String(letter)] ?? String(letter);
  });
}

const unescaped = (value: string, style: string): string =>
  (style === 'e' ? cUnescaped(value) : value.replaceAll('\\"', '"')).replace(/%%|\$\$/g, (both) =>
    both.slice(1),
  );

const isMatch = (operator: string): boolean => operator === '==' || operator === '!=';

type Pair = Pick<UdevCommand, 'key' | 'value'>;

function commandOf(key: string, attribute: string, operator: string, value: string): Pair | undefined {
  if (value === '' || operator === '-=') return undefined;
  if (key === 'RUN' && !isMatch(operator) && attribute !== 'builtin') return { key, value };
  // A program is run to be matched: both operators run it.
  if (key === 'PROGRAM') return { key, value };
  if (key === 'IMPORT' && attribute === 'program') return { key, value };
  if (key === 'ENV' && !isMatch(operator)) {
    if (attribute === 'SYSTEMD_WANTS' || attribute === 'SYSTEMD_USER_WANTS') return { key: attribute, value };
  }
  return undefined;
}

export function parseUdevRules(bytes: Uint8Array): readonly UdevCommand[] {
  const found: UdevCommand[] = [];
  for (const { line, value: rule, text } of joinedLines(bytes)) {
    const matches: string[] = [];
    const commands: Pair[] = [];
    let pairs = 0;
    for (const [whole, key = '', attribute = '', operator = '', style = '', raw = ''] of rule.matchAll(
      pair,
    )) {
      pairs += 1;
      if (pairs > mostPairs) break;
      const command = commandOf(key, attribute, operator, unescaped(raw, style));
      if (command !== undefined) commands.push(command);
      else if (isMatch(operator) && matches.length < 8) matches.push(whole);
    }
    for (const command of commands) {
      if (found.length >= mostCommands) return found;
      found.push({ ...command, matches: matches.join(', '), line, text });
    }
  }
  return found;
}
