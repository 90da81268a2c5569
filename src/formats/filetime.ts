/**
 * FILETIME and SYSTEMTIME of Windows.
 *
 * A FILETIME counts units of 100 ns since 1601-01-01 UTC, in 64 bits: today's are above 2^53, so they are read in two
 * halves. Times are integer microseconds UTC since 1970; the tenth of a microsecond that these lose is kept in the
 * text. Source: [MS-DTYP] 2.3.3 (FILETIME), 2.3.13 (SYSTEMTIME).
 */
import { u16, u32, u64 } from './little-endian.ts';

/** 1970-01-01 in units of 100 ns since 1601, halved. */
const epochHigh = 27_111_902;
const epochLow = 3_577_643_008;
/** 2^32 units are so many microseconds, and six units more. */
const unitsHigh = 429_496_729;

/** Microseconds since 1970, rounded down; exact up to the year 2255, and near enough behind it. */
export function filetimeUs(bytes: Uint8Array, at: number): number {
  const high = u32(bytes, at + 4) - epochHigh;
  return high * unitsHigh + Math.floor((high * 6 + u32(bytes, at) - epochLow) / 10);
}

/** The tenth of a microsecond, 0 to 9. */
export const filetimeTenth = (bytes: Uint8Array, at: number): number => {
  const rest = ((u32(bytes, at + 4) - epochHigh) * 6 + u32(bytes, at) - epochLow) % 10;
  return rest < 0 ? rest + 10 : rest;
};

const digits = (value: number, count: number): string => String(value).padStart(count, '0');

/** Days that were written out, each at its remainder: those of one log are few. */
const mostKnown = 64;
const knownDays = new Float64Array(mostKnown).fill(Number.NaN);
const knownTexts: string[] = Array.from(knownDays, () => '');

/** `2026-11-26` of the days since 1970. */
export function dateText(day: number): string {
  const place = day & (mostKnown - 1);
  if (knownDays[place] !== day) {
    const iso = new Date(day * 86_400_000).toISOString();
    knownDays[place] = day;
    knownTexts[place] = iso.slice(0, iso.indexOf('T'));
  }
  return knownTexts[place] ?? '';
}

/** Of times behind 2255 microseconds are no exact numbers. */
export const isFar = (bytes: Uint8Array, at: number): boolean => u32(bytes, at + 4) > 48_000_000;

function farText(units: bigint): string {
  const seconds = units / 10_000_000n;
  const iso = new Date(Number(seconds - 11_644_473_600n) * 1000).toISOString();
  return `${iso.slice(0, iso.indexOf('.'))}.${digits(Number(units % 10_000_000n), 7)}Z`;
}

/** `2026-11-26T08:54:24.1234567Z` */
export function filetimeText(bytes: Uint8Array, at: number): string {
  if (isFar(bytes, at)) return farText(u64(bytes, at));
  const us = filetimeUs(bytes, at);
  const seconds = Math.floor(us / 1e6);
  const day = Math.floor(seconds / 86_400);
  const rest = seconds - day * 86_400;
  const clock = `${digits(Math.floor(rest / 3600), 2)}:${digits(Math.floor(rest / 60) % 60, 2)}:${digits(rest % 60, 2)}`;
  return `${dateText(day)}T${clock}.${digits(us - seconds * 1e6, 6)}${filetimeTenth(bytes, at)}Z`;
}

/** Units of 100 ns since 1601, whole: for what is kept and compared. */
export type Filetime = bigint;

/** 0 and 0x7FFFFFFFFFFFFFFF stand for "never", and no clock is later than the year 9999. */
export const isMoment = (time: Filetime): boolean => time > 0n && time < 2_650_467_744_000_000_000n;

/** Microseconds since 1970, rounded down; undefined for what is no moment. */
export function momentUs(time: Filetime): number | undefined {
  if (!isMoment(time)) return undefined;
  const units = time - 116_444_736_000_000_000n;
  return Number(units >= 0n ? units / 10n : (units - 9n) / 10n);
}

/** As `filetimeText`; undefined for what is no moment. */
export const momentText = (time: Filetime): string | undefined =>
  isMoment(time) ? farText(time) : undefined;

/** The same with milliseconds; undefined where the parts are no date. */
export function systemtimeText(bytes: Uint8Array, at: number): string | undefined {
  const part = (index: number): number => u16(bytes, at + index * 2);
  const [year, month, day] = [part(0), part(1), part(3)];
  const [hour, minute, second, ms] = [part(4), part(5), part(6), part(7)];
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second, ms));
  if (year < 1601 || year > 30_827) return undefined;
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || date.getUTCHours() !== hour)
    return undefined;
  return date.getUTCMinutes() === minute && date.getUTCSeconds() === second && ms < 1000
    ? date.toISOString()
    : undefined;
}
