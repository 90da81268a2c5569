/**
 * The head of a syslog line: time, host, program and process, in every form that Linux hosts write.
 *
 * - RFC 3164 and rsyslog's traditional file format, `Jan  2 03:04:05 host sshd[12]: …`, also with `<34>` and fractions
 * - ISO 8601, rsyslog's RSYSLOG_FileFormat and `journalctl -o short-iso`, `2024-01-02T03:04:05.678+01:00 host …`
 * - RFC 5424, `<34>1 2024-01-02T03:04:05Z host app 12 ID47 [x y="z"] …`
 * - `journalctl -o short-full`, `Tue 2024-01-02 03:04:05 UTC host …`, and `short-unix`, `1704164645.678901 host …`
 * - BusyBox syslogd, which writes facility and level before the program
 * What it is NOT: a reader of the message; that is `messages/` by program. A line whose host part is missing (`last
 * message repeated`) has an empty program.
 * Sources: RFC 3164 §4.1, RFC 5424 §6; rsyslog tools/smtradfile.c and tools/smfile.c; busybox sysklogd/syslogd.c
 * (timestamp_and_log); systemd src/shared/logs-show.c (output_short).
 */
import { type Printable, printableBytes } from '../../model/text.ts';
import { colon, decimal, find, skipBlanks, space } from '../ascii.ts';
import type { LogClock } from './clock.ts';
import type { LogLine } from './line-reader.ts';
import { afterPriority, monthAt, twoDigits } from './years.ts';

/** The same object for all lines. */
export interface SyslogHead {
  /** Text of one character a byte. */
  readonly program: string;
  readonly pid: number | undefined;
  readonly host: Printable;
  /** Where the message begins in the line's bytes. */
  readonly message: number;
}

const latin1 = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.prototype.latin1Slice.call(bytes, start, end);

const dash = 0x2d;
const dot = 0x2e;
const bracket = 0x5b;
const closing = 0x5d;
const quote = 0x22;
const backslash = 0x5c;

const sinceEpoch = /^\d{10}\.\d{6}$/;
const weekday = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) $/;
const zoneName = /^(?:[A-Z]{2,6}|[+-]\d{2}(?:\d{2})?)$/;
const facility =
  /^(?:auth|authpriv|cron|daemon|kern|lpr|mail|news|syslog|user|uucp|ftp|local[0-7])\.(?:emerg|alert|crit|err|warn|warning|notice|info|debug)$/;

export class SyslogHeadReader implements SyslogHead {
  program = '';
  pid: number | undefined;
  host: Printable = printableBytes(new Uint8Array(0));
  message = 0;
  readonly #clock: LogClock;
  /** The last host, which is nearly always the next. */
  #hostBytes = new Uint8Array(0);

  constructor(clock: LogClock) {
    this.#clock = clock;
  }

  /** False where the line has no head. The clock is set by one that has. */
  read(line: LogLine): boolean {
    const { bytes, start, end, number } = line;
    let at = afterPriority(bytes, start, end);
    const hasPriority = at > start;
    if (hasPriority && bytes[at] === 0x31 && bytes[at + 1] === space) return this.#modern(bytes, at + 2, end);
    const month = monthAt(bytes, at, end);
    if (month > 0) {
      const after = this.#traditional(bytes, at, end, month, number);
      if (after < 0) return false;
      at = after;
    } else {
      let after = this.#iso(bytes, at, end);
      if (after < 0)
        after = bytes[at + 3] === space ? this.#full(bytes, at, end) : this.#unix(bytes, at, end);
      if (after < 0) return false;
      at = after;
    }
    this.#hostAndTag(bytes, at, end);
    return true;
  }

  /** `Jan  2 03:04:05` or `Jan  2 03:04:05.678` or with a year behind the day. @returns where it ends */
  #traditional(bytes: Uint8Array, at: number, end: number, month: number, line: number): number {
    if (bytes[at + 3] !== space) return -1;
    const day = twoDigits(bytes, at + 4);
    let clockAt = at + 7;
    let year = 0;
    if (bytes[clockAt + 4] === space && bytes[clockAt + 2] !== colon) {
      year = decimal(bytes, clockAt, clockAt + 4);
      clockAt += 5;
    }
    if (clockAt + 8 > end || bytes[clockAt + 2] !== colon || bytes[clockAt + 5] !== colon) return -1;
    const hour = twoDigits(bytes, clockAt);
    const minute = twoDigits(bytes, clockAt + 3);
    const second = twoDigits(bytes, clockAt + 6);
    const known =
      year > 0
        ? this.#clock.local(year, month, day, hour, minute, second)
        : this.#clock.yearless(line, month, day, hour, minute, second);
    if (!known) return -1;
    let after = clockAt + 8;
    if (bytes[after] === dot) {
      const fraction = fractionAt(bytes, after + 1, end);
      this.#clock.us += fraction.us;
      this.#clock.precision = fraction.digits > 3 ? 'microsecond' : 'millisecond';
      after = fraction.after;
    }
    // Some daemons write what is their own, `Jan  2 03:04:05: --- last message repeated 5 times ---`.
    if (bytes[after] === colon && bytes[after + 1] === space) return after;
    return bytes[after] === space ? after + 1 : -1;
  }

  /** `2024-01-02T03:04:05.678+01:00`, with a blank for the T as some write. @returns where it ends */
  #iso(bytes: Uint8Array, at: number, end: number): number {
    const after = isoTime(bytes, at, end, this.#clock);
    return after >= 0 && bytes[after] === space ? after + 1 : -1;
  }

  /**
   * `Tue 2024-01-02 03:04:05 CET`: the name of a zone stands for several, so only UTC is one; of others the host's own
   * holds, where journalctl was run on it. @returns where it ends
   */
  #full(bytes: Uint8Array, at: number, end: number): number {
    if (!weekday.test(latin1(bytes, at, at + 4))) return -1;
    const after = isoTime(bytes, at + 4, end, this.#clock);
    if (after < 0 || bytes[after] !== space) return -1;
    const zoneEnd = find(bytes, space, after + 1, Math.min(end, after + 12));
    const zone = latin1(bytes, after + 1, zoneEnd);
    if (!zoneName.test(zone)) return -1;
    const text = `${latin1(bytes, at + 4, after)}${zone === 'UTC' ? 'Z' : /^[+-]/.test(zone) ? zone : ''}`;
    const zoned = Buffer.from(text, 'latin1');
    return isoTime(zoned, 0, zoned.length, this.#clock) === zoned.length ? zoneEnd + 1 : -1;
  }

  /** Seconds since 1970 and six digits of a fraction. @returns where it ends */
  #unix(bytes: Uint8Array, at: number, end: number): number {
    if (bytes[at + 10] !== dot || bytes[at + 17] !== space || at + 17 >= end) return -1;
    const text = latin1(bytes, at, at + 17);
    if (!sinceEpoch.test(text)) return -1;
    const [seconds, micro] = [Number(text.slice(0, 10)), Number(text.slice(11))];
    return this.#clock.epoch(seconds * 1e6 + micro, 'microsecond') ? at + 18 : -1;
  }

  #hostAt(bytes: Uint8Array, at: number, after: number): void {
    const size = after - at;
    const known = this.#hostBytes;
    let same = known.length === size;
    for (let index = 0; same && index < size; index += 1) same = known[index] === bytes[at + index];
    if (same) return;
    this.#hostBytes = bytes.slice(at, after);
    this.host = printableBytes(this.#hostBytes);
  }

  #hostAndTag(bytes: Uint8Array, at: number, end: number): void {
    const first = find(bytes, space, at, end);
    // The kernel's own lines have no host where klogd wrote them.
    const hasHost = bytes[first - 1] !== colon;
    this.#hostAt(bytes, at, hasHost ? first : at);
    let tagAt = hasHost ? Math.min(end, first + 1) : at;
    let tagEnd = find(bytes, space, tagAt, end);
    // BusyBox.
    if (bytes[tagEnd - 1] !== colon && facility.test(latin1(bytes, tagAt, tagEnd))) {
      tagAt = Math.min(end, tagEnd + 1);
      tagEnd = find(bytes, space, tagAt, end);
    }
    this.pid = undefined;
    const isTag = bytes[tagEnd - 1] === colon && tagEnd - tagAt > 1;
    if (!isTag) {
      // `-- MARK --`, `last message repeated 2 times`, and programs that write no colon.
      this.program = '';
      this.message = hasHost ? tagAt : Math.min(end, tagEnd + 1);
      return;
    }
    let nameEnd = tagEnd - 1;
    if (bytes[nameEnd - 1] === closing) {
      const open = bytes.lastIndexOf(bracket, nameEnd);
      const pid = open > tagAt ? decimal(bytes, open + 1, nameEnd - 1) : Number.NaN;
      if (pid >= 0) {
        this.pid = pid;
        nameEnd = open;
      }
    }
    this.program = latin1(bytes, tagAt, Math.min(nameEnd, tagAt + 128));
    this.message = skipBlanks(bytes, tagEnd, end);
  }

  /** RFC 5424 behind its version. */
  #modern(bytes: Uint8Array, start: number, end: number): boolean {
    const after = isoTime(bytes, start, end, this.#clock);
    if (after < 0 || bytes[after] !== space) return false;
    const bounds: number[] = [after + 1];
    for (let field = 0; field < 4; field += 1) {
      const stop = find(bytes, space, bounds[field] ?? end, end);
      if (stop >= end) return false;
      bounds.push(stop + 1);
    }
    const [hostAt = end, appAt = end, pidAt = end, , dataAt = end] = bounds;
    this.#hostAt(bytes, hostAt, appAt - 1);
    this.program = latin1(bytes, appAt, Math.min(pidAt - 1, appAt + 128));
    if (this.program === '-') this.program = '';
    const pid = decimal(bytes, pidAt, end);
    this.pid = pid >= 0 ? pid : undefined;
    this.message = afterData(bytes, dataAt, end);
    return true;
  }
}

/** Digits behind a point, as microseconds. */
function fractionAt(bytes: Uint8Array, at: number, end: number) {
  let us = 0;
  let digits = 0;
  let after = at;
  for (; after < end; after += 1) {
    const digit = (bytes[after] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) break;
    if (digits < 6) us = us * 10 + digit;
    digits += 1;
  }
  for (let missing = digits; missing < 6; missing += 1) us *= 10;
  return { us, digits, after };
}

/**
 * RFC 3339 and its looser kin at `at`: `T` or a blank, a point or comma, `Z`, `+01:00`, `+0100` or none (then the
 * host's zone holds). Sets the clock. @returns where it ends, or -1
 */
export function isoTime(bytes: Uint8Array, at: number, end: number, clock: LogClock): number {
  if (at + 19 > end || bytes[at + 4] !== dash || bytes[at + 7] !== dash || bytes[at + 13] !== colon)
    return -1;
  const between = bytes[at + 10];
  if (between !== 0x54 && between !== 0x74 && between !== space) return -1;
  if (bytes[at + 16] !== colon) return -1;
  const year = twoDigits(bytes, at) * 100 + twoDigits(bytes, at + 2);
  const month = twoDigits(bytes, at + 5);
  const day = twoDigits(bytes, at + 8);
  const hour = twoDigits(bytes, at + 11);
  const minute = twoDigits(bytes, at + 14);
  const second = twoDigits(bytes, at + 17);
  let after = at + 19;
  let micro = 0;
  let digits = 0;
  if (bytes[after] === dot || bytes[after] === 0x2c) {
    const fraction = fractionAt(bytes, after + 1, end);
    if (fraction.digits > 0) ({ us: micro, digits, after } = fraction);
  }
  const precision = digits === 0 ? 'second' : digits > 3 ? 'microsecond' : 'millisecond';
  const mark = bytes[after];
  if (mark === 0x5a || mark === 0x7a) {
    const known = clock.withOffset(year, month, day, hour, minute, second, micro, precision, 0);
    return known ? after + 1 : -1;
  }
  if (mark === 0x2b || mark === dash) {
    const minutesAt = bytes[after + 3] === colon ? after + 4 : after + 3;
    const hours = twoDigits(bytes, after + 1);
    const minutes = twoDigits(bytes, minutesAt);
    if (hours <= 15 && minutes <= 59) {
      const offset = (hours * 60 + minutes) * (mark === dash ? -60 : 60);
      const known = clock.withOffset(year, month, day, hour, minute, second, micro, precision, offset);
      return known ? minutesAt + 2 : -1;
    }
  }
  return clock.local(year, month, day, hour, minute, second, micro, precision) ? after : -1;
}

/** Where the message begins behind structured data (RFC 5424 §6.3), without its byte order mark. */
function afterData(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  if (bytes[at] === dash) at += 1;
  while (at < end && bytes[at] === bracket) {
    let quoted = false;
    for (at += 1; at < end; at += 1) {
      const byte = bytes[at];
      if (quoted && byte === backslash) at += 1;
      else if (byte === quote) quoted = !quoted;
      else if (byte === closing && !quoted) break;
    }
    at = Math.min(end, at + 1);
  }
  if (bytes[at] === space) at += 1;
  if (bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) at += 3;
  return Math.min(at, end);
}
