/**
 * Whether a line can go without breaking those around it: a profile that no longer parses locks everybody out.
 *
 * Not one that continues or is continued, opens or closes a block that the line does not hold whole, leaves a quote
 * open, begins a here-document, or is an arm of a case. Read by the words alone, so it says no too often; such a line
 * is left to people. Grammar: POSIX.1-2017, 2.10 of the shell; the backslash is that of sudoers(5) and udev(7) too.
 */
const continues = /(?:&&|\|\|?)\s*$/;
const goesOn = /\\$/;
const openers = /(?:^|[\s;&|(])(?:if|do|case|\{)(?=[\s;]|$)/g;
const closers = /(?:^|[\s;&|])(?:fi|done|esac|\})(?=[\s;&|)]|$)/g;
const parts = /(?:^|[\s;&|])(?:then|else|elif|for|while|until|select|function|in)(?=\s|$)/;

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

function isQuotedWhole(text: string): boolean {
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '\\' && quote !== "'") at += 1;
    else if (quote === '' && (character === '"' || character === "'" || character === '`')) quote = character;
    else if (character === quote) quote = '';
  }
  return quote === '';
}

/** Lines that a backslash joins with one. @param at zero-based @returns zero-based, first and last */
function joined(lines: readonly string[], at: number): readonly [number, number] {
  let [from, to] = [at, at];
  while (from > 0 && goesOn.test(lines[from - 1] ?? '')) from -= 1;
  while (to + 1 < lines.length && goesOn.test(lines[to] ?? '')) to += 1;
  return [from, to];
}

/**
 * The lines that go with one, all that a backslash joins; undefined where they cannot go by themselves.
 * @param lines of the file, one character a byte @param at zero-based @returns zero-based
 */
export function linesWith(lines: readonly string[], at: number): readonly number[] | undefined {
  const [from, to] = joined(lines, at);
  const line = lines
    .slice(from, to + 1)
    .map((text) => text.replace(goesOn, ' '))
    .join('');
  return stands(line, lines[from - 1] ?? '')
    ? Array.from({ length: to - from + 1 }, (_, index) => from + index)
    : undefined;
}

function stands(line: string, before: string): boolean {
  if (continues.test(line) || continues.test(before)) return false;
  if (/<<|;;|\(\)\s*\{?\s*$/.test(line) || !isQuotedWhole(line)) return false;
  const opened = count(line, openers);
  if (opened !== count(line, closers)) return false;
  return opened > 0 || !parts.test(line);
}
