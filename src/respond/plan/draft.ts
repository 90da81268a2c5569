/** A step before it has its number and place. */
import type {
  Breakage,
  Change,
  FileIdentity,
  LeftOut,
  Phase,
  Precondition,
  Reversibility,
  Step,
} from '../../model/plan.ts';
import type { Printable } from '../../model/text.ts';
import type { SurveyedFile } from './case-view.ts';

export interface Draft {
  readonly phase: Phase;
  readonly findings: readonly string[];
  readonly change: Change;
  readonly preconditions: readonly Precondition[];
  readonly reversibility: Reversibility;
  readonly breaks: readonly Breakage[];
  readonly verify: Step['verify'];
}

export const leftOut = (subject: string, what: Printable, why: LeftOut['why'], addable = false): LeftOut => ({
  subject,
  what,
  why,
  addable,
});

export function identityOf({ file }: SurveyedFile): FileIdentity | undefined {
  const { type, inode, size } = file.state;
  return type === 'other' ? undefined : { path: file.path, type, inode, size, sha256: file.sha256 };
}

/** What a change of a file rests on. */
export const fileStands = (identity: FileIdentity): readonly Precondition[] => [
  { kind: 'file', file: identity },
];

/** Takes a file out of the target. Undefined where it is none that can be taken. */
export function quarantineDraft(
  found: SurveyedFile,
  phase: Phase,
  findings: readonly string[],
  breaks: readonly Breakage[] = [],
): Draft | undefined {
  const identity = identityOf(found);
  if (identity === undefined) return undefined;
  const linked: readonly Breakage[] =
    identity.type === 'file' && found.file.state.links > 1
      ? [{ id: 'hard-linked', subject: identity.path }]
      : [];
  return {
    phase,
    findings,
    change: { kind: 'quarantine', path: identity.path },
    preconditions: fileStands(identity),
    reversibility: 'reversible',
    breaks: [...breaks, ...linked],
    verify: 'gone',
  };
}
