/**
 * Logs as people know them: a log with its rotated parts is one, as far as all of them reach.
 *
 * Names after rotation: `auth.log.1`, `auth.log.2.gz` (logrotate(8)), `secure-20240303` (its `dateext`).
 */
import { type Gap, type Horizon, millisecondsOf } from './story.ts';

export interface LogSeries {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly certain: boolean;
  /** Files that it was read from. */
  readonly parts: number;
  readonly gaps: readonly Gap[];
}

export function seriesName(source: string): string {
  return source.replace(/\.(gz|xz|bz2|zst|lz4)$/, '').replace(/(\.\d{1,4}|-\d{8}(-\d{1,10})?)$/, '');
}

const earlier = (a: string, b: string): string => (millisecondsOf(a) <= millisecondsOf(b) ? a : b);
const later = (a: string, b: string): string => (millisecondsOf(a) >= millisecondsOf(b) ? a : b);

/** The one that reaches back farthest first. */
export function logSeries(horizon: readonly Horizon[], gaps: readonly Gap[]): readonly LogSeries[] {
  const gapsOf = Map.groupBy(gaps, ({ source }) => seriesName(source));
  return [...Map.groupBy(horizon, ({ source }) => seriesName(source))]
    .map(([name, parts]): LogSeries => {
      const own = gapsOf.get(name) ?? [];
      const from = parts.map((part) => part.from).reduce(earlier);
      const to = parts.map((part) => part.to).reduce(later);
      return {
        name,
        from,
        to,
        certain: parts.every((part) => part.certain),
        parts: parts.length,
        gaps: own,
      };
    })
    .toSorted((a, b) => millisecondsOf(a.from) - millisecondsOf(b.from) || (a.name < b.name ? -1 : 1));
}
