/**
 * The links of /proc that lead to an open file itself: `exe`, `cwd`, `root`, `fd/N`, `map_files/…`.
 *
 * Their text is a name in the mount namespace of the process, and may lie: of a file on a detached mount it
 * shows a path as if that lay on the root. So the text is judged first, by the table of that namespace; then
 * the link is opened with O_PATH, which touches neither file nor server, and the kernel tells the mount behind
 * the descriptor. A mount that no table lists (detached, or memory files) may hang too.
 */
import { closeSync, fstatSync, openSync, readlinkSync } from 'node:fs';
import { type PathText, printableBytes } from '../model/text.ts';
import { type LinkStatus, statusThrough } from '../native/link-status.ts';
import { type Failed, failedBy } from './failure.ts';
import { type MountTables, mountOf } from './mount-tables.ts';
import { mountKey, mountName } from './reader.ts';
import { type Node, pathOnly } from './resolve.ts';

export interface MagicPath {
  readonly pid: string;
  /** The link, without what follows. */
  readonly link: string;
  readonly name: 'exe' | 'cwd' | 'root' | 'fd' | 'map_files';
  /** What follows the link, with its slash; empty when it is the link itself. */
  readonly rest: string;
}

const pattern =
  /^\/proc\/(\d+|self|thread-self)\/(?:task\/\d+\/)?(exe|cwd|root|fd|map_files)(?:\/([0-9a-f-]+))?(\/.*)?$/;

/** First letters of the five names, to spare most paths the expression. */
const isCandidate = (path: string): boolean => {
  const at = path.indexOf('/', 6);
  if (at < 0) return false;
  const letter = path[at + 1];
  return (
    letter === 'e' || letter === 'c' || letter === 'r' || letter === 'f' || letter === 'm' || letter === 't'
  );
};

/** @param path a path of /proc that goes straight down */
export function magicPath(path: string): MagicPath | undefined {
  if (!path.startsWith('/proc/') || !isCandidate(path)) return undefined;
  const found = pattern.exec(path);
  if (found === null) return undefined;
  const [, pid = '', name, entry, tail = ''] = found;
  if (pid === 'self' || pid === 'thread-self') return ofOurselves(path, pid);
  const cut = path.length - tail.length;
  switch (name) {
    case 'exe':
    case 'cwd':
    case 'root': {
      // What looks like an entry is the first name below the folder: /proc/1/root/etc matches no entry, but
      // /proc/1/root/bad does.
      const link = entry === undefined ? path.slice(0, cut) : path.slice(0, cut - entry.length - 1);
      return { pid, link, name, rest: path.slice(link.length) };
    }
    case 'fd':
    case 'map_files':
      return entry === undefined ? undefined : { pid, link: path.slice(0, cut), name, rest: tail };
    default:
      return undefined;
  }
}

/** `self` means another process to the reader's child, so it gets its number here. */
function ofOurselves(path: string, self: string): MagicPath | undefined {
  return magicPath(`/proc/${readlinkSync(`/proc/${self}`)}${path.slice(`/proc/${self}`.length)}`);
}

export type Behind =
  | Node
  | { readonly kind: 'failed'; readonly failed: Failed }
  /** It may hang; `mount` and `what` name what would. */
  | { readonly kind: 'reader'; readonly mount: string; readonly what: string };

const nodeAt = (descriptor: number, at: string): Node => ({
  kind: 'node',
  descriptor,
  stats: fstatSync(descriptor),
  at,
});

/** Pipes, sockets and the like have a text that is no path; none of them is a file or a folder. */
const nameless = /^(?:pipe|socket|anon_inode|net|mnt|uts|ipc|pid|user|cgroup|time):/;

/**
 * The status of the file behind a link, where the kernel tells in one call that it stands on a mount which
 * cannot hang. Undefined in every other case: then `behindMagic` finds out which one it is.
 */
export function quickStatus(path: MagicPath, tables: MountTables): LinkStatus | undefined {
  try {
    const target = printableBytes(readlinkSync(path.link, 'buffer'));
    const namespace = readlinkSync(`/proc/${path.pid}/ns/mnt`);
    return quickStatusOf(target, namespace, path.pid, tables, () => statusThrough(path.link));
  } catch {
    // Why it cannot be read is told by the other way, which meets the same.
    return undefined;
  }
}

/** The same, where the text of the link and the mount namespace of the process are known. */
export function quickStatusOf(
  target: PathText,
  namespace: string,
  pid: string,
  tables: MountTables,
  look: () => LinkStatus | undefined,
): LinkStatus | undefined {
  if (!target.startsWith('/')) return undefined;
  try {
    const table = tables.inNamespace(namespace, pid).get();
    if (table.danger(target, new Set()) !== undefined) return undefined;
    const status = look();
    return status !== undefined && table.byId(status.mount)?.danger === 'none' ? status : undefined;
  } catch {
    // Told by the other way as well.
    return undefined;
  }
}

/** @param content whether a file or folder is wanted, and not only a stat */
export function behindMagic(path: MagicPath, content: boolean, tables: MountTables): Behind {
  try {
    const target = printableBytes(readlinkSync(path.link, 'buffer'));
    const [, sort] = /^([a-z_]+):/.exec(target) ?? [];
    if (sort !== undefined && nameless.test(target)) {
      if (content) return { kind: 'failed', failed: { status: 'error', reason: `not a file: ${sort}` } };
      return nodeAt(openSync(path.link, pathOnly), path.link);
    }
    const table = tables.of(path.pid);
    const named = table.get().danger(target, new Set());
    if (named !== undefined) return { kind: 'reader', mount: mountKey(named), what: mountName(named) };
    const descriptor = openSync(path.link, pathOnly);
    const mount = mountOf(descriptor, table);
    if (mount?.danger === 'none') return nodeAt(descriptor, path.link);
    closeSync(descriptor);
    if (mount === undefined)
      return { kind: 'reader', mount: path.link, what: `${path.link} on no mount of a table` };
    return { kind: 'reader', mount: mountKey(mount), what: mountName(mount) };
  } catch (thrown) {
    return { kind: 'failed', failed: failedBy(thrown) };
  }
}
