/**
 * authorized_keys of sshd(8): options, keys and comments, one a line.
 *
 * Read as sshd does: a line that begins with a key has no options; else options go up to a blank outside quotes. A
 * line whose options sshd does not know is refused by it, and is told as refused. The file may have been written by
 * a database (Redis keeps its own bytes around the key), and the key works all the same.
 * Sources: sshd(8), AUTHORIZED_KEYS FILE FORMAT; OpenSSH auth2-pubkeyfile.c. Bounds: 20,000 lines, 64 options.
 */

import { isConcealed } from './concealed.ts';
import { keyWithin, type PublicKey, parsePublicKey } from './ssh-public-key.ts';
import { textLines } from './text-lines.ts';

export interface KeyOption {
  /** Small letters. */
  readonly name: string;
  /** Quotes and escapes undone; empty for an option without a value. */
  readonly value: string;
}

export interface AuthorizedKey {
  readonly key: PublicKey;
  readonly options: readonly KeyOption[];
  /** sshd passes the line over: unknown options, or noise before the key. */
  readonly refused: boolean;
  /** Far to the right, or far below everything else. */
  readonly concealed: boolean;
  /** One-based. */
  readonly line: number;
}

export interface AuthorizedKeys {
  readonly keys: readonly AuthorizedKey[];
  /** Bytes that are no text stand in the file. */
  readonly noise: boolean;
}

const mostLines = 20_000;
const mostOptions = 64;
/** Empty lines before a key after which a reader does not scroll on. */
const farBelow = 40;

const flags: ReadonlySet<string> = new Set(
  (
    'agent-forwarding cert-authority port-forwarding pty restrict user-rc x11-forwarding no-touch-required ' +
    'verify-required no-agent-forwarding no-port-forwarding no-pty no-user-rc no-x11-forwarding ' +
    'no-cert-authority no-restrict touch-required no-verify-required'
  ).split(' '),
);
const valued: ReadonlySet<string> = new Set(
  'command environment expiry-time from permitlisten permitopen principals tunnel'.split(' '),
);

/** Options at the start of a line, and where they end; nothing where they never do. */
function optionsOf(
  text: string,
): { readonly options: readonly KeyOption[]; readonly end: number; readonly known: boolean } | undefined {
  const options: KeyOption[] = [];
  let at = 0;
  let known = true;
  while (options.length < mostOptions) {
    const name = /[A-Za-z0-9-]*/y;
    name.lastIndex = at;
    const word = name.exec(text)?.[0] ?? '';
    at += word.length;
    let value = '';
    if (text[at] === '=' && text[at + 1] === '"') {
      for (at += 2; at < text.length && text[at] !== '"'; at += 1) {
        if (text[at] === '\\' && text[at + 1] === '"') at += 1;
        value += text[at] ?? '';
      }
      if (text[at] !== '"') return undefined;
      at += 1;
    }
    const lower = word.toLowerCase();
    known &&= value === '' ? flags.has(lower) || valued.has(lower) : valued.has(lower);
    options.push({ name: lower, value });
    if (text[at] !== ',') break;
    at += 1;
  }
  return /[ \t]/.test(text[at] ?? '') ? { options, end: at, known } : undefined;
}

function lineOf(text: string): Pick<AuthorizedKey, 'key' | 'options' | 'refused'> | undefined {
  const bare = parsePublicKey(text);
  if (bare !== undefined) return { key: bare, options: [], refused: false };
  const read = optionsOf(text);
  if (read !== undefined) {
    const key = parsePublicKey(text.slice(read.end).trimStart());
    if (key !== undefined) return { key, options: read.options, refused: !read.known };
  }
  const at = keyWithin(text);
  const hidden = at < 0 ? undefined : parsePublicKey(text.slice(at));
  return hidden === undefined ? undefined : { key: hidden, options: [], refused: true };
}

/** Control characters that no editor leaves; text in another encoding is text. */
const noisy = /[\x00-\x08\x0e-\x1a\x1c-\x1f]|^REDIS\d{4}/;

export function parseAuthorizedKeys(bytes: Uint8Array): AuthorizedKeys {
  const keys: AuthorizedKey[] = [];
  let noise = false;
  let empty = 0;
  for (const { line, text } of textLines(bytes, { lines: mostLines })) {
    noise ||= noisy.test(text);
    const trimmed = text.replace(/^[ \t]+/, '');
    if (trimmed.trim() === '') {
      empty += 1;
      continue;
    }
    const found = trimmed.startsWith('#') ? undefined : lineOf(trimmed);
    if (found !== undefined) {
      keys.push({ ...found, concealed: isConcealed(text) || (empty >= farBelow && keys.length > 0), line });
    }
    empty = 0;
  }
  return { keys, noise };
}

/** The value of an option, or nothing. */
export function optionOf(key: AuthorizedKey, name: string): string | undefined {
  return key.options.find((option) => option.name === name)?.value;
}
