/**
 * A compressed stream fed forward in pieces, its content given forward in pieces.
 *
 * Never throws for what the evidence is: the end of the reading is data. What was read before it has been given.
 */
import { type Flaw, Halt, type Steps } from './flow.ts';
import { Input, longestPiece } from './input.ts';
import { Output, type Take, type UnpackBounds } from './output.ts';

interface UnpackCounts {
  /** Compressed bytes that were read. */
  readonly read: number;
  /** Bytes of content. */
  readonly given: number;
  /** Checksums and sizes in the stream that are not those of the content; it was given all the same. */
  readonly mismatches: number;
  /** Bytes after the last stream that are none, padding left out. */
  readonly trailing: number;
}

/**
 * `whole`: to the end of the last stream. `truncated`: the source ends before the stream does. `stopped`: by who takes,
 * or at the bound. `error`: it cannot be read on, because of `flaw`.
 */
export type UnpackOutcome = UnpackCounts &
  ({ readonly state: 'whole' | 'truncated' | 'stopped' } | { readonly state: 'error'; readonly flaw: Flaw });

export interface Unpacker {
  /** Takes the next bytes of the source. After the end of the reading they are passed over. */
  push(piece: Uint8Array): void;
  /** The source has ended. */
  end(): UnpackOutcome;
  /** Ends the reading; may be called while content is taken. */
  stop(): void;
  /** Nothing more will be given: the source need not be read on. */
  readonly done: boolean;
}

/** Reads one file of a format: all its streams, one after the other. */
export type Decode = (input: Input, output: Output, bounds: UnpackBounds) => Steps;

export class StreamUnpacker implements Unpacker {
  readonly #input: Input;
  readonly #output: Output;
  readonly #steps: Steps;
  #end: Halt['end'] | 'whole' | undefined;

  /** `expected`: bytes of the source, where they are known to be few. */
  constructor(decode: Decode, take: Take, bounds: UnpackBounds = {}, expected?: number) {
    this.#input = new Input(expected);
    this.#output = new Output(take, bounds);
    this.#steps = decode(this.#input, this.#output, bounds);
  }

  get done(): boolean {
    return this.#end !== undefined;
  }

  push(piece: Uint8Array): void {
    for (let from = 0; from < piece.length && !this.done; from += longestPiece) {
      this.#input.append(piece.subarray(from, from + longestPiece));
      this.#advance();
    }
  }

  stop(): void {
    this.#output.stopped = true;
    this.#end ??= 'stopped';
  }

  end(): UnpackOutcome {
    if (!this.done) {
      this.#input.finish();
      this.#advance();
    }
    this.#output.holding?.release();
    const { given, mismatches, trailing } = this.#output;
    const counts = { read: this.#input.offset, given, mismatches, trailing };
    const end = this.#end ?? 'truncated';
    return end === 'whole' || end === 'truncated' || end === 'stopped'
      ? { state: end, ...counts }
      : { state: 'error', flaw: end, ...counts };
  }

  #advance(): void {
    this.#run(() => {
      if (this.#steps.next().done === true) this.#end ??= 'whole';
    });
    if (!this.#output.stopped) this.#run(() => this.#output.holding?.flush());
  }

  #run(step: () => void): void {
    try {
      step();
    } catch (thrown) {
      const end = thrown instanceof Halt ? thrown.end : 'stopped';
      if (end === 'stopped') this.#output.stopped = true;
      this.#end ??= end;
      if (!(thrown instanceof Halt)) throw thrown;
    }
  }
}
