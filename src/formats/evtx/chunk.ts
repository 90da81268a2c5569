/**
 * Records of one chunk: those of the log one after the other, and those that were left where the log no longer looks.
 *
 * Chunks are used again: behind the newest record of one stand older ones, of which much is often whole. And whoever
 * takes a record out of a log by hand makes the one before it longer, so that it is passed over: what stands in a
 * record behind its values is looked at too. Sizes are believed where both of a record agree.
 * Source: libyal's description 4.2, 4.3, and 8 (recovery); Fox-IT, "Detection and recovery of NSA's covered up tracks"
 * (2017), on records within records.
 */
import { u32, wholeU64 } from '../little-endian.ts';
import { readChunkHead } from './head.ts';
import type { ChunkContext } from './instance.ts';
import {
  chunkHeadSize,
  chunkSize,
  recordHeadSize,
  recordSignature,
  signatures,
  smallestRecord,
  token,
} from './layout.ts';
import type { Numbers } from './numbers.ts';
import type { EvtxProblems } from './problems.ts';
import type { EvtxRecord, Found } from './record.ts';

export interface ChunkWalk {
  readonly context: ChunkContext;
  readonly record: EvtxRecord;
  readonly problems: EvtxProblems;
  readonly numbers: Numbers;
  /** The file was not closed: a chunk may hold more than its head says. */
  readonly isDirty: boolean;
  readonly carve: boolean;
  /** Records of the log in the chunk before: its bytes were often written over with those of this one. */
  before: LiveRecords;
}

/** Lower halves of the times of writing, by the number of the record. */
export type LiveRecords = ReadonlyMap<number | bigint, number>;

const indexOf = (bytes: Uint8Array, signature: Uint8Array, from: number): number =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(signature, from);

const isFragment = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === token.fragmentHead && bytes[at + 1] === 1 && bytes[at + 2] === 1;

/** Size of the record at `at` where both of its sizes agree; else 0. */
function sizeAt(bytes: Uint8Array, at: number): number {
  if (u32(bytes, at) !== recordSignature) return 0;
  const size = u32(bytes, at + 4);
  if (size < smallestRecord || at + size > bytes.length) return 0;
  return u32(bytes, at + size - 4) === size ? size : 0;
}

export class ChunkRecords {
  readonly #walk: ChunkWalk;
  readonly #bytes: Uint8Array;
  readonly #offset: number;
  /** Of the log in this chunk. */
  readonly #live = new Map<number | bigint, number>();

  /** `offset` of the chunk in the file; less than a whole chunk where the file ends in it. */
  constructor(walk: ChunkWalk, bytes: Uint8Array, offset: number) {
    this.#walk = walk;
    this.#bytes = bytes;
    this.#offset = offset;
    walk.context.use(bytes);
  }

  /** Of a chunk with its head. */
  *records(): Generator<EvtxRecord> {
    const { problems, isDirty, carve } = this.#walk;
    const bytes = this.#bytes;
    const head = readChunkHead(bytes);
    if (head.checksum === 'wrong') problems.note('chunk-checksum', this.#offset);
    if (head.recordsChecksum === 'wrong') problems.note('records-checksum', this.#offset);
    if (bytes.length < chunkSize) problems.note('chunk-cut', this.#offset + bytes.length);
    const isOpen = isDirty || head.checksum === 'wrong';
    let last: number | bigint | undefined;
    let at = chunkHeadSize;
    while (at + smallestRecord <= bytes.length) {
      const size = sizeAt(bytes, at);
      if (size === 0) {
        const next = this.#resume(at, at < head.free);
        if (at < head.free) yield* this.#half(at);
        if (next < 0 || (next >= head.free && !carve)) break;
        at = next;
        continue;
      }
      const number = wholeU64(bytes, at + 8);
      // A head that is older than the records counts fewer.
      const isNext = isOpen && last !== undefined && Number(number) === Number(last) + 1;
      const found = at < head.free || isNext ? 'log' : 'free';
      if (found === 'free' && !carve) break;
      if (found === 'log') last = number;
      yield* this.#record(at, size, found);
      at += size;
    }
  }

  /** Of the records that were given as those of the log. */
  get live(): LiveRecords {
    return this.#live;
  }

  /** Reads where its records are, and no more. */
  passOver(): void {
    const records = this.records();
    while (records.next().done !== true);
  }

  /** Of what stands where a chunk should. */
  *strays(): Generator<EvtxRecord> {
    const bytes = this.#bytes;
    for (let at = this.#resume(0, false); at >= 0; ) {
      const size = sizeAt(bytes, at);
      yield* this.#record(at, size, 'stray');
      at = this.#resume(at + size, false);
    }
  }

  /** Where the next record begins that agrees with itself; -1 where none does. */
  #resume(from: number, isLog: boolean): number {
    const bytes = this.#bytes;
    if (isLog && bytes.subarray(from).some((byte) => byte !== 0))
      this.#walk.problems.note('record-broken', this.#offset + from);
    for (let at = indexOf(bytes, signatures.record, from); at >= 0; ) {
      if (sizeAt(bytes, at) > 0 && isFragment(bytes, at + recordHeadSize)) return at;
      at = indexOf(bytes, signatures.record, at + 1);
    }
    return -1;
  }

  /** A record that the end of the file cut: what it has is read. */
  *#half(at: number): Generator<EvtxRecord> {
    const bytes = this.#bytes;
    const isCut = bytes.length < chunkSize && at + u32(bytes, at + 4) > bytes.length;
    if (u32(bytes, at) !== recordSignature || !isCut || !isFragment(bytes, at + recordHeadSize)) return;
    const size = bytes.length - at;
    if (u32(bytes, at + 4) <= chunkSize - at) yield* this.#record(at, size + 4, 'log');
  }

  *#record(at: number, size: number, found: Found): Generator<EvtxRecord> {
    const { record, problems, numbers, carve } = this.#walk;
    const place = this.#offset + at;
    if (found === 'log') {
      const number = wholeU64(this.#bytes, at + 8);
      this.#live.set(number, u32(this.#bytes, at + 16));
      numbers.see(number);
    } else if (found === 'free' && this.#isCopy(at)) return;
    const end = record.use(at, size, this.#offset, found);
    // What was half written over is no record any more; in the log, one that cannot be read is told.
    if (end < 0 && found !== 'log') return;
    if (end < 0) problems.note('record-unread', place);
    else if (record.isCut) problems.note('values-cut', place);
    yield record;
    const behind = end < 0 ? at + recordHeadSize + 4 : end;
    if (carve && at + size - behind > smallestRecord) yield* this.#hidden(behind, at + size);
  }

  *#hidden(from: number, end: number): Generator<EvtxRecord> {
    const bytes = this.#bytes;
    for (let at = indexOf(bytes, signatures.record, from); at >= 0 && at + smallestRecord <= end; ) {
      const size = u32(bytes, at + 4);
      // The last size is that of the record around it.
      const isWhole = at + size === end || (at + size < end && sizeAt(bytes, at) > 0);
      let next = at + 1;
      if (size >= smallestRecord && isWhole && isFragment(bytes, at + recordHeadSize)) {
        if (this.#walk.record.use(at, size, this.#offset, 'hidden') >= 0) {
          yield this.#walk.record;
          next = at + size;
        }
      }
      at = indexOf(bytes, signatures.record, next);
    }
  }

  /** The rest of a record that the log has. */
  #isCopy(at: number): boolean {
    const number = wholeU64(this.#bytes, at + 8);
    const written = u32(this.#bytes, at + 16);
    return this.#live.get(number) === written || this.#walk.before.get(number) === written;
  }
}
