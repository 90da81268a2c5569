/**
 * Indicators that were met, with their first lines; files that are decoys or a package's own take theirs back.
 *
 * Bounded by the number of indicators: however much a host shows, a few lines of each are kept.
 */
import type { Evidence } from '../model/finding.ts';
import type { PathText } from '../model/text.ts';
import { Bounded } from './entry/bounded.ts';
import type { KnownIndicator } from './family-index.ts';

/**
 * How far a line can be trusted to be the host's own doing.
 * - `host` a file, a process, a job, a command · `said` a message that a program wrote
 * - `attempt` what anybody may send: a request, a name at a login
 */
export type Standing = 'host' | 'said' | 'attempt';

export interface Sighting {
  readonly indicator: KnownIndicator;
  readonly evidence: readonly Evidence[];
  /** Times by standing. */
  readonly host: number;
  readonly said: number;
  readonly attempt: number;
}

interface Seen {
  readonly standing: Standing;
  readonly evidence: Evidence;
  /** The file by whose path or name it was met. */
  readonly path: string;
}

/** Lines that are kept of each indicator: those of the files of each path count apart until the end. */
const mostLines = 8;
const shownLines = 3;
const mostPaths = 20_000;

interface Kept {
  readonly seen: Seen[];
  readonly times: Record<Standing, number>;
}

export class Sightings {
  readonly #kept = new Map<KnownIndicator, Kept>();
  readonly #innocent = new Bounded<string, true>(mostPaths);

  add(indicator: KnownIndicator, standing: Standing, evidence: Evidence, path: PathText | string = ''): void {
    const kept = this.#kept.get(indicator) ?? { seen: [], times: { host: 0, said: 0, attempt: 0 } };
    this.#kept.set(indicator, kept);
    kept.times[standing] += 1;
    const better = standing === 'host' && kept.seen.some((one) => one.standing !== 'host');
    if (kept.seen.length >= mostLines && !better) return;
    // Many requests must not crowd out the one file.
    if (kept.seen.length >= mostLines)
      kept.seen.splice(
        kept.seen.findIndex((one) => one.standing !== 'host'),
        1,
      );
    kept.seen.push({ standing, evidence, path });
  }

  /** A file that a package owns, or that was planted to look like an infection. */
  excuse(path: string): void {
    this.#innocent.update(path, () => true);
  }

  *all(): Iterable<Sighting> {
    for (const [indicator, { seen, times }] of this.#kept) {
      const left = seen.filter(({ path }) => path === '' || this.#innocent.get(path) === undefined);
      if (left.length === 0) continue;
      const gone = (standing: Standing): number =>
        seen.filter((one) => one.standing === standing).length -
        left.filter((one) => one.standing === standing).length;
      // With all kept lines of a standing gone, none of those not kept is known to be another.
      const counted = (standing: Standing): number =>
        left.some((one) => one.standing === standing) ? times[standing] - gone(standing) : 0;
      yield {
        indicator,
        evidence: left.slice(0, shownLines).map(({ evidence }) => evidence),
        host: counted('host'),
        said: counted('said'),
        attempt: counted('attempt'),
      };
    }
  }
}
