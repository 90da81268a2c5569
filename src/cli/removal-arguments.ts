/** What `demine plan`, `demine clean` and `demine undo` are asked, as data. */
import { type PlanEdit, parsePlanEdits } from '../respond/plan/edit-plan.ts';
import { usage } from './usage.ts';

type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

export interface PlanArguments {
  readonly folder: string;
  readonly edits: readonly { readonly edit: PlanEdit; readonly text: string }[];
  /** Another one, where one was begun. */
  readonly fresh: boolean;
  readonly json: string | undefined;
  /** Where the target's root is now, when it is mounted elsewhere than at the scan. */
  readonly root: string | undefined;
}

interface StepArguments {
  readonly folder: string;
  /** `S3`; all where nothing is asked for. */
  readonly step: string | undefined;
  readonly vault: string | undefined;
}

export interface CleanArguments extends StepArguments {
  readonly yes: boolean;
  readonly acceptIrreversible: boolean;
}

export type UndoArguments = StepArguments;

const textOf = (value: Values[string]): string | undefined => (typeof value === 'string' ? value : undefined);

function folderOf(positionals: readonly string[], command: string): string {
  return positionals[0] ?? usage('missing-argument', 'CASE', command);
}

/** @throws DemineError `usage` */
export function planArguments(positionals: readonly string[], values: Values): PlanArguments {
  const given = Array.isArray(values['edit']) ? values['edit'].filter((one) => typeof one === 'string') : [];
  return {
    folder: folderOf(positionals, 'plan'),
    edits: given.flatMap((text) => {
      const edits = parsePlanEdits(text);
      return edits === undefined ? usage('not-edit', text, 'form') : edits.map((edit) => ({ edit, text }));
    }),
    fresh: values['new'] === true,
    json: textOf(values['json']),
    root: textOf(values['root']),
  };
}

function stepArguments(positionals: readonly string[], values: Values, command: string): StepArguments {
  const text = textOf(values['step']);
  if (text !== undefined && !/^[Ss]?[1-9]\d{0,6}$/.test(text)) usage('not-step', text);
  return {
    folder: folderOf(positionals, command),
    step: text === undefined ? undefined : `S${text.replace(/^[Ss]/, '')}`,
    vault: textOf(values['vault']),
  };
}

/** @throws DemineError `usage` */
export const cleanArguments = (positionals: readonly string[], values: Values): CleanArguments => ({
  ...stepArguments(positionals, values, 'clean'),
  yes: values['yes'] === true,
  acceptIrreversible: values['accept-irreversible'] === true,
});

/** @throws DemineError `usage` */
export const undoArguments = (positionals: readonly string[], values: Values): UndoArguments =>
  stepArguments(positionals, values, 'undo');
