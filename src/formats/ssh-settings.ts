/**
 * sshd_config(5) and ssh_config(5): keywords with their arguments, line by line.
 *
 * Keywords are the same in any case; `=` may stand between; arguments may be quoted; `#` begins a comment at the
 * start of an argument. A line belongs to the `Match` or `Host` line before it. What it is NOT: includes and which
 * value wins, which need the other files. Sources: the two manual pages; OpenSSH misc.c argv_split.
 * Bounds: 20,000 lines, 256 arguments of one.
 */
import { textLines } from './text-lines.ts';

export interface SshSetting {
  /** Small letters. */
  readonly keyword: string;
  readonly args: readonly string[];
  /** All after the keyword as it stands, for commands that a shell reads. */
  readonly rest: string;
  /** The arguments of the `Match` or `Host` line that it stands below; nothing for all. */
  readonly condition?: { readonly keyword: 'match' | 'host'; readonly args: readonly string[] };
  /** One-based. */
  readonly line: number;
  readonly text: string;
}

const mostLines = 20_000;
const mostArgs = 256;

function argumentsOf(text: string): readonly string[] {
  const args: string[] = [];
  for (let at = 0; at < text.length && args.length < mostArgs; ) {
    while (/\s/.test(text[at] ?? '')) at += 1;
    if (at >= text.length || text[at] === '#') break;
    let arg = '';
    let quote = '';
    for (; at < text.length && (quote !== '' || !/\s/.test(text[at] ?? '')); at += 1) {
      const character = text[at] ?? '';
      if (character === '\\' && /["'\\ ]/.test(text[at + 1] ?? '')) {
        at += 1;
        arg += text[at] ?? '';
      } else if (quote === '' && /["']/.test(character)) quote = character;
      else if (character === quote) quote = '';
      else arg += character;
    }
    args.push(arg);
  }
  return args;
}

/** Of a file that is included, `within` is the condition of the line that includes it. */
export function parseSshSettings(bytes: Uint8Array, within?: SshSetting['condition']): readonly SshSetting[] {
  const found: SshSetting[] = [];
  let condition = within;
  for (const { line, text } of textLines(bytes, { lines: mostLines, longest: 16_384 })) {
    const match = /^([A-Za-z][A-Za-z0-9]*)(?:\s*=\s*|\s+)(\S.*)$/s.exec(text.trim());
    if (match === null) continue;
    const keyword = (match[1] ?? '').toLowerCase();
    const rest = match[2] ?? '';
    const args = argumentsOf(rest);
    if (args.length === 0) continue;
    if (keyword === 'match' || keyword === 'host') {
      const all = args.length === 1 && (args[0]?.toLowerCase() === 'all' || args[0] === '*');
      condition = all ? within : { keyword, args };
      // A `Match exec` is a command by itself.
      if (keyword === 'match') found.push({ keyword, args, rest, line, text });
      continue;
    }
    found.push({ keyword, args, rest, line, text, ...(condition === undefined ? {} : { condition }) });
  }
  return found;
}

/** Of a pattern list, what is looked at. */
const longestList = 4_096;

/** `*` and `?`; by the last star alone, so that no pattern costs more than its length times the name's. */
function matchesOne(name: string, pattern: string): boolean {
  let [at, wants, star, kept] = [0, 0, -1, 0];
  while (at < name.length) {
    const wanted = pattern[wants];
    if (wanted === '*') {
      star = wants;
      kept = at;
      wants += 1;
    } else if (wanted === '?' || wanted === name[at]) {
      at += 1;
      wants += 1;
    } else if (star >= 0) {
      wants = star + 1;
      kept += 1;
      at = kept;
    } else return false;
  }
  while (pattern[wants] === '*') wants += 1;
  return wants >= pattern.length;
}

/** A pattern list of ssh_config(5): `*`, `?`, apart by commas, `!` takes out. */
export function matchesPatterns(name: string, list: string): boolean {
  let matches = false;
  for (const pattern of list.slice(0, longestList).split(',')) {
    const negated = pattern.startsWith('!');
    if (!matchesOne(name, negated ? pattern.slice(1) : pattern)) continue;
    if (negated) return false;
    matches = true;
  }
  return matches;
}
