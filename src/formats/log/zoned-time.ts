/**
 * ISO 8601 with a zone behind a blank: ` UTC`, ` +08`, ` +0530`, ` AEST`, as PostgreSQL and Kubernetes' neighbours write it.
 *
 * An abbreviation is no offset (CST is three of them): the host's zone holds then, and the time is not certain.
 * Source: postgresql src/backend/utils/error/elog.c (get_formatted_log_time), src/timezone/pgtz.c.
 */
import { space } from '../ascii.ts';
import type { LogClock } from './clock.ts';
import { isoTime } from './syslog-head.ts';

const zoneForm = /^ ?(?:(UTC|GMT|Z)\b|([+-]\d\d)(?::?(\d\d))?\b|([A-Z]{2,5})\b)/;
const scratch = new Uint8Array(48);

/** Sets the clock. @returns where time and zone end, or -1 */
export function zonedTime(bytes: Uint8Array, at: number, end: number, clock: LogClock): number {
  const after = isoTime(bytes, at, end, clock);
  if (after < 0 || bytes[after] !== space || after - at > 32) return after;
  const found = zoneForm.exec(Buffer.prototype.latin1Slice.call(bytes, after, Math.min(end, after + 8)));
  if (found === null) return after;
  const [all, utc, hours, minutes = '00', name] = found;
  if (name !== undefined) {
    clock.certain = false;
    return after + all.length;
  }
  scratch.set(bytes.subarray(at, after));
  const size = after - at;
  const zone = utc === undefined ? `${hours}${minutes}` : 'Z';
  for (let index = 0; index < zone.length; index += 1) scratch[size + index] = zone.charCodeAt(index);
  return isoTime(scratch, 0, size + zone.length, clock) < 0 ? -1 : after + all.length;
}
