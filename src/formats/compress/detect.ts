/**
 * How a file is compressed, by its first bytes and never by its name.
 *
 * Why: an attacker may name a log as they like, and rotation leaves `.1` behind for anything.
 * Source: the magic numbers of each format; see gzip.ts, xz.ts, lzma-alone.ts, bzip2.ts, zstd.ts, lz4.ts.
 */
import { bzip2Magic, isBzip2Block } from './bzip2.ts';
import { isSkippable } from './frames.ts';
import { gzipMagic } from './gzip.ts';
import { lz4Magic } from './lz4.ts';
import { isLzmaHeader } from './lzma-alone.ts';
import { xzMagic } from './xz.ts';
import { zstdMagic } from './zstd.ts';

export const compressions = ['gz', 'xz', 'lzma', 'bz2', 'zst', 'lz4'] as const;
export type Compression = (typeof compressions)[number];

/** Bytes of a file that are enough, if no skippable frame stands before. */
export const detectBytes = 16;

const begins = (bytes: Uint8Array, magic: readonly number[], at = 0): boolean =>
  magic.every((value, index) => bytes[at + index] === value);

/** Undefined for what is not compressed, or by none of these. */
export function detectCompression(first: Uint8Array): Compression | undefined {
  if (begins(first, gzipMagic) && first[2] === 8) return 'gz';
  if (begins(first, xzMagic)) return 'xz';
  if (begins(first, bzip2Magic) && isBzip2Block(first)) return 'bz2';
  if (isLzmaHeader(first)) return 'lzma';
  return framed(first);
}

/** Frames that say nothing may stand before the first; Zstandard's tools write them, LZ4's do not. */
function framed(first: Uint8Array): Compression | undefined {
  let at = 0;
  while (isSkippable(first, at) && at + 8 <= first.length) {
    at += 8 + new DataView(first.buffer, first.byteOffset).getUint32(at + 4, true);
  }
  if (begins(first, lz4Magic, at)) return 'lz4';
  return begins(first, zstdMagic, at) || isSkippable(first, 0) ? 'zst' : undefined;
}
