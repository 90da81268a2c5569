/**
 * Settings of git: git-config(1), "CONFIGURATION FILE".
 *
 * `[section "sub"]`, `key = value` with quotes, escapes, comments and lines that go on; a key without a value is
 * true. What it is NOT: conditional includes (told as `include.path` and `includeif.COND.path`).
 */
import type { Printable } from '../model/text.ts';
import { printableLatin1, textLines } from './text-lines.ts';

export interface GitSetting {
  /** `core.hookspath`, `alias.x`, `filter.lfs.clean`: section and key in lower case, the sub-section as it stands. */
  readonly key: string;
  readonly value: string;
  readonly line: number;
  readonly text: Printable;
}

const mostSettings = 10_000;

/** Quotes and escapes resolved, a comment cut off. */
function unquoted(text: string): string {
  let value = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '\\') {
      at += 1;
      const next = text[at] ?? '';
      value += { n: '\n', t: '\t', b: '\b' }[next] ?? next;
    } else if (character === '"') quoted = !quoted;
    else if (!quoted && (character === '#' || character === ';')) break;
    else value += character;
  }
  return value.trim();
}

export function parseGitConfig(bytes: Uint8Array): readonly GitSetting[] {
  const settings: GitSetting[] = [];
  let section = '';
  let open: { line: number; text: string; joined: string } | undefined;
  const close = (): void => {
    if (open === undefined) return;
    const { line, text, joined } = open;
    open = undefined;
    const match = /^\s*([A-Za-z][\w-]*)\s*(?:=([\s\S]*))?$/.exec(joined);
    if (match === null || section === '') return;
    const [, key = '', value] = match;
    settings.push({
      key: `${section}.${key.toLowerCase()}`,
      value: value === undefined ? 'true' : unquoted(value),
      line,
      text: printableLatin1(text.trim().slice(0, 4096)),
    });
  };
  for (const { line, text } of textLines(bytes, { lines: 100_000, longest: 65_536 })) {
    if (settings.length >= mostSettings) break;
    if (open === undefined) {
      if (/^\s*(?:[#;]|$)/.test(text)) continue;
      const named = /^\s*\[\s*([\w.-]+)(?:\s+"((?:\\.|[^"\\])*)")?\s*\](.*)$/.exec(text);
      if (named !== null) {
        const [, name = '', sub, rest = ''] = named;
        section =
          sub === undefined ? name.toLowerCase() : `${name.toLowerCase()}.${sub.replace(/\\(.)/g, '$1')}`;
        if (rest.trim() === '' || /^\s*[#;]/.test(rest)) continue;
        open = { line, text, joined: rest };
      } else open = { line, text, joined: text };
    } else open.joined += text;
    if (/(?:^|[^\\])(?:\\\\)*\\$/.test(text) && open.joined.length < 262_144) {
      open.joined = open.joined.slice(0, -1);
      continue;
    }
    close();
  }
  close();
  return settings;
}
