/**
 * Addresses of Bitcoin and its descendants in base58check, and Ergo's.
 *
 * Why: GPU and CPU miners of these coins log in to the pool with the address as user name.
 * Form: version (1 byte; Zcash 2), 20 bytes of hash, 4 bytes of checksum: double SHA-256 of all before.
 * Ergo: 1 byte of network and type, 33 bytes of key, 4 bytes of BLAKE2b-256.
 * What it is NOT: proof of mining; exchanges and shops hold such addresses too.
 * Sources: Bitcoin wiki "Base58Check encoding" and "List of address prefixes"; chainparams of each coin
 * (cryptocoinjs/coininfo); Zcash protocol specification §5.6.1.1; Ergo documentation "Address".
 * 0x3c is shared by Ravencoin, Verus and Komodo: the name is the coin most often mined on stolen machines' GPUs.
 */
import { blake2b } from '@noble/hashes/blake2.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { base58 } from '@scure/base';
import type { Wallet } from './wallet.ts';

/** By the first byte. 0x05 is Bitcoin's; old Litecoin script addresses share it. */
const versions: ReadonlyMap<number, string> = new Map([
  [0x00, 'bitcoin'],
  [0x05, 'bitcoin'],
  [0x30, 'litecoin'],
  [0x32, 'litecoin'],
  [0x1e, 'dogecoin'],
  [0x16, 'dogecoin'],
  [0x4c, 'dash'],
  [0x10, 'dash'],
  [0x3c, 'ravencoin'],
  [0x7a, 'ravencoin'],
]);

/** Zcash has two bytes: t1 and t3. */
const zcashVersions: ReadonlySet<number> = new Set([0x1cb8, 0x1cbd]);

const hashBytes = 20;
const checksumBytes = 4;
/** First characters that the versions above can give; anything else is not decoded at all. */
const firstCharacters: ReadonlySet<string> = new Set('13LMD9AX7Rrt');

const base58checkShortest = 26;
const base58checkLongest = 35;
const ergoLength = 51;

function decode(text: string): Uint8Array | undefined {
  try {
    return base58.decode(text);
  } catch {
    return undefined;
  }
}

function sumFits(bytes: Uint8Array, sum: Uint8Array): boolean {
  const body = bytes.length - checksumBytes;
  for (let at = 0; at < checksumBytes; at += 1) if (sum[at] !== bytes[body + at]) return false;
  return true;
}

/** True when length and first character leave an address possible. */
export function mayBeBase58check(text: string): boolean {
  if (text.length === ergoLength) return text.startsWith('9');
  return (
    text.length >= base58checkShortest &&
    text.length <= base58checkLongest &&
    firstCharacters.has(text.charAt(0))
  );
}

function ergo(text: string): Wallet | undefined {
  const bytes = decode(text);
  // 0x01 = mainnet (0x00) + pay to public key (0x01).
  if (bytes?.length !== 1 + 33 + checksumBytes || bytes[0] !== 0x01) return undefined;
  const sum = blake2b(bytes.subarray(0, bytes.length - checksumBytes), { dkLen: 32 });
  return sumFits(bytes, sum) ? { coin: 'ergo', address: text, verified: true } : undefined;
}

/** The coin of an address whose checksum fits, or nothing. */
export function base58checkWallet(text: string): Wallet | undefined {
  if (!mayBeBase58check(text)) return undefined;
  if (text.length === ergoLength) return ergo(text);
  const bytes = decode(text);
  if (bytes === undefined) return undefined;
  let coin: string | undefined;
  if (bytes.length === 1 + hashBytes + checksumBytes) coin = versions.get(bytes[0] ?? 0);
  else if (bytes.length === 2 + hashBytes + checksumBytes) {
    coin = zcashVersions.has((bytes[0] ?? 0) * 256 + (bytes[1] ?? 0)) ? 'zcash' : undefined;
  }
  if (coin === undefined) return undefined;
  const sum = sha256(sha256(bytes.subarray(0, bytes.length - checksumBytes)));
  return sumFits(bytes, sum) ? { coin, address: text, verified: true } : undefined;
}
