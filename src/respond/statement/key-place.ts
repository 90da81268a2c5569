/**
 * Whether a key would lie where the intruder was: on the target, or in a case that is handed around. Whoever was root on
 * a host may have read every key on it, and a statement that such a key signed proves nothing.
 *
 * What it is NOT: a promise that a medium is safe. A key on a medium that is mounted on a host can be read there too.
 */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type MountEntry, parseMountInfo } from '../../formats/mountinfo.ts';
import { printableText } from '../../model/text.ts';

export type KeyPlace = 'elsewhere' | 'on-target' | 'in-case' | 'in-root-folder';

/** Folders of a running system: what shares a file system with one of them belongs to the host. */
const systemFolders = [
  '/',
  '/boot',
  '/etc',
  '/usr',
  '/var',
  '/home',
  '/root',
  '/opt',
  '/srv',
  '/tmp',
] as const;
/** File systems that are memory or a layer of the host. */
const ofHost: ReadonlySet<string> = new Set(['tmpfs', 'ramfs', 'devtmpfs', 'overlay', 'aufs', 'squashfs']);

const isBelow = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);

/** The mount that a path is on: the deepest, of those the one mounted last. */
function mountOf(path: string, mounts: readonly MountEntry[]): MountEntry | undefined {
  let found: MountEntry | undefined;
  for (const mount of mounts) {
    if (!isBelow(path, mount.mountPoint)) continue;
    if (found === undefined || mount.mountPoint.length >= found.mountPoint.length) found = mount;
  }
  return found;
}

/** Whether a path of a running host is on a file system of that host itself. */
export function isOnRunningHost(path: string, mounts: readonly MountEntry[]): boolean {
  const mount = mountOf(printableText(path), mounts);
  if (mount === undefined || ofHost.has(mount.fileSystem)) return true;
  return systemFolders.some((folder) => {
    const own = mountOf(folder, mounts);
    if (own === undefined) return false;
    // Subvolumes of one disk have numbers of their own, and one source.
    const sameSource = own.source === mount.source && own.source.startsWith('/');
    return (own.major === mount.major && own.minor === mount.minor) || sameSource;
  });
}

/** The path with links of its folders resolved, as far as they are there. */
function realPath(path: string): string {
  const full = resolve(path);
  try {
    return realpathSync(full);
  } catch (cause) {
    if (dirname(full) === full) throw cause;
    return join(realPath(dirname(full)), full.slice(full.lastIndexOf('/') + 1));
  }
}

const foldersAbove = function* (path: string): Generator<string> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    yield folder;
    if (folder === dirname(folder)) return;
  }
};

/** `etc` beside `usr`, and no root of ours: an image, a container's files. */
const isRootFolder = (folder: string): boolean =>
  folder !== '/' && existsSync(join(folder, 'etc')) && existsSync(join(folder, 'usr'));

export interface KeyGround {
  /** Name of the store by which a case folder is known. */
  readonly storeName: string;
  /** The target that is known; absent where a key is made for any. */
  readonly target?: { readonly kind: 'live' } | { readonly kind: 'folder'; readonly root: string };
}

export function keyPlace(path: string, { storeName, target }: KeyGround): KeyPlace {
  const real = realPath(path);
  for (const folder of foldersAbove(real)) {
    if (existsSync(join(folder, storeName))) return 'in-case';
    if (target === undefined && isRootFolder(folder)) return 'in-root-folder';
  }
  if (target?.kind === 'folder') return isBelow(real, realPath(target.root)) ? 'on-target' : 'elsewhere';
  if (target?.kind === 'live') {
    const mounts = parseMountInfo(readFileSync('/proc/self/mountinfo'));
    return isOnRunningHost(real, mounts) ? 'on-target' : 'elsewhere';
  }
  return 'elsewhere';
}
