/**
 * lastlog: one record for each uid, at uid times the record's size, of the account's last login.
 *
 * The file is as long as the largest uid asks for, and nearly all of it is holes; so it is read where it has bytes:
 * where the reader of the file says that there are some, at the uids that are known, and over its beginning. What it
 * is NOT: a history; each login overwrites the one before. Wiped by a zero record, or the whole file.
 * Records of 292 bytes where the time has 32 bits, of 296 where it has 64. Units: bytes, microseconds UTC.
 * Sources: glibc bits/utmp.h (struct lastlog); skalibs utmps include/utmps/utmp.h; lastlog(8).
 */
import type { LogEvent } from '../../model/facts/event.ts';
import type { SourceId } from '../../model/source.ts';
import { type Printable, phrase, printableText } from '../../model/text.ts';
import type { RandomAccess } from '../random-access.ts';
import { isBlank, secondsAt } from './layout.ts';
import { isoOf, paddedText } from './record.ts';

interface LastlogLayout {
  readonly size: 292 | 296;
  readonly littleEndian: boolean;
}

/** From and up to, in bytes. */
export interface Extent {
  readonly from: number;
  readonly to: number;
}

export interface LastlogRequest {
  readonly source: SourceId;
  readonly file: RandomAccess;
  /** Bytes of the file, holes included. */
  readonly size: number;
  /** Where there are bytes (SEEK_DATA); without it the beginning is read. */
  readonly extents?: readonly Extent[];
  /** Accounts of the host, whose records are read wherever they are. */
  readonly accounts?: ReadonlyMap<number, Printable>;
}

export interface LastlogOutcome {
  /** 292 or 296; undefined where no record was found. */
  readonly recordSize: number | undefined;
  readonly events: number;
  /** Records that cannot be any. */
  readonly odd: number;
  /** Bytes behind the last whole record. */
  readonly restBytes: number;
  /** Not all of the file was read. */
  readonly bounded: boolean;
}

const layouts: readonly LastlogLayout[] = [
  { size: 292, littleEndian: true },
  { size: 296, littleEndian: true },
  { size: 292, littleEndian: false },
  { size: 296, littleEndian: false },
];
const lineSize = 32;
const hostSize = 256;
const blockSize = 1 << 20;
/** Bytes that are read without anybody knowing that something stands there: 220,000 accounts. */
const mostBytes = 64 << 20;
const mostAccounts = 100_000;
const mostExtents = 1000;
const oldest = 662_688_000;
const newest = 2 ** 33;
/** 2023: times of a host that is looked at now are some years from it. */
const likely = 1_700_000_000;

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const timeOf = (bytes: Uint8Array, at: number, { size, littleEndian }: LastlogLayout): number =>
  secondsAt(viewOf(bytes), at, size - lineSize - hostSize, littleEndian);

/** A time that can be, and texts without anything behind their end; no terminal's name fills its field. */
function isRecord(bytes: Uint8Array, at: number, layout: LastlogLayout): boolean {
  const seconds = timeOf(bytes, at, layout);
  if (seconds < oldest || seconds >= newest) return false;
  const line = at + layout.size - lineSize - hostSize;
  const ends = (from: number, size: number): boolean => {
    const nul = bytes.subarray(from, from + size).indexOf(0);
    return nul < 0 || isBlank(bytes, from + nul, size - nul);
  };
  const isEnded = bytes[line + lineSize - 1] === 0;
  return isEnded && ends(line, lineSize) && ends(line + lineSize, hostSize);
}

/** Stretches to read: whole records, none twice, within bounds. */
function plan({ size, extents, accounts }: LastlogRequest, recordSize: number) {
  const wanted: Extent[] = [];
  let room = mostBytes;
  let bounded = false;
  const add = (from: number, to: number): void => {
    const first = Math.floor(Math.max(0, from) / recordSize) * recordSize;
    const last = Math.min(Math.ceil(Math.min(to, size) / recordSize) * recordSize, size);
    if (last - first > room) bounded = true;
    const end = Math.min(last, first + Math.floor(room / recordSize) * recordSize);
    if (!(end > first)) return;
    room -= end - first;
    wanted.push({ from: first, to: end });
  };
  const known = extents?.slice(0, mostExtents) ?? [{ from: 0, to: size }];
  if (known.length < (extents?.length ?? 0)) bounded = true;
  const inOrder = known.sort((a, b) => a.from - b.from);
  let upTo = 0;
  for (const { from, to } of inOrder) {
    add(Math.max(from, upTo), to);
    upTo = Math.max(upTo, Math.ceil(Math.min(to, size) / recordSize) * recordSize);
  }
  let count = 0;
  for (const uid of accounts?.keys() ?? []) {
    const from = uid * recordSize;
    if (from + recordSize > size || wanted.some((extent) => from >= extent.from && from < extent.to))
      continue;
    count += 1;
    if (count > mostAccounts) return { wanted, bounded: true };
    wanted.push({ from, to: from + recordSize });
  }
  return { wanted, bounded };
}

/** Gives each record that is not blank to `see`. */
function eachRecord(
  file: RandomAccess,
  wanted: readonly Extent[],
  layout: LastlogLayout,
  see: (bytes: Uint8Array, at: number, offset: number) => boolean,
): void {
  const step = Math.floor(blockSize / layout.size) * layout.size;
  for (const extent of wanted) {
    for (let from = extent.from; from < extent.to; from += step) {
      const bytes = file.read(from, Math.min(step, extent.to - from));
      if (bytes.length < layout.size) break;
      for (let at = 0; at + layout.size <= bytes.length; at += layout.size) {
        if (isBlank(bytes, at, layout.size)) continue;
        if (!see(bytes, at, from + at)) return;
      }
    }
  }
}

/** Records that are enough to tell the layout. */
const sampled = 64;

function layoutOf(request: LastlogRequest): LastlogLayout | undefined {
  let best: LastlogLayout | undefined;
  let [most, nearest] = [0, 0];
  for (const layout of layouts) {
    let [score, seen, distance] = [0, 0, 0];
    eachRecord(request.file, plan(request, layout.size).wanted, layout, (bytes, at) => {
      seen += 1;
      score += isRecord(bytes, at, layout) ? 1 : -1;
      distance += Math.abs(timeOf(bytes, at, layout) - likely);
      return seen < sampled;
    });
    // A time read in the wrong byte order may be one too, but of any year.
    if (score > most || (score === most && score > 0 && distance < nearest))
      [best, most, nearest] = [layout, score, distance];
  }
  return best;
}

/** Gives the last login of each account. */
export function readLastlog(request: LastlogRequest, take: (event: LogEvent) => void): LastlogOutcome {
  const { source, file, size, accounts } = request;
  const layout = layoutOf(request);
  if (layout === undefined) return { recordSize: undefined, events: 0, odd: 0, restBytes: 0, bounded: false };
  const { wanted, bounded } = plan(request, layout.size);
  let [events, odd] = [0, 0];
  const nothing = printableText('');
  eachRecord(file, wanted, layout, (bytes, at, offset) => {
    if (!isRecord(bytes, at, layout)) {
      odd += 1;
      return true;
    }
    const uid = offset / layout.size;
    const line = at + layout.size - lineSize - hostSize;
    const terminal = paddedText(bytes, line, lineSize);
    const from = paddedText(bytes, line + lineSize, hostSize);
    const account = accounts?.get(uid) ?? printableText(`${uid}`);
    const us = timeOf(bytes, at, layout) * 1e6;
    events += 1;
    take({
      kind: 'event',
      source: { source, offset },
      us,
      precision: 'second',
      certain: true,
      host: nothing,
      text: phrase`[${uid}] [${account}] [${terminal}] [${from}] [${isoOf(us)}]`,
      what: 'login',
      outcome: 'accepted',
      service: 'lastlog',
      account,
      known: true,
      from,
      method: nothing,
    });
    return true;
  });
  return { recordSize: layout.size, events, odd, restBytes: size % layout.size, bounded };
}
