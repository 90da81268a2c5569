/**
 * Since when a host is busy: the onset of the stretch of high CPU that reaches to the end of its history.
 *
 * Why: the hour at which the CPU went up and stayed up is the first time to look around in logs for the way in,
 * and it survives a miner that restarts, renames itself or changes its file times.
 * What it is NOT: proof of mining (a new job looks the same), nor exact: history has one value an hour. Load
 * that comes at the same hour of earlier days or of a week before (backups, batch jobs) is no onset.
 * Units: microseconds UTC; percent of all processors. The bounds of 60 and 40 are far enough apart that noise
 * around one of them does not make an onset: hours between them belong to what they stand beside.
 */
import type { LoadFact } from '../../model/facts/kernel.ts';

export interface BusyStretch {
  /** Start of the first busy hour: exact to the hour. */
  readonly fromUs: number;
  /** End of its last busy hour; absent when it still goes on. */
  readonly toUs?: number;
  /** Quiet hours stand right before it, and nothing is missing from there to now. */
  readonly certain: boolean;
}

const hourUs = 3600e6;
const dayUs = 24 * hourUs;
const busyAt = 60;
const quietBelow = 40;
/** Hours that are busy before a stretch that still goes on, and before one that ended, counts as long. */
const longRunning = 3;
const longEnded = 6;
/** A long stretch goes on over so many quiet hours: a restart, a pause while somebody looked. */
const bridge = 2;
/** Hours without history that are more than a reboot. */
const gapUs = 3 * hourUs;
/** A stretch shorter than this is compared with the same hours of days before. */
const mayRecur = 12 * hourUs;
const daysBack = 7;
/** A record of a few minutes says nothing of its hour. */
const leastCoveredUs = 300e6;

interface Hour {
  readonly fromUs: number;
  readonly toUs: number;
  readonly level: 'busy' | 'quiet' | 'between';
}

/** Busy hours, with what they bridge. Indexes into the list of hours, both within. */
interface Stretch {
  readonly first: number;
  readonly last: number;
  readonly busyHours: number;
}

function usable(fact: LoadFact, nowUs: number): boolean {
  const { value, fromUs, toUs } = fact;
  return (
    Number.isFinite(value) &&
    value >= 0 &&
    value <= 101 &&
    Number.isFinite(fromUs) &&
    fromUs > 0 &&
    toUs - fromUs >= leastCoveredUs &&
    toUs - fromUs <= dayUs &&
    toUs <= nowUs + hourUs
  );
}

function hoursOf(facts: readonly LoadFact[], view: LoadFact['view'], nowUs: number): readonly Hour[] {
  const hours: Hour[] = [];
  const own = facts.filter((fact) => fact.view === view && usable(fact, nowUs));
  for (const fact of own.sort((a, b) => a.fromUs - b.fromUs || a.toUs - b.toUs)) {
    // What says something of time that is taken already is a copy or a lie; the first stays.
    if (fact.fromUs < (hours.at(-1)?.toUs ?? 0)) continue;
    const level = fact.value >= busyAt ? 'busy' : fact.value < quietBelow ? 'quiet' : 'between';
    hours.push({ fromUs: fact.fromUs, toUs: fact.toUs, level });
  }
  return hours;
}

/** The last busy stretch of the history. Quiet hours end it, unless it was long before and they are few. */
function lastStretch(hours: readonly Hour[]): Stretch | undefined {
  let stretch: Stretch | undefined;
  let quiet = 0;
  for (const [index, { level }] of hours.entries()) {
    if (level === 'quiet') quiet += 1;
    if (level !== 'busy') continue;
    const goesOn =
      stretch !== undefined && (quiet === 0 || (quiet <= bridge && stretch.busyHours >= longEnded));
    stretch =
      stretch !== undefined && goesOn
        ? { first: stretch.first, last: index, busyHours: stretch.busyHours + 1 }
        : { first: index, last: index, busyHours: 1 };
    quiet = 0;
  }
  return stretch;
}

/** Whether the same hours were mostly busy on most of the days before, or a week before. */
function recurs(hours: readonly Hour[], fromUs: number, toUs: number): boolean {
  if (toUs - fromUs > mayRecur) return false;
  let [seen, alike] = [0, 0];
  for (let day = 1; day <= daysBack; day += 1) {
    const [start, end] = [fromUs - day * dayUs, toUs - day * dayUs];
    const same = hours.filter((hour) => hour.fromUs < end && hour.toUs > start);
    if (same.length === 0) continue;
    const wasBusy = same.filter((hour) => hour.level === 'busy').length * 2 >= same.length;
    seen += 1;
    if (wasBusy) alike += 1;
    if (wasBusy && day === daysBack) return true;
  }
  return alike >= 2 && alike * 2 >= seen;
}

/** No hole between the hours of the stretch, and quiet ones right before it. */
function isSharp(hours: readonly Hour[], { first, last }: Stretch): boolean {
  const before = hours.slice(Math.max(0, first - longRunning), first);
  const quietBefore = before.length >= 2 && before.every((hour) => hour.level !== 'busy');
  if (!quietBefore || !before.some((hour) => hour.level === 'quiet')) return false;
  const span = hours.slice(first - before.length, last + 1);
  return span.every((hour, index) => index === 0 || hour.fromUs - (span[index - 1]?.toUs ?? 0) <= gapUs);
}

function busyIn(hours: readonly Hour[], nowUs: number): BusyStretch | undefined {
  const stretch = lastStretch(hours);
  const [first, last] = [hours[stretch?.first ?? -1], hours[stretch?.last ?? -1]];
  const newest = hours.at(-1);
  if (stretch === undefined || first === undefined || last === undefined || newest === undefined)
    return undefined;
  const quietAfter = hours.slice(stretch.last + 1).filter((hour) => hour.level === 'quiet').length;
  const reachesNow = nowUs - newest.toUs <= gapUs;
  const ended = quietAfter > 0;
  // What ended long before the history does is not what is asked for.
  if (newest.toUs - last.toUs > dayUs) return undefined;
  if (stretch.busyHours < (ended ? longEnded : longRunning)) return undefined;
  if (recurs(hours, first.fromUs, last.toUs)) return undefined;
  const certain = isSharp(hours, stretch) && (ended || reachesNow);
  return !ended && reachesNow
    ? { fromUs: first.fromUs, certain }
    : { fromUs: first.fromUs, toUs: last.toUs, certain };
}

/**
 * From the load facts of `sysstat` and `atop`, in any order. Where both remember, the one that is certain is
 * taken, else the one that reaches further back.
 */
export function busySince(facts: readonly LoadFact[], nowUs: number): BusyStretch | undefined {
  const found = (['sysstat', 'atop'] as const)
    .map((view) => busyIn(hoursOf(facts, view, nowUs), nowUs))
    .filter((stretch) => stretch !== undefined);
  return found.sort((a, b) => Number(b.certain) - Number(a.certain) || a.fromUs - b.fromUs)[0];
}
