/**
 * How far logs reach and where they are silent: what is not in them says nothing of the time before they begin.
 *
 * Bounds: 5,000 logs, 1,000 gaps. Units: microseconds UTC.
 */
import type { LogEvent } from '../model/facts/event.ts';
import type { LogDoubtKind } from '../model/facts/log.ts';
import type { GapKind } from '../model/incident.ts';
import type { SourceId, SourceStatus } from '../model/source.ts';

const mostLogs = 5_000;
const mostGaps = 1_000;
/** Older lines were written by a clock that was not set: no log reaches back to 1970. */
export const unsetUs = Date.UTC(1995, 0) * 1000;

/** What is known of a log as a whole, as whoever read it tells. */
export interface LogKnown {
  readonly source: { readonly source: SourceId };
  readonly verified: boolean;
  readonly status: SourceStatus;
  readonly nulBytes: number;
  readonly modifiedUs: number;
  readonly steps: readonly { readonly line: number; readonly fromUs: number; readonly toUs: number }[];
  readonly doubts?: readonly { readonly what: LogDoubtKind; readonly count: number }[];
  readonly gaps: readonly {
    readonly fromUs: number;
    readonly toUs: number;
    readonly line: number;
    readonly booted: boolean;
  }[];
}

/** Nothing of this log is known from before `fromUs`. */
export interface Horizon {
  readonly source: SourceId;
  readonly fromUs: number;
  readonly toUs: number;
  /** False where a year, a zone or the clock had to be assumed for one of them. */
  readonly certain: boolean;
}

export interface Gap {
  readonly source: SourceId;
  readonly what: GapKind;
  readonly fromUs?: number;
  readonly toUs?: number;
  readonly line?: number;
}

interface Extent {
  fromUs: number;
  toUs: number;
  certain: boolean;
}

/** Which door's log an event stands in. */
function kindOf(event: LogEvent): string {
  switch (event.what) {
    case 'service':
      return event.service;
    case 'container':
      return event.runtime;
    case 'login':
      return event.service;
    default:
      return event.what;
  }
}

export class Reach {
  readonly #logs = new Map<SourceId, Extent>();
  readonly #kinds = new Map<string, number>();
  readonly #gaps: Gap[] = [];
  readonly #unverified = new Set<SourceId>();
  readonly #lastOnly = new Set<SourceId>();
  #last: SourceId | undefined;
  #extent: Extent | undefined;
  #passes = false;
  #oldestUs = Number.POSITIVE_INFINITY;
  #latestUs = Number.NEGATIVE_INFINITY;

  /** A log that has the last of each account alone reaches back to nothing. Told before its events come. */
  lastOnly(source: SourceId): void {
    if (this.#lastOnly.size < mostLogs) this.#lastOnly.add(source);
  }

  see(event: LogEvent): void {
    const { us, certain } = event;
    if (!(us >= unsetUs)) return;
    const source = event.source.source;
    if (source !== this.#last) {
      this.#last = source;
      this.#passes = this.#lastOnly.has(source);
      this.#extent = this.#logs.get(source);
      if (this.#extent === undefined && !this.#passes && this.#logs.size < mostLogs) {
        this.#extent = { fromUs: us, toUs: us, certain };
        this.#logs.set(source, this.#extent);
      }
    }
    const extent = this.#extent;
    if (extent !== undefined) {
      if (us < extent.fromUs) extent.fromUs = us;
      if (us > extent.toUs) extent.toUs = us;
      if (!certain) extent.certain = false;
    }
    if (event.what === 'host' && event.action === 'log-cleared')
      this.#add({ source, what: 'emptied', toUs: us });
    if (us > this.#latestUs) this.#latestUs = us;
    if (this.#passes) return;
    if (event.what !== 'load' && us < this.#oldestUs) this.#oldestUs = us;
    const kind = kindOf(event);
    const first = this.#kinds.get(kind);
    if (first === undefined ? this.#kinds.size < mostLogs : us < first) this.#kinds.set(kind, us);
  }

  log(known: LogKnown): void {
    const { source } = known.source;
    if (!known.verified && this.#unverified.size < mostLogs) this.#unverified.add(source);
    if (known.status === 'empty') this.#add({ source, what: 'emptied', toUs: known.modifiedUs });
    if (known.nulBytes > 0) this.#add({ source, what: 'zeros' });
    for (const { fromUs, toUs, line, booted } of known.gaps) {
      this.#add({ source, what: booted ? 'off' : 'silent', fromUs, toUs, line });
    }
    for (const { what } of known.doubts ?? []) this.#add({ source, what });
    for (const { fromUs, toUs, line } of known.steps)
      this.#add({ source, what: 'clock-back', fromUs, toUs, line });
  }

  #add(gap: Gap): void {
    if (this.#gaps.length < mostGaps) this.#gaps.push(gap);
  }

  isUnverified(source: SourceId): boolean {
    return this.#unverified.has(source);
  }

  /** The earliest that logs of a kind tell; infinity where there are none. */
  earliest(kind: string): number {
    return this.#kinds.get(kind) ?? Number.POSITIVE_INFINITY;
  }

  /** The oldest line of any log that could tell of somebody who came; infinity where there is none. */
  get oldestUs(): number {
    return this.#oldestUs;
  }

  /** When the host was last heard of; minus infinity where nothing is. */
  get latestUs(): number {
    return this.#latestUs;
  }

  get horizon(): readonly Horizon[] {
    return [...this.#logs]
      .map(([source, extent]) => ({ source, ...extent }))
      .sort((a, b) => a.fromUs - b.fromUs || (a.source < b.source ? -1 : 1));
  }

  get gaps(): readonly Gap[] {
    return this.#gaps;
  }
}
