/**
 * The last bytes of the content, which a stream may repeat, and the way out of them.
 *
 * The buffer is the window and some slack: it is filled to the end, then its last `size` bytes move to the beginning,
 * so that a repetition never wraps. It grows as it is filled; a small stream costs little whatever window it declares.
 */
import { refuse } from './flow.ts';
import type { Holding, Output } from './output.ts';

/** Bytes that are given at once. */
const piece = 256 << 10;
const smallest = 4 << 10;
const leastSlack = 160 << 10;
/** Of the largest windows, each of whose bytes then moves more often than it would have to. */
const mostSlack = 4 << 20;
/** Above this size the buffer no longer grows in steps. */
const growing = 1 << 20;

/** Something that sees the content, as a checksum does. */
export interface Watcher {
  update(bytes: Uint8Array): void;
}

/**
 * The last large buffer that a stream has done with, for the next one: a log is read twice, and has rotated ones beside
 * it, each with a window of up to 128 MiB that would lie there until somebody clears it away. Held weakly: it lives as
 * long as the work that is going on, and is nobody's afterwards.
 */
let spare: WeakRef<Uint8Array> | undefined;

function largeBuffer(size: number): Uint8Array {
  const left = spare?.deref();
  if (left === undefined || left.length < size) return new Uint8Array(size);
  spare = undefined;
  return left;
}

const wholeOf = (size: number): number => size + Math.max(leastSlack, Math.min(size >> 3, mostSlack));

/** One for all streams of a file, which may be very many: the buffer is kept. */
export class Window implements Holding {
  bytes: Uint8Array = new Uint8Array(smallest);
  /** Where the next byte goes. */
  at = 0;
  /** Reach of a repetition, bytes. */
  size = 0;
  readonly #output: Output;
  /** Largest size that is kept. */
  readonly #limit: number;
  #whole = 0;
  #declared = 0;
  #watcher: Watcher | undefined;
  #given = 0;
  /** Of bytes[0] in the content. */
  #before = 0;

  constructor(output: Output, limit: number) {
    this.#output = output;
    this.#limit = limit;
    output.holding = this;
  }

  /** Begins a stream that asks for a window of `declared` bytes. */
  begin(declared: number, watcher?: Watcher): void {
    this.restart();
    this.#watcher = watcher;
    this.#declared = declared;
    this.size = Math.min(declared, this.#limit);
    this.#whole = wholeOf(this.size);
  }

  /** Bytes of content since the beginning or the last `restart`. */
  get total(): number {
    return this.#before + this.at;
  }

  /** Makes room for `count` bytes, 128 KiB at most; gives the index that may be written up to. */
  room(count: number): number {
    if (this.at - this.#given >= piece) this.flush();
    if (this.at + count > this.bytes.length) {
      this.flush();
      if (this.bytes.length < this.#whole) this.#grow(count);
      if (this.at + count > this.bytes.length) this.#slide();
    }
    return Math.min(this.bytes.length, Math.max(this.at + count, this.#given + piece));
  }

  /** Ends the reading at a repetition from further back than there is. */
  beyond(distance: number): never {
    return refuse(distance > this.size && distance <= this.#declared ? 'window' : 'data');
  }

  /** Gives what was not given yet. */
  flush(): void {
    if (this.at === this.#given) return;
    const bytes = this.bytes.subarray(this.#given, this.at);
    this.#given = this.at;
    this.#watcher?.update(bytes);
    this.#output.give(bytes);
  }

  /** Forgets all content, in the same stream. */
  restart(): void {
    this.flush();
    this.at = 0;
    this.#given = 0;
    this.#before = 0;
  }

  /** Nothing more is written to it. */
  release(): void {
    if (this.bytes.length > growing) spare = new WeakRef(this.bytes);
    this.bytes = new Uint8Array(0);
    this.at = 0;
    this.#given = 0;
  }

  /** Bytes that stand in the stream as they are. */
  append(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; ) {
      const room = Math.min(this.room(1) - this.at, bytes.length - from);
      this.bytes.set(bytes.subarray(from, from + room), this.at);
      this.at += room;
      from += room;
    }
  }

  /** Past a point to the whole at once: what is not written takes no memory, and what is left behind does for a time. */
  #grow(count: number): void {
    const wanted = Math.max(this.bytes.length * 4, this.at + count);
    const whole = Math.min(Math.max(this.#whole, this.bytes.length * 2), wholeOf(this.#limit));
    const larger = wanted < growing ? new Uint8Array(Math.min(wanted, whole)) : largeBuffer(whole);
    larger.set(this.bytes.subarray(0, this.at));
    this.bytes = larger;
  }

  #slide(): void {
    const from = this.at - this.size;
    if (from <= 0) return;
    this.bytes.copyWithin(0, from, this.at);
    this.#before += from;
    this.at = this.size;
    this.#given = this.size;
  }
}
