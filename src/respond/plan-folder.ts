/**
 * Where the plans of a case lie: `CASE/plan-1`, `plan-2`, …, each with its ledger and its vault. Step numbers of a
 * ledger are those of the plan beside it, so a plan that was begun is never written over: the next one is made.
 */
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DemineError, errorText } from '../model/error.ts';
import type { LedgerEntry } from '../model/ledger.ts';
import { type Plan, planSchema } from '../model/plan.ts';
import { replaceCaseFile } from '../scan/case-folder.ts';
import { sha256Of } from './execute/look.ts';
import { ledgerEntries } from './ledger/ledger-file.ts';

const planName = 'plan.json';
/** A plan of thousands of steps has a few megabytes. */
const mostBytes = 64 << 20;

export interface StoredPlan {
  readonly number: number;
  readonly folder: string;
  readonly plan: Plan;
  /** SHA-256 of the file. */
  readonly sha256: string;
  readonly entries: readonly LedgerEntry[];
}

export const ledgerPath = ({ folder }: Pick<StoredPlan, 'folder'>): string => join(folder, 'ledger');
export const vaultPath = ({ folder }: Pick<StoredPlan, 'folder'>): string => join(folder, 'vault');

/** Numbers of the plans of a case, the newest first. @throws DemineError `case-unreadable` */
export function planNumbers(caseFolder: string): readonly number[] {
  try {
    return readdirSync(caseFolder)
      .flatMap((name) => (/^plan-[1-9]\d{0,5}$/.test(name) ? [Number(name.slice(5))] : []))
      .sort((a, b) => b - a);
  } catch (cause) {
    throw new DemineError('case-unreadable', errorText(cause), { subject: caseFolder, cause });
  }
}

/** @throws DemineError `plan-invalid`, `ledger-broken` */
export function planOf(caseFolder: string, number: number): StoredPlan {
  const folder = join(caseFolder, `plan-${number}`);
  const path = join(folder, planName);
  let bytes: Uint8Array;
  let parsed: unknown;
  try {
    if (statSync(path).size > mostBytes) throw new Error(`larger than ${mostBytes} bytes`);
    bytes = readFileSync(path);
    parsed = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw new DemineError('plan-invalid', errorText(cause), { subject: path, cause });
  }
  const checked = planSchema.safeParse(parsed);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw new DemineError('plan-invalid', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`, {
      subject: path,
    });
  }
  return {
    number,
    folder,
    plan: checked.data,
    sha256: sha256Of(bytes),
    entries: ledgerEntries(join(folder, 'ledger')),
  };
}

/** The plans of a case, the newest first; read one after the other as they are asked for. */
export function* storedPlans(caseFolder: string): Generator<StoredPlan> {
  for (const number of planNumbers(caseFolder)) yield planOf(caseFolder, number);
}

/** @throws DemineError `plan-missing`, `plan-invalid`, `ledger-broken` */
export function newestPlan(caseFolder: string): StoredPlan {
  for (const stored of storedPlans(caseFolder)) return stored;
  throw new DemineError('plan-missing', 'there is no plan', { subject: caseFolder });
}

/**
 * Writes a plan: over the newest where nothing of that was begun, else as the next.
 * @returns its number @throws DemineError `case-unwritable`
 */
export function writePlan(caseFolder: string, plan: Plan): number {
  const [newest = 0] = planNumbers(caseFolder);
  const begun = newest > 0 && ledgerEntries(join(caseFolder, `plan-${newest}`, 'ledger')).length > 0;
  const number = begun || newest === 0 ? newest + 1 : newest;
  const folder = join(caseFolder, `plan-${number}`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new DemineError('case-unwritable', errorText(cause), { subject: folder, cause });
  }
  replaceCaseFile(folder, planName, `${JSON.stringify(plan, null, 2)}\n`);
  return number;
}
