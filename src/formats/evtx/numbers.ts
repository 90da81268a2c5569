/** Numbers of records as ranges, to tell which are missing. Bounded: a log in disorder has many. */

export interface NumberRange {
  readonly first: number;
  readonly last: number;
}

export interface NumberGap {
  readonly after: number;
  readonly before: number;
}

const mostRanges = 10_000;
const mostGaps = 100;

export class Numbers {
  readonly #ranges: { first: number; last: number }[] = [];

  see(number: number | bigint): void {
    const value = Number(number);
    const last = this.#ranges.at(-1);
    if (last !== undefined && value === last.last + 1) last.last = value;
    else if (this.#ranges.length < mostRanges) this.#ranges.push({ first: value, last: value });
  }

  get ranges(): readonly NumberRange[] {
    return this.#ranges;
  }
}

/** Over the ranges of all parts of a log, which may have begun anew at its beginning. */
export function gapsIn(ranges: readonly NumberRange[]): {
  readonly gaps: readonly NumberGap[];
  readonly missing: number;
  readonly again: number;
} {
  const sorted = ranges.toSorted((a, b) => a.first - b.first);
  const gaps: NumberGap[] = [];
  let missing = 0;
  let again = 0;
  let end: number | undefined;
  for (const { first, last } of sorted) {
    if (end !== undefined && first > end + 1) {
      missing += first - end - 1;
      if (gaps.length < mostGaps) gaps.push({ after: end, before: first });
    }
    if (end !== undefined && first <= end) again += Math.min(last, end) - first + 1;
    end = Math.max(end ?? last, last);
  }
  return { gaps, missing, again };
}
