/** The face of the folder: an `Unpacker` for each compression, and whole small values. */
import { bzip2File } from './bzip2.ts';
import type { Compression } from './detect.ts';
import { gzipFile } from './gzip.ts';
import { lz4File } from './lz4.ts';
import { lzmaFile } from './lzma-alone.ts';
import type { Take, UnpackBounds } from './output.ts';
import { type Decode, StreamUnpacker, type Unpacker } from './unpacker.ts';
import { xzFile } from './xz.ts';
import { zstdFile } from './zstd.ts';

const decoders: Readonly<Record<Compression, Decode>> = {
  gz: gzipFile,
  xz: xzFile,
  lzma: lzmaFile,
  bz2: bzip2File,
  zst: zstdFile,
  lz4: lz4File,
};

/**
 * @example
 * const log = unpacker('gz', (bytes) => reader.push(bytes), { most: 1 << 30 });
 * for (const piece of pieces) if (!log.done) log.push(piece);
 * const { state } = log.end();
 */
export const unpacker = (compression: Compression, take: Take, bounds: UnpackBounds = {}): Unpacker =>
  new StreamUnpacker(decoders[compression], take, bounds);
