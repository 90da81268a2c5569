/**
 * Before and after: each thing that the incident's scan or an earlier look held against the host, as it is now, and what
 * is new. Pure.
 *
 * `came-back` is said only of what was seen gone: a step of a plan took it, or an earlier look did not find it. Something
 * new after a removal is told as new; the conclusion counts it as a return, since miners come back under other names.
 */
import type { ScanResult } from '../../model/result.ts';
import { type Thing, type ThingState, thingKinds } from '../../model/statement.ts';
import { entryKey, isSameRun, type Run, type Seen } from './things.ts';

export interface Comparison {
  /** Of the scan of the incident. */
  readonly before: readonly Seen[];
  /** Rows of the statements made since, the oldest first. */
  readonly earlier: readonly (readonly Thing[])[];
  readonly now: readonly Seen[];
  /** Of this look. */
  readonly result: ScanResult;
  /** Keys of what steps of a plan took away. */
  readonly removed: ReadonlySet<string>;
}

interface Known {
  readonly thing: Omit<Seen, 'id'>;
  readonly before?: string;
  /** A look did not find it: from then on, to be found is to be back. */
  readonly wasGone: boolean;
}

function knownThings({ before, earlier }: Comparison): ReadonlyMap<string, Known> {
  const known = new Map<string, Known>();
  for (const { id, ...thing } of before) known.set(thing.key, { thing, before: id, wasGone: false });
  for (const rows of earlier) {
    for (const { kind, key, what, where, state } of rows) {
      const old = known.get(key);
      const thing = old?.thing ?? { kind, key, what, ...(where === undefined ? {} : { where }), runs: [] };
      const wasGone = state === 'gone' || state === 'came-back' || (old?.wasGone ?? false);
      known.set(key, { ...old, thing, wasGone });
    }
  }
  return known;
}

/** What is there of a thing that is held against the host no more. */
function quietState(known: Known, comparison: Comparison, running: readonly Run[]): ThingState {
  const { kind, key } = known.thing;
  const { scope } = comparison.result.host;
  const needsRunning = kind === 'miner' || kind === 'process' || kind === 'socket';
  if (needsRunning && scope === 'files') return 'not-checked';
  // It was never ended: that it is quiet while somebody looks is what such programs do.
  if (known.thing.runs.some((run) => running.some((one) => isSameRun(run, one)))) return 'still-there';
  const isThere =
    (kind === 'entry' || kind === 'account') &&
    comparison.result.persistence.some((row) => entryKey(row) === key);
  return isThere ? 'harmless' : 'gone';
}

const order = new Map<ThingState, number>([
  ['came-back', 0],
  ['new', 1],
  ['still-there', 2],
  ['not-checked', 3],
  ['harmless', 4],
  ['gone', 5],
]);

/** Rows of a statement, what is there first. */
export function compareThings(comparison: Comparison): readonly Thing[] {
  const known = knownThings(comparison);
  const now = new Map(comparison.now.map((seen) => [seen.key, seen]));
  const running = comparison.result.processes.filter(({ judgement }) => judgement !== 'excused');
  const rows: Thing[] = [];
  const row = (seen: Omit<Seen, 'id'>, state: ThingState, before?: string, id?: string): Thing => ({
    kind: seen.kind,
    state,
    key: seen.key,
    what: seen.what,
    ...(seen.where === undefined ? {} : { where: seen.where }),
    ...(before === undefined ? {} : { before }),
    ...(id === undefined ? {} : { now: id }),
  });
  for (const one of known.values()) {
    const found = now.get(one.thing.key);
    if (found === undefined) {
      rows.push(row(one.thing, quietState(one, comparison, running), one.before));
      continue;
    }
    const neverEnded = one.thing.runs.some((run) => found.runs.some((two) => isSameRun(run, two)));
    const wasTaken = one.wasGone || comparison.removed.has(one.thing.key);
    const { id, ...seen } = found;
    const isBack = wasTaken && !neverEnded;
    const still = one.before === undefined ? 'new' : 'still-there';
    rows.push(row(seen, isBack ? 'came-back' : still, one.before, id));
  }
  for (const { id, ...seen } of comparison.now) {
    if (!known.has(seen.key)) rows.push(row(seen, 'new', undefined, id));
  }
  return rows.toSorted(
    (a, b) =>
      (order.get(a.state) ?? 0) - (order.get(b.state) ?? 0) ||
      thingKinds.indexOf(a.kind) - thingKinds.indexOf(b.kind),
  );
}
