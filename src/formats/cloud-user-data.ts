/**
 * What cloud-init was told to run and write: user data, vendor data, cloud.cfg and its parts.
 *
 * User data is a script, a `#cloud-config` of YAML, a boothook, a list of addresses to fetch more from, or a MIME
 * archive of these, and may be gzipped. Of YAML only the lists that run or write are read, each item for itself and by
 * its line, so that a mistake elsewhere hides nothing; what does not parse is told as it stands.
 * What it is NOT: users, passwords and keys, which are never told from here; Jinja is not rendered.
 * Sources: cloud-init "User-Data formats", modules Runcmd, Bootcmd, Write Files; RFC 2046 §5.1; YAML 1.2 ch. 8.
 * Bounds: 1 MiB after unpacking, 64 parts, 3 levels of MIME, 1,000 items, 64 KiB and 64 brackets deep of one item.
 */
import { gunzipSync } from 'node:zlib';
import { quotedWords } from './quoted-words.ts';
import { textLines } from './text-lines.ts';

export type CloudPart =
  | { readonly kind: 'script'; readonly boothook: boolean; readonly line: number; readonly text: string }
  | {
      readonly kind: 'command';
      readonly key: string;
      readonly line: number;
      readonly command: string;
      readonly argv: boolean;
    }
  | {
      readonly kind: 'file';
      readonly line: number;
      readonly path: string;
      readonly content: string;
      readonly permissions: string;
    }
  | { readonly kind: 'include'; readonly line: number; readonly url: string };

const longest = 1 << 20;
const longestItem = 65_536;
const mostItems = 1_000;
const mostParts = 64;
const deepestMime = 3;
const runKeys: ReadonlySet<string> = new Set(['runcmd', 'bootcmd']);

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function unzipped(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.subarray(0, longest);
  try {
    return gunzipSync(bytes, { maxOutputLength: longest });
  } catch {
    // Damaged or larger than the bound: nothing of it can be read, and cloud-init could not either.
    return new Uint8Array(0);
  }
}

function tooDeep(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    if (depth > 64) return true;
  }
  // Lists and keys within each other nest by blanks and dashes before the text of a line.
  return /^[ -]{256}/m.test(text) || /(?:- ){64}/.test(text);
}

/** One piece of YAML, as bytes of UTF-8 held in Latin-1 text; nothing where it does not parse. */
function yamlOf(text: string): unknown {
  if (text.length > longestItem || tooDeep(text)) return undefined;
  try {
    return Bun.YAML.parse(Buffer.from(text, 'latin1').toString('utf8'));
  } catch {
    return undefined;
  }
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** Text of YAML in the coding of the rest: one character a byte. */
const asLatin1 = (value: unknown): string =>
  typeof value === 'string'
    ? Buffer.from(value, 'utf8').toString('latin1')
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : '';

function commandsOf(key: string, value: unknown, raw: string, line: number): readonly CloudPart[] {
  if (typeof value === 'string')
    return [{ kind: 'command', key, line, command: asLatin1(value), argv: false }];
  if (isList(value)) {
    const words = value.slice(0, 4096).map(asLatin1);
    return words.length === 0
      ? []
      : [{ kind: 'command', key, line, command: quotedWords(words), argv: true }];
  }
  if (value === null) return [];
  return [{ kind: 'command', key, line, command: raw.replace(/^\s*-\s*/, '').trim(), argv: false }];
}

function contentOf(value: unknown, encoding: string): string {
  const text = asLatin1(value);
  if (/^(?:b64|base64)$/.test(encoding)) return latin1(Buffer.from(text, 'base64').subarray(0, longest));
  if (/^(?:gz|gzip)(?:\+b(?:ase)?64)?$/.test(encoding)) return latin1(unzipped(Buffer.from(text, 'base64')));
  return text;
}

function filesOf(value: unknown, line: number): readonly CloudPart[] {
  if (!isRecord(value) || typeof value['path'] !== 'string') return [];
  const encoding = asLatin1(value['encoding']).toLowerCase();
  return [
    {
      kind: 'file',
      line,
      path: asLatin1(value['path']),
      content: contentOf(value['content'], encoding),
      permissions: asLatin1(value['permissions']),
    },
  ];
}

function partsOf(key: string, value: unknown, raw: string, line: number): readonly CloudPart[] {
  return runKeys.has(key) ? commandsOf(key, value, raw, line) : filesOf(value, line);
}

interface Item {
  readonly line: number;
  readonly raw: string;
}

/** Items of a block list: each begins with a dash at the blanks of the first. */
function itemsOf(lines: readonly { readonly line: number; readonly text: string }[]): readonly Item[] {
  const items: { line: number; raw: string }[] = [];
  let dash: string | undefined;
  for (const { line, text } of lines) {
    if (/^\s*(?:#|$)/.test(text) && items.length === 0) continue;
    const blanks = /^(\s*)-(?:\s|$)/.exec(text)?.[1];
    if (blanks !== undefined && (dash === undefined || blanks === dash)) {
      dash = blanks;
      if (items.length >= mostItems) break;
      items.push({ line, raw: text });
      continue;
    }
    const last = items.at(-1);
    if (last !== undefined && last.raw.length < longestItem) last.raw += `\n${text}`;
  }
  return items;
}

/** Lists of a cloud-config that run or write something. */
function readConfig(text: string, firstLine: number): readonly CloudPart[] {
  const lines = [...textLines(Buffer.from(text, 'latin1'), { lines: 50_000 })].map((one) => ({
    line: one.line + firstLine - 1,
    text: one.text,
  }));
  const found: CloudPart[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const match = /^["']?(runcmd|bootcmd|write_files)["']?\s*:\s*(.*)$/.exec(lines[at]?.text ?? '');
    if (match === null) continue;
    const [, key = '', rest = ''] = match;
    let end = at + 1;
    while (end < lines.length && /^(?:\s|#|-(?:\s|$)|$|[\]}])/.test(lines[end]?.text ?? '')) end += 1;
    const line = lines[at]?.line ?? firstLine;
    const own = lines.slice(at + 1, end);
    if (rest === '' || /^[#&!]/.test(rest)) {
      for (const item of itemsOf(own)) {
        const list = yamlOf(item.raw);
        found.push(...partsOf(key, isList(list) ? list[0] : undefined, item.raw, item.line));
      }
    } else {
      const whole = [rest, ...own.map((one) => one.text)].join('\n');
      const list = yamlOf(whole);
      if (isList(list)) found.push(...list.flatMap((value) => partsOf(key, value, '', line)));
      else if (runKeys.has(key)) {
        found.push({ kind: 'command', key, line, command: whole.slice(0, longestItem), argv: false });
      }
    }
  }
  if (found.length === 0 && /^\s*(?:#[^\n]*\n\s*)*\{/.test(text)) {
    const whole = yamlOf(text);
    if (isRecord(whole)) {
      for (const key of ['bootcmd', 'runcmd', 'write_files']) {
        const list = whole[key];
        if (isList(list)) found.push(...list.flatMap((value) => partsOf(key, value, '', firstLine)));
      }
    }
  }
  return found.slice(0, mostItems);
}

const linesIn = (text: string): number => text.split('\n').length - 1;

function readMime(text: string, line: number, depth: number): readonly CloudPart[] {
  const headerEnd = /\r?\n\r?\n/.exec(text);
  const header = headerEnd === null ? text : text.slice(0, headerEnd.index);
  const boundary = /boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;]{1,200}))/i.exec(header);
  const mark = boundary?.[1] ?? boundary?.[2];
  if (mark === undefined || depth > deepestMime) return [];
  const found: CloudPart[] = [];
  const pieces = text.split(`--${mark}`).slice(0, mostParts + 1);
  let at = line + linesIn(pieces[0] ?? '');
  for (const piece of pieces.slice(1)) {
    const begin = at;
    at += linesIn(piece);
    if (piece.startsWith('--')) break;
    const split = /\r?\n\r?\n/.exec(piece);
    if (split === null) continue;
    const own = piece.slice(0, split.index);
    const body = piece.slice(split.index + split[0].length);
    const bodyLine = begin + linesIn(piece.slice(0, split.index + split[0].length));
    if (/content-type:\s*multipart\//i.test(own)) {
      found.push(...readMime(`${own.trimStart()}\n\n${body}`, begin, depth + 1));
      continue;
    }
    const encoded = /content-transfer-encoding:\s*base64/i.test(own);
    const bytes = unzipped(encoded ? Buffer.from(body, 'base64') : Buffer.from(body, 'latin1'));
    const type = /content-type:\s*([\w./+-]+)/i.exec(own)?.[1]?.toLowerCase() ?? '';
    const parts = readPart(latin1(bytes), type, bodyLine, depth + 1);
    // Lines of what is decoded are no lines of the file: then the place of the part is told.
    found.push(...(encoded ? parts.map((part) => ({ ...part, line: bodyLine })) : parts));
  }
  return found;
}

function readPart(whole: string, type: string, line: number, depth: number): readonly CloudPart[] {
  const jinja = /^## template: ?jinja\r?\n/.exec(whole);
  const text = jinja === null ? whole : whole.slice(jinja[0].length);
  const at = jinja === null ? line : line + 1;
  if (/^(?:content-type|mime-version|from nobody)/i.test(text)) return readMime(text, at, depth);
  if (text.startsWith('#!') || type === 'text/x-shellscript')
    return [{ kind: 'script', boothook: false, line: at, text }];
  if (text.startsWith('#cloud-boothook') || type === 'text/cloud-boothook')
    return [{ kind: 'script', boothook: true, line: at, text }];
  if (/^#include(?:-once)?\b/.test(text) || /^text\/x-include/.test(type)) {
    return [...textLines(Buffer.from(text, 'latin1'), { lines: 500, longest: 4096 })].flatMap((one) => {
      const url = /^(?:#include(?:-once)?\s+)?([a-z]+:\/\/\S+)/.exec(one.text)?.[1];
      return url === undefined ? [] : [{ kind: 'include' as const, line: one.line + at - 1, url }];
    });
  }
  return readConfig(text, at);
}

/** What user data, or a file of cloud.cfg.d, runs and writes. */
export function parseCloudUserData(bytes: Uint8Array): readonly CloudPart[] {
  return readPart(latin1(unzipped(bytes)), '', 1, 0);
}
