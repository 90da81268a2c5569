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
  /** Bytes of a container's file system that are kept at most. */
  readonly exportLimit: number | undefined;
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

const units = 'KMGT';

/** `20G`, of 1,024 each; bytes where no unit is named. @throws DemineError `usage` */
function sizeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, number = '', unit = ''] = /^(\d{1,12})([KMGT]?)(?:i?B)?$/i.exec(text) ?? usage('not-size', text);
  const size = Number(number) * 1024 ** (unit === '' ? 0 : units.indexOf(unit.toUpperCase()) + 1);
  return Number.isSafeInteger(size) ? size : usage('not-size', text);
}

/** @throws DemineError `usage` */
export const cleanArguments = (positionals: readonly string[], values: Values): CleanArguments => ({
  ...stepArguments(positionals, values, 'clean'),
  yes: values['yes'] === true,
  acceptIrreversible: values['accept-irreversible'] === true,
  exportLimit: sizeOf(textOf(values['export-limit'])),
});

/** @throws DemineError `usage` */
export const undoArguments = (positionals: readonly string[], values: Values): UndoArguments =>
  stepArguments(positionals, values, 'undo');
