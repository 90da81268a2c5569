/**
 * Which alphabets a byte belongs to, as one table look-up.
 *
 * Why: wallet addresses are searched in up to 64 MiB of a suspect's memory. A table of 256 classes reads each
 * byte at most twice; regular expressions over strings would first have to decode the memory.
 * What it is NOT: a decoder. It only says that a run of bytes could be an address.
 * Sources: base58 alphabet of Bitcoin and CryptoNote (no 0, O, I, l); bech32 alphabet of BIP 173.
 */

export const isAlphanumeric = 1;
export const isBase58 = 2;
/** Data part of bech32 and cashaddr, lower case. */
export const isBech32 = 4;
export const isHex = 8;
/** Printable ASCII, with tab. */
export const isText = 16;
/** What a host name is made of, with the dot. */
export const isHost = 32;

const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
export const bech32Alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';

function build(): Uint8Array {
  const table = new Uint8Array(256);
  const mark = (text: string, bit: number): void => {
    for (const character of text) {
      const code = character.charCodeAt(0);
      table[code] = (table[code] ?? 0) | bit;
    }
  };
  for (let code = 0x20; code < 0x7f; code += 1) table[code] = isText;
  table[0x09] = isText;
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  mark(`0123456789${letters}${letters.toUpperCase()}`, isAlphanumeric | isHost);
  mark('.-_', isHost);
  mark(base58, isBase58);
  mark(bech32Alphabet, isBech32);
  mark('0123456789abcdefABCDEF', isHex);
  return table;
}

/** Classes of every byte value. */
export const classes: Uint8Array = build();

/** True when every byte of the stretch has the class. */
export function allOf(bytes: Uint8Array, start: number, end: number, bit: number): boolean {
  for (let at = start; at < end; at += 1) if (((classes[bytes[at] ?? 0] ?? 0) & bit) === 0) return false;
  return true;
}

/** A stretch of bytes (cut at their end) as text; only for stretches whose bytes are ASCII. */
export function asciiOf(bytes: Uint8Array, start: number, end: number): string {
  const stop = Math.min(end, bytes.length);
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.max(0, stop - start)).toString('latin1');
}
