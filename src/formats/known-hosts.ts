/**
 * known_hosts of OpenSSH: which hosts somebody has logged in to.
 *
 * Why: whoever holds the keys and the habits of an account goes on from here to those hosts. What it is NOT: proof that
 * a login ever worked. Names may be hashed (Debian's preset); such a line answers only whether it is a name that one
 * has already. Lines of authorities and revoked keys name no host.
 * Source: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT": `[marker] names keytype key [comment]`, names separated by commas,
 * `[name]:port`, patterns with `*`, `?` and `!`, `|1|salt|hash` with HMAC-SHA1. Bounds: 20,000 lines, 64 names of one.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Printable, printableBytes } from '../model/text.ts';
import { textLines } from './text-lines.ts';

const mostLines = 20_000;
const longestLine = 8_192;
const mostNames = 64;
/** SHA-1's. */
const hashBytes = 20;

export interface HashedName {
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

export interface KnownHostLine {
  readonly line: number;
  /** Lower case, without a port. */
  readonly names: readonly Printable[];
  readonly hashed?: HashedName;
}

function hashedName(text: string): HashedName | undefined {
  const [, version, salt = '', hash = '', ...more] = text.split('|');
  if (version !== '1' || more.length > 0) return undefined;
  const bytes = Buffer.from(hash, 'base64');
  return bytes.length === hashBytes ? { salt: Buffer.from(salt, 'base64'), hash: bytes } : undefined;
}

/** `[db-1]:2222` is `db-1`; patterns stand for hosts that nobody needs to have seen. */
function plainName(text: string): Printable | undefined {
  const name = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1] ?? text;
  if (name === '' || /[*?!|]/.test(name)) return undefined;
  return printableBytes(Buffer.from(name.toLowerCase(), 'latin1'));
}

export function* parseKnownHosts(bytes: Uint8Array): Generator<KnownHostLine> {
  for (const { line, text } of textLines(bytes, { lines: mostLines, longest: longestLine })) {
    const [first = '', keyType = ''] = text.trim().split(/[ \t]+/, 3);
    if (first === '' || first.startsWith('#') || first.startsWith('@') || keyType === '') continue;
    if (first.startsWith('|')) {
      const hashed = hashedName(first);
      if (hashed !== undefined) yield { line, names: [], hashed };
      continue;
    }
    const names = first.split(',', mostNames).flatMap((one) => plainName(one) ?? []);
    if (names.length > 0) yield { line, names };
  }
}

/** Whether a hashed line is that of a name. Only names with the usual port are hashed bare. */
export function isHashOf({ salt, hash }: HashedName, name: string): boolean {
  return timingSafeEqual(createHmac('sha1', salt).update(name).digest(), hash);
}
