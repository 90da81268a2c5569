/**
 * The lines of a ledger: one record a line, each with a hash over the one before and its own text, so that no line can
 * be changed, left out or put in without it being seen.
 *
 * `HASH SPACE JSON NEWLINE`, HASH being SHA-256 of the previous hash (64 zeros for the first) and the JSON, in
 * hexadecimal. A last line without its newline, or whose hash is wrong, was torn by a power loss: it is no record, and
 * what it would have told did not happen or is found out from the world. Anywhere else a wrong line is damage.
 */
import { DemineError } from '../../model/error.ts';
import { type LedgerEntry, ledgerEntry } from '../../model/ledger.ts';

export const firstHash = '0'.repeat(64);

export interface LedgerText {
  readonly entries: readonly LedgerEntry[];
  /** Of each entry. */
  readonly hashes: readonly string[];
  /** Of the last entry; where the next one goes on. */
  readonly hash: string;
  /** Bytes that hold whole entries. */
  readonly whole: number;
  /** Bytes behind them. */
  readonly torn: number;
}

const hashOf = (previous: string, json: string): string =>
  new Bun.CryptoHasher('sha256').update(previous).update(json).digest('hex');

export function ledgerLine(
  previous: string,
  entry: LedgerEntry,
): { readonly line: string; readonly hash: string } {
  const json = JSON.stringify(entry);
  const hash = hashOf(previous, json);
  return { line: `${hash} ${json}\n`, hash };
}

function parsed(line: string, previous: string, n: number): LedgerEntry | undefined {
  const json = line.slice(65);
  if (line[64] !== ' ' || line.slice(0, 64) !== hashOf(previous, json)) return undefined;
  try {
    const entry = ledgerEntry.safeParse(JSON.parse(json));
    return entry.success && entry.data.n === n ? entry.data : undefined;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}

/** @throws DemineError `ledger-broken` */
export function readLedger(bytes: Uint8Array, subject: string): LedgerText {
  const entries: LedgerEntry[] = [];
  const hashes: string[] = [];
  let hash = firstHash;
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf(0x0a, at);
    const line = Buffer.from(bytes.subarray(at, end < 0 ? bytes.length : end)).toString('utf8');
    const entry = end < 0 ? undefined : parsed(line, hash, entries.length);
    if (entry === undefined) {
      // Only what was written last can be torn: whole lines behind it were written after it.
      if (end >= 0 && end + 1 < bytes.length) {
        throw new DemineError('ledger-broken', `line ${entries.length + 1} was changed`, { subject });
      }
      return { entries, hashes, hash, whole: at, torn: bytes.length - at };
    }
    entries.push(entry);
    hash = line.slice(0, 64);
    hashes.push(hash);
    at = end + 1;
  }
  return { entries, hashes, hash, whole: at, torn: 0 };
}
