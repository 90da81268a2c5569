/**
 * A line that is one JSON object, as services write for collectors. What it is NOT: trusted; see `loose-json.ts`.
 * Times are ISO 8601 texts, or numbers of seconds, milli- or nanoseconds.
 */
import { parseLooseJson } from '../loose-json.ts';
import type { LogClock } from './clock.ts';
import type { LogLine } from './line-reader.ts';
import { zonedTime } from './zoned-time.ts';

const brace = 0x7b;
const encoder = new TextEncoder();

/** The object of a line; undefined where it is none. */
export function jsonLine({ bytes, start, end }: LogLine): object | undefined {
  if (bytes[start] !== brace) return undefined;
  const parsed = parseLooseJson(bytes.subarray(start, end));
  return parsed.ok && typeof parsed.value === 'object' && parsed.value !== null ? parsed.value : undefined;
}

/** Sets the clock from a text. False where it is no time. */
export function textTime(text: string | undefined, clock: LogClock): boolean {
  if (text === undefined || text.length > 48) return false;
  const bytes = encoder.encode(text);
  return zonedTime(bytes, 0, bytes.length, clock) >= 0;
}
