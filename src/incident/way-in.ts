/**
 * The way in: a claim with a grade, the lines that carry it in their order, and what was looked for and not found.
 *
 * The ladder: (a) a log shows the success, (b) the first of the attacker's files or entries came to be within minutes of
 * it, (c) their owner is the account or service of that door. All three are `confirmed`, two `probable`, an open door
 * with a known family alone `possible`. Without a time that touch(1) cannot set, or from lines whose shape nobody
 * vouches for, `probable` is the most. Source: knowledge on entry §5.4.
 */
import type { ChainStepKind, Grade, Missing, Vector } from '../model/incident.ts';
import type { SourceRef } from '../model/source.ts';
import type { Printable } from '../model/text.ts';

export type { Grade, Missing, Vector };

/** One step of the chain, with its line. */
export interface ChainStep {
  readonly step: ChainStepKind;
  readonly us: number;
  readonly certain: boolean;
  readonly source: SourceRef;
  readonly text: Printable;
  /** Nothing vouches for the shape of its line. */
  readonly unverified?: boolean;
}

/** What was looked at and is not the door, in numbers. */
export interface Excluded {
  readonly vector: Vector;
  readonly service: string;
  /**
   * `failed-guesses`, `usual-login`, `usual-key`, `own-replica`, `own-container`, `own-job`, `refused-requests`,
   * `without-effect`, `not-kept` (more than the watcher keeps in mind), or which shape of a request.
   */
  readonly what: string;
  /** Addresses, logins, requests, containers: as many as there were of them. */
  readonly count: number;
  /** The answer to a request, 404. */
  readonly status?: number;
  /** One of them, where it would be mistaken for the attacker. */
  readonly from?: Printable;
}

export interface WayIn {
  readonly vector: Vector;
  readonly grade: Grade;
  readonly attackers: readonly Printable[];
  readonly account: Printable;
  /** Microseconds UTC of the first success; undefined where no log shows one. */
  readonly firstSuccessUs?: number;
  readonly service: string;
  readonly chain: readonly ChainStep[];
  readonly missing: readonly Missing[];
  readonly excluded?: readonly Excluded[];
}

export interface Signs {
  /** (a) */
  readonly success: boolean;
  /** (b) */
  readonly nearFile: boolean;
  /** (c) */
  readonly owner: boolean;
  readonly grounded: boolean;
  readonly certain: boolean;
  readonly verified: boolean;
  /** What else speaks against certainty: with any of it, `probable` is the most. */
  readonly limits?: readonly Missing[];
}

/** By the ladder; undefined where nothing but a coincidence is left. */
export function gradeOf(
  signs: Signs,
): { readonly grade: Grade; readonly missing: readonly Missing[] } | undefined {
  const missing: Missing[] = [];
  if (!signs.success) missing.push('no-success-logged');
  if (!signs.nearFile) missing.push('no-file-within-minutes');
  // Where no file is near there is none whose owner was compared.
  if (signs.nearFile && !signs.owner) missing.push('owner-differs');
  const held = [signs.success, signs.nearFile, signs.owner].filter(Boolean).length;
  if (held < 1) return undefined;
  const limits: Missing[] = [...(signs.limits ?? [])];
  if (!signs.grounded) limits.push('no-inode-times');
  if (!signs.certain) limits.push('time-uncertain');
  if (!signs.verified) limits.push('shape-unverified');
  if (held === 1) return { grade: 'possible', missing: [...missing, ...limits] };
  const grade = held === 3 && limits.length === 0 ? 'confirmed' : 'probable';
  return { grade, missing: [...missing, ...limits] };
}

/** Minutes within which what follows a success is taken for its work. */
export const minutesUs = 30 * 60e6;
/** Before the success: clocks of logs have seconds, and a file may be written while the line is. */
export const earlierUs = 5e6;

export const follows = (successUs: number, traceUs: number): boolean =>
  traceUs >= successUs - earlierUs && traceUs <= successUs + minutesUs;
