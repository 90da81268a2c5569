/**
 * Ethereum-style addresses: Ethereum Classic, EthereumPoW and other chains of the same form.
 *
 * Why: Etchash and Ethash miners log in with them.
 * Form: `0x` and 40 hexadecimal digits. EIP-55 puts a checksum into the case of the letters: a letter is upper
 * case when the nibble of Keccak-256 over the lower-case address at its place is 8 or more. On average 15 bits.
 * What it is NOT: an address in one case only carries no checksum and is told as not verified; callers take it
 * only beside other signs of mining.
 * Source: EIP-55.
 */
import { keccak_256 } from '@noble/hashes/sha3.js';
import type { Wallet } from './wallet.ts';

export const ethereumLength = 42;
const form = /^0x[0-9a-fA-F]{40}$/;

export function ethereumWallet(text: string): Wallet | undefined {
  if (text.length !== ethereumLength || !form.test(text)) return undefined;
  const digits = text.slice(2);
  const lower = digits.toLowerCase();
  // Fill patterns such as 0x000…0 are constants of programs, nobody's address.
  if (new Set(lower).size < 4) return undefined;
  if (digits === lower || digits === digits.toUpperCase()) {
    return { coin: 'ethereum', address: text, verified: false };
  }
  const hash = keccak_256(new TextEncoder().encode(lower));
  for (let at = 0; at < digits.length; at += 1) {
    const letter = lower.charAt(at);
    if (letter < 'a') continue;
    const nibble = ((hash[at >> 1] ?? 0) >> (at % 2 === 0 ? 4 : 0)) & 0x0f;
    if (digits.charAt(at) !== (nibble >= 8 ? letter.toUpperCase() : letter)) return undefined;
  }
  return { coin: 'ethereum', address: text, verified: true };
}
