/**
 * Times of access logs: `02/Jan/2024:03:04:05 +0100` between brackets, or ISO 8601 (nginx $time_iso8601).
 *
 * A busy server writes thousands of lines within one second, so the last time that was read is kept.
 * Sources: httpd mod_log_config.c (log_request_time_std); nginx ngx_times.c (ngx_time_update).
 */
import { colon, decimal, space } from '../../ascii.ts';
import type { LogClock } from '../clock.ts';
import { isoTime } from '../syslog-head.ts';
import { monthAt } from '../years.ts';

const slash = 0x2f;
const commonSize = 26;

export class AccessTime {
  readonly #clock: LogClock;
  readonly #last = new Uint8Array(commonSize);
  #lastUs = Number.NaN;

  constructor(clock: LogClock) {
    this.#clock = clock;
  }

  /** Sets the clock from `start … end`, which lies between the brackets. False where that is no time. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start === commonSize && bytes[start + 2] === slash) return this.#common(bytes, start, end);
    return end - start <= 40 && isoTime(bytes, start, end, this.#clock) === end;
  }

  #common(bytes: Uint8Array, start: number, end: number): boolean {
    const last = this.#last;
    // Seconds first: that is where two lines differ.
    let index = 19;
    while (index >= 0 && last[index] === bytes[start + index]) index -= 1;
    if (index < 0 && !Number.isNaN(this.#lastUs)) {
      index = commonSize - 1;
      while (index > 19 && last[index] === bytes[start + index]) index -= 1;
      if (index === 19) return this.#clock.epoch(this.#lastUs, 'second');
    }
    const month = monthAt(bytes, start + 3, end);
    const sign = bytes[start + 21];
    const shaped =
      month > 0 &&
      bytes[start + 6] === slash &&
      bytes[start + 11] === colon &&
      bytes[start + 14] === colon &&
      bytes[start + 17] === colon &&
      bytes[start + 20] === space &&
      (sign === 0x2b || sign === 0x2d);
    if (!shaped) return false;
    const zone = decimal(bytes, start + 22, end);
    const minutes = (Math.trunc(zone / 100) * 60 + (zone % 100)) * (sign === 0x2d ? -60 : 60);
    const known = this.#clock.withOffset(
      decimal(bytes, start + 7, start + 11),
      month,
      decimal(bytes, start, start + 2),
      decimal(bytes, start + 12, start + 14),
      decimal(bytes, start + 15, start + 17),
      decimal(bytes, start + 18, start + 20),
      0,
      'second',
      minutes,
    );
    if (!known || Number.isNaN(minutes)) return false;
    last.set(bytes.subarray(start, end));
    this.#lastUs = this.#clock.us;
    return true;
  }
}
