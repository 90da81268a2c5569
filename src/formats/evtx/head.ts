/** Heads of an event log file and of its chunks. What they count is told, and never relied on. */
import { crc32 } from 'node:zlib';
import { u16, u32, wholeU64 } from '../little-endian.ts';
import { chunkHeadSize, fileHeadSize, signatures } from './layout.ts';

/** `unkept` where the writer says that it keeps none. */
export type Checksum = 'right' | 'wrong' | 'unkept';

export interface EvtxHead {
  readonly version: string;
  readonly chunks: number;
  /** Number of the record that comes next. */
  readonly next: number | bigint;
  /** It was not closed: its counts are older than what it holds. */
  readonly isDirty: boolean;
  /** No room was left. */
  readonly isFull: boolean;
  readonly checksum: Checksum;
}

const fileFlags = { dirty: 1, full: 2, noChecksums: 4 } as const;
/** The lowest bit is set in logs that were closed and in logs that were not. */
const chunkFlags = { noChecksums: 4 } as const;

export const startsWith = (bytes: Uint8Array, signature: Uint8Array, at = 0): boolean =>
  signature.every((byte, index) => bytes[at + index] === byte);

/** Undefined where the bytes do not begin as a log. */
export function readHead(bytes: Uint8Array): EvtxHead | undefined {
  if (!startsWith(bytes, signatures.file) || bytes.length < 128) return undefined;
  const flags = u32(bytes, 120);
  const isRight = crc32(bytes.subarray(0, 120)) === u32(bytes, 124);
  return {
    version: `${u16(bytes, 38)}.${u16(bytes, 36)}`,
    chunks: u16(bytes, 42),
    next: wholeU64(bytes, 24),
    isDirty: (flags & fileFlags.dirty) !== 0,
    isFull: (flags & fileFlags.full) !== 0,
    checksum: isRight ? 'right' : (flags & fileFlags.noChecksums) !== 0 ? 'unkept' : 'wrong',
  };
}

export interface ChunkHead {
  /** Where room begins that no record takes, as the head says. */
  readonly free: number;
  readonly checksum: Checksum;
  readonly recordsChecksum: Checksum;
}

/** Of bytes that begin with the signature. */
export function readChunkHead(bytes: Uint8Array): ChunkHead {
  const free = u32(bytes, 48);
  const flags = u32(bytes, 120);
  const kept = (isRight: boolean): Checksum =>
    isRight ? 'right' : (flags & chunkFlags.noChecksums) !== 0 ? 'unkept' : 'wrong';
  const head = crc32(bytes.subarray(128, chunkHeadSize), crc32(bytes.subarray(0, 120)));
  const isWithin = free >= chunkHeadSize && free <= bytes.length;
  return {
    free: isWithin ? free : bytes.length,
    checksum: kept(head === u32(bytes, 124)),
    recordsChecksum: kept(isWithin && crc32(bytes.subarray(chunkHeadSize, free)) === u32(bytes, 52)),
  };
}

export const isChunk = (bytes: Uint8Array): boolean => startsWith(bytes, signatures.chunk);

/** Bytes of a file before its chunks. */
export const firstChunk = fileHeadSize;
