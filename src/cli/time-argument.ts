/**
 * A moment as people type it: `2024-01-02`, `2024-01-02 03:04`, `2024-01-02T03:04:05`, with `Z` or an offset.
 *
 * Without a zone it is UTC, as everything that is shown. Units: microseconds.
 */
import { usage } from './usage.ts';

export interface GivenTime {
  readonly us: number;
  /** What it stands for: the whole day, minute or second. */
  readonly lengthUs: number;
}

const form =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?\s?(Z|[+-]\d{2}:?\d{2})?)?$/i;

function offsetMinutes(text: string | undefined): number {
  if (text === undefined || text.toUpperCase() === 'Z') return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2));
  return text.startsWith('-') ? -minutes : minutes;
}

/** @throws DemineError `usage` with the option that it was given to */
export function givenTime(option: string, text: string): GivenTime {
  const found = form.exec(text.trim());
  if (found === null) return usage('not-time', option, text);
  const [, year, month, day, hour, minute, second, fraction = '', zone] = found;
  const parts = [year, month, day, hour ?? '0', minute ?? '0', second ?? '0'].map(Number);
  const [y = 0, m = 0, d = 0, h = 0, min = 0, s = 0] = parts;
  const ms = Date.UTC(y, m - 1, d, h, min, s);
  const date = new Date(ms);
  const exists = date.getUTCMonth() === m - 1 && date.getUTCDate() === d && date.getUTCHours() === h;
  if (!exists || min > 59 || s > 59) return usage('not-time', option, text);
  const us = ms * 1000 + Number(fraction.padEnd(6, '0')) - offsetMinutes(zone) * 60e6;
  if (hour === undefined) return { us, lengthUs: 86_400e6 };
  if (second === undefined) return { us, lengthUs: 60e6 };
  return { us, lengthUs: fraction === '' ? 1e6 : 1 };
}

/** The same of something that was seen: nobody saw what has not happened. @throws DemineError `usage` */
export function pastTime(option: string, text: string, nowUs: number): GivenTime {
  const time = givenTime(option, text);
  if (time.us > nowUs) usage('in-future', option, text);
  return time;
}
