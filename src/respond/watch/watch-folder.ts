/**
 * Where a watch is kept: `CASE/watch-N` with its record, its minutes, and the wish to end it. One at a time holds it, by
 * a lock on the folder that falls with the process.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DemineError, errorText } from '../../model/error.ts';
import { type WatchRecord, watchSchema } from '../../model/watch.ts';
import { closeDescriptor, lockWhole } from '../../native/file-change.ts';
import { openRoot } from '../../native/place-in-folder.ts';
import { replaceCaseFile } from '../../scan/case-folder.ts';

const recordName = 'record.json';
const stopName = 'stop';
const mostBytes = 16 << 20;

export const minutesPath = (folder: string): string => join(folder, 'minutes');

function numbersIn(caseFolder: string): readonly number[] {
  try {
    return readdirSync(caseFolder)
      .flatMap((name) => (/^watch-[1-9]\d{0,5}$/.test(name) ? [Number(name.slice(6))] : []))
      .sort((a, b) => b - a);
  } catch (cause) {
    throw new DemineError('case-unreadable', errorText(cause), { subject: caseFolder, cause });
  }
}

export interface StoredWatch {
  readonly folder: string;
  readonly record: WatchRecord;
}

function readRecord(folder: string): WatchRecord | undefined {
  const path = join(folder, recordName);
  try {
    if (statSync(path).size > mostBytes) throw new Error(`larger than ${mostBytes} bytes`);
    const checked = watchSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    if (checked.success) return checked.data;
    const [issue] = checked.error.issues;
    throw new Error(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  } catch (cause) {
    // Ended between the folder and its first record.
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new DemineError('case-unreadable', errorText(cause), { subject: path, cause });
  }
}

/** The newest watch of a case. @throws DemineError `case-unreadable` */
export function newestWatch(caseFolder: string): StoredWatch | undefined {
  for (const number of numbersIn(caseFolder)) {
    const folder = join(caseFolder, `watch-${number}`);
    const record = readRecord(folder);
    if (record !== undefined) return { folder, record };
  }
  return undefined;
}

/** @throws DemineError `case-unwritable` */
export function makeWatchFolder(caseFolder: string): string {
  const [newest = 0] = numbersIn(caseFolder);
  const folder = join(caseFolder, `watch-${newest + 1}`);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (cause) {
    throw new DemineError('case-unwritable', errorText(cause), { subject: folder, cause });
  }
  return folder;
}

export const writeRecord = (folder: string, record: WatchRecord): void => {
  replaceCaseFile(folder, recordName, `${JSON.stringify(record, null, 1)}\n`);
};

/** Holds a watch until what is given back is called. Undefined where another process has it. */
export function holdWatch(folder: string): (() => void) | undefined {
  const opened = openRoot(Buffer.from(folder));
  if (opened.status !== 'ok') {
    throw new DemineError('case-unreadable', opened.reason, { subject: folder });
  }
  const locked = lockWhole(opened.value);
  if (locked.status === 'ok' && locked.value) return () => closeDescriptor(opened.value);
  closeDescriptor(opened.value);
  if (locked.status !== 'ok') throw new DemineError('case-unwritable', locked.reason, { subject: folder });
  return undefined;
}

export function isHeld(folder: string): boolean {
  const release = holdWatch(folder);
  release?.();
  return release === undefined;
}

export function wishStop(folder: string): void {
  try {
    writeFileSync(join(folder, stopName), '', { mode: 0o600 });
  } catch (cause) {
    throw new DemineError('case-unwritable', errorText(cause), { subject: folder, cause });
  }
}

export const isStopWished = (folder: string): boolean =>
  statSync(join(folder, stopName), { throwIfNoEntry: false }) !== undefined;

export const forgetStop = (folder: string): void => rmSync(join(folder, stopName), { force: true });
