/**
 * The head of a journal file, and what its objects look like.
 *
 * All numbers are little-endian. Units: bytes, microseconds UTC (realtime) and since boot (monotonic).
 * Source: systemd docs/JOURNAL_FILE_FORMAT.md; src/libsystemd/sd-journal/journal-def.h.
 */
import type { Blocks } from './blocks.ts';

export const objectType = {
  data: 1,
  field: 2,
  entry: 3,
  dataTable: 4,
  fieldTable: 5,
  entryArray: 6,
  tag: 7,
} as const;

/** Sizes below which an object of that type cannot be. */
const smallest: readonly number[] = [16, 64, 40, 64, 16, 16, 24, 64];
export const objectHead = 16;
export const entryHead = 64;
export const arrayHead = 24;

/** Flags of a data object. */
export const compression = { xz: 1, lz4: 2, zstd: 4 } as const;

const incompatible = { xz: 1, lz4: 2, keyedHash: 4, zstd: 8, compact: 16 } as const;
const known = 31;
const compatible = { sealed: 1 } as const;

/** `online` a writer has it open, or had when the host stopped; `archived` no one will write it again. */
export type JournalState = 'offline' | 'online' | 'archived' | 'unknown';

export interface JournalHead {
  readonly state: JournalState;
  /** Forward secure sealing: TAG objects follow. */
  readonly sealed: boolean;
  readonly keyedHash: boolean;
  readonly compact: boolean;
  /** Features that we do not know; other than zero, the file is not read. */
  readonly unknownFlags: number;
  /** 16 bytes, the key of its hashes. */
  readonly fileId: Uint8Array;
  readonly machineId: string;
  /** Sequence numbers count within it; files of one journald share it. */
  readonly seqnumId: string;
  readonly headerSize: number;
  readonly arenaSize: number;
  readonly tailObject: number;
  readonly objects: number;
  readonly entries: number;
  readonly headSeqnum: number;
  readonly tailSeqnum: number;
  readonly entryArray: number;
  /** How many objects of the other kinds; undefined in files older than systemd 189. */
  readonly others: number | undefined;
}

export type JournalHeadFound =
  | { readonly status: 'ok'; readonly head: JournalHead }
  /** `foreign` no journal; `cut` ends within its head. */
  | { readonly status: 'foreign' | 'cut' };

/** "LPKSHHRH" */
const signature = [0x4c, 0x50, 0x4b, 0x53, 0x48, 0x48, 0x52, 0x48];
/** Before systemd 187. */
const oldestHeader = 208;
const withArrays = 240;
const states: readonly JournalState[] = ['offline', 'online', 'archived'];

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export function readJournalHead(blocks: Blocks): JournalHeadFound {
  if (!blocks.seek(0, 8)) return { status: 'foreign' };
  const start = blocks.at;
  if (signature.some((byte, index) => blocks.bytes[start + index] !== byte)) return { status: 'foreign' };
  if (!blocks.seek(0, oldestHeader)) return { status: 'cut' };
  const headerSize = blocks.long(88);
  if (headerSize < oldestHeader || headerSize > 65_536 || !blocks.seek(0, headerSize))
    return { status: 'cut' };
  const { bytes, at } = blocks;
  const flags = blocks.word(12);
  const idAt = (index: number): Uint8Array => bytes.slice(at + index, at + index + 16);
  // Data, fields, tags, entry arrays, and the two hash tables.
  const others =
    headerSize >= withArrays
      ? blocks.long(208) + blocks.long(216) + blocks.long(224) + blocks.long(232) + 2
      : undefined;
  return {
    status: 'ok',
    head: {
      state: states[bytes[at + 16] ?? 3] ?? 'unknown',
      sealed: (blocks.word(8) & compatible.sealed) !== 0,
      keyedHash: (flags & incompatible.keyedHash) !== 0,
      compact: (flags & incompatible.compact) !== 0,
      unknownFlags: (flags & ~known) >>> 0,
      fileId: idAt(24),
      machineId: hexOf(idAt(40)),
      seqnumId: hexOf(idAt(72)),
      headerSize,
      arenaSize: blocks.long(96),
      tailObject: blocks.long(136),
      objects: blocks.long(144),
      entries: blocks.long(152),
      tailSeqnum: blocks.long(160),
      headSeqnum: blocks.long(168),
      entryArray: blocks.long(176),
      others,
    },
  };
}

/**
 * The size of the object at `offset`, of that type or (0) of any, or -1 where there is none that the file holds
 * whole. Its first 16 bytes are sought then.
 */
export function objectSize(blocks: Blocks, offset: number, type: number): number {
  if (offset % 8 !== 0 || !blocks.seek(offset, objectHead)) return -1;
  const found = blocks.bytes[blocks.at] ?? 0;
  if (type === 0 ? found === 0 || found > 7 : found !== type) return -1;
  const size = blocks.long(8);
  return size >= (smallest[found] ?? 16) && offset + size <= blocks.size ? size : -1;
}

export const aligned = (offset: number): number => offset + ((8 - (offset % 8)) % 8);
