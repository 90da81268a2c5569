/** Where the bytes of sources go: one buffer that is reused, and a larger one for a single source that needs it. */
import { readSync } from 'node:fs';
import { codeOf } from './failure.ts';

const size = 1 << 20;
/** Less than this left, and the batch is handed out before the next source. */
const margin = 64 * 1024;
/** Milliseconds that one source may take; asked every few reads. */
const patience = 2000;
const readsBetweenLooks = 8;

export interface Contents {
  readonly bytes: Uint8Array;
  /** There is more than the limit. */
  readonly more: boolean;
  /** The time was over before the end. */
  readonly late: boolean;
}

/**
 * Bytes that are not cleared first. A plain array and no `Buffer`, whose `slice` copies nothing: whoever keeps a part of
 * what was read by `slice()` must have it.
 */
const roomFor = (bytes: number): Uint8Array => new Uint8Array(Buffer.allocUnsafeSlow(bytes).buffer);

export class Arena {
  readonly #buffer: Uint8Array;
  #used = 0;
  #full = false;

  constructor(bytes = size) {
    this.#buffer = roomFor(bytes);
  }

  /** What was read before may be overwritten from now on. */
  reset(): void {
    this.#used = 0;
    this.#full = false;
  }

  get full(): boolean {
    return this.#full || this.#buffer.length - this.#used < margin;
  }

  /**
   * Reads a descriptor up to its end or `limit`. Files of /proc say that their size is 0 and give a page at a
   * time, so only an empty read is the end.
   *
   * @param from offset, or null to read on from where the descriptor stands
   * @param expected size by stat, which may be wrong in both directions
   */
  read(descriptor: number, limit: number, from: number | null, expected: number): Contents {
    // One byte past the limit tells whether there is more.
    const most = limit + 1;
    let buffer = this.#buffer;
    let start = this.#used;
    if (Math.min(expected, limit) >= buffer.length - start) {
      buffer = roomFor(Math.min(expected, limit) + 1);
      start = 0;
    }
    let used = 0;
    let deadline = 0;
    let late = false;
    for (let round = 1; used < most; round += 1) {
      if (start + used === buffer.length) {
        const larger = roomFor(Math.min(most, Math.max(used * 2, 2 * margin)));
        larger.set(buffer.subarray(start, start + used));
        buffer = larger;
        start = 0;
      }
      const want = Math.min(buffer.length - start - used, most - used);
      const got = readOnce(descriptor, buffer, start + used, want, from === null ? null : from + used);
      if (got === 0) break;
      used += got;
      if (round % readsBetweenLooks !== 0) continue;
      const now = performance.now();
      if (deadline === 0) deadline = now + patience;
      else if (now > deadline) {
        late = true;
        break;
      }
    }
    const kept = Math.min(used, limit);
    if (buffer === this.#buffer) this.#used += kept;
    else this.#full = true;
    return { bytes: buffer.subarray(start, start + kept), more: used > limit, late };
  }
}

function readOnce(
  descriptor: number,
  into: Uint8Array,
  at: number,
  length: number,
  from: number | null,
): number {
  for (;;) {
    try {
      return readSync(descriptor, into, at, length, from);
    } catch (thrown) {
      const code = codeOf(thrown);
      // EAGAIN: a stream of the kernel (/proc/kmsg) has nothing more now; that is its end for us.
      if (code === 'EAGAIN') return 0;
      if (code !== 'EINTR') throw thrown;
    }
  }
}
