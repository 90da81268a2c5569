/**
 * A folder that is a root file system (a mounted image) as a target. Everything resolves inside it: its links
 * lead where they would lead on the host that it was taken from.
 */
import { closeSync, existsSync, readlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { DemineError } from '../model/error.ts';
import { phrase, printableBytes, printableText } from '../model/text.ts';
import { LocalTarget } from './local.ts';
import { FreshTable, ownTablePath } from './mount-tables.ts';
import type { Target } from './port.ts';
import { type Resolved, Walker } from './resolve.ts';
import { windowsTarget } from './windows.ts';

/**
 * A folder that is a root file system of Linux, or holds what is left of a Windows host (`target.windows`).
 * @throws DemineError `target-missing`, `target-unsupported`; `native-unavailable` anywhere but on Linux
 */
export function folderTarget(path: string): Target {
  const target = looseFolderTarget(path);
  const unsupported = (what: string): DemineError =>
    new DemineError('target-unsupported', what, { subject: path });
  const isFolder = (name: string): boolean => {
    const looked = target.readNow({ kind: 'stat', path: phrase`/${printableText(name)}`, follow: true });
    if (looked.status === 'timeout') throw unsupported('it did not answer');
    return looked.stat?.type === 'directory';
  };
  try {
    if (isFolder('etc') && ['usr', 'bin', 'var'].some(isFolder)) return target;
    const windows = windowsTarget(target);
    if (windows !== undefined) return windows;
    throw unsupported('it holds no etc beside usr, bin or var, and nothing of Windows');
  } catch (thrown) {
    void target.close();
    throw thrown;
  }
}

/** A folder of files whatever they are: nothing in it leads out of it. @throws DemineError as `folderTarget` */
export function looseFolderTarget(path: string): Target {
  const unsupported = (what: string): DemineError =>
    new DemineError('target-unsupported', what, { subject: path });
  if (process.platform !== 'linux') {
    throw new DemineError('native-unavailable', 'A folder is read through the kernel of Linux.', {
      subject: process.platform,
    });
  }
  if (!existsSync(ownTablePath)) throw unsupported('/proc is not mounted on this machine');
  const table = new FreshTable(ownTablePath);
  const walker = new Walker({ folder: '/', place: '' }, () => table.get());
  const found: Resolved = walker.resolve(printableText(resolve(path)), true);
  walker.release();
  if (found.kind === 'failed') {
    throw new DemineError('target-missing', found.failed.reason, { subject: path });
  }
  if (found.kind === 'node' && !found.stats.isDirectory()) {
    closeSync(found.descriptor);
    throw unsupported('it is not a folder');
  }
  // On a file system that may hang the folder is not opened here, only by the reader's child.
  const rootPath =
    found.kind === 'node'
      ? printableBytes(readlinkSync(`/proc/self/fd/${found.descriptor}`, 'buffer'))
      : found.path;
  return new LocalTarget({
    kind: 'folder',
    name: rootPath,
    native: undefined,
    root: {
      folder: found.kind === 'node' ? `/proc/self/fd/${found.descriptor}/` : '/nowhere/',
      place: rootPath === '/' ? '' : rootPath,
    },
    rootPath,
    ...(found.kind === 'node' ? { descriptor: found.descriptor } : {}),
  });
}
