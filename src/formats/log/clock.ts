/**
 * From the time that a line shows to microseconds UTC: the one place where zones, years and steps are resolved.
 *
 * A decoder hands over what stands there, in the call that fits: with an offset, in the host's zone, without a year,
 * or as an epoch. Afterwards `us`, `precision` and `certain` hold until the next call. What it is NOT: a check of
 * whether the host's clock was right; steps back within one log are counted and told.
 * Units: months 1 to 12, microseconds, seconds of offset east of Greenwich.
 */
import type { Precision } from '../../model/time.ts';
import { utc, type Zone } from '../tzif.ts';
import type { Years } from './years.ts';

/** A log that goes back by more than this was written by a clock that was set. */
const stepUs = 300e6;
const mostSteps = 100;
const minuteUs = 60e6;
const latestUs = Date.UTC(2256, 0, 1) * 1000;

export interface ClockStep {
  readonly line: number;
  readonly fromUs: number;
  readonly toUs: number;
}

export interface ClockOptions {
  /** Of the host; UTC where it is not known. */
  readonly zone?: Zone;
  /** The host says which zone it keeps. */
  readonly zoneKnown?: boolean;
  readonly years?: Years;
  /** When the source was last written: what has no time of its own was written no later. */
  readonly writtenUs?: number;
}

const fits = (value: number, low: number, high: number): boolean => value >= low && value <= high;

export class LogClock {
  us = 0;
  precision: Precision = 'second';
  certain = true;
  readonly steps: ClockStep[] = [];
  readonly #zone: Zone;
  readonly #zoneKnown: boolean;
  readonly #years: Years | undefined;
  readonly #writtenUs: number;
  #latest = Number.NEGATIVE_INFINITY;
  /** The minute of wall clock that was asked last, and how far it is from UTC. */
  #minute = Number.NaN;
  #shift = 0;
  #shiftCertain = true;

  constructor({ zone = utc, zoneKnown = true, years, writtenUs = 0 }: ClockOptions = {}) {
    this.#zone = zone;
    this.#zoneKnown = zoneKnown;
    this.#years = years;
    this.#writtenUs = writtenUs;
  }

  /** True when the parts are a time; only then do the fields hold it. Seconds may be 60. */
  #wall(year: number, month: number, day: number, hour: number, minute: number, second: number): number {
    const valid =
      fits(year, 1970, 2255) &&
      fits(month, 1, 12) &&
      fits(day, 1, 31) &&
      fits(hour, 0, 23) &&
      fits(minute, 0, 59) &&
      fits(second, 0, 60);
    if (!valid) return Number.NaN;
    const date = Date.UTC(year, month - 1, day, hour, minute, second);
    // The 31st of a month that has none is no time.
    return day > 28 && new Date(date - second * 1000).getUTCDate() !== day ? Number.NaN : date * 1000;
  }

  #keep(us: number, precision: Precision, certain: boolean): boolean {
    if (Number.isNaN(us)) return false;
    this.us = us;
    this.precision = precision;
    this.certain = certain;
    return true;
  }

  /** With an offset of its own. `micro` are microseconds within the second. */
  withOffset(
    year: number,
    month: number,
    day: number,
    hour: number,
    minute: number,
    second: number,
    micro: number,
    precision: Precision,
    offsetSeconds: number,
  ): boolean {
    const wall = this.#wall(year, month, day, hour, minute, second);
    return this.#keep(wall + micro - offsetSeconds * 1e6, precision, true);
  }

  /** By the host's wall clock. */
  local(
    year: number,
    month: number,
    day: number,
    hour: number,
    minute: number,
    second: number,
    micro = 0,
    precision: Precision = 'second',
  ): boolean {
    const wall = this.#wall(year, month, day, hour, minute, second);
    if (Number.isNaN(wall)) return false;
    const whole = Math.floor(wall / minuteUs);
    if (whole !== this.#minute) {
      const found = this.#zone.fromLocal(whole * minuteUs);
      this.#minute = whole;
      this.#shift = found.us - whole * minuteUs;
      this.#shiftCertain = found.certain;
    }
    return this.#keep(wall + micro + this.#shift, precision, this.#zoneKnown && this.#shiftCertain);
  }

  /** By the host's wall clock, in the year of that line. */
  yearless(
    line: number,
    month: number,
    day: number,
    hour: number,
    minute: number,
    second: number,
    micro = 0,
    precision: Precision = 'second',
  ): boolean {
    const year = this.#years?.at(line, month, day) ?? 1970;
    if (!this.local(year, month, day, hour, minute, second, micro, precision)) return false;
    if (this.#years?.isCertain(line) !== true) this.certain = false;
    return true;
  }

  /** False where that is no time between 1970 and 2255. */
  epoch(us: number, precision: Precision): boolean {
    if (!fits(us, 0, latestUs)) return false;
    return this.#keep(us, precision, true);
  }

  /** A line without a time: the latest that it can be, 1970 where that is not known either. Never certain. */
  undated(): void {
    this.#keep(this.#writtenUs, 'day', false);
  }

  /** To be called for each line with a time, so that steps are seen. */
  passed(line: number): void {
    if (this.us < this.#latest - stepUs) {
      if (this.steps.length < mostSteps) this.steps.push({ line, fromUs: this.#latest, toUs: this.us });
      this.#latest = this.us;
    } else if (this.us > this.#latest) this.#latest = this.us;
  }
}
