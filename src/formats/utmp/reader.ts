/**
 * utmp, wtmp and btmp of any machine, from bytes to events: logins, sessions, boots, halts, and a clock that was set.
 *
 * Fed forward; rotated ones come out of a decompressor. What it is NOT: a join of sessions over rotated files, nor a
 * proof; tools that clean a wtmp set records to zero, cut bytes out, or change times. What that leaves is counted:
 * blank records, records that were marked empty, bytes between records, a rest at the end, and times that go back.
 * Source: utmp(5).
 */
import type { EventDetail, LogEvent } from '../../model/facts/event.ts';
import type { SourceId } from '../../model/source.ts';
import { printableText } from '../../model/text.ts';
import { type ClockStep, LogClock } from '../log/clock.ts';
import {
  goesOnAt,
  isBlank,
  nextRecord,
  recordAt,
  sampleSize,
  type UtmpLayout,
  utmpLayoutOf,
  utmpType,
} from './layout.ts';
import { type UtmpKind, UtmpMeaning } from './meaning.ts';
import { readUtmpRecord, type UtmpRecord, utmpText } from './record.ts';

export interface UtmpOutcome {
  /** Undefined where no record of any layout was found. */
  readonly layout: UtmpLayout | undefined;
  /** Records with something in them. */
  readonly records: number;
  readonly events: number;
  /** Records of zeros alone. A log has none by itself; a crash, or a cleaner, leaves them. */
  readonly blank: number;
  /** Records of type EMPTY whose content still stands. */
  readonly emptied: number;
  /** Bytes that belong to no record: what was cut or put in between. */
  readonly strayBytes: number;
  /** Of those, zeros that stood there before any record did: a file that was blanked. */
  readonly nulBytes: number;
  /** Bytes behind the last whole record. */
  readonly restBytes: number;
  /** Times that go back; `line` is the record, one-based. */
  readonly steps: readonly ClockStep[];
}

const nothing = printableText('');
export class UtmpReader {
  readonly #source: SourceId;
  readonly #kind: UtmpKind;
  readonly #take: (event: LogEvent) => void;
  readonly #clock = new LogClock();
  readonly #meaning: UtmpMeaning;
  #layout: UtmpLayout | undefined;
  #rest = new Uint8Array(0);
  /** Of the first byte of the rest. */
  #offset = 0;
  #ended = false;
  #records = 0;
  #events = 0;
  #blank = 0;
  #emptied = 0;
  #stray = 0;
  #nul = 0;

  constructor(source: SourceId, kind: UtmpKind, take: (event: LogEvent) => void) {
    this.#source = source;
    this.#kind = kind;
    this.#meaning = new UtmpMeaning(kind, (record, detail) => this.#emit(record, detail));
    this.#take = take;
  }

  push(piece: Uint8Array): void {
    const joined = new Uint8Array(this.#rest.length + piece.length);
    joined.set(this.#rest);
    joined.set(piece, this.#rest.length);
    this.#rest = joined;
    this.#read();
  }

  end(): UtmpOutcome {
    this.#ended = true;
    this.#read();
    this.#meaning.end();
    const rest = this.#rest.length;
    return {
      layout: this.#layout,
      records: this.#records,
      events: this.#events,
      blank: this.#blank,
      emptied: this.#emptied,
      strayBytes: this.#stray,
      nulBytes: this.#nul,
      restBytes: rest,
      steps: this.#clock.steps,
    };
  }

  #read(): void {
    const bytes = this.#rest;
    if (this.#layout === undefined) {
      if (bytes.length < sampleSize && !this.#ended) return;
      this.#layout = utmpLayoutOf(bytes);
    }
    const layout = this.#layout;
    if (layout === undefined) {
      // A blank beginning is passed over, so that records behind it are found.
      if (isBlank(bytes, 0, bytes.length)) this.#nul += bytes.length;
      this.#stray += bytes.length;
      this.#pass(bytes.length);
      return;
    }
    // A record is looked at together with the one behind it, which may be a length away.
    const ahead = this.#ended ? layout.size : layout.size * 3;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    while (at + ahead <= bytes.length) at = this.#step(view, bytes, at, layout);
    this.#pass(at);
  }

  #pass(size: number): void {
    this.#rest = this.#rest.slice(size);
    this.#offset += size;
  }

  /** @returns where the next record is */
  #step(view: DataView, bytes: Uint8Array, at: number, layout: UtmpLayout): number {
    const found = recordAt(view, bytes, at, layout);
    const next = at + layout.size;
    if (found === 'blank') {
      // Zeros between records need not be whole ones.
      const cut = goesOnAt(view, bytes, next, layout) ? undefined : nextRecord(view, bytes, at, layout);
      if (cut !== undefined) {
        this.#stray += cut - at;
        return cut;
      }
      this.#blank += 1;
      return next;
    }
    if (found === 'odd') {
      const after = nextRecord(view, bytes, at, layout) ?? next;
      this.#stray += after - at;
      return after;
    }
    const record = readUtmpRecord(view, bytes, at, layout, this.#offset + at);
    this.#records += 1;
    if (record.type === utmpType.empty) this.#emptied += 1;
    this.#clock.epoch(record.us, 'second');
    if (this.#kind !== 'utmp') this.#clock.passed(this.#records);
    this.#meaning.see(record);
    return next;
  }

  #emit(record: UtmpRecord, detail: EventDetail): void {
    const { us, offset, exact } = record;
    this.#events += 1;
    this.#take({
      kind: 'event',
      source: { source: this.#source, offset },
      us,
      precision: exact ? 'microsecond' : 'second',
      certain: true,
      host: nothing,
      text: utmpText(record),
      ...detail,
    });
  }
}
