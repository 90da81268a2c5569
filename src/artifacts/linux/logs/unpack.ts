/**
 * What a compressed log is unpacked with. Whoever reads logs is given it, so that they know no format of compression.
 */
import { detectCompression } from '../../../formats/compress/detect.ts';
import { unpacker } from '../../../formats/compress/unpack.ts';

export interface UnpackEnd {
  /** `whole`: to the end of the last stream; `stopped`: by who takes; `error`: it cannot be read on. */
  readonly state: 'whole' | 'truncated' | 'stopped' | 'error';
  /** Why it cannot be read on. */
  readonly flaw?: string;
  /** Checksums and sizes in the file that are not those of the content; it was given all the same. */
  readonly mismatches: number;
}

export interface Unpacker {
  push(piece: Uint8Array): void;
  end(): UnpackEnd;
  /** Ends the reading; may be called while content is taken. */
  stop(): void;
  /** Nothing more will be given. */
  readonly done: boolean;
}

/**
 * By what a file begins with; undefined where that is not compressed.
 *
 * @param take is given the content piece by piece, each good until it comes back
 */
export type Unpack = (firstBytes: Uint8Array, take: (bytes: Uint8Array) => void) => Unpacker | undefined;

/** Everything that logs are rotated with: gzip, xz, lzma, bzip2, zstd, lz4. */
export const unpackLog: Unpack = (first, take) => {
  const compression = detectCompression(first);
  return compression === undefined ? undefined : unpacker(compression, take);
};
