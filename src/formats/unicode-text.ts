/**
 * Bytes of a text file of Windows as JavaScript text: UTF-16 of either order and UTF-8, by their mark or by what the first
 * characters look like. Nothing is lost: halves of pairs stay, and what is no UTF-8 is taken for one letter a byte.
 *
 * Source: The Unicode Standard, §2.6 (encoding schemes) and §23.8 (byte order mark); XML 1.0, appendix F (without a mark).
 */

export type TextEncoding = 'utf-16le' | 'utf-16be' | 'utf-8' | 'latin1';

export interface DecodedText {
  readonly text: string;
  readonly encoding: TextEncoding;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const utf16 = (bytes: Uint8Array): string => Buffer.prototype.ucs2Slice.call(bytes, 0, bytes.length & ~1);

/** Each pair of bytes turned round. */
function turned(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes.length & ~1);
  for (let at = 0; at < copy.length; at += 2) {
    copy[at] = bytes[at + 1] ?? 0;
    copy[at + 1] = bytes[at] ?? 0;
  }
  return copy;
}

export function decodeUnicode(bytes: Uint8Array): DecodedText {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return { text: utf16(bytes.subarray(2)), encoding: 'utf-16le' };
  if (first === 0xfe && second === 0xff)
    return { text: utf16(turned(bytes.subarray(2))), encoding: 'utf-16be' };
  if (first !== undefined && first !== 0 && second === 0) return { text: utf16(bytes), encoding: 'utf-16le' };
  if (first === 0 && second !== undefined && second !== 0)
    return { text: utf16(turned(bytes)), encoding: 'utf-16be' };
  const marked = first === 0xef && second === 0xbb && third === 0xbf;
  const plain = marked ? bytes.subarray(3) : bytes;
  try {
    return { text: utf8.decode(plain), encoding: 'utf-8' };
  } catch {
    // The decoder's only error: the bytes are of some other, older encoding.
    return { text: Buffer.prototype.latin1Slice.call(plain, 0, plain.length), encoding: 'latin1' };
  }
}
