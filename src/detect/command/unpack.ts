/**
 * Encodings in which attackers carry commands: base64, base32, hex, deflate in its three dresses, rot13, uuencode.
 *
 * Text in and out holds one character a byte. Bounds: `unpackLimit` bytes of one result; a bomb ends there.
 */
import { inflateRawSync, inflateSync, unzipSync } from 'node:zlib';
import { clean } from './value.ts';

export const unpackLimit = 262_144;

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** What base64 stands for; undefined where the text is none. Blanks and letters of the URL form are allowed. */
export function fromBase64(value: string): string | undefined {
  const text = clean(value)
    .slice(0, 2 * unpackLimit)
    .replace(/[\s\0]+/g, '');
  if (text.length < 4 || !/^[A-Za-z0-9+/_-]+={0,2}/.test(text)) return undefined;
  return latin1(Buffer.from(text, 'base64')).slice(0, unpackLimit);
}

export function fromHex(value: string): string | undefined {
  const text = clean(value)
    .slice(0, 2 * unpackLimit)
    .replace(/\\x|0x|[\s,:]+/gi, '');
  if (text.length < 2 || !/^[0-9a-f]+$/i.test(text)) return undefined;
  return latin1(Buffer.from(text, 'hex'));
}

/** Hex as `xxd` prints it: an offset, the bytes, and the same as text. */
export function fromHexDump(value: string): string | undefined {
  const lines = clean(value)
    .slice(0, 2 * unpackLimit)
    .split('\n');
  const dump = lines.every((line) => line === '' || /^[0-9a-f]{4,16}:/i.test(line));
  if (!dump) return fromHex(value);
  const digits = lines.map((line) => /^[0-9a-f]+:\s?((?:[0-9a-f]{2,4}\s?)+)/i.exec(line)?.[1] ?? '');
  return fromHex(digits.join(''));
}

const base32Letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function fromBase32(value: string): string | undefined {
  const text = clean(value)
    .slice(0, unpackLimit)
    .replace(/[\s=]+/g, '')
    .toUpperCase();
  if (text.length < 8 || !/^[A-Z2-7]+$/.test(text)) return undefined;
  let bits = 0;
  let held = 0;
  let out = '';
  for (const letter of text) {
    held = ((held << 5) | base32Letters.indexOf(letter)) & 0xffff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    out += String.fromCharCode((held >> bits) & 0xff);
  }
  return out;
}

export function rot13(value: string): string {
  return value.replace(/[A-Za-z]/g, (letter) => {
    const base = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
}

export const reversed = (value: string): string => [...value].reverse().join('');

/** A stream of gzip, zlib or raw deflate; undefined where it is none of them. */
export function inflated(value: string): string | undefined {
  const bytes = Buffer.from(clean(value).slice(0, unpackLimit), 'latin1');
  if (bytes.length < 3) return undefined;
  const options = { maxOutputLength: unpackLimit };
  const gzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const ways = gzip ? [unzipSync] : [inflateSync, inflateRawSync];
  for (const way of ways) {
    try {
      return latin1(way(bytes, options));
    } catch {
      // Not this form, or larger than the bound: the next form, or undefined.
    }
  }
  return undefined;
}

/** Lines of uuencode(5) between `begin` and `end`. */
export function fromUuencode(value: string): string | undefined {
  const lines = clean(value).slice(0, unpackLimit).split(/\r?\n/);
  const start = lines.findIndex((line) => /^begin(?:-base64)? [0-7]{3}/.test(line));
  const body = lines.slice(start + 1);
  if (start >= 0 && lines[start]?.startsWith('begin-base64') === true) {
    return fromBase64(body.filter((line) => !line.startsWith('=')).join(''));
  }
  let out = '';
  for (const line of body) {
    const length = (line.charCodeAt(0) - 32) & 63;
    if (line === '' || line === 'end' || length === 0) break;
    let bytes = '';
    for (let at = 1; at < line.length; at += 4) {
      const [a = 0, b = 0, c = 0, d = 0] = [0, 1, 2, 3].map((add) => (line.charCodeAt(at + add) - 32) & 63);
      bytes += String.fromCharCode(
        ((a << 2) | (b >> 4)) & 255,
        ((b << 4) | (c >> 2)) & 255,
        ((c << 6) | d) & 255,
      );
    }
    out += bytes.slice(0, length);
  }
  return out === '' ? undefined : out;
}
