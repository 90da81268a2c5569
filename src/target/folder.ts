/** A folder that is a root file system (a mounted image) as a target. Everything resolves inside it. */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DemineError, errorText } from '../model/error.ts';
import { printableText } from '../model/text.ts';
import { LocalTarget } from './local.ts';
import { MountTable } from './mount-table.ts';
import type { Target } from './port.ts';

/** @throws DemineError `target-missing`, `target-unsupported` */
export function folderTarget(path: string): Target {
  let root: string;
  try {
    root = realpathSync(path);
    if (!statSync(root).isDirectory()) {
      throw new DemineError('target-unsupported', 'it is not a folder', { subject: path });
    }
  } catch (cause) {
    if (cause instanceof DemineError) throw cause;
    throw new DemineError('target-missing', errorText(cause), { subject: path, cause });
  }
  const has = (name: string): boolean => existsSync(join(root, name));
  if (!has('etc') || !['usr', 'bin', 'var'].some(has)) {
    throw new DemineError('target-unsupported', 'it holds no etc beside usr, bin or var', { subject: path });
  }
  const mounts = existsSync('/proc/self/mountinfo')
    ? readFileSync('/proc/self/mountinfo')
    : new Uint8Array(0);
  return new LocalTarget({
    kind: 'folder',
    name: printableText(root),
    native: undefined,
    root: root === '/' ? '' : Buffer.from(root).toString('latin1'),
    mounts: new MountTable(mounts),
  });
}
