/**
 * Addresses in bech32 and bech32m: Bitcoin, Litecoin, and Zcash's shielded and unified ones.
 *
 * Why: most pools of these coins accept or demand this form today.
 * Form: prefix, `1`, data in 5-bit groups, 6 characters of BCH checksum. Witness version 0 uses bech32
 * (constant 1), versions 1 to 16 bech32m (0x2bc830a3). Only program sizes in real use are taken: 20 and 32 bytes.
 * What it is NOT: a full ZIP 316 decoder; for `u1…` the checksum is verified, the receivers are not opened.
 * Sources: BIP 173, BIP 350, BIP 341; Zcash protocol specification §5.6.3.1 (Sapling), ZIP 316 (unified).
 */
import { type Bech32Decoded, bech32, bech32m } from '@scure/base';
import type { Wallet } from './wallet.ts';

const segwitCoins: Readonly<Record<string, string>> = { bc: 'bitcoin', ltc: 'litecoin' };
/** A Sapling address is 11 + 32 bytes. */
const saplingWords = Math.ceil((43 * 8) / 5);
/** The shortest unified address in use holds one 43-byte receiver and 16 bytes of padding. */
const unifiedShortest = 100;
export const bech32Longest = 512;

/** Words and prefix where the checksum fits; the library's `Unsafe` form answers nothing instead of throwing. */
function decode(codec: typeof bech32, text: string): Bech32Decoded | undefined {
  const decoded = codec.decodeUnsafe(text, bech32Longest);
  return decoded === undefined ? undefined : decoded;
}

function witness(coin: string, text: string): Wallet | undefined {
  const plain = decode(bech32, text);
  const decoded = plain ?? decode(bech32m, text);
  if (decoded === undefined) return undefined;
  const version = decoded.words[0];
  const program = bech32.fromWordsUnsafe(decoded.words.slice(1));
  if (!(program instanceof Uint8Array)) return undefined;
  const fits =
    plain === undefined
      ? version === 1 && program.length === 32
      : version === 0 && (program.length === 20 || program.length === 32);
  return fits ? { coin, address: text, verified: true } : undefined;
}

/** The human-readable part in lower case when the text starts like one of these addresses. */
function prefixOf(text: string): string | undefined {
  const head = text.slice(0, 4).toLowerCase();
  if (head.startsWith('bc1')) return 'bc';
  if (head === 'ltc1') return 'ltc';
  if (head.startsWith('zs1')) return 'zs';
  if (head.startsWith('u1')) return 'u';
  return undefined;
}

/** True when prefix and length leave an address possible. */
export function mayBeBech32(text: string): boolean {
  const prefix = prefixOf(text);
  if (prefix === undefined || text.length > bech32Longest) return false;
  switch (prefix) {
    case 'bc':
    case 'ltc':
      return text.length >= 42 && text.length <= 63;
    case 'zs':
      return text.length === 3 + saplingWords + 6;
    default:
      return text.length >= unifiedShortest;
  }
}

/** The coin of an address whose checksum fits, or nothing. */
export function bech32Wallet(text: string): Wallet | undefined {
  if (!mayBeBech32(text)) return undefined;
  const prefix = prefixOf(text);
  if (prefix === undefined) return undefined;
  const coin = segwitCoins[prefix];
  if (coin !== undefined) return witness(coin, text);
  const decoded = prefix === 'zs' ? decode(bech32, text) : decode(bech32m, text);
  return decoded?.prefix === prefix ? { coin: 'zcash', address: text, verified: true } : undefined;
}
