/**
 * Journals that journalctl wrote out: `-o export`, `-o json`, `json-pretty`, `json-sse`, `json-seq`.
 *
 * Why: of a host that is gone a colleague sends `journalctl -o json`, and it has all that the journal had, who sent a
 * message too. What it is NOT: a journal; what was left out (`-u`, `--since`) leaves no trace in it.
 *
 * Export: fields one a line, `NAME=value`, or `NAME` and behind it 64 bits of length, little-endian, and as many bytes;
 * an empty line ends an entry. JSON: an object an entry; a value is a text, a list of bytes, null where it was too long,
 * or a list of such where the field stands there more than once (the first is taken, as in the journal itself).
 * Bounds: 256 KiB of a field, 4 MiB of an object; what is longer is passed over.
 * Source: systemd docs/JOURNAL_EXPORT_FORMATS.md; journalctl(1), --output; systemd src/shared/logs-show.c.
 */
import type { LogEvent } from '../../model/facts/event.ts';
import type { SourceId } from '../../model/source.ts';
import { find, newline } from '../ascii.ts';
import type { LogOutcome } from '../log/decode-log.ts';
import { LineReader, type LogLine } from '../log/line-reader.ts';
import { parseLooseJson } from '../loose-json.ts';
import { eventFields, eventNumbers, JournalEvents } from './events.ts';
import type { JournalEntry } from './reader.ts';

const longestField = 256 << 10;
const longestObject = 4 << 20;
/** Lines of one object that is written over several. */
const mostLines = 2_000;
const looked = 16 << 10;

const time = '__REALTIME_TIMESTAMP';
const monotonic = '__MONOTONIC_TIMESTAMP';
const boot = '_BOOT_ID';
const wanted: ReadonlySet<string> = new Set([...eventFields, ...eventNumbers, time, monotonic, boot]);

type Fields = Map<string, string>;

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** Which of the two a file is that begins so. */
export function exportedForm(first: Uint8Array): 'fields' | 'objects' | undefined {
  const text = latin1(first.subarray(0, looked));
  if (/^(?:__CURSOR|__REALTIME_TIMESTAMP)=[^\n]{1,512}\n[\w]{1,64}(?:=|\n)/.test(text)) return 'fields';
  return /^[\s\x1e]{0,8}(?:data: )?\{/.test(text) && /"__REALTIME_TIMESTAMP"\s{0,4}:/.test(text)
    ? 'objects'
    : undefined;
}

const digits = (text: string | undefined): number =>
  text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;

class Entries {
  readonly events: JournalEvents;
  entries = 0;
  unreadable = 0;
  #line = 0;
  #offset = 0;

  constructor(source: SourceId, take: (event: LogEvent) => void) {
    // What stands in a chain and what beside it is not told by an export.
    this.events = new JournalEvents(source, (event) =>
      take({
        ...event,
        certain: true,
        source: { source, offset: this.#offset, ...(this.#line > 0 ? { line: this.#line } : {}) },
      }),
    );
  }

  add(fields: Fields, offset: number, line = 0): void {
    const realtimeUs = digits(fields.get(time));
    if (!(realtimeUs > 0)) {
      this.unreadable += 1;
      return;
    }
    this.entries += 1;
    this.#line = line;
    this.#offset = offset;
    const bootId = fields.get(boot);
    const monotonicUs = digits(fields.get(monotonic));
    const entry: JournalEntry = {
      offset,
      seqnum: this.entries,
      realtimeUs,
      monotonicUs: Number.isNaN(monotonicUs) ? 0 : monotonicUs,
      bootId: bootId ?? '',
      values: eventFields.map((name) => fields.get(name)),
      numbers: eventNumbers.map((name) => digits(fields.get(name))),
      linked: bootId !== undefined && /^[0-9a-f]{32}$/.test(bootId) && monotonicUs >= 0,
    };
    this.events.see(entry);
  }

  outcome(given: Partial<LogOutcome>): LogOutcome {
    const { claims, unproven, events } = this.events;
    const doubts = [
      { what: 'claimed', count: claims - unproven } as const,
      { what: 'unproven', count: unproven } as const,
    ].filter(({ count }) => count > 0);
    return {
      lines: this.entries + this.unreadable,
      events,
      continued: 0,
      unreadable: this.unreadable,
      nulBytes: 0,
      cutLines: 0,
      steps: this.events.order.found().steps,
      ...(doubts.length === 0 ? {} : { doubts }),
      ...given,
    };
  }
}

/** A journal that was written out, fed forward. */
export interface ExportedReader {
  push(piece: Uint8Array): void;
  end(): LogOutcome;
}

type State =
  | { readonly in: 'name' }
  | { readonly in: 'size'; readonly name: string }
  | { readonly in: 'value'; readonly name: string; left: bigint }
  | { readonly in: 'after' };

/** Fields one a line. */
export class ExportedFields implements ExportedReader {
  readonly #entries: Entries;
  #state: State = { in: 'name' };
  /** The beginning of a line or of a length that went on in the next piece. */
  #held: Uint8Array[] = [];
  #heldSize = 0;
  #fields: Fields = new Map();
  #offset = 0;
  #began = 0;
  #cut = 0;

  constructor(source: SourceId, take: (event: LogEvent) => void) {
    this.#entries = new Entries(source, take);
  }

  push(piece: Uint8Array): void {
    let at = 0;
    while (at < piece.length) at = this.#step(piece, at);
    this.#offset += piece.length;
  }

  #step(piece: Uint8Array, at: number): number {
    const state = this.#state;
    switch (state.in) {
      case 'name': {
        const stop = find(piece, newline, at, piece.length);
        this.#hold(piece, at, stop);
        if (stop >= piece.length) return stop;
        this.#line(this.#taken(), this.#offset + stop + 1);
        return stop + 1;
      }
      case 'size': {
        const stop = Math.min(piece.length, at + 8 - this.#heldSize);
        this.#hold(piece, at, stop);
        if (this.#heldSize < 8) return stop;
        const left = Buffer.from(this.#taken()).readBigUInt64LE();
        this.#state = left === 0n ? { in: 'after' } : { in: 'value', name: state.name, left };
        return stop;
      }
      case 'value': {
        const here = piece.length - at;
        const stop = state.left < BigInt(here) ? at + Number(state.left) : piece.length;
        this.#hold(piece, at, stop);
        state.left -= BigInt(stop - at);
        if (state.left > 0n) return stop;
        this.#set(state.name, latin1(this.#taken()));
        this.#state = { in: 'after' };
        return stop;
      }
      default:
        // The newline behind a value with a length.
        this.#state = { in: 'name' };
        return piece[at] === newline ? at + 1 : at;
    }
  }

  #hold(piece: Uint8Array, start: number, stop: number): void {
    const room = longestField - this.#heldSize;
    const kept = Math.min(stop - start, Math.max(0, room));
    if (kept > 0) this.#held.push(piece.slice(start, start + kept));
    this.#heldSize += kept;
  }

  #taken(): Uint8Array {
    const bytes =
      this.#held.length === 1 && this.#held[0] !== undefined ? this.#held[0] : Buffer.concat(this.#held);
    this.#held = [];
    this.#heldSize = 0;
    return bytes;
  }

  #line(bytes: Uint8Array, after: number): void {
    if (bytes.length === 0) {
      this.#finish(after);
      return;
    }
    const equals = find(bytes, 0x3d, 0, Math.min(bytes.length, 128));
    if (bytes[equals] === 0x3d) {
      const name = latin1(bytes.subarray(0, equals));
      if (wanted.has(name)) this.#set(name, latin1(bytes.subarray(equals + 1)));
      return;
    }
    const name = latin1(bytes.subarray(0, 128));
    // Anything else would have the next bytes taken for a length.
    if (/^[A-Z_][A-Z0-9_]{0,63}$/.test(name)) this.#state = { in: 'size', name };
    else this.#cut += 1;
  }

  #set(name: string, value: string): void {
    if (wanted.has(name) && !this.#fields.has(name)) this.#fields.set(name, value);
  }

  #finish(after: number): void {
    if (this.#fields.size > 0) this.#entries.add(this.#fields, this.#began);
    this.#fields = new Map();
    this.#began = after;
  }

  end(): LogOutcome {
    const { in: where } = this.#state;
    const isWhole = where === 'name' || where === 'after';
    if (isWhole) {
      if (this.#heldSize > 0) this.#line(this.#taken(), this.#offset);
      this.#finish(this.#offset);
    }
    return this.#entries.outcome({
      cutLines: this.#cut,
      ...(isWhole ? {} : { flaw: { status: 'truncated', reason: 'it ends within an entry' } }),
    });
  }
}

/** The first value, one character a byte; undefined for null and what is no value. */
function firstValue(value: unknown): string | undefined {
  if (typeof value === 'string') return Buffer.from(value.slice(0, longestField), 'utf8').toString('latin1');
  if (!Array.isArray(value)) return undefined;
  const [first] = value;
  if (typeof first !== 'number')
    return Array.isArray(first) || typeof first === 'string' ? firstValue(first) : undefined;
  const bytes = value.slice(0, longestField);
  return bytes.every((one) => Number.isInteger(one) && one >= 0 && one < 256)
    ? latin1(Uint8Array.from(bytes))
    : undefined;
}

/** An object an entry, on one line or over several. */
export class ExportedObjects implements ExportedReader {
  readonly #entries: Entries;
  readonly #lines: LineReader;
  #pretty: Buffer[] | undefined;
  #prettySize = 0;
  #prettyLine = 0;
  #prettyOffset = 0;
  #cut = 0;

  constructor(source: SourceId, take: (event: LogEvent) => void) {
    this.#entries = new Entries(source, take);
    this.#lines = new LineReader((line) => this.#see(line), { longest: longestObject });
  }

  push(piece: Uint8Array): void {
    this.#lines.push(piece);
  }

  #see(line: LogLine): void {
    const { bytes, end, cut, number, offset } = line;
    let { start } = line;
    while (start < end && (bytes[start] === 0x1e || bytes[start] === 0x20 || bytes[start] === 0x09))
      start += 1;
    if (start >= end) return;
    if (latin1(bytes.subarray(start, Math.min(end, start + 6))) === 'data: ') start += 6;
    if (cut) {
      this.#cut += 1;
      this.#pretty = undefined;
      return;
    }
    const isBrace = end - start === 1;
    if (isBrace && bytes[start] === 0x7b) {
      this.#pretty = [Buffer.from('{')];
      this.#prettySize = 1;
      this.#prettyLine = number;
      this.#prettyOffset = offset;
    } else if (this.#pretty !== undefined) {
      this.#prettySize += end - start;
      this.#pretty.push(Buffer.from(bytes.subarray(start, end)));
      if (isBrace && bytes[start] === 0x7d) {
        this.#object(Buffer.concat(this.#pretty), this.#prettyOffset, this.#prettyLine);
        this.#pretty = undefined;
      } else if (this.#pretty.length > mostLines || this.#prettySize > longestObject) {
        this.#entries.unreadable += 1;
        this.#pretty = undefined;
      }
    } else this.#object(bytes.subarray(start, end), offset, number);
  }

  #object(bytes: Uint8Array, offset: number, line: number): void {
    const parsed = parseLooseJson(bytes);
    const { value } = parsed.ok ? parsed : { value: undefined };
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.#entries.unreadable += 1;
      return;
    }
    const fields: Fields = new Map();
    for (const name of wanted) {
      const text = firstValue(Object.getOwnPropertyDescriptor(value, name)?.value);
      if (text !== undefined) fields.set(name, text);
    }
    this.#entries.add(fields, offset, line);
  }

  end(): LogOutcome {
    this.#lines.end();
    const isCut = this.#pretty !== undefined;
    return this.#entries.outcome({
      nulBytes: this.#lines.nulBytes,
      cutLines: this.#cut,
      ...(isCut ? { flaw: { status: 'truncated', reason: 'it ends within an entry' } } : {}),
    });
  }
}
