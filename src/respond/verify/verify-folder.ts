/** Where the verifications of a case lie: `CASE/verify-1`, `verify-2`, …, each with its statement, and never written over. */
import { closeSync, constants, fstatSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DemineError, errorText } from '../../model/error.ts';
import type { EarlierLook } from '../../model/statement.ts';
import {
  type CheckedStatement,
  checkStatement,
  mostStatementBytes,
  statementId,
} from '../statement/sealed.ts';
import type { EvidenceRow } from './case-section.ts';

export const statementName = 'statement.json';
export const pageName = 'statement.html';

export const verifyFolder = (caseFolder: string, number: number): string =>
  join(caseFolder, `verify-${number}`);

/** The oldest first. @throws DemineError `case-unreadable` */
export function verifyNumbers(caseFolder: string): readonly number[] {
  try {
    return readdirSync(caseFolder)
      .flatMap((name) => (/^verify-[1-9]\d{0,5}$/.test(name) ? [Number(name.slice(7))] : []))
      .sort((a, b) => a - b);
  } catch (cause) {
    throw new DemineError('case-unreadable', errorText(cause), { subject: caseFolder, cause });
  }
}

/** Makes the next one's folder, for us alone, also where another makes one at the same time. */
export function makeVerifyFolder(caseFolder: string): { readonly number: number; readonly folder: string } {
  for (let number = (verifyNumbers(caseFolder).at(-1) ?? 0) + 1; ; number += 1) {
    const folder = verifyFolder(caseFolder, number);
    try {
      mkdirSync(folder, { mode: 0o700 });
      return { number, folder };
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') continue;
      throw new DemineError('case-unwritable', errorText(cause), { subject: folder, cause });
    }
  }
}

/** @throws DemineError `statement-invalid` where it cannot be read; a link is not followed */
export function readStatementBytes(path: string): Uint8Array {
  try {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const status = fstatSync(descriptor);
      if (!status.isFile()) throw new Error('it is no plain file');
      if (status.size > mostStatementBytes) throw new Error('it is too large for a statement');
      return readFileSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    throw new DemineError('statement-invalid', errorText(cause), { subject: path, cause });
  }
}

export interface StoredStatement {
  readonly number: number;
  readonly path: string;
  /** Undefined where it is missing or no statement any more. */
  readonly checked: CheckedStatement | undefined;
}

/** The statements of a case, the oldest first, whatever became of them. A folder without one was cut off in a run. */
export function storedStatements(caseFolder: string): readonly StoredStatement[] {
  return verifyNumbers(caseFolder).map((number) => {
    const path = join(verifyFolder(caseFolder, number), statementName);
    try {
      return { number, path, checked: checkStatement(readStatementBytes(path), path) };
    } catch (thrown) {
      if (!(thrown instanceof DemineError)) throw thrown;
      return { number, path, checked: undefined };
    }
  });
}

const isWhole = (checked: CheckedStatement | undefined): boolean =>
  checked?.file !== undefined && checked.altered.length === 0;

/** Of each earlier look that a statement names by its hash, whether its statement is still that one. */
export function compareLooks(
  looks: readonly EarlierLook[],
  stored: readonly StoredStatement[],
): readonly EvidenceRow[] {
  return looks.map(({ number, id }) => {
    const checked = stored.find((one) => one.number === number)?.checked;
    const same = isWhole(checked) && checked?.file !== undefined && statementId(checked.file) === id;
    return {
      name: `verify-${number}/${statementName}`,
      state: same ? 'as-signed' : checked === undefined ? 'missing' : 'altered',
    };
  });
}

/**
 * How many of them are not as they were written: changed, or gone although a later one names them by their hash.
 * A folder in which a run was cut off is none.
 */
export function alteredStatements(stored: readonly StoredStatement[]): number {
  const altered = new Set<string>();
  for (const { number, checked } of stored) {
    if (checked === undefined) continue;
    if (!isWhole(checked)) altered.add(`verify-${number}/${statementName}`);
    const looks = isWhole(checked) ? (checked.file?.statement.looks ?? []) : [];
    for (const { name, state } of compareLooks(looks, stored)) if (state !== 'as-signed') altered.add(name);
  }
  return altered.size;
}
