/**
 * Kaspa addresses.
 *
 * Why: kHeavyHash is mined on GPUs, and the address is the pool's user name.
 * Form: `kaspa:` then one version byte and a 32-byte (Schnorr, script hash) or 33-byte (ECDSA) key in 5-bit
 * groups, then 8 characters of checksum over the prefix and the data: the 40-bit code of Bitcoin Cash's cashaddr
 * with bech32's alphabet. Some miners take the address without its prefix; the checksum covers it all the same.
 * What it is NOT: bech32; the code, its length and the separator differ.
 * Sources: kaspanet/rusty-kaspa crypto/addresses (bech32.rs); Bitcoin Cash cashaddr specification, "Checksum".
 */
import { bech32Alphabet } from './alphabet.ts';
import type { Wallet } from './wallet.ts';

const prefix = 'kaspa';
const checksumCharacters = 8;
/** Versions 0 (Schnorr key), 1 (ECDSA key), 8 (script hash), with their payload bytes. */
const payloads: ReadonlyMap<number, number> = new Map([
  [0, 32],
  [1, 33],
  [8, 32],
]);
const generator = [0x98f2bc8e61n, 0x79b76d99e2n, 0xf33e5fb3c4n, 0xae2eabe2a8n, 0x1e4f43e470n] as const;

/** Characters after `kaspa:`. */
export const kaspaLengths: ReadonlySet<number> = new Set([61, 63]);

function polymod(values: readonly number[]): bigint {
  let sum = 1n;
  for (const value of values) {
    const top = sum >> 35n;
    sum = ((sum & 0x07ffffffffn) << 5n) ^ BigInt(value);
    generator.forEach((term, bit) => {
      if (((top >> BigInt(bit)) & 1n) === 1n) sum ^= term;
    });
  }
  return sum ^ 1n;
}

/** The address (with its prefix) of a data part whose checksum fits, or nothing. */
export function kaspaWallet(data: string): Wallet | undefined {
  if (!kaspaLengths.has(data.length)) return undefined;
  const words: number[] = [];
  for (const character of data) {
    const word = bech32Alphabet.indexOf(character);
    if (word < 0) return undefined;
    words.push(word);
  }
  const version = ((words[0] ?? 0) << 3) | ((words[1] ?? 0) >> 2);
  const payload = payloads.get(version);
  if (payload === undefined) return undefined;
  if (data.length !== Math.ceil(((payload + 1) * 8) / 5) + checksumCharacters) return undefined;
  const head = [...prefix].map((character) => character.charCodeAt(0) & 0x1f);
  if (polymod([...head, 0, ...words]) !== 0n) return undefined;
  return { coin: 'kaspa', address: `${prefix}:${data}`, verified: true };
}
