/**
 * The years of a log whose lines have none (RFC 3164, rsyslog's and syslog-ng's old form).
 *
 * How: the log is looked through once for its months and days. Where they go back by more than 25 days a new year has
 * begun, unless the log comes back within 2,000 lines to where it was: then a clock was wrong for a while, as after a
 * boot without one. The last line lies before the anchor (when the file was last written, or the time of the look),
 * and a 29th of February lies in a leap year. Each line's year follows from that, backwards.
 * What it is NOT: certain, unless the file was last written on the very day of its last line.
 * Source: RFC 3164 §4.1.2 (TIMESTAMP has no year).
 */
import { decimal, space } from '../ascii.ts';

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

/** Days as if every month had 31: only their order and rough distance matter. */
const dayNumber = (month: number, day: number): number => month * 31 + day;
const leapDay = dayNumber(2, 29);
const backBy = 25;
const excursionLines = 2_000;
const sameBy = 62;
const mostRuns = 10_000;

interface Run {
  readonly firstLine: number;
  readonly first: number;
  last: number;
  lines: number;
  leap: boolean;
}

export interface Years {
  /** Of the line with that number; to be asked in ascending order. */
  at(line: number): number;
  /** The file was written on the day of its last line. */
  readonly certain: boolean;
  /** The line stands where the clock was wrong. */
  isAstray(line: number): boolean;
}

interface Placed {
  readonly firstLine: number;
  readonly year: number;
  readonly astray: boolean;
}

class PlacedYears implements Years {
  readonly certain: boolean;
  readonly #runs: readonly Placed[];
  #at = 0;

  constructor(runs: readonly Placed[], certain: boolean) {
    this.#runs = runs;
    this.certain = certain;
  }

  #run(line: number): Placed | undefined {
    const runs = this.#runs;
    if (line < (runs[this.#at]?.firstLine ?? 0)) this.#at = 0;
    while (line >= (runs[this.#at + 1]?.firstLine ?? Number.POSITIVE_INFINITY)) this.#at += 1;
    return runs[this.#at];
  }

  at(line: number): number {
    return this.#run(line)?.year ?? 1970;
  }

  isAstray(line: number): boolean {
    return this.#run(line)?.astray ?? false;
  }
}

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

const dayMs = 86_400_000;

/** The day number of a moment. */
function dayNumberOf(us: number): number {
  const date = new Date(us / 1000);
  return dayNumber(date.getUTCMonth() + 1, date.getUTCDate());
}

export class YearScan {
  readonly #runs: Run[] = [];

  /** A line of the log, in order. */
  see(bytes: Uint8Array, start: number, end: number, line: number): void {
    const at = afterPriority(bytes, start, end);
    const month = monthAt(bytes, at, end);
    if (month === 0) return;
    const day = decimal(bytes, bytes[at + 4] === space ? at + 5 : at + 4, end);
    if (!(day >= 1 && day <= 31)) return;
    this.#note(dayNumber(month, day), line);
  }

  #note(now: number, line: number): void {
    const run = this.#runs.at(-1);
    if (run !== undefined && Math.abs(run.last - now) <= backBy + (now > run.last ? 125 : 0)) {
      run.last = Math.max(run.last, now);
      run.lines += 1;
      run.leap ||= now === leapDay;
      return;
    }
    if (this.#runs.length >= mostRuns) return;
    this.#runs.push({ firstLine: line, first: now, last: now, lines: 1, leap: now === leapDay });
  }

  /** Runs during which the clock was wrong: back, and soon where the log was before. */
  #astray(): ReadonlySet<Run> {
    const found = new Set<Run>();
    const runs = this.#runs;
    let before: Run | undefined;
    for (const [index, run] of runs.entries()) {
      const after = runs[index + 1];
      if (
        before !== undefined &&
        after !== undefined &&
        run.lines <= excursionLines &&
        run.first < before.last &&
        after.first >= before.last - 1 &&
        after.first - before.last <= sameBy
      ) {
        found.add(run);
        continue;
      }
      before = run;
    }
    return found;
  }

  /**
   * @param anchorUs when the log was last written, or was looked at: its last line is no later
   * @param isWritten the anchor is when it was written
   */
  resolve(anchorUs: number, isWritten: boolean): Years {
    const astray = this.#astray();
    const kept = this.#runs.filter((run) => !astray.has(run));
    const last = kept.at(-1);
    if (last === undefined) return new PlacedYears([], false);
    const anchorDay = dayNumberOf(anchorUs + 2 * dayMs * 1000);
    const anchorYear = new Date(anchorUs / 1000 + 2 * dayMs).getUTCFullYear();
    let year = last.last <= anchorDay ? anchorYear : anchorYear - 1;
    const near = Math.abs(last.last - dayNumberOf(anchorUs));
    let certain = isWritten && (near <= 1 || near >= 12 * 31 - 1 || isMonthEnd(last.last, anchorUs));
    const years = new Map<Run, number>();
    let next: Run | undefined;
    for (const run of kept.toReversed()) {
      if (next !== undefined && run.last > next.first) year -= 1;
      if (run.leap && !isLeap(year)) {
        certain = false;
        while (!isLeap(year)) year -= 1;
      }
      years.set(run, year);
      next = run;
    }
    const placed: Placed[] = [];
    let current = years.get(kept[0] ?? last) ?? year;
    for (const run of this.#runs) {
      current = years.get(run) ?? current;
      placed.push({ firstLine: run.firstLine, year: current, astray: astray.has(run) });
    }
    return new PlacedYears(placed, certain);
  }
}

/** The last of a month beside the first of the next. */
function isMonthEnd(last: number, anchorUs: number): boolean {
  return dayNumberOf(anchorUs - dayMs * 1000) === last;
}
