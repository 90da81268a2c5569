/**
 * One record of audit.log: `type=SYSCALL msg=audit(1700000000.123:45): arch=… key="x"`, enriched fields behind `\x1d`.
 *
 * Strings that somebody else chose are quoted, and in hexadecimal where they hold a blank, a quote or what is no
 * printable ASCII, so a quote inside of quotes is not to be expected, and a name cannot end its own field.
 * Text is Latin-1. Sources: linux kernel/audit.c (audit_log_n_untrustedstring), audit-userspace lib/audit_logging.c
 * (audit_value_needs_encoding), docs/audit-log-format in `auditd.conf(5)` (log_format = ENRICHED), auparse/ellist.c.
 */
import { colon, decimal, find, skipBlanks, space, startsWith } from '../../ascii.ts';
import type { LogClock } from '../clock.ts';
import type { LogLine } from '../line-reader.ts';
import { lineText } from '../line-text.ts';
import type { RecordFields } from './fields.ts';
import { type RecordType, RecordTypes } from './record-types.ts';

/** One record; what most records are never asked for is made when it is asked for. Good until the next line. */
export class AuditRecord implements RecordFields {
  readonly type: RecordType;
  /** Time and serial, and the node: the same for all records of one event. */
  readonly event: string;
  /** The machine that sent it, where the line names one. */
  readonly node: string;
  readonly #line: LogLine;
  readonly #fieldsAt: number;
  #fields: string | undefined;
  #resolved = '';

  constructor(type: RecordType, event: string, node: string, line: LogLine, fieldsAt: number) {
    this.type = type;
    this.event = event;
    this.node = node;
    this.#line = line;
    this.#fieldsAt = fieldsAt;
  }

  /** Parts the line where auditd's own fields begin. */
  #part(): void {
    const text = lineText(this.#line, this.#fieldsAt);
    const mark = text.indexOf('\x1d');
    this.#fields = mark < 0 ? text : text.slice(0, mark);
    this.#resolved = mark < 0 ? '' : text.slice(mark + 1);
  }

  get fields(): string {
    if (this.#fields === undefined) this.#part();
    return this.#fields ?? '';
  }

  get resolved(): string {
    if (this.#fields === undefined) this.#part();
    return this.#resolved;
  }
}

/** `type=` ends the first 260 bytes at the latest: a node is a host's name. */
const longestNode = 260;

const longestType = 64;
const before = Buffer.from(' msg=audit(', 'latin1');

/** Reads the heads of records, most of which are of a type and an event that the last ones were of. */
export class AuditReader {
  readonly #clock: LogClock;
  readonly #types = new RecordTypes();
  /** The last time and serial, with the bracket behind them, and the moment that they stand for. */
  #stamp = ')';
  #stampUs = Number.NaN;
  /** The stamp as it stands in a line, with what is before it. */
  #known = new Uint8Array(before);

  constructor(clock: LogClock) {
    this.#clock = clock;
  }

  /** Sets the clock from `1700000000.123:45` at `at`. @returns where its bracket stands, or -1 */
  #stampAt({ bytes, start, end, text }: LogLine, at: number): number {
    const close = find(bytes, 0x29, at, end);
    const dot = find(bytes, 0x2e, at, close);
    const seconds = decimal(bytes, at, dot);
    const milli = decimal(bytes, dot + 1, close);
    if (close >= end || dot >= close || close - at > 40) return -1;
    if (!(seconds >= 0) || !(milli >= 0 && milli < 1000)) return -1;
    const us = seconds * 1e6 + milli * 1000;
    if (!this.#clock.epoch(us, 'millisecond')) return -1;
    this.#stamp = text.slice(at - start, close + 1 - start);
    this.#stampUs = us;
    this.#known = bytes.slice(at - before.length, close + 1);
    return close;
  }

  /** Of `bytes` from `at`, how many are those that stood there in the record before. */
  #sameAt(bytes: Uint8Array, at: number, end: number): number {
    const known = this.#known;
    const most = Math.min(known.length, end - at);
    let same = 0;
    while (same < most && bytes[at + same] === known[same]) same += 1;
    return same;
  }

  /** Undefined where the line is no record; the clock is set by one that is. */
  read(line: LogLine): AuditRecord | undefined {
    const { bytes, start, end } = line;
    let at = start;
    let node = '';
    if (startsWith(bytes, 'node=', at, end)) {
      const stop = find(bytes, space, at, end);
      if (stop >= end || stop - at > longestNode) return undefined;
      node = line.text.slice(at + 5 - start, stop - start);
      at = stop + 1;
    }
    if (!startsWith(bytes, 'type=', at, end)) return undefined;
    const typeAt = at + 5;
    let typeEnd = typeAt;
    let hash = 0;
    for (const most = Math.min(end, at + longestType); typeEnd < most; typeEnd += 1) {
      const byte = bytes[typeEnd] ?? 0;
      if (byte === space) break;
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    const same = this.#sameAt(bytes, typeEnd, end);
    if (same < before.length) return undefined;
    // The records of one event follow each other.
    const isSame = same === this.#known.length && this.#clock.epoch(this.#stampUs, 'millisecond');
    const close = isSame ? typeEnd + same - 1 : this.#stampAt(line, typeEnd + before.length);
    if (close < 0) return undefined;
    const fieldsAt = skipBlanks(bytes, close + 1 + (bytes[close + 1] === colon ? 1 : 0), end);
    const event = node === '' ? this.#stamp : `${node} ${this.#stamp}`;
    return new AuditRecord(this.#types.at(bytes, typeAt, typeEnd, hash), event, node, line, fieldsAt);
  }
}
