/**
 * Where the bytes of a stream go, and what is counted on the way.
 *
 * A bomb ends here: who takes may stop at each piece, and `most` bounds the whole.
 */
import { Halt } from './flow.ts';

/** A piece of the content, good until it comes back. What it throws ends the reading and goes on to who pushed. */
export type Take = (bytes: Uint8Array) => void;

export interface UnpackBounds {
  /** Bytes of content that are given; the reading stops there. No bound where it is left out. */
  readonly most?: number;
  /** Largest window that is kept, in bytes. */
  readonly window?: number;
}

/** What holds content back, for the time in which it may be repeated. */
export interface Holding {
  flush(): void;
  /** Lets go of what it holds: the reading has ended. */
  release(): void;
}

export class Output {
  readonly #take: Take;
  readonly #most: number;
  /** Bytes of content that were given. */
  given = 0;
  /** Checksums and sizes that are not those of what was read. */
  mismatches = 0;
  /** Bytes after the last stream that are none. */
  trailing = 0;
  stopped = false;
  /** Where content waits that was read and not given. */
  holding: Holding | undefined;

  constructor(take: Take, { most = Number.POSITIVE_INFINITY }: UnpackBounds) {
    this.#take = take;
    this.#most = most;
  }

  give(bytes: Uint8Array): void {
    const room = this.#most - this.given;
    if (bytes.length > 0) {
      const piece = bytes.length > room ? bytes.subarray(0, room) : bytes;
      this.given += piece.length;
      this.#take(piece);
    }
    // A content of just `most` bytes is whole: only what is beyond stops.
    if (this.stopped || bytes.length > room) throw new Halt('stopped');
  }

  /** A checksum or size of the stream, against what was read. What does not fit is counted and the reading goes on. */
  expect(same: boolean): void {
    if (!same) this.mismatches += 1;
  }
}
