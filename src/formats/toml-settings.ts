/**
 * Settings of TOML files, one by one: table, key, and the texts of the value.
 *
 * Why: runtimes of containers are set up in TOML, and only which programs, folders and addresses stand there
 * matters. What it is NOT: a full reader of TOML: types, dates and multi-line texts with escapes are not told apart;
 * lists may go on over lines. A line that makes no sense is passed over. Bounds: 20,000 lines, 64 KiB of a value.
 * Source: TOML 1.0.0, "Keys", "Array", "Table", "Array of Tables".
 */
import type { Printable } from '../model/text.ts';
import { printableLatin1, textLines } from './text-lines.ts';

export interface TomlSetting {
  /** Names of the tables, apart by dots, without quotes: `plugins.io.containerd.grpc.v1.cri.registry`. */
  readonly table: string;
  readonly key: string;
  /** One text, or those of a list; a number or truth value as it stands. */
  readonly values: readonly string[];
  /** One-based. */
  readonly line: number;
  readonly text: Printable;
}

const mostLines = 20_000;
const longestValue = 65_536;

/** Names of a dotted key, without their quotes. */
const bareName = (text: string): string =>
  text
    .trim()
    .replace(/["']/g, '')
    .replace(/\s*\.\s*/g, '.');

/** Cuts a comment that no quote holds. */
function withoutComment(text: string): string {
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (quote !== '') {
      if (character === '\\' && quote === '"') at += 1;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '#') return text.slice(0, at);
  }
  return text;
}

function textsOf(value: string): readonly string[] {
  const quotedTexts = [...value.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g)].map((match) =>
    match[2] === undefined ? (match[1] ?? '').replace(/\\(["\\])/g, '$1') : match[2],
  );
  if (quotedTexts.length > 0) return quotedTexts;
  const bare = value.trim();
  return bare === '' || /^[[{]/.test(bare) ? [] : [bare];
}

const brackets = (text: string): number => {
  const bare = text.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, '');
  return bare.split('[').length - bare.split(']').length;
};

export function parseToml(bytes: Uint8Array): readonly TomlSetting[] {
  const settings: TomlSetting[] = [];
  let table = '';
  let open: { key: string; value: string; line: number; text: Printable; depth: number } | undefined;
  const close = (): void => {
    if (open !== undefined) {
      const { key, value, line, text } = open;
      settings.push({ table, key, values: textsOf(value), line, text });
    }
    open = undefined;
  };
  for (const { line, text } of textLines(bytes, { lines: mostLines, longest: longestValue })) {
    const plain = withoutComment(text);
    if (open !== undefined) {
      open.value += ` ${plain}`;
      open.depth += brackets(plain);
      if (open.depth <= 0 || open.value.length > longestValue) close();
      continue;
    }
    const named = /^\s*\[\[?([^\]=]{1,1024})\]\]?\s*$/.exec(plain);
    if (named !== null) {
      table = bareName(named[1] ?? '');
      continue;
    }
    const match = /^\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=\s*(.*)$/.exec(
      plain,
    );
    if (match === null) continue;
    const [, key = '', value = ''] = match;
    open = {
      key: bareName(key),
      value,
      line,
      text: printableLatin1(text.trim().slice(0, 8192)),
      depth: value.startsWith('[') ? brackets(value) : 0,
    };
    if (open.depth <= 0) close();
  }
  close();
  return settings;
}
