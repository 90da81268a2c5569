/**
 * From what a watcher has gathered to a way in: the success that the first trace follows, the grade by the ladder, and
 * the chain of lines in the order of time.
 *
 * Of several successes the one is taken that the attacker's first trace follows; where none is, the first.
 * Units: microseconds UTC.
 */
import type { Printable } from '../../model/text.ts';
import type { FirstTrace, Scene } from '../scene.ts';
import {
  type ChainStep,
  earlierUs,
  follows,
  gradeOf,
  type Missing,
  type Vector,
  type WayIn,
} from '../way-in.ts';
import { Aftermath } from './aftermath.ts';
import { type Kept, stepOf } from './kept.ts';

const mostAttackers = 100;
const mostSteps = 40;

/**
 * The time of the attacker's oldest trace, by times that touch(1) cannot set; of entries by those that it can, where no
 * trace has any other.
 */
export function oldestTrace(scene: Scene, ignoring?: string): number {
  let oldest = Number.POSITIVE_INFINITY;
  let ungrounded = Number.POSITIVE_INFINITY;
  for (const { path, changedUs, bornUs } of scene.files) {
    if (path === ignoring) continue;
    for (const us of [changedUs, bornUs]) if (us !== undefined && us > 0) oldest = Math.min(oldest, us);
  }
  for (const entry of scene.entries) {
    const { source, changedUs } = entry;
    if (source.source === ignoring || changedUs === undefined || changedUs <= 0) continue;
    if (entry.ungrounded === true) ungrounded = Math.min(ungrounded, changedUs);
    else oldest = Math.min(oldest, changedUs);
  }
  return Number.isFinite(oldest) ? oldest : ungrounded;
}

export interface Claim {
  readonly vector: Vector;
  readonly service: string;
  readonly account: Printable;
  readonly attackers: Iterable<string>;
  readonly attempt?: Kept | undefined;
  readonly successes: readonly Kept[];
  /** More lines of the chain: what was run, what was written. */
  readonly steps?: readonly ChainStep[];
  readonly owns: (trace: FirstTrace) => boolean;
  /** What the door itself wrote: proof of the file and of its owner, also where no log tells of a success. */
  readonly written?: { readonly us: number; readonly grounded: boolean } | undefined;
  /** The account is the door's alone: whose file it is tells the door, whenever it came to be. */
  readonly ownAccount?: boolean;
  readonly limits?: readonly Missing[];
  /** The door stands open and what mines is of its kind: that is all there is. */
  readonly open?: boolean;
  /** A file that is no trace before the success: the key that was used. */
  readonly ignoring?: string | undefined;
}

/** Near an honest file there may be another: the trace that follows and that the door owns, before any that follows. */
function tied(successes: readonly Kept[], after: Aftermath, owns: Claim['owns']) {
  let best: { readonly success: Kept; readonly trace: FirstTrace } | undefined;
  for (const success of successes) {
    const trace = after.firstAfter(success.us);
    if (trace === undefined || !follows(success.us, trace.us)) continue;
    if (owns(trace)) return { success, trace };
    best ??= { success, trace };
  }
  return best;
}

/** In the order of time; the same line is told once for each step that it is: a crontab may be the first file too. */
function inOrder(steps: readonly ChainStep[]): readonly ChainStep[] {
  const seen = new Set<string>();
  return steps
    .filter(({ step, source, text }) => {
      const key = `${step}\n${source.source}\n${source.line ?? ''}\n${text}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .toSorted((a, b) => a.us - b.us)
    .slice(0, mostSteps);
}

export function wayIn(claim: Claim, scene: Scene, after = new Aftermath(scene)): WayIn | undefined {
  const { owns, written } = claim;
  const successes = claim.successes.toSorted((a, b) => a.us - b.us);
  const [first] = successes;
  const near = tied(successes, after, owns);
  const wrote =
    written !== undefined && (first === undefined || successes.some(({ us }) => follows(us, written.us)))
      ? written
      : undefined;
  const success = near?.success ?? first;
  const trace = near?.trace;
  const bySelf =
    claim.ownAccount === true && scene.files.some((file) => owns({ ...file, us: 0, grounded: true }));
  const miner = claim.ownAccount === true && scene.miners.some(({ account }) => account === claim.account);
  const owner =
    claim.open === true || wrote !== undefined || (trace !== undefined && owns(trace)) || bySelf || miner;
  const limits: Missing[] = [...(claim.limits ?? [])];
  const oldest = oldestTrace(scene, claim.ignoring);
  if (success !== undefined && oldest < success.us - earlierUs && oldest !== trace?.us)
    limits.push('traces-before');
  const graded = gradeOf({
    success: success !== undefined,
    nearFile: trace !== undefined || wrote !== undefined,
    owner,
    grounded: (trace ?? wrote)?.grounded ?? true,
    certain: success?.certain ?? true,
    verified: true,
    limits,
  });
  if (graded === undefined) return undefined;
  const steps: ChainStep[] = [...(claim.steps ?? [])];
  if (claim.attempt !== undefined && (success === undefined || claim.attempt.us <= success.us)) {
    steps.push(stepOf('attempt', claim.attempt));
  }
  if (first !== undefined) steps.push(stepOf('success', first));
  if (success !== undefined) steps.push(stepOf('success', success), ...after.steps(success.us));
  else if (written !== undefined) steps.push(...after.steps(written.us));
  return {
    vector: claim.vector,
    grade: graded.grade,
    attackers: [...new Set(claim.attackers)]
      .filter((one) => one !== '')
      .slice(0, mostAttackers) as Printable[],
    account: claim.account,
    ...(first === undefined ? {} : { firstSuccessUs: first.us }),
    service: claim.service,
    chain: inOrder(steps),
    missing: graded.missing,
  };
}
