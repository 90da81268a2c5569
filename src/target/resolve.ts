/**
 * Where a path of the target leads on this machine, found component by component: links stay inside the root
 * of the target, and a mount that may hang is recognised before it is touched.
 *
 * Paths are strings with one character per byte (latin1), so that names which are not UTF-8 are opened as
 * they are.
 */
import { lstatSync, readlinkSync } from 'node:fs';
import type { Failed } from './failure.ts';
import { failedBy } from './failure.ts';
import type { Mounted, MountTable } from './mount-table.ts';

/** Links followed before a path counts as a loop; the kernel's own bound (MAXSYMLINKS). */
const mostLinks = 40;

export type Resolved =
  | { readonly kind: 'path'; readonly path: string; readonly mount: Mounted | undefined }
  | { readonly kind: 'hanging'; readonly path: string; readonly mount: Mounted }
  | { readonly kind: 'failed'; readonly failed: Failed };

export const asBytes = (path: string): Buffer => Buffer.from(path, 'latin1');

const join = (root: string, parts: readonly string[]): string => `${root}/${parts.join('/')}`;

/**
 * @param root folder of this machine that is `/` of the target, without a final slash; '' for the host itself
 * @param path absolute path on the target
 * @param follow whether a link at the end is followed too
 */
export function resolvePath(root: string, path: string, follow: boolean, mounts: MountTable): Resolved {
  const waiting = path.split('/').filter((part) => part !== '' && part !== '.');
  waiting.reverse();
  const done: string[] = [];
  let links = 0;
  while (waiting.length > 0) {
    const part = waiting.pop();
    if (part === undefined) break;
    if (part === '..') {
      done.pop();
      continue;
    }
    done.push(part);
    const here = join(root, done);
    const mount = mounts.of(here);
    if (mount?.mayHang === true) {
      return { kind: 'hanging', path: join(root, [...done, ...waiting.reverse()]), mount };
    }
    if (waiting.length === 0 && !follow) break;
    let target: string;
    try {
      if (!lstatSync(asBytes(here)).isSymbolicLink()) continue;
      target = readlinkSync(asBytes(here), 'buffer').toString('latin1');
    } catch (thrown) {
      return { kind: 'failed', failed: failedBy(thrown) };
    }
    links += 1;
    if (links > mostLinks) return { kind: 'failed', failed: { status: 'error', reason: 'ELOOP' } };
    if (target.startsWith('/')) done.length = 0;
    else done.pop();
    waiting.push(
      ...target
        .split('/')
        .filter((name) => name !== '' && name !== '.')
        .reverse(),
    );
  }
  const real = done.length === 0 && root === '' ? '/' : done.length === 0 ? root : join(root, done);
  return { kind: 'path', path: real, mount: mounts.of(real) };
}
