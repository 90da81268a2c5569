/**
 * Wallet addresses in bytes or text.
 *
 * Why: the wallet is where the money goes; it ties hosts, configurations and campaigns together.
 * How: addresses are runs of letters and digits of at least 26 bytes. The search looks at every 26th byte only;
 * where that is a letter or digit, the run around it is measured once. So memory is read in linear time, binary
 * data at a small part of it. A run is decoded only when its length and first characters fit a coin, and the
 * number of checksums is bounded, because whoever fills the memory may fill it with almost-addresses.
 * What it is NOT: a judgement. An address in memory says what the process knows, not what it does.
 */
import { allOf, asciiOf, classes, isAlphanumeric, isBase58, isBech32 } from './alphabet.ts';
import { base58checkWallet, mayBeBase58check } from './base58check.ts';
import { cryptonoteWallet, mayBeCryptonote } from './cryptonote.ts';
import { ethereumLength, ethereumWallet } from './ethereum.ts';
import { kaspaLengths, kaspaWallet } from './kaspa.ts';
import { bech32Longest, bech32Wallet, mayBeBech32 } from './segwit.ts';
import type { Wallet, WalletHit } from './wallet.ts';

const shortestRun = 26;

export interface WalletBudget {
  /** Checksums that may still be computed. */
  checks: number;
  /** Hits that may still be told. */
  hits: number;
}

/** Enough for any real memory; noise of 64 MiB needs a few hundred checks. */
export function walletBudget(): WalletBudget {
  return { checks: 20_000, hits: 200 };
}

function check(bytes: Uint8Array, start: number, end: number, budget: WalletBudget): Wallet | undefined {
  const length = end - start;
  const text = asciiOf(bytes, start, end);
  if (length === ethereumLength && text.startsWith('0x')) {
    budget.checks -= 1;
    return ethereumWallet(text);
  }
  if (kaspaLengths.has(length) && allOf(bytes, start, end, isBech32)) {
    budget.checks -= 1;
    const found = kaspaWallet(text);
    if (found !== undefined) return found;
  }
  if (mayBeBech32(text)) {
    budget.checks -= 1;
    return bech32Wallet(text);
  }
  if (!allOf(bytes, start, end, isBase58)) return undefined;
  if (mayBeCryptonote(text)) {
    budget.checks -= 1;
    return cryptonoteWallet(text);
  }
  if (mayBeBase58check(text)) {
    budget.checks -= 1;
    return base58checkWallet(text);
  }
  return undefined;
}

/** All addresses whose checksum fits, and Ethereum-style ones without a checksum (`verified: false`). */
export function findWallets(
  input: Uint8Array | string,
  budget: WalletBudget = walletBudget(),
): readonly WalletHit[] {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
  const hits: WalletHit[] = [];
  const size = bytes.length;
  // Everything before `at` is done, and `at` is not inside a run that began before it.
  for (let at = 0; at + shortestRun <= size; ) {
    const probe = at + shortestRun - 1;
    if (((classes[bytes[probe] ?? 0] ?? 0) & isAlphanumeric) === 0) {
      at = probe + 1;
      continue;
    }
    let start = probe;
    while (start > at && ((classes[bytes[start - 1] ?? 0] ?? 0) & isAlphanumeric) !== 0) start -= 1;
    let end = probe + 1;
    while (end < size && ((classes[bytes[end] ?? 0] ?? 0) & isAlphanumeric) !== 0) end += 1;
    at = end;
    if (end - start < shortestRun || end - start > bech32Longest) continue;
    if (budget.checks <= 0 || budget.hits <= 0) break;
    let found = check(bytes, start, end, budget);
    // `-u<address>`: an option letter glued to its value.
    if (found === undefined && start > 0 && bytes[start - 1] === 0x2d) {
      start += 1;
      found = check(bytes, start, end, budget);
    }
    if (found === undefined) continue;
    budget.hits -= 1;
    hits.push({ ...found, offset: start });
  }
  return hits;
}
