/**
 * How it got in and since when: events of all logs go past the watchers once, and with the scene they conclude.
 *
 * What it gives: ways in, the best first; the attacker's first file; the interval in which the infection began and what
 * bounds it; the onset of mining; how far each log reaches; where logs are silent. What it is NOT: a reader of logs;
 * events are given to it one after the other, in the order of each log, and none is kept.
 * Units: microseconds UTC.
 */
import type { LogEvent } from '../model/facts/event.ts';
import type { Bound } from '../model/incident.ts';
import type { SourceId } from '../model/source.ts';
import { beginningOf, type Printable } from '../model/text.ts';
import { oldestTrace } from './entry/claim.ts';
import { entryWatchers } from './entry/table.ts';
import type { EntryWatcher } from './entry/watcher.ts';
import { type Onset, OnsetWatcher } from './onset.ts';
import { ranked } from './rank.ts';
import { type Gap, type Horizon, type LogKnown, Reach } from './reach.ts';
import { cameToBe, type Scene } from './scene.ts';
import { type Excluded, earlierUs, type WayIn } from './way-in.ts';

export interface FirstFile {
  readonly path: Printable;
  readonly us: number;
  /** By a time that the attacker cannot set with touch(1). */
  readonly grounded: boolean;
  /** The finding or the entry of `persistence[]` that accuses it. */
  readonly finding: string;
}

/** The infection began after `fromUs` and no later than `toUs`. */
export interface InfectionWindow {
  /** Absent where nothing tells that it was not there before. */
  readonly fromUs?: number;
  readonly toUs: number;
  readonly boundedBy: { readonly from?: Bound; readonly to: Bound };
}

export interface Analysis {
  readonly entry: readonly WayIn[];
  readonly excluded: readonly Excluded[];
  readonly firstMaliciousFile?: FirstFile;
  readonly infectionWindow?: InfectionWindow;
  readonly onset?: Onset;
  readonly horizon: readonly Horizon[];
  readonly gaps: readonly Gap[];
}

/** The earliest by a time that cannot be set; without any such, the earliest by what it says itself. */
function firstFile({ files, entries }: Scene): FirstFile | undefined {
  const all: FirstFile[] = files.map((file) => ({
    path: file.path,
    finding: file.finding,
    ...cameToBe(file),
  }));
  for (const { source, changedUs, id, ungrounded } of entries) {
    if (changedUs !== undefined && changedUs > 0)
      all.push({ path: source.source, us: changedUs, grounded: ungrounded !== true, finding: id });
  }
  return all
    .filter(({ us }) => us > 0)
    .sort((a, b) => Number(b.grounded) - Number(a.grounded) || a.us - b.us)[0];
}

interface Moment {
  readonly us: number;
  readonly by: Bound;
}

/** What shows that it was there by then. */
function latest(scene: Scene, file: FirstFile | undefined, onset: Onset | undefined): Moment | undefined {
  const moments: Moment[] = (onset?.witnesses ?? []).map(({ us, by }) => ({ us, by }));
  if (file?.grounded === true) moments.push({ us: file.us, by: 'file' });
  const entry = oldestTrace({ ...scene, files: [] });
  if (Number.isFinite(entry)) moments.push({ us: entry, by: 'entry' });
  // Its engine wrote that down; started again with the host, it says a later time, which holds as well.
  for (const { accused, startedUs } of scene.containers ?? [])
    if (accused && startedUs !== undefined) moments.push({ us: startedUs, by: 'entry' });
  return moments.sort((a, b) => a.us - b.us)[0];
}

export class Analyser {
  readonly #watchers: readonly EntryWatcher[];
  readonly #onset = new OnsetWatcher();
  readonly #reach = new Reach();

  constructor(watchers: readonly EntryWatcher[] = entryWatchers()) {
    this.#watchers = watchers;
  }

  /** A log that has the last of each account alone. Told before its events come. */
  lastOnly(source: SourceId): void {
    this.#reach.lastOnly(source);
  }

  see(event: LogEvent): void {
    if (!Number.isFinite(event.us)) return;
    this.#reach.see(event);
    if (event.what === 'load') this.#onset.load(event);
    else if (event.what === 'job') this.#onset.job(event);
    for (const watcher of this.#watchers) watcher.see(event);
  }

  /** What is known of a log as a whole, when it was read. */
  log(known: LogKnown): void {
    this.#reach.log(known);
  }

  /** Scripts that were asked for as a web shell is, by their paths on the site. */
  get pages(): readonly string[] {
    return this.#watchers.flatMap((watcher) => watcher.pages?.() ?? []);
  }

  /**
   * @param nowUs when the host was looked at
   * @param isRunning false for what is left of a host: its history ends with it, and not now
   */
  conclude(scene: Scene, nowUs: number, isRunning = true): Analysis {
    const reach = this.#reach;
    const ways = this.#watchers.flatMap((watcher) => watcher.conclude(scene));
    const excluded = this.#watchers.flatMap((watcher) => watcher.excluded?.() ?? []);
    const entry = ranked(ways, {
      traceUs: oldestTrace(scene),
      earliest: (kind) => reach.earliest(kind),
      isUnverified: (source) => reach.isUnverified(source),
    }).map((way) => ({ ...named(way), excluded: [...(way.excluded ?? []), ...excluded] }));
    const file = firstFile(scene);
    const onset = this.#onset.conclude(scene, nowUs, isRunning ? undefined : reach.latestUs);
    const window = this.#window(entry, latest(scene, file, onset), onset);
    return {
      entry,
      excluded,
      ...(file === undefined ? {} : { firstMaliciousFile: file }),
      ...(window === undefined ? {} : { infectionWindow: window }),
      ...(onset === undefined ? {} : { onset }),
      horizon: reach.horizon,
      gaps: [...reach.gaps, ...untold(entry)],
    };
  }

  #window(
    entry: readonly WayIn[],
    to: Moment | undefined,
    onset: Onset | undefined,
  ): InfectionWindow | undefined {
    const success = entry.find(({ grade }) => grade !== 'possible')?.firstSuccessUs;
    if (success !== undefined && (to === undefined || success <= to.us + earlierUs)) {
      const end: Moment = to === undefined || to.us < success ? { us: success, by: 'success' } : to;
      return { fromUs: success, toUs: end.us, boundedBy: { from: 'success', to: end.by } };
    }
    if (to === undefined) return undefined;
    const quiet = onset?.quietUs;
    if (quiet !== undefined && to.by === 'load') {
      return { fromUs: Math.min(quiet, to.us), toUs: to.us, boundedBy: { from: 'quiet-load', to: to.by } };
    }
    // No log tells of a success: before the oldest of them nothing is known at all.
    const oldest = this.#reach.oldestUs;
    if (!(oldest <= to.us)) return { toUs: to.us, boundedBy: { to: to.by } };
    return { fromUs: oldest, toUs: to.us, boundedBy: { from: 'horizon', to: to.by } };
  }
}

/** An address or a host's name; what a log has in that place and is neither names nobody. */
const host = /^[\w.:%-]{1,255}$/;

const named = (way: WayIn): WayIn => ({
  ...way,
  attackers: way.attackers.filter((one) => host.test(one)),
  account: beginningOf(way.account, 256),
});

/** What one log tells and the one does not that it should stand in. */
const untold = (entry: readonly WayIn[]): readonly Gap[] =>
  entry
    .filter(({ missing }) => missing.includes('log-wiped'))
    .flatMap(({ chain }) =>
      chain
        .filter(({ step }) => step === 'success')
        .map(({ source, us }): Gap => ({ source: source.source, what: 'not-in-log', fromUs: us, toUs: us })),
    );

/** The same in one go, over events that are there or come. */
export async function analyse(
  events: Iterable<LogEvent> | AsyncIterable<LogEvent>,
  scene: Scene,
  nowUs: number,
  logs: Iterable<LogKnown> = [],
): Promise<Analysis> {
  const analyser = new Analyser();
  for await (const event of events) analyser.see(event);
  for (const log of logs) analyser.log(log);
  return analyser.conclude(scene, nowUs);
}
