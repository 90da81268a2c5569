/**
 * Event log files of Windows since Vista (EVTX): their records, in the order of the file.
 *
 * What it is: chunks of 64 KiB after a head, each readable by itself. A head that counts wrongly, chunks that are
 * missing, cut, moved or written over, and records that the log no longer knows are no reason to stop: what can be read
 * is read, in one pass, and what does not fit is told. What it is NOT: a reader of message texts, which stand in the
 * programs that wrote the events. Memory: one chunk and the definitions of templates, whatever the size of the file.
 * Source: [MS-EVEN6] 2.2.12 to 2.2.17; libyal's description "Windows XML Event Log (EVTX) format".
 */
import type { RandomAccess } from '../random-access.ts';
import { ChunkRecords, type ChunkWalk } from './chunk.ts';
import { type EvtxHead, firstChunk, isChunk, readChunkHead, readHead } from './head.ts';
import { ChunkContext } from './instance.ts';
import { chunkHeadSize, chunkSize, fileHeadSize, signatures } from './layout.ts';
import { gapsIn, type NumberGap, type NumberRange, Numbers } from './numbers.ts';
import { type EvtxProblemCount, EvtxProblems } from './problems.ts';
import { EvtxRecord, type Found } from './record.ts';

export interface EvtxOptions {
  /** Records that the log no longer knows are given too. They are unless this is false. */
  readonly carve?: boolean;
  /** Only chunks that begin in these bytes of the file; see `partsOf`. */
  readonly from?: number;
  readonly to?: number;
}

/** What was found; grows while records are taken. */
export interface EvtxCounts {
  readonly chunks: number;
  /** Chunks without a record. */
  readonly empty: number;
  /** By how they were found. */
  readonly records: Readonly<Record<Found, number>>;
  /** Records of the log whose fields could not be read. */
  readonly unread: number;
}

export class EvtxLog {
  /** Undefined where the file does not begin as a log. */
  readonly head: EvtxHead | undefined;
  readonly #file: RandomAccess;
  readonly #size: number;
  readonly #options: EvtxOptions;
  readonly #problems = new EvtxProblems();
  readonly #numbers = new Numbers();
  readonly #counts = {
    chunks: 0,
    empty: 0,
    records: { log: 0, free: 0, hidden: 0, stray: 0 },
    unread: 0,
  };
  readonly #walk: ChunkWalk;

  constructor(file: RandomAccess, size: number, options: EvtxOptions) {
    this.#file = file;
    this.#size = size;
    this.#options = options;
    this.head = readHead(file.read(0, Math.min(size, fileHeadSize)));
    const context = new ChunkContext();
    this.#walk = {
      context,
      record: new EvtxRecord(context),
      problems: this.#problems,
      numbers: this.#numbers,
      isDirty: this.head?.isDirty ?? true,
      carve: options.carve !== false,
      before: new Map(),
    };
  }

  get counts(): EvtxCounts {
    return this.#counts;
  }

  /** Nothing of it is an event log. To be asked when the records were taken. */
  get isForeign(): boolean {
    const { chunks, records } = this.#counts;
    return this.head === undefined && chunks === 0 && records.stray === 0;
  }

  /** Numbers of the records, for whoever reads a file in parts. */
  get ranges(): readonly NumberRange[] {
    return this.#numbers.ranges;
  }

  /** Numbers that are nowhere in the part of the file that was read. */
  get gaps(): readonly NumberGap[] {
    return gapsIn(this.ranges).gaps;
  }

  get problems(): readonly EvtxProblemCount[] {
    return this.#problems.list();
  }

  /** All records, each of which is read before the next is taken. Once only. */
  *records(): Generator<EvtxRecord> {
    const { from = 0, to = this.#size } = this.#options;
    if (from === 0) this.#checkHead();
    else this.#readBefore(from - chunkSize);
    let at = from === 0 ? (this.head === undefined ? 0 : firstChunk) : from;
    while (at < Math.min(to, this.#size)) {
      const bytes = this.#file.read(at, Math.min(chunkSize, this.#size - at));
      // The file became shorter while it is read.
      if (bytes.length === 0) break;
      at += yield* this.#place(bytes, at);
    }
    if (from === 0 && to >= this.#size) this.#checkCounts();
  }

  /** What the part before ended with: copies of it are not told again. */
  #readBefore(at: number): void {
    const silent = { problems: new EvtxProblems(), numbers: new Numbers(), carve: false };
    const walk = { ...this.#walk, ...silent };
    const bytes = at < firstChunk ? new Uint8Array(0) : this.#file.read(at, chunkSize);
    if (!isChunk(bytes) || bytes.length < chunkHeadSize) return;
    const chunk = new ChunkRecords(walk, bytes, at);
    chunk.passOver();
    this.#walk.before = chunk.live;
  }

  /** @returns bytes that were read */
  *#place(bytes: Uint8Array, at: number): Generator<EvtxRecord, number> {
    if (isChunk(bytes) && bytes.length >= chunkHeadSize) {
      const size = this.#chunkEnd(bytes);
      this.#counts.chunks += 1;
      const before = this.#counts.records.log;
      const chunk = new ChunkRecords(this.#walk, bytes.subarray(0, size), at);
      yield* this.#counted(chunk.records());
      if (this.#walk.context.room < 0) this.#problems.note('too-much', at);
      this.#walk.before = chunk.live;
      if (this.#counts.records.log === before) this.#counts.empty += 1;
      return size;
    }
    const next = indexOf(bytes, signatures.chunk, 1);
    // A signature may begin at the very end.
    const size =
      next > 0
        ? next
        : bytes.length > 2 * signatures.chunk.length && bytes.length === chunkSize
          ? overlap(bytes)
          : bytes.length;
    const piece = bytes.subarray(0, size);
    if (!isHollow(piece)) {
      if (at !== 0) this.#problems.note('chunk-broken', at);
      if (this.#walk.carve) yield* this.#counted(new ChunkRecords(this.#walk, piece, at).strays());
    }
    return size;
  }

  *#counted(records: Generator<EvtxRecord>): Generator<EvtxRecord> {
    for (const record of records) {
      this.#counts.records[record.found] += 1;
      if (!record.isReadable) this.#counts.unread += 1;
      yield record;
    }
  }

  /** Of a chunk that was cut, the next begins within its bytes; only then are its records not what they were. */
  #chunkEnd(bytes: Uint8Array): number {
    const next = indexOf(bytes, signatures.chunk, chunkHeadSize);
    if (next < 0 || readChunkHead(bytes).recordsChecksum === 'right') return bytes.length;
    const other = bytes.subarray(next);
    return other.length >= chunkHeadSize && readChunkHead(other).checksum === 'right' ? next : bytes.length;
  }

  #checkHead(): void {
    if (this.head === undefined) this.#problems.note('head-broken', 0);
    else if (this.head.checksum === 'wrong') this.#problems.note('head-checksum', 0);
  }

  #checkCounts(): void {
    for (const { kind, count, offset } of wholeProblems(this.head, this.#counts.chunks, this.ranges))
      this.#problems.note(kind, offset, count);
  }
}

/** What does not fit over a whole file, for whoever read it in parts. `chunks` and `ranges` are those of all of them. */
export function wholeProblems(
  head: EvtxHead | undefined,
  chunks: number,
  ranges: readonly NumberRange[],
): readonly EvtxProblemCount[] {
  const problems = new EvtxProblems();
  if (head !== undefined && !head.isDirty && head.chunks !== chunks) problems.note('counts-differ', 0);
  const { missing, again } = gapsIn(ranges);
  if (missing > 0) problems.note('numbers-missing', 0, missing);
  if (again > 0) problems.note('numbers-again', 0, again);
  return problems.list();
}

/**
 * Where a file can be cut into parts of about `partSize` bytes, each of which is read by itself: between chunks, and
 * not at all where something moved them. Looks at the first bytes of each.
 */
export function partsOf(file: RandomAccess, size: number, partSize: number): readonly EvtxPart[] {
  const whole: readonly EvtxPart[] = [{ from: 0, to: size }];
  const step = Math.max(1, Math.floor(partSize / chunkSize)) * chunkSize;
  if (size <= firstChunk + step) return whole;
  for (let at = firstChunk; at < size; at += chunkSize) {
    const bytes = file.read(at, signatures.chunk.length);
    if (!isChunk(bytes) && bytes.some((byte) => byte !== 0)) return whole;
  }
  const parts: EvtxPart[] = [];
  for (let from = 0; from < size; ) {
    const next = (from === 0 ? firstChunk : from) + step;
    const to = next >= size ? size : next;
    parts.push({ from, to });
    from = to;
  }
  return parts;
}

export interface EvtxPart {
  readonly from: number;
  readonly to: number;
}

const zeros = Buffer.alloc(chunkSize);

/** Logs are made large before they are full: rooms of zeros are looked at in one go. */
const isHollow = (bytes: Uint8Array): boolean => Buffer.compare(zeros.subarray(0, bytes.length), bytes) === 0;

const indexOf = (bytes: Uint8Array, signature: Uint8Array, from: number): number =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(signature, from);

/** Bytes before the last seven, where a signature may have begun; all where none has. */
function overlap(bytes: Uint8Array): number {
  for (let size = signatures.chunk.length - 1; size > 0; size -= 1) {
    const from = bytes.length - size;
    if (signatures.chunk.subarray(0, size).every((byte, index) => bytes[from + index] === byte)) return from;
  }
  return bytes.length;
}

/** `size` in bytes. Nothing is read before records are taken but the head. */
export const readEvtx = (file: RandomAccess, size: number, options: EvtxOptions = {}): EvtxLog =>
  new EvtxLog(file, size, options);
