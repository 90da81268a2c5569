/** The case that a command names: its folder, or the store in it. */
import { lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DemineError } from '../model/error.ts';
import type { CaseStore } from '../store/case-store.ts';
import { openExistingCase } from '../store/sqlite.ts';
import { storeName } from './case-events.ts';

/** The folder of a case that is named by itself or by its store. */
export const folderOfCase = (path: string): string =>
  lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? path : dirname(path);

/** @throws DemineError `case-unreadable` */
export function openNamedCase(path: string): CaseStore {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined) {
    throw new DemineError('case-unreadable', 'there is no such case', { subject: path });
  }
  return openExistingCase(status.isDirectory() ? join(path, storeName) : path);
}
