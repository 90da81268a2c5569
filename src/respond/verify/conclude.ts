/**
 * What follows from a look. `clean` is said only where the scan is clean, all that it needs was checked, nothing is less
 * checked than when the incident was found, nothing that was removed is back, and what the case holds is as it was.
 */
import type { PlanDecision } from '../../model/plan.ts';
import type { ScanResult } from '../../model/result.ts';
import type {
  Conclusion,
  ConclusionReason,
  NotChecked,
  Outcome,
  ScheduledLook,
  StepRow,
  Thing,
} from '../../model/statement.ts';

export interface Looked {
  readonly verdict: ScanResult['verdict'];
  readonly scope: ScanResult['host']['scope'];
  readonly things: readonly Thing[];
  readonly steps: readonly StepRow[];
  readonly notChecked: readonly NotChecked[];
  readonly decision: PlanDecision;
  /** Ways in of which something stands open. */
  readonly doorsOpen: number;
  /** Ledgers, plans or statements of the case that are not as they were. */
  readonly altered: number;
}

const countOf = <T>(rows: readonly T[], test: (row: T) => boolean): number => rows.filter(test).length;

type Reasons = readonly (readonly [ConclusionReason, number])[];

function foundReasons({ things, steps }: Looked): Reasons {
  // What a finding speaks of is counted once: as the entry, the process or the connection that it is about.
  const state = (wanted: Thing['state']): number => {
    const rows = things.filter((row) => row.state === wanted);
    return countOf(rows, ({ kind }) => kind !== 'finding') || rows.length;
  };
  return [
    ['miner-runs', countOf(things, ({ kind, now }) => kind === 'miner' && now !== undefined)],
    ['came-back', state('came-back')],
    ['step-returned', countOf(steps, ({ standing }) => standing === 'returned')],
    ['new-found', state('new')],
    ['still-there', state('still-there')],
  ];
}

function doubts(looked: Looked): Reasons {
  const { notChecked, decision, scope, altered, things, steps } = looked;
  // What a changed kernel shows cannot be believed from inside; the disk seen from outside can.
  const lies = scope !== 'files' && decision.reasons.some(({ id }) => id === 'kernel-level') ? 1 : 0;
  return [
    [
      'not-checked',
      countOf(notChecked, ({ required }) => required) +
        countOf(things, ({ state }) => state === 'not-checked') +
        countOf(steps, ({ standing }) => standing === 'not-checked'),
    ],
    ['less-than-before', countOf(notChecked, ({ before }) => before)],
    ['kernel-level', lies],
    ['case-altered', altered],
  ];
}

export function conclude(looked: Looked): Conclusion {
  const { verdict, steps, decision } = looked;
  const found = foundReasons(looked).filter(([, count]) => count > 0);
  const doubtful = doubts(looked).filter(([, count]) => count > 0);
  const removed = steps.some(({ standing }) => isDone(standing));
  const returned = found.some(
    ([id]) => id === 'came-back' || id === 'step-returned' || (id === 'new-found' && removed),
  );
  const isThere = found.length > 0 || verdict === 'mining' || verdict === 'suspicious';
  const outcome: Outcome = isThere
    ? returned
      ? 'came-back'
      : 'still-there'
    : doubtful.length > 0 || verdict === 'inconclusive'
      ? 'inconclusive'
      : 'clean';
  const changed = countOf(steps, ({ standing }) => standing === 'changed');
  const reasons: Reasons = [
    ...found,
    ...(isThere ? [] : [['nothing-found', 0] as const]),
    ...doubtful,
    ...(decision.answer === 'rebuild' ? [['rebuild-advised', 0] as const] : []),
    ...(changed > 0 ? [['step-changed', changed] as const] : []),
    ...(looked.doorsOpen > 0 ? [['door-open', looked.doorsOpen] as const] : []),
  ];
  return { outcome, reasons: reasons.map(([id, count]) => ({ id, count })) };
}

const done: ReadonlySet<StepRow['standing']> = new Set(['holds', 'returned', 'changed', 'replaced', 'past']);
const isDone = (standing: StepRow['standing']): boolean => done.has(standing);

/** Says of a clean conclusion whether it was one look of several that are due, or the last of them. */
export function withLooks(conclusion: Conclusion, schedule: readonly ScheduledLook[]): Conclusion {
  if (conclusion.outcome !== 'clean') return conclusion;
  const made = countOf(schedule, ({ look }) => look !== undefined);
  const id = schedule.length > 0 && made === schedule.length ? 'all-looks' : 'one-look';
  return { ...conclusion, reasons: [...conclusion.reasons, { id, count: made }] };
}
