/**
 * The years of a log whose lines have none (RFC 3164, rsyslog's and syslog-ng's old form, yum, Redis before 3, klog).
 *
 * How: the log is looked through once for the times that its lines begin with. Where they go back by more than 25 days
 * a year has turned, unless the log comes back soon to where it was: then a clock was wrong for a while, as after a boot
 * without one. The last line is no later than the anchor (when the file was last written, when the next file of the
 * rotated set begins, or the time of the look), and a 29th of February lies in a leap year. Every other year follows
 * from that, backwards.
 * What it is NOT: certain, unless the file was last written within a day of its last line, or the next file of the set
 * goes on where it ends; and not before a silence of more than two months, which may have been one of years.
 * Units: days as if every month had 31, as only their order and rough distance matter; microseconds of wall clock.
 * Source: RFC 3164 §4.1.2 (TIMESTAMP has no year).
 */
import { colon, space } from '../ascii.ts';

const letters: Readonly<Record<number, number>> = Object.fromEntries(
  ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map((name, index) => [
    (name.charCodeAt(0) << 16) | (name.charCodeAt(1) << 8) | name.charCodeAt(2),
    index + 1,
  ]),
);

/** The month, 1 to 12, that is named by three letters; 0 for none. */
export function monthAt(bytes: Uint8Array, at: number, end: number): number {
  if (at + 3 > end) return 0;
  return letters[((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)] ?? 0;
}

/** `<34>` before the time is passed over. */
export function afterPriority(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== 0x3c) return start;
  let at = start + 1;
  while (at < end && at < start + 5 && bytes[at] !== 0x3e) at += 1;
  return bytes[at] === 0x3e ? at + 1 : start;
}

/** Two digits, the first of which may be a blank; NaN for what is none. */
export function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at] ?? 0;
  const ones = (bytes[at + 1] ?? 0) - 0x30;
  const high = tens === space ? 0 : tens - 0x30;
  return high >= 0 && high <= 9 && ones >= 0 && ones <= 9 ? high * 10 + ones : Number.NaN;
}

const daySeconds = 86_400;
const dayUs = daySeconds * 1e6;
const hourUs = 3600e6;

/** A time without a year as one number, to be compared with others; NaN where the parts are none. */
export function yearlessTime(
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number {
  const valid =
    month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 23 && minute <= 59 && second <= 60;
  return valid ? (month * 31 + day) * daySeconds + hour * 3600 + minute * 60 + second : Number.NaN;
}

/** Finds the time that a line without a year begins with: `yearlessTime` of it, NaN where it begins with none. */
export type YearlessHead = (bytes: Uint8Array, start: number, end: number) => number;

/** `03:04:05` at `at`, behind a month and a day. */
export function clockTime(bytes: Uint8Array, at: number, end: number, month: number, day: number): number {
  if (at + 8 > end || bytes[at + 2] !== colon || bytes[at + 5] !== colon) return Number.NaN;
  return yearlessTime(month, day, twoDigits(bytes, at), twoDigits(bytes, at + 3), twoDigits(bytes, at + 6));
}

/** `Jan  2 03:04:05`, also behind `<34>`: a month's name that a message begins with is no time. */
export function traditionalHead(bytes: Uint8Array, start: number, end: number): number {
  const at = afterPriority(bytes, start, end);
  const month = monthAt(bytes, at, end);
  if (month === 0 || bytes[at + 3] !== space || bytes[at + 6] !== space) return Number.NaN;
  return clockTime(bytes, at + 7, end, month, twoDigits(bytes, at + 4));
}

/** `0102 03:04:05` at `at`, as klog writes. */
export function digitsHead(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at + 4] !== space) return Number.NaN;
  return clockTime(bytes, at + 5, end, twoDigits(bytes, at), twoDigits(bytes, at + 2));
}

const yearDays = 12 * 31;
const leapDay = 2 * 31 + 29;
/** Lines of many writers are in some disorder, and a clock is set back by a little. */
const backBy = 25;
/** A longer silence may be one of years. */
const onBy = 62;
/** Over the turn of a year by more than this, the clock may have been set to the epoch instead. */
const overBy = 7;
/** The first of January, also in zones east of Greenwich: where a clock without a battery begins. */
const epochDay = 32;
/** A stretch of lines is shorter than what its days would tell twice. */
const longestRun = 300;
const excursionLines = 2_000;
const awayBy = 31;
const excursionRuns = 8;
const mostRuns = 10_000;

/** Lines one after the other, none of which is far from the one before. */
interface Run {
  readonly firstLine: number;
  /** Day of its first line. */
  readonly first: number;
  /** Days from the first line to its latest one. */
  span: number;
  /** Seconds of that day. */
  second: number;
  lines: number;
  /** Days from the first line to a 29th of February, or -1. */
  leap: number;
}

const lastOf = ({ first, span }: Run): number => first + span;

/** A day that was counted over the turn of a year. */
const inYear = (day: number): number => ((day - epochDay) % yearDays) + epochDay;

/** Days from one day to another, the turn of a year counted on; a little disorder is negative. */
function daysOn(from: number, to: number): number {
  const days = to - inYear(from);
  if (days < -backBy) return days + yearDays;
  return days >= yearDays - overBy ? days - yearDays : days;
}

export interface Years {
  /** Of the line with that number, which shows that day; to be asked in ascending order. */
  at(line: number, month: number, day: number): number;
  /** False where the year had to be assumed, or the clock was wrong. */
  isCertain(line: number): boolean;
}

/** The time that the first line shows, and whether its year is certain: a rotated file ends before it. */
export interface FirstTime {
  readonly us: number;
  readonly certain: boolean;
}

export interface ScannedYears extends Years {
  readonly first: FirstTime | undefined;
}

interface Placed {
  readonly firstLine: number;
  readonly first: number;
  readonly year: number;
  readonly certain: boolean;
}

class PlacedYears implements ScannedYears {
  readonly first: FirstTime | undefined;
  readonly #runs: readonly Placed[];
  /** Where no line has a time. */
  readonly #otherwise: number;
  #at = 0;

  constructor(runs: readonly Placed[], first: FirstTime | undefined, otherwise: number) {
    this.#runs = runs;
    this.first = first;
    this.#otherwise = otherwise;
  }

  #run(line: number): Placed | undefined {
    const runs = this.#runs;
    if (line < (runs[this.#at]?.firstLine ?? 0)) this.#at = 0;
    while (line >= (runs[this.#at + 1]?.firstLine ?? Number.POSITIVE_INFINITY)) this.#at += 1;
    return runs[this.#at];
  }

  at(line: number, month: number, day: number): number {
    const run = this.#run(line);
    if (run === undefined) return this.#otherwise;
    return run.year + turnsTo(run.first, daysOn(run.first, month * 31 + day));
  }

  isCertain(line: number): boolean {
    return this.#run(line)?.certain ?? false;
  }
}

/** Turns of the year between a day and another so many days on. */
const turnsTo = (first: number, days: number): number => Math.floor((first - epochDay + days) / yearDays);

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** Wall clock of a day and a second in a year. */
const wallUs = (year: number, day: number, second: number): number =>
  (Date.UTC(year, Math.floor((day - 1) / 31) - 1, ((day - 1) % 31) + 1) / 1000 + second) * 1e6;

export interface Anchor {
  /** When the log was last written, or was looked at. */
  readonly us: number;
  /** It is when it was written. */
  readonly isWritten: boolean;
  /** What the next file of the rotated set begins with. */
  readonly next?: FirstTime | undefined;
}

/** Zones are up to 14 hours from UTC; the day in a rotated file's name ends a day later than the file may. */
const zonesUs = 15 * hourUs;
const writtenUs = 39 * hourUs;

export class YearScan {
  readonly #head: YearlessHead;
  readonly #runs: Run[] = [];
  #firstSecond = 0;
  #isWhole = true;

  constructor(head: YearlessHead = traditionalHead) {
    this.#head = head;
  }

  /** A line of the log, in order. */
  see(bytes: Uint8Array, start: number, end: number, line: number): void {
    const time = this.#head(bytes, start, end);
    if (!(time >= 0)) return;
    const day = Math.floor(time / daySeconds);
    const second = time - day * daySeconds;
    const run = this.#runs.at(-1);
    if (run !== undefined) {
      const days = daysOn(lastOf(run), day);
      const turns = turnsTo(inYear(lastOf(run)), days) > 0;
      const near = days <= (turns ? overBy : onBy) && run.span + days <= longestRun;
      if (near || !this.#isWhole) {
        run.lines += 1;
        if (!near) return;
        if (days > 0 || (days === 0 && second > run.second)) {
          run.span += days;
          run.second = second;
        }
        if (day === leapDay) run.leap = daysOn(run.first, day);
        return;
      }
    }
    if (this.#runs.length >= mostRuns) {
      this.#isWhole = false;
      return;
    }
    if (run === undefined) this.#firstSecond = second;
    this.#runs.push({
      firstLine: line,
      first: day,
      span: 0,
      second,
      lines: 1,
      leap: day === leapDay ? 0 : -1,
    });
  }

  /** Runs during which the clock was wrong: back, not for long, and then the log goes on where it was before. */
  #astray(): ReadonlySet<Run> {
    const found = new Set<Run>();
    const runs = this.#runs;
    for (let index = 0; index < runs.length; index += 1) {
      const before = runs[index];
      const away = runs[index + 1];
      if (before === undefined || away === undefined || away.first >= inYear(lastOf(before))) continue;
      let lines = 0;
      for (let step = 1; step < excursionRuns; step += 1) {
        const run = runs[index + step];
        const after = runs[index + step + 1];
        lines += run?.lines ?? 0;
        if (run === undefined || after === undefined || lines > excursionLines || run.span > awayBy) break;
        const days = after.first - inYear(lastOf(before));
        if (days < -1 || days > onBy || daysOn(lastOf(run), after.first) <= onBy) continue;
        for (const one of runs.slice(index + 1, index + step + 1)) found.add(one);
        index += step;
        break;
      }
    }
    return found;
  }

  resolve({ us, isWritten, next }: Anchor): ScannedYears {
    const limit = Math.min(us, next?.us ?? Number.POSITIVE_INFINITY);
    const otherwise = new Date(us / 1000).getUTCFullYear();
    const astray = this.#astray();
    const last = this.#runs.findLast((run) => !astray.has(run));
    if (last === undefined) return new PlacedYears([], undefined, otherwise);
    // The latest year in which the last line is no later than that.
    let year = new Date((limit + zonesUs) / 1000).getUTCFullYear();
    const lastUs = (of: number): number => wallUs(of, inYear(lastOf(last)), last.second);
    if (lastUs(year) > limit + zonesUs) year -= 1;
    const behindUs = us - lastUs(year);
    let certain = isWritten && behindUs >= -zonesUs && behindUs <= writtenUs;
    if (next?.certain === true) certain ||= next.us - lastUs(year) <= onBy * dayUs;
    certain &&= this.#isWhole;
    const placed = new Map<Run, Placed>();
    let after: Run | undefined;
    for (const run of this.#runs.toReversed()) {
      if (astray.has(run)) {
        // A clock without a battery begins at the epoch; of any other it is assumed that it was wrong.
        if (run.first !== epochDay) certain = false;
        continue;
      }
      if (after !== undefined) {
        const days = daysOn(lastOf(run), after.first);
        year -= turnsTo(inYear(lastOf(run)), days);
        if (days > onBy) certain = false;
      }
      year -= turnsTo(run.first, run.span);
      if (run.leap >= 0 && !isLeap(year + turnsTo(run.first, run.leap))) {
        certain = false;
        while (!isLeap(year + turnsTo(run.first, run.leap))) year -= 1;
      }
      placed.set(run, { firstLine: run.firstLine, first: run.first, year, certain });
      after = run;
    }
    const all: Placed[] = [];
    for (const run of this.#runs) {
      const own = placed.get(run);
      const { firstLine, first } = run;
      all.push(own ?? { firstLine, first, year, certain: false });
      // An excursion is in the year in which the run before it ended.
      if (own !== undefined) year = own.year + turnsTo(first, run.span);
    }
    const [begin] = all;
    const first =
      begin === undefined
        ? undefined
        : { us: wallUs(begin.year, begin.first, this.#firstSecond), certain: begin.certain };
    return new PlacedYears(all, first, otherwise);
  }
}
