/**
 * What the transaction logs of a hive hold that the hive does not: pages to be laid over it, in memory.
 *
 * Why: since Windows 8.1 changes stand in the logs alone for up to an hour, and longer after a cut of the power, so the
 * newest persistence of a host that was switched off is often only there. What it is NOT: a writer; nothing is repaired.
 * Source: Maxim Suhanov, "Windows registry file format specification": format of transaction log files, dirty state of a
 * hive, multiple transaction log files.
 */
import type { RandomAccess } from '../random-access.ts';
import { type BaseBlock, binsOffset, parseBaseBlock, sectorSize } from './base-block.ts';
import type { FlawLog } from './flaws.ts';
import { Marvin32 } from './marvin32.ts';

const dirtSignature = 0x5452_4944;
const entrySignature = 0x454c_7648;
const entryHeader = 40;
/** Bytes of one log that are looked at: systems keep theirs far below. */
const mostLogBytes = 512 << 20;
/** Pages that are laid over a hive. */
const mostPages = 1 << 20;
const piece = 1 << 16;
/** What a hive can have: offsets with the highest bit are those of memory. */
export const mostBins = 0x8000_0000;

export interface LoggedPage {
  /** Offset in the bins. */
  readonly at: number;
  readonly size: number;
  readonly log: RandomAccess;
  /** Where it stands in the log. */
  readonly from: number;
}

/**
 * `applied`; `old`: all of it is in the hive already; `unneeded`: the hive was closed, logs of such a one count for nothing;
 * `empty`; `foreign`: of another state or another hive; `broken`: no valid base block or entry.
 */
export type LogState = 'applied' | 'old' | 'unneeded' | 'empty' | 'foreign' | 'broken';

export interface LogOutcome {
  readonly state: LogState;
  /** Pages that it gave, counted as its references are. */
  readonly pages: number;
  /** Entries of the new format; 1 for a log of the old one. */
  readonly entries: number;
}

export interface Recovery {
  /** The hive's own, or the one of a log where its own is broken; undefined where neither is one. */
  readonly base: BaseBlock | undefined;
  /** It was not closed: its checksum or its sequence numbers say so. */
  readonly dirty: boolean;
  /** In the order in which they are laid over each other. */
  readonly pages: readonly LoggedPage[];
  readonly binsSize: number;
  /** One for each log that was given. */
  readonly logs: readonly LogOutcome[];
}

interface Log {
  readonly access: RandomAccess;
  readonly base: BaseBlock;
}

interface Entry {
  readonly sequence: number;
  readonly binsSize: number;
  readonly pages: readonly LoggedPage[];
}

const none = (state: LogState): LogOutcome => ({ state, pages: 0, entries: 0 });
const wordsOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const isBinsSize = (size: number): boolean => size > 0 && size % 4096 === 0 && size <= mostBins;

function hashIsRight(log: RandomAccess, at: number, length: number, low: number, high: number): boolean {
  const hash = new Marvin32();
  for (let done = 0; done < length; ) {
    const bytes = log.read(at + done, Math.min(piece, length - done));
    if (bytes.length === 0) return false;
    hash.update(bytes);
    done += bytes.length;
  }
  const [ownLow, ownHigh] = hash.digest();
  return ownLow === low && ownHigh === high;
}

/** The entry at an offset of a log; undefined where none is, or one that a check refuses (note 8). */
function entryAt(
  log: RandomAccess,
  at: number,
  room: number,
): (Entry & { readonly size: number }) | undefined {
  const header = Uint8Array.from(log.read(at, entryHeader));
  if (header.length < entryHeader) return undefined;
  const view = wordsOf(header);
  const word = (offset: number): number => view.getUint32(offset, true);
  const size = word(4);
  const count = word(20);
  const binsSize = word(16);
  if (word(0) !== entrySignature || size % 512 !== 0 || at + size > mostLogBytes) return undefined;
  if (count > room || entryHeader + count * 8 > size || !isBinsSize(binsSize)) return undefined;
  const head = new Marvin32();
  head.update(header.subarray(0, 32));
  const [low, high] = head.digest();
  if (low !== word(32) || high !== word(36)) return undefined;
  if (!hashIsRight(log, at + entryHeader, size - entryHeader, word(24), word(28))) return undefined;
  const references = Uint8Array.from(log.read(at + entryHeader, count * 8));
  if (references.length < count * 8) return undefined;
  const referenceView = wordsOf(references);
  const pages: LoggedPage[] = [];
  let from = at + entryHeader + count * 8;
  for (let index = 0; index < count; index += 1) {
    const page = referenceView.getUint32(index * 8, true);
    const bytes = referenceView.getUint32(index * 8 + 4, true);
    if (bytes === 0 || page + bytes > binsSize || from + bytes > at + size) return undefined;
    pages.push({ at: page, size: bytes, log, from });
    from += bytes;
  }
  return { sequence: word(12), binsSize, pages, size };
}

/** Entries from the first on, for as long as each follows the one before (notes 5, 7, 8). */
function entriesOf({ access, base }: Log): readonly Entry[] {
  const entries: Entry[] = [];
  let pages = 0;
  let expected = base.primarySequence;
  for (let at = sectorSize; at < mostLogBytes; ) {
    const entry = entryAt(access, at, mostPages - pages);
    if (entry === undefined || entry.sequence !== expected) break;
    entries.push(entry);
    pages += entry.pages.length;
    expected = (expected + 1) >>> 0;
    at += entry.size;
  }
  return entries;
}

const isNew = ({ base }: Log): boolean => base.fileType === 6;

/** Logs of Windows 8.1 and later: entries of both, in the order of their numbers. */
function replayNew(
  own: BaseBlock | undefined,
  logs: readonly Log[],
): { readonly chosen: ReadonlyMap<Log, readonly Entry[]>; readonly old: ReadonlySet<Log> } {
  const read = logs
    .map((log) => ({ log, entries: entriesOf(log) }))
    .filter(({ entries }) => entries.length > 0);
  const first = ({ entries }: { readonly entries: readonly Entry[] }): number => entries[0]?.sequence ?? 0;
  const last = ({ entries }: { readonly entries: readonly Entry[] }): number => entries.at(-1)?.sequence ?? 0;
  read.sort((a, b) => first(a) - first(b));
  // Of a hive whose base block is broken only the log with the latest entries is used.
  const latest = read.toSorted((a, b) => last(b) - last(a)).slice(0, 1);
  const fitting = own === undefined ? latest : read.filter((one) => first(one) >= own.secondarySequence);
  const chosen = new Map<Log, readonly Entry[]>();
  let before: number | undefined;
  for (const one of fitting) {
    if (before !== undefined && first(one) !== (before + 1) >>> 0) break;
    chosen.set(one.log, one.entries);
    before = last(one);
  }
  return { chosen, old: new Set(read.map(({ log }) => log).filter((log) => !chosen.has(log))) };
}

/** The pages of a log of the old format; undefined where it has no vector of dirty pages or is not whole. */
function oldPages({ access, base }: Log): readonly LoggedPage[] | undefined {
  const sector = sectorSize * Math.min(8, Math.max(1, base.clusteringFactor));
  if (!isBinsSize(base.binsSize)) return undefined;
  const bits = base.binsSize / 512;
  const vector = Uint8Array.from(access.read(sector, 4 + Math.ceil(bits / 8)));
  if (vector.length < 4 + Math.ceil(bits / 8) || wordsOf(vector).getUint32(0, true) !== dirtSignature)
    return undefined;
  const pages: LoggedPage[] = [];
  let from = sector + Math.ceil(vector.length / sector) * sector;
  for (let bit = 0; bit < bits && pages.length < mostPages; ) {
    const isSet = (at: number): boolean =>
      at < bits && ((vector[4 + (at >> 3)] ?? 0) & (1 << (at & 7))) !== 0;
    if (!isSet(bit)) {
      bit += 1;
      continue;
    }
    const start = bit;
    while (isSet(bit) && bit - start < 128) bit += 1;
    const size = (bit - start) * 512;
    pages.push({ at: start * 512, size, log: access, from });
    from += size;
  }
  const end = pages.at(-1);
  // The last byte must be there: a log that was cut would lay zeros over the hive.
  if (end !== undefined && access.read(end.from + end.size - 1, 1).length === 0) return undefined;
  return pages;
}

/** The one log of the old format that fits: of the same moment, else a later one, as Windows 8 and later choose. */
function chooseOld(own: BaseBlock | undefined, firstBin: bigint, logs: readonly Log[]): Log | undefined {
  const written = own?.lastWritten ?? firstBin;
  const valid = logs.filter(({ base }) => base.primarySequence === base.secondarySequence);
  const same = valid.find(({ base }) => base.lastWritten === written);
  if (same !== undefined) return same;
  const later = valid.filter(({ base }) => base.lastWritten > written);
  return later.toSorted((a, b) => Number(b.base.lastWritten - a.base.lastWritten))[0];
}

/** Reads what the logs hold. `firstBin` is the time in the first bin, the copy of that in the base block. */
export function recover(
  access: RandomAccess,
  given: readonly RandomAccess[],
  firstBin: bigint,
  flaws: FlawLog,
): Recovery {
  const parsed = parseBaseBlock(Uint8Array.from(access.read(0, binsOffset)));
  const own = parsed?.checksumIsRight === true ? parsed : undefined;
  const dirty = own === undefined || own.primarySequence !== own.secondarySequence;
  const outcomes = new Map<RandomAccess, LogOutcome>();
  const logs: Log[] = [];
  for (const log of given) {
    const head = Uint8Array.from(log.read(0, sectorSize));
    const base = parseBaseBlock(head);
    if (head.every((byte) => byte === 0)) outcomes.set(log, none('empty'));
    else if (base === undefined || !base.checksumIsRight || base.fileType === 0)
      outcomes.set(log, none('broken'));
    else if (!dirty) outcomes.set(log, none('unneeded'));
    else logs.push({ access: log, base });
  }
  let binsSize = own?.binsSize ?? 0;
  let base = own;
  const pages: LoggedPage[] = [];
  const take = ({ access: log, base: ofLog }: Log, found: readonly LoggedPage[], entries: number): void => {
    base ??= ofLog;
    for (const page of found) pages.push(page);
    const count = found.reduce(
      (sum, { size }) => sum + (isNew({ access: log, base: ofLog }) ? 1 : size / 512),
      0,
    );
    outcomes.set(log, { state: 'applied', pages: count, entries });
  };
  const newer = replayNew(own, logs.filter(isNew));
  for (const [log, entries] of newer.chosen) {
    binsSize = entries.at(-1)?.binsSize ?? binsSize;
    take(
      log,
      entries.flatMap((entry) => entry.pages),
      entries.length,
    );
  }
  for (const { access: log } of newer.old) outcomes.set(log, none('old'));
  const older =
    newer.chosen.size > 0
      ? undefined
      : chooseOld(
          own,
          firstBin,
          logs.filter((log) => !isNew(log)),
        );
  const olderPages = older === undefined ? undefined : oldPages(older);
  if (older !== undefined && olderPages !== undefined) {
    binsSize = older.base.binsSize;
    take(older, olderPages, 1);
  }
  for (const log of logs)
    if (!outcomes.has(log.access))
      outcomes.set(log.access, none(isNew(log) || log === older ? 'broken' : 'foreign'));
  const all = given.map((log) => outcomes.get(log) ?? none('broken'));
  if (all.some(({ state }) => state === 'broken' || (dirty && state === 'foreign'))) flaws.add('log');
  if (own === undefined) flaws.add(parsed === undefined ? 'signature' : 'checksum');
  if (dirty && pages.length === 0) flaws.add('dirty');
  base ??= parsed;
  return { base, dirty, pages, binsSize: binsSize === 0 ? (base?.binsSize ?? 0) : binsSize, logs: all };
}
