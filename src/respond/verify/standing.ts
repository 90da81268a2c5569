/** How the steps of a plan stand now: what was done and still holds, what is undone, and what is people's. Pure. */
import type { Before, RecordedFile, RecordedState } from '../../model/ledger.ts';
import type { Change, ChangeOf, Plan, Step } from '../../model/plan.ts';
import type { StepRow, StepStanding } from '../../model/statement.ts';
import type { StepState } from '../ledger/state.ts';
import { isSurveyed, type Survey, type SurveyedFile } from '../plan/case-view.ts';

export interface Ground {
  /** Paths of steps as they are now. */
  readonly survey: Pick<Survey, 'at'>;
  /** Whether something of a set of processes runs; undefined where nothing could be looked at. */
  readonly runs: (change: ChangeOf<'kill'>, bootId: string) => boolean | undefined;
  /** Whether processes of a container run; undefined where nothing could be looked at. */
  readonly containerRuns: (id: string) => boolean | undefined;
  /** A setting of the running kernel; undefined where none runs, or it was not read. */
  readonly setting: (name: string) => string | undefined;
}

type OnFile = Extract<Change, { readonly path: unknown }>;

/** Content that steps of the same plan put at a path. */
type Restored = ReadonlyMap<string, string>;

/** What its package brought lies there: somebody put the right one back, as the plan asks. */
const isOfPackage = ({ owner, integrity }: SurveyedFile): boolean =>
  owner.kind === 'package' && (integrity === 'unchanged' || integrity === undefined);

const lockBits = 0x30;

function metadataStanding(
  change: ChangeOf<'set-metadata'>,
  before: RecordedState,
  now: RecordedState,
): StepStanding {
  const { mode = now.mode, uid = now.uid, gid = now.gid, flags } = change;
  const locks =
    flags === undefined ? undefined : (flags.immutable ? 0x10 : 0) | (flags.appendOnly ? 0x20 : 0);
  const nowLocks = (now.flags ?? 0) & lockBits;
  const hasNoCapability =
    change.capability === undefined || !now.attributes.some(({ name }) => name === 'security.capability');
  const isAs = mode === now.mode && uid === now.uid && gid === now.gid && hasNoCapability;
  if (isAs && (locks === undefined || locks === nowLocks)) return 'holds';
  const isBefore =
    (change.mode === undefined || before.mode === now.mode) &&
    (change.uid === undefined || before.uid === now.uid) &&
    (change.gid === undefined || before.gid === now.gid) &&
    (locks === undefined || ((before.flags ?? 0) & lockBits) === nowLocks);
  return isBefore ? 'returned' : 'changed';
}

/** @param before what lay there; undefined where nothing did */
function fileStanding(
  change: OnFile,
  before: RecordedFile | undefined,
  ground: Ground,
  restored: Restored,
): StepStanding {
  const now = ground.survey.at(change.path);
  if (!isSurveyed(now)) {
    if (now.id !== 'missing') return 'not-checked';
    if (change.kind === 'quarantine') return 'holds';
    return change.kind === 'restore-file' && before === undefined ? 'returned' : 'changed';
  }
  const { file } = now;
  const isAsBefore = file.sha256 === before?.sha256;
  switch (change.kind) {
    case 'quarantine': {
      const isPutBack = restored.get(change.path) === file.sha256 || isOfPackage(now);
      return isPutBack && !isAsBefore ? 'replaced' : 'returned';
    }
    case 'edit-file':
      if (file.sha256 === change.after) return 'holds';
      return isAsBefore ? 'returned' : 'changed';
    case 'restore-file':
      if (file.sha256 === change.sha256) return 'holds';
      return isAsBefore ? 'returned' : isOfPackage(now) ? 'replaced' : 'changed';
    case 'set-metadata':
      return before === undefined ? 'not-checked' : metadataStanding(change, before.state, file.state);
  }
}

function valueStanding({ value, was }: ChangeOf<'set-kernel-value'>, now: string | undefined): StepStanding {
  const words = (text: string): string => text.trim().split(/\s+/).join(' ');
  if (now === undefined) return 'not-checked';
  if (words(now) === words(value)) return 'holds';
  return words(now) === words(was) ? 'returned' : 'changed';
}

const endedStanding = (running: boolean | undefined): StepStanding =>
  running === undefined ? 'not-checked' : running ? 'returned' : 'holds';

const fileOf = (before: Before): RecordedFile | undefined =>
  before.kind === 'file' ? before.file : undefined;

function doneStanding(
  change: Exclude<Change, { readonly kind: 'by-hand' }>,
  state: Extract<StepState, { readonly kind: 'done' }>,
  ground: Ground,
  bootId: string,
  restored: Restored,
): StepStanding {
  switch (change.kind) {
    case 'keep-evidence':
    case 'contain':
    case 'freeze':
    case 'reload':
    case 'forget-units':
      return 'past';
    case 'set-kernel-value':
      return valueStanding(change, ground.setting(change.name));
    case 'kill':
      return endedStanding(ground.runs(change, bootId));
    case 'take-inside':
      // The mount namespace may have gone with the last that lived there; what is back there is seen where it runs.
      return 'past';
    case 'container':
      return change.action === 'stop' ? endedStanding(ground.containerRuns(change.container.id)) : 'past';
    default:
      return fileStanding(change, fileOf(state.before), ground, restored);
  }
}

function standingOf(
  { change }: Step,
  state: StepState | undefined,
  ground: Ground,
  bootId: string,
  restored: Restored,
): StepStanding {
  if (change.kind === 'by-hand') return 'by-hand';
  switch (state?.kind) {
    case 'done':
      return doneStanding(change, state, ground, bootId, restored);
    case 'undone':
      return 'undone';
    case 'begun':
    case 'undoing':
      return 'stopped';
    default:
      return state?.stop === undefined ? 'open' : 'stopped';
  }
}

function subjectOf({ change }: Step): string {
  switch (change.kind) {
    case 'freeze':
    case 'kill':
      return change.processes
        .map(({ name, pid }) => `${name} (${pid})`)
        .slice(0, 8)
        .join(', ');
    case 'reload':
      return change.managers.map(({ service }) => service).join(', ');
    case 'by-hand':
      return change.subjects.slice(0, 8).join(', ');
    case 'keep-evidence':
      return '';
    case 'contain':
      return change.cut.mode;
    case 'set-kernel-value':
      return `${change.name} = ${change.value}`;
    case 'container':
      return `${change.container.name} (${change.action})`;
    case 'take-inside':
      return `${change.inside.container}: ${change.file}`;
    case 'forget-units':
      return change.units.slice(0, 8).join(', ');
    default:
      return change.path;
  }
}

/** @param number of the plan in the case */
export function stepRows(
  number: number,
  { steps, target }: Plan,
  states: ReadonlyMap<string, StepState>,
  ground: Ground,
): readonly StepRow[] {
  const restored: Restored = new Map(
    steps.flatMap(({ id, change }) =>
      change.kind === 'restore-file' && states.get(id)?.kind === 'done' ? [[change.path, change.sha256]] : [],
    ),
  );
  return steps.map((step) => ({
    plan: number,
    id: step.id,
    change: step.change.kind === 'by-hand' ? step.change.task : step.change.kind,
    subject: subjectOf(step),
    standing: standingOf(step, states.get(step.id), ground, target.bootId, restored),
  }));
}
