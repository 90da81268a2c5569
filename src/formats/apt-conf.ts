/**
 * Settings of apt: apt.conf(5), as a tree of keys that is told flat.
 *
 * Reads `Key::Sub "value";`, nested `Key { Sub "value"; "listed"; };`, `#clear` and comments of both kinds. Keys of a
 * list end in `::`. What it is NOT: the merge of many files. Bounds: 1 MiB, 64 levels, 20,000 values.
 */
import type { Printable } from '../model/text.ts';
import { printableLatin1 } from './text-lines.ts';

export interface AptSetting {
  /** `dpkg::post-invoke::`, lower case. */
  readonly key: string;
  readonly value: string;
  /** One-based. */
  readonly line: number;
  readonly text: Printable;
}

const mostValues = 20_000;
const deepest = 64;
const token = /\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*|#[^\n]*|"((?:\\.|[^"\\])*)"|([{};])|([^\s"{};]+)|(\n)|\s/g;

export function parseAptConf(bytes: Uint8Array): readonly AptSetting[] {
  const text = Buffer.from(bytes.subarray(0, 1 << 20)).toString('latin1');
  const settings: AptSetting[] = [];
  const scopes: string[] = [];
  let key = '';
  let line = 1;
  const lines = text.split('\n');
  // Thousands of values may stand on one line.
  let shown = { line: 0, text: printableLatin1('') };
  const tell = (value: string): void => {
    const full = [...scopes, key].join('::').toLowerCase();
    if (shown.line !== line)
      shown = { line, text: printableLatin1((lines[line - 1] ?? '').trim().slice(0, 4096)) };
    settings.push({ key: full, value, line, text: shown.text });
  };
  for (const match of text.matchAll(token)) {
    const [whole, quoted, mark, word, end] = match;
    if (settings.length >= mostValues) break;
    if (end !== undefined) line += 1;
    else if (quoted !== undefined) {
      tell(quoted.replace(/\\(.)/g, '$1'));
      line += whole.split('\n').length - 1;
    } else if (mark === '{') {
      if (scopes.length < deepest) scopes.push(key);
      key = '';
    } else if (mark === '}') {
      scopes.pop();
      key = '';
    } else if (mark === ';') key = '';
    else if (word !== undefined) {
      if (key === '') key = word;
      else tell(word);
    } else line += whole.split('\n').length - 1;
  }
  return settings;
}
