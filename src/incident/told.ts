/**
 * What the customer tells, set beside the evidence: it bounds the infection where no evidence does, and where the two do
 * not go together that is said.
 *
 * The customer's word is weaker than all evidence: people remember badly, clocks of alarms are wrong, and the first sign
 * may be of another incident. So a time that lies before the evidence lets it begin is no bound but a contradiction.
 * What it is NOT: a judgement of who is right. Source: the manual, first part (the three times bound every later search).
 * Units: microseconds UTC.
 */
import type { Bound, ToldConflict } from '../model/incident.ts';
import type { Told, ToldMoment, ToldTime } from '../model/told.ts';
import type { InfectionWindow } from './analyse.ts';

export interface Known {
  /** From the evidence alone. */
  readonly window?: InfectionWindow;
  /** Starts of miners that run. */
  readonly minersUs: readonly number[];
  /** The oldest that any log tells of; absent where no log was read. */
  readonly horizonUs?: number;
}

export interface Contradiction {
  readonly what: ToldConflict;
  readonly toldUs: number;
  readonly evidenceUs: number;
}

export interface Bounded {
  readonly window?: InfectionWindow;
  readonly contradictions: readonly Contradiction[];
}

const endOf = ({ us, lengthUs }: ToldTime): number => us + lengthUs;

/** Evidence that it was not there before: a success that the infection follows, or a quiet host. */
const isFloor = (from: Bound | undefined): boolean => from === 'success' || from === 'quiet-load';

/** A running miner shows that it was there by then, where nothing else does. */
function evident({ window, minersUs }: Known): InfectionWindow | undefined {
  if (window !== undefined || minersUs.length === 0) return window;
  return { toUs: Math.min(...minersUs), boundedBy: { to: 'miner' } };
}

/** The window with one told time as its later end; the contradiction where it cannot be that. */
function narrowed(
  window: InfectionWindow | undefined,
  by: 'appeared' | 'discovered',
  time: ToldTime,
  horizonUs: number | undefined,
): { readonly window?: InfectionWindow; readonly contradiction?: Contradiction } {
  const toUs = endOf(time);
  const against = (what: ToldConflict, evidenceUs: number): Contradiction => ({
    what,
    toldUs: time.us,
    evidenceUs,
  });
  const from = window?.boundedBy.from;
  if (window?.fromUs !== undefined && isFloor(from) && toUs < window.fromUs) {
    return { window, contradiction: against(`${by}-before`, window.fromUs) };
  }
  if (window !== undefined && toUs >= window.toUs) return { window };
  const beginsUs = window?.fromUs ?? horizonUs;
  if (beginsUs === undefined) return { window: { toUs, boundedBy: { to: by } } };
  // No log reaches back to it: nothing is left that bounds the beginning.
  if (toUs < beginsUs) {
    return {
      window: { toUs, boundedBy: { to: by } },
      contradiction: against('logs-begin-after', beginsUs),
    };
  }
  return { window: { fromUs: beginsUs, toUs, boundedBy: { from: from ?? 'horizon', to: by } } };
}

/** What is later than it can be if the told time is right. */
function late(told: Told, { window, minersUs }: Known): readonly Contradiction[] {
  const found: Contradiction[] = [];
  const beyond = (moment: ToldMoment, us: number): number | undefined => {
    const time = told[moment];
    return time !== undefined && us > endOf(time) ? time.us : undefined;
  };
  if (window !== undefined) {
    const evidenceUs = window.toUs;
    const handled = beyond('handled', evidenceUs);
    const discovered = beyond('discovered', evidenceUs);
    // What is later than the handling is later than the discovery too: the one is told that says more.
    if (handled !== undefined) found.push({ what: 'traces-after-handled', toldUs: handled, evidenceUs });
    else if (discovered !== undefined)
      found.push({ what: 'traces-after-discovered', toldUs: discovered, evidenceUs });
  }
  for (const evidenceUs of minersUs.toSorted((a, b) => a - b)) {
    const toldUs = beyond('handled', evidenceUs);
    if (toldUs === undefined) continue;
    found.push({ what: 'miner-after-handled', toldUs, evidenceUs });
    break;
  }
  return found;
}

/** The window as evidence and the customer's word bound it together, and where they contradict each other. */
export function boundedByTold(told: Told, known: Known): Bounded {
  let window = evident(known);
  const contradictions: Contradiction[] = [];
  for (const moment of ['appeared', 'discovered'] as const) {
    const time = told[moment];
    if (time === undefined) continue;
    const next = narrowed(window, moment, time, known.horizonUs);
    window = next.window;
    if (next.contradiction !== undefined) contradictions.push(next.contradiction);
  }
  const before = contradictions.some(({ what }) => what === 'discovered-before');
  contradictions.push(
    ...late(told, known).filter(({ what }) => !before || what !== 'traces-after-discovered'),
  );
  return { ...(window === undefined ? {} : { window }), contradictions };
}
