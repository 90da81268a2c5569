/**
 * Gzip by the runtime's own inflater, which takes a file whole: so only up to a bound, and what is beyond is told.
 *
 * Bounds: 32 MiB compressed, 256 MiB of content. Source: RFC 1952 §2.3.1 (the magic number).
 */
import { constants, gunzipSync } from 'node:zlib';
import { errorText } from '../../../model/error.ts';
import type { Unpack, UnpackEnd, Unpacker } from './unpack.ts';

const mostCompressed = 32 << 20;
const mostContent = 256 << 20;
const piece = 768 << 10;

class Gunzip implements Unpacker {
  readonly #take: (bytes: Uint8Array) => void;
  readonly #pieces: Uint8Array[] = [];
  #size = 0;
  #stopped = false;

  constructor(take: (bytes: Uint8Array) => void) {
    this.#take = take;
  }

  get done(): boolean {
    return this.#stopped || this.#size >= mostCompressed;
  }

  push(bytes: Uint8Array): void {
    if (this.done) return;
    this.#pieces.push(bytes.slice(0, mostCompressed - this.#size));
    this.#size += bytes.length;
  }

  stop(): void {
    this.#stopped = true;
  }

  #inflated(cut: boolean): Uint8Array {
    return gunzipSync(Buffer.concat(this.#pieces), {
      maxOutputLength: mostContent,
      ...(cut ? { finishFlush: constants.Z_SYNC_FLUSH } : {}),
    });
  }

  end(): UnpackEnd {
    if (this.#stopped) return { state: 'stopped' };
    let cut = this.#size >= mostCompressed;
    let content: Uint8Array;
    try {
      content = this.#inflated(cut);
    } catch (thrown) {
      // What a file that was cut holds up to its end is content too.
      const isCut = thrown instanceof Error && 'code' in thrown && thrown.code === 'Z_BUF_ERROR';
      if (!isCut) return { state: 'error', flaw: errorText(thrown) };
      cut = true;
      content = this.#inflated(true);
    }
    for (let at = 0; at < content.length && !this.#stopped; at += piece) {
      this.#take(content.subarray(at, at + piece));
    }
    if (this.#stopped) return { state: 'stopped' };
    return { state: cut ? 'truncated' : 'whole' };
  }
}

export const gunzip: Unpack = (first, take) =>
  first[0] === 0x1f && first[1] === 0x8b ? new Gunzip(take) : undefined;
