/**
 * Stretches in which a log that is never long without a line has none.
 *
 * Why: whoever takes lines out of a log leaves a hole, and so does whoever stops the daemon. How: the longest
 * stretches between two events are kept; one that is eight times as long as the sixth longest, and an hour at least,
 * stands out of what the log's own rhythm (nights, weekends, jobs by the hour) makes. What it is NOT: proof; a host
 * that was off is silent too, so a boot right after is told.
 * Units: microseconds.
 */
import type { LogEvent } from '../../../model/facts/event.ts';
import type { LogGap } from '../../../model/facts/log.ts';

const leastUs = 3600e6;
const times = 8;
/** So many stretches may be long in an honest log before one counts as its usual. */
const usualRank = 5;
const kept = 12;
const leastEvents = 500;
/** A boot that is told within this explains what was before. */
const bootUs = 600e6;

interface Stretch {
  readonly fromUs: number;
  readonly toUs: number;
  readonly line: number;
  readonly source: string;
  booted: boolean;
}

const isBoot = (event: LogEvent): boolean =>
  (event.what === 'host' && event.action === 'booted') ||
  (event.what === 'message' && event.program === 'kernel' && event.text.includes('Linux version '));

export class SilenceWatch {
  readonly #longest: Stretch[] = [];
  #lastUs = Number.NaN;
  #events = 0;

  /** Events of one log, oldest first, over all its rotated files. */
  see(event: LogEvent): void {
    // Samples of load end with the program that takes them, at a restart and every night on some hosts.
    if (event.what === 'load') return;
    const { us } = event;
    this.#events += 1;
    const length = us - this.#lastUs;
    if (length > 0) {
      const shortest = this.#longest[kept - 1];
      if (shortest === undefined || length > shortest.toUs - shortest.fromUs) this.#keep(event, length);
    }
    if (!(us <= this.#lastUs)) this.#lastUs = us;
    if (isBoot(event)) {
      for (const one of this.#longest) if (us >= one.toUs && us - one.toUs <= bootUs) one.booted = true;
    }
  }

  /** Something of the log was not read: what lies between is not known to be silent. */
  interrupt(): void {
    this.#lastUs = Number.NaN;
  }

  #keep(event: LogEvent, length: number): void {
    const { source, us } = event;
    const stretch = {
      fromUs: this.#lastUs,
      toUs: us,
      line: source.line ?? 0,
      source: source.source,
      booted: false,
    };
    const at = this.#longest.findIndex((one) => one.toUs - one.fromUs < length);
    this.#longest.splice(at < 0 ? this.#longest.length : at, 0, stretch);
    if (this.#longest.length > kept) this.#longest.pop();
  }

  /** By the file in which the first line after it stands, in the order of time. */
  gaps(): ReadonlyMap<string, readonly LogGap[]> {
    const found = new Map<string, LogGap[]>();
    const usual = this.#longest[usualRank];
    if (usual === undefined || this.#events < leastEvents) return found;
    const bound = Math.max(leastUs, (usual.toUs - usual.fromUs) * times);
    for (const { source, ...gap } of this.#longest.toSorted((a, b) => a.fromUs - b.fromUs)) {
      if (gap.toUs - gap.fromUs < bound) continue;
      found.set(source, [...(found.get(source) ?? []), gap]);
    }
    return found;
  }
}
