/**
 * How decoders of compressed streams run: as generators that pause where the source must go on.
 *
 * Why: a log comes in pieces of any size, and a decoder must be able to stop at each byte without asking for I/O.
 * Only the steps between blocks are generators; the loops over symbols are plain functions. What ends a stream early
 * is thrown as a `Halt` and never leaves this folder: `StreamUnpacker` makes it a result.
 */

/** Why a stream cannot be read on. Ids of the product; their texts belong to whoever shows them. */
export type Flaw =
  /** It is not of the format it should be, or its header cannot be. */
  | 'header'
  /** Codes, references or structures that no compressor writes. */
  | 'data'
  /** Sizes that contradict each other. */
  | 'size'
  /** A window larger than we keep. */
  | 'window'
  /** A method, filter or dictionary that logs do not use and that is not read. */
  | 'unsupported';

export type Steps<Result = void> = Generator<undefined, Result, undefined>;

/** The end of a stream before its end. */
export class Halt extends Error {
  readonly end: 'truncated' | 'stopped' | Flaw;

  constructor(end: 'truncated' | 'stopped' | Flaw) {
    super(end);
    this.end = end;
  }
}

/** Ends the reading of a stream that cannot be. */
export function refuse(flaw: Flaw): never {
  throw new Halt(flaw);
}
