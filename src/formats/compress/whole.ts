/**
 * Small compressed values in memory, as systemd-journald keeps large fields.
 *
 * Source: systemd, "Journal File Format" (data objects: OBJECT_COMPRESSED_XZ a stream of xz, _LZ4 the size of the
 * content in eight bytes, lowest first, and a block, _ZSTD a frame).
 */

import type { Steps } from './flow.ts';
import { refuse } from './flow.ts';
import type { Input } from './input.ts';
import { lz4Block, lz4Window } from './lz4-block.ts';
import type { Output } from './output.ts';
import { type Decode, StreamUnpacker, type UnpackOutcome } from './unpacker.ts';
import { Window } from './window.ts';
import { xzFile } from './xz.ts';
import { zstdFile } from './zstd.ts';

/** What was read, with why it ends: at `limit` bytes the state is `stopped`. */
export type Unpacked = UnpackOutcome & { readonly bytes: Uint8Array };

function unpackWhole(decode: Decode, packed: Uint8Array, limit: number): Unpacked {
  const pieces: Uint8Array[] = [];
  const take = (bytes: Uint8Array): void => {
    pieces.push(bytes.slice());
  };
  const unpacker = new StreamUnpacker(decode, take, { most: limit }, packed.length);
  unpacker.push(packed);
  const outcome = unpacker.end();
  const [first] = pieces;
  return { ...outcome, bytes: pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces) };
}

/** The size of the content, then one block. */
function* sizedBlock(input: Input, output: Output): Steps {
  yield* input.need(8);
  const size = input.u64();
  const window = new Window(output, lz4Window);
  window.begin(lz4Window);
  while (!input.ended) yield;
  const bytes = input.slice(input.left);
  lz4Block(bytes, 0, bytes.length, window, size, false);
  window.flush();
  if (window.total !== size) refuse('size');
}

/** @param limit bytes of content that are given at most */
export const unxz = (packed: Uint8Array, limit: number): Unpacked => unpackWhole(xzFile, packed, limit);

/** @param limit bytes of content that are given at most */
export const unzstd = (packed: Uint8Array, limit: number): Unpacked => unpackWhole(zstdFile, packed, limit);

/** @param limit bytes of content that are given at most */
export const unlz4 = (packed: Uint8Array, limit: number): Unpacked => unpackWhole(sizedBlock, packed, limit);
