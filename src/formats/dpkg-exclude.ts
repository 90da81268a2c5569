/**
 * Files that an administrator keeps dpkg from unpacking: `path-exclude` and `path-include` of dpkg.cfg.
 *
 * Why: container images and small hosts leave documentation and translations out, and none of it is missing.
 * Source: dpkg(1), `--path-exclude=glob-pattern`: the last rule that matches decides; `*` and `?` match slashes too.
 * Patterns are matched step by step, never as regular expressions: they are somebody's text.
 */
import { textLines } from './text-lines.ts';

export interface PathRule {
  readonly exclude: boolean;
  readonly pattern: string;
}

const mostRules = 1000;
const longest = 1024;

const unquoted = (text: string): string =>
  text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;

/** Rules of one file of settings, in their order. */
export function dpkgPathRules(bytes: Uint8Array): readonly PathRule[] {
  const rules: PathRule[] = [];
  for (const { text } of textLines(bytes, { lines: 10_000, longest })) {
    // Trimmed first: an expression that looks for the end of blanks tries each of them.
    const found = /^(?:--)?path-(exclude|include)[=\s](.+)$/.exec(text.trim());
    if (found !== null && rules.length < mostRules) {
      rules.push({ exclude: found[1] === 'exclude', pattern: unquoted((found[2] ?? '').trim()) });
    }
  }
  return rules;
}

/** `*`, `?` and `[…]` of glob(7), without special treatment of slashes. At most pattern × text steps. */
export function globMatches(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let mark = 0;
  while (t < text.length) {
    const step = p < pattern.length && pattern[p] !== '*' ? one(pattern, p, text[t] ?? '') : 0;
    if (step > 0) {
      p += step;
      t += 1;
    } else if (pattern[p] === '*') {
      star = p;
      mark = t;
      p += 1;
    } else if (star >= 0) {
      p = star + 1;
      mark += 1;
      t = mark;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p >= pattern.length;
}

/** Length of the pattern's piece at `at` when it matches one character, else 0. */
function one(pattern: string, at: number, character: string): number {
  const first = pattern[at];
  if (first === '?') return 1;
  if (first === '\\' && at + 1 < pattern.length) return pattern[at + 1] === character ? 2 : 0;
  const close = first === '[' ? pattern.indexOf(']', at + 2) : -1;
  if (close < 0) return first === character ? 1 : 0;
  const negated = pattern[at + 1] === '!' || pattern[at + 1] === '^';
  const set = pattern.slice(at + (negated ? 2 : 1), close);
  let inside = false;
  for (let index = 0; index < set.length; index += 1) {
    const last = set[index + 1] === '-' && index + 2 < set.length ? (set[index + 2] ?? '') : undefined;
    inside ||=
      last === undefined ? set[index] === character : (set[index] ?? '') <= character && character <= last;
    if (last !== undefined) index += 2;
  }
  return inside === negated ? 0 : close - at + 1;
}

export function isExcluded(rules: readonly PathRule[], path: string): boolean {
  const last = rules.findLast(({ pattern }) => globMatches(pattern, path));
  return last?.exclude === true;
}
