/**
 * The ledger as a file of the case: opened by one of us at a time, only ever appended to, on the disk before we go on.
 *
 * A write that did not get there whole (full disk) is cut off again, so the chain always ends with a whole record. What
 * a killed writer left is cut off too, and told by a record of its own.
 */
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { DemineError, errorText } from '../../model/error.ts';
import { type LedgerEntry, type LedgerRecord, ledgerEntry } from '../../model/ledger.ts';
import type { LedgerHead } from '../../model/statement.ts';
import { lockWhole } from '../../native/file-change.ts';
import { firstHash, type LedgerText, ledgerLine, readLedger } from './chain.ts';

/** Of the file in the case folder. */
export const ledgerName = 'ledger';

/** Bytes past which a ledger is no ledger of ours. */
const mostBytes = 256 << 20;

export interface Ledger {
  readonly entries: readonly LedgerEntry[];
  /** On the disk when it returns. @throws DemineError `ledger-unwritable`; nothing was appended then */
  append(record: LedgerRecord): void;
  close(): void;
}

function unwritable(path: string, cause: unknown): DemineError {
  return new DemineError('ledger-unwritable', errorText(cause), { subject: path, cause });
}

function readText(descriptor: number, path: string): LedgerText {
  if (fstatSync(descriptor).size > mostBytes) {
    throw new DemineError('ledger-broken', `it is larger than ${mostBytes} bytes`, { subject: path });
  }
  return readLedger(readFileSync(descriptor), path);
}

class LedgerFile implements Ledger {
  readonly entries: LedgerEntry[];
  readonly #path: string;
  readonly #descriptor: number;
  readonly #clock: () => Date;
  #hash: string;
  #size: number;

  constructor(path: string, descriptor: number, text: LedgerText, clock: () => Date) {
    this.#path = path;
    this.#descriptor = descriptor;
    this.#clock = clock;
    this.entries = [...text.entries];
    this.#hash = text.hash;
    this.#size = text.whole;
  }

  append(record: LedgerRecord): void {
    // What no reader takes must not get into the chain: it would end there for good.
    const entry = ledgerEntry.parse({ n: this.entries.length, time: this.#clock().toISOString(), record });
    const { line, hash } = ledgerLine(this.#hash, entry);
    const bytes = Buffer.from(line);
    try {
      for (let at = 0; at < bytes.length; ) {
        at += writeSync(this.#descriptor, bytes, at, bytes.length - at, this.#size + at);
      }
      fsyncSync(this.#descriptor);
    } catch (cause) {
      this.#cut();
      throw unwritable(this.#path, cause);
    }
    this.#size += bytes.length;
    this.#hash = hash;
    this.entries.push(entry);
  }

  /** Half a record goes; where that fails too, the next reader finds a torn one. */
  #cut(): void {
    try {
      ftruncateSync(this.#descriptor, this.#size);
    } catch (cause) {
      throw unwritable(this.#path, cause);
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/**
 * Opens the ledger for writing, or makes it.
 * @throws DemineError `ledger-broken`, `ledger-unwritable`, `target-busy` where another Demine works with this case
 */
export function openLedger(path: string, clock: () => Date = () => new Date()): Ledger {
  let descriptor: number;
  try {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
    descriptor = openSync(path, flags, 0o600);
  } catch (cause) {
    throw unwritable(path, cause);
  }
  try {
    const locked = lockWhole(descriptor);
    if (locked.status !== 'ok') throw unwritable(path, new Error(locked.reason));
    if (!locked.value) throw new DemineError('target-busy', 'the ledger is in use', { subject: path });
    const text = readText(descriptor, path);
    const ledger = new LedgerFile(path, descriptor, text, clock);
    if (text.torn > 0) {
      ftruncateSync(descriptor, text.whole);
      ledger.append({ kind: 'torn', bytes: text.torn });
    }
    if (text.whole === 0) flushFolder(path);
    return ledger;
  } catch (thrown) {
    closeSync(descriptor);
    throw thrown;
  }
}

/** The name of a new file is on the disk when its folder is. */
function flushFolder(path: string): void {
  const folder = openSync(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** What stands in the file; undefined where there is none. @throws DemineError `ledger-broken` */
function ledgerText(path: string): LedgerText | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new DemineError('ledger-broken', errorText(cause), { subject: path, cause });
  }
  try {
    return readText(descriptor, path);
  } finally {
    closeSync(descriptor);
  }
}

/** What a ledger says, for showing it; nothing is written. Empty where there is none. */
export const ledgerEntries = (path: string): readonly LedgerEntry[] => ledgerText(path)?.entries ?? [];

/**
 * The hash of its last whole entry, or of the one that was the last when it had `entries`: by it a signature covers all
 * before it. Undefined where it has fewer. Without a ledger there are none, and the hash is that of none.
 * @throws DemineError `ledger-broken`
 */
export function ledgerHead(path: string, entries?: number): LedgerHead | undefined {
  const text = ledgerText(path);
  const hashes = text?.hashes ?? [];
  const count = entries ?? hashes.length;
  const head = count === 0 ? firstHash : hashes[count - 1];
  return head === undefined ? undefined : { entries: count, head };
}
