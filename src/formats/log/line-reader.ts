/**
 * Lines of a log of any size, fed forward in pieces.
 *
 * Why: logs have gigabytes, come out of decompressors, and an attacker may write a line of 100 MB. What it is NOT:
 * text; a line is a stretch of bytes, good until `take` comes back. A line ends at LF or at the end; one CR before it
 * is left out. Of a longer line than `longest` the beginning is given and the rest is passed over. NUL bytes at the
 * beginning of a line, which file systems leave after a crash, are passed over and counted.
 * Units: bytes; lines from one; offsets from the beginning of what was fed.
 */
import type { Printable } from '../../model/text.ts';
import { newline } from '../ascii.ts';
import { printableLatin1 } from '../text-lines.ts';

/** Where a line stands, and what stands there. */
export interface LineEvidence {
  /** One-based. */
  readonly number: number;
  /** Of the first byte that is no NUL, in the source. */
  readonly offset: number;
  /** One character a byte. It stays good. */
  readonly text: string;
  /** In printable form: the same text where there is nothing to escape in it. */
  readonly printable: Printable;
}

/** One line. The same object for all lines: what is wanted of it is copied before `take` comes back. */
export interface LogLine extends LineEvidence {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** It is longer than what is given. */
  readonly cut: boolean;
}

export interface LineBounds {
  /** Bytes of a line that are given. */
  readonly longest?: number;
}

const usualLongest = 64 << 10;
const carriageReturn = 0x0d;

/** What several readers ask of a line is made once. */
class Line implements LogLine {
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  number = 0;
  offset = 0;
  cut = false;
  #text: string | undefined;
  #printable: Printable | undefined;

  get text(): string {
    const text = this.#text ?? Buffer.prototype.latin1Slice.call(this.bytes, this.start, this.end);
    this.#text = text;
    return text;
  }

  get printable(): Printable {
    const printable = this.#printable ?? printableLatin1(this.text);
    this.#printable = printable;
    return printable;
  }

  /** It stands for another line now. */
  renew(): void {
    this.#text = undefined;
    this.#printable = undefined;
  }
}

export class LineReader {
  readonly #take: (line: LogLine) => void;
  readonly #longest: number;
  readonly #line = new Line();
  /** Beginning of a line that went on in the next piece. */
  #rest: Uint8Array;
  #held = 0;
  #passedOver = 0;
  /** NUL bytes before the line that is read now. */
  #skipped = 0;
  #offset = 0;
  #number = 0;
  #nulBytes = 0;

  constructor(take: (line: LogLine) => void, { longest = usualLongest }: LineBounds = {}) {
    this.#take = take;
    this.#longest = longest;
    this.#rest = new Uint8Array(0);
  }

  /** Lines that were given. */
  get lines(): number {
    return this.#number;
  }

  /** NUL bytes that stood where a line begins. */
  get nulBytes(): number {
    return this.#nulBytes;
  }

  push(piece: Uint8Array): void {
    let start = 0;
    while (start < piece.length) {
      const begins = this.#held === 0 && this.#passedOver === 0;
      if (begins) {
        const first = start;
        while (piece[start] === 0) start += 1;
        this.#skipped += start - first;
        if (start >= piece.length) return;
      }
      const at = piece.indexOf(newline, start);
      if (at < 0) {
        this.#hold(piece, start, piece.length);
        return;
      }
      if (begins) this.#give(piece, start, at, Math.min(at, start + this.#longest), 1);
      else {
        this.#hold(piece, start, at);
        this.#release(1);
      }
      start = at + 1;
    }
  }

  /** What is left is a line too. */
  end(): void {
    if (this.#held + this.#passedOver + this.#skipped > 0) this.#release(0);
  }

  #hold(piece: Uint8Array, start: number, end: number): void {
    const room = this.#longest - this.#held;
    const size = Math.min(room, end - start);
    if (this.#rest.length < this.#held + size) {
      const larger = new Uint8Array(Math.min(this.#longest, Math.max(4096, (this.#held + size) * 2)));
      larger.set(this.#rest.subarray(0, this.#held));
      this.#rest = larger;
    }
    this.#rest.set(piece.subarray(start, start + size), this.#held);
    this.#held += size;
    this.#passedOver += end - start - size;
  }

  #release(ended: 0 | 1): void {
    const whole = this.#held + this.#passedOver;
    this.#give(this.#rest, 0, whole, this.#held, ended);
    this.#held = 0;
    this.#passedOver = 0;
  }

  /** `end` is where the line ends in truth, `given` where what is given of it does. */
  #give(bytes: Uint8Array, start: number, end: number, given: number, ended: 0 | 1): void {
    const line = this.#line;
    this.#number += 1;
    this.#nulBytes += this.#skipped;
    line.bytes = bytes;
    line.start = start;
    line.cut = given < end;
    line.end = !line.cut && given > start && bytes[given - 1] === carriageReturn ? given - 1 : given;
    line.number = this.#number;
    line.renew();
    line.offset = this.#offset + this.#skipped;
    this.#offset += this.#skipped + end - start + ended;
    this.#skipped = 0;
    this.#take(line);
  }
}
