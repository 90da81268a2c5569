/**
 * Addresses of Monero and the coins that descend from CryptoNote.
 *
 * Why: almost every CPU miner pays to one of these, and 32 bits of checksum make a false hit all but impossible.
 * Form: varint tag, 32 bytes spend key, 32 bytes view key, 8 bytes payment id (integrated only), then the first
 * 4 bytes of Keccak-256 (original padding, not SHA-3) of all before; written in blocks of 8 bytes = 11 characters.
 * What it is NOT: a check that the keys are points of the curve, or that anybody ever used the address.
 * Sources: CryptoNote standard 007; tags of mainnets from xmrig src/base/tools/cryptonote/WalletAddress.cpp
 * (Monero, Sumokoin, ArQmA, Wownero, Graft, Townforge) and from each coin's own cryptonote_config.h
 * (Oxen/Loki 114–116, Haven 0x5af4, Salvium 0x3ef318 and Carrot 0x180c96) or CryptoNoteConfig.h (Conceal 0x7ad4).
 * Zephyr is left out: its tags could not be verified in a published source.
 */
import { keccak_256 } from '@noble/hashes/sha3.js';
import { base58xmr } from '@scure/base';
import type { Wallet } from './wallet.ts';

export type CryptonoteKind = 'standard' | 'integrated' | 'subaddress';

interface Tag {
  readonly coin: string;
  readonly kind: CryptonoteKind;
}

const tags: ReadonlyMap<number, Tag> = new Map<number, Tag>([
  [0x12, { coin: 'monero', kind: 'standard' }],
  [0x13, { coin: 'monero', kind: 'integrated' }],
  [0x2a, { coin: 'monero', kind: 'subaddress' }],
  [0x1032, { coin: 'wownero', kind: 'standard' }],
  [0x1a9a, { coin: 'wownero', kind: 'integrated' }],
  [0x2fb0, { coin: 'wownero', kind: 'subaddress' }],
  [0x2bb39a, { coin: 'sumokoin', kind: 'standard' }],
  [0x29339a, { coin: 'sumokoin', kind: 'integrated' }],
  [0x8319a, { coin: 'sumokoin', kind: 'subaddress' }],
  [0x2cca, { coin: 'arqma', kind: 'standard' }],
  [0x116bc7, { coin: 'arqma', kind: 'integrated' }],
  [0x6847, { coin: 'arqma', kind: 'subaddress' }],
  [0x5a, { coin: 'graft', kind: 'standard' }],
  [0x5b, { coin: 'graft', kind: 'integrated' }],
  [0x66, { coin: 'graft', kind: 'subaddress' }],
  [0x424200, { coin: 'townforge', kind: 'standard' }],
  [0x424201, { coin: 'townforge', kind: 'subaddress' }],
  [114, { coin: 'oxen', kind: 'standard' }],
  [115, { coin: 'oxen', kind: 'integrated' }],
  [116, { coin: 'oxen', kind: 'subaddress' }],
  [0x5af4, { coin: 'haven', kind: 'standard' }],
  [0xcd774, { coin: 'haven', kind: 'integrated' }],
  [0x12d974, { coin: 'haven', kind: 'subaddress' }],
  [0x3ef318, { coin: 'salvium', kind: 'standard' }],
  [0x55ef318, { coin: 'salvium', kind: 'integrated' }],
  [0xf5ef318, { coin: 'salvium', kind: 'subaddress' }],
  [0x180c96, { coin: 'salvium', kind: 'standard' }],
  [0x2ccc96, { coin: 'salvium', kind: 'integrated' }],
  [0x314c96, { coin: 'salvium', kind: 'subaddress' }],
  [0x7ad4, { coin: 'conceal', kind: 'standard' }],
]);

const keyBytes = 64;
const paymentIdBytes = 8;
const checksumBytes = 4;
/** Characters of a last block of 0 … 8 bytes (CryptoNote standard 007, table of block sizes). */
const blockCharacters = [0, 2, 3, 5, 6, 7, 9, 10, 11] as const;

function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 128)) length += 1;
  return length;
}

function charactersFor(bytes: number): number {
  return Math.floor(bytes / 8) * 11 + (blockCharacters[bytes % 8] ?? 0);
}

function payloadBytes(tag: number, kind: CryptonoteKind): number {
  return varintLength(tag) + keyBytes + (kind === 'integrated' ? paymentIdBytes : 0) + checksumBytes;
}

/** Lengths in characters that an address of a known coin can have. */
const cryptonoteLengths: ReadonlySet<number> = new Set(
  [...tags].map(([tag, { kind }]) => charactersFor(payloadBytes(tag, kind))),
);

/** A varint of at most 5 bytes: value and bytes it took. */
function varint(bytes: Uint8Array): { readonly value: number; readonly length: number } | undefined {
  let value = 0;
  for (let at = 0; at < 5; at += 1) {
    const byte = bytes[at];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return { value, length: at + 1 };
  }
  return undefined;
}

/**
 * Decodes a base58 stretch, or nothing: text of a suspect that is no address is the normal case here, and the
 * library tells it by throwing.
 */
function decode(text: string): Uint8Array | undefined {
  try {
    return base58xmr.decode(text);
  } catch {
    return undefined;
  }
}

/** True when the first block already names a known coin; spares the checksum of nearly all noise. */
export function mayBeCryptonote(text: string): boolean {
  if (!cryptonoteLengths.has(text.length)) return false;
  const head = decode(text.slice(0, 11));
  const tag = head === undefined ? undefined : varint(head);
  return tag !== undefined && tags.has(tag.value);
}

/** The coin of an address whose checksum fits, or nothing. */
export function cryptonoteWallet(text: string): (Wallet & { readonly kind: CryptonoteKind }) | undefined {
  if (!mayBeCryptonote(text)) return undefined;
  const bytes = decode(text);
  const tag = bytes === undefined ? undefined : varint(bytes);
  if (bytes === undefined || tag === undefined) return undefined;
  const known = tags.get(tag.value);
  if (known === undefined || bytes.length !== payloadBytes(tag.value, known.kind)) return undefined;
  const body = bytes.length - checksumBytes;
  const sum = keccak_256(bytes.subarray(0, body));
  for (let at = 0; at < checksumBytes; at += 1) if (sum[at] !== bytes[body + at]) return undefined;
  return { coin: known.coin, kind: known.kind, address: text, verified: true };
}
