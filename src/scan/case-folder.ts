/**
 * The case folder: 0700, made new, never written over. Holds the store, the result, the report and what was
 * recovered. Evidence of a mined host is sensitive, and the folder may lie on that host.
 */
import {
  chmodSync,
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DemineError, errorText } from '../model/error.ts';
import { bytesOf, type Printable } from '../model/text.ts';

/** A host name as part of a file name: what is not a letter, digit, dot or dash becomes a dash. */
function safeName(host: Printable): string {
  const name = Buffer.from(bytesOf(host)).toString('latin1');
  const safe = name
    .replace(/[^A-Za-z0-9.-]/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 63);
  return safe === '' ? 'host' : safe;
}

/** `cases/<host>-<UTC time>` in the working folder. */
export function presetFolder(host: Printable, started: Date, workingFolder: string): string {
  const time = started.toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  return join(workingFolder, 'cases', `${safeName(host)}-${time}Z`);
}

/**
 * Makes the folder, with its parents, mode 0700. An existing empty folder of ours is taken.
 * @returns the absolute path
 * @throws DemineError `case-exists`, `case-unwritable`
 */
export function makeCaseFolder(path: string): string {
  const folder = resolve(path);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const status = lstatSync(folder);
    if (!status.isDirectory()) throw new Error('it is not a folder');
    if (readdirSync(folder).length > 0)
      throw new DemineError('case-exists', 'not empty', { subject: folder });
    chmodSync(folder, 0o700);
  } catch (cause) {
    if (cause instanceof DemineError) throw cause;
    throw new DemineError('case-unwritable', errorText(cause), { subject: folder, cause });
  }
  return folder;
}

/** Takes back a folder that `presetFolder` named when the scan could not begin, and `cases/` if that is empty too. */
export function dropEmptyCase(folder: string): void {
  for (const path of [folder, dirname(folder)]) {
    if (readdirSync(path).length > 0) return;
    rmdirSync(path);
  }
}

const sliceLength = 64 << 10;

/** A long text in parts, none of which ends within a character. */
function* slices(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const most = at + sliceLength;
    const splits = (text.charCodeAt(most - 1) & 0xfc00) === 0xd800;
    const end = splits ? most + 1 : most;
    yield text.slice(at, end);
    at = end;
  }
}

/** Writes a new file of the case, mode 0600, and waits until it is on the disk. Never follows or replaces. */
export function writeCaseFile(folder: string, name: string, content: string | Generator<string>): string {
  const path = join(folder, name);
  try {
    const descriptor = openSync(path, 'wx', 0o600);
    try {
      for (const part of typeof content === 'string' ? slices(content) : content) {
        const bytes = Buffer.from(part);
        for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
      }
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    throw new DemineError('case-unwritable', errorText(cause), { subject: path, cause });
  }
  return path;
}

/**
 * Writes a file of the case anew: whole or not at all, whoever looks meanwhile. A link of its name is replaced and not
 * followed.
 * @throws DemineError `case-unwritable`; what was there before is still there
 */
export function replaceCaseFile(folder: string, name: string, content: string | Generator<string>): string {
  const path = join(folder, name);
  const draft = `.${name}.new`;
  try {
    // Of a run that was ended in the middle.
    rmSync(join(folder, draft), { force: true });
    writeCaseFile(folder, draft, content);
    renameSync(join(folder, draft), path);
  } catch (cause) {
    rmSync(join(folder, draft), { force: true });
    if (cause instanceof DemineError) throw cause;
    throw new DemineError('case-unwritable', errorText(cause), { subject: path, cause });
  }
  return path;
}
