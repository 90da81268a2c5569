/**
 * What we read for ourselves of /proc and of the kernel's package: how crowded the host is, which parts it has.
 *
 * Why: a file server that never answers may be mounted over any of these files, and whoever reads it then waits for
 * good. What belongs to the target is judged by its mounts (`target/mount-table.ts`); these reads come before there
 * is a target. Below /proc the kernel refuses to enter what was mounted there; elsewhere each part of the path has to
 * stand on the file system that it belongs to, which is told without asking a server, before the next is looked up.
 * What it is NOT: for what the evidence rests on. Where something is mounted over the file, what lies beneath is read
 * where the kernel allows that, and otherwise the answer is a reason.
 *
 * Sources: statx(2) AT_STATX_DONT_SYNC, include/uapi/linux/stat.h; `uncoveredProc` in dirents.ts.
 */
import { covered, readFile, uncoveredProc } from './dirents.ts';
import type { Answer } from './port.ts';
import { addressOf, encodePath, pinned, systemCall, terminated } from './syscall.ts';

const buffer = pinned(256);
const currentFolder = -100;
/** AT_SYMLINK_NOFOLLOW, AT_NO_AUTOMOUNT, AT_STATX_DONT_SYNC; STATX_TYPE. */
const flags = 0x100 | 0x800 | 0x4000;
const wanted = 0x1;
const typeMask = 0o170000;
const link = 0o120000;

interface Place {
  /** Major and minor number: of a file server one of its own. */
  readonly device: string;
  readonly isLink: boolean;
}

function placeOf(path: string): Place | undefined {
  const text = terminated(encodePath(path));
  if (text === undefined) return undefined;
  if (systemCall('statx', currentFolder, addressOf(text), flags, wanted, buffer.address) !== 0)
    return undefined;
  // struct statx: mode at 28, device major and minor at 136 and 140.
  const { view } = buffer;
  return {
    device: `${view.getUint32(136, true)}:${view.getUint32(140, true)}`,
    isLink: (view.getUint16(28, true) & typeMask) === link,
  };
}

/**
 * True where every part of an absolute path stands on one of the file systems of `homes`, as far as it is there; no
 * part but the first may be a link, which could lead anywhere.
 */
export function staysOn(path: string, homes: readonly string[]): boolean {
  const devices = new Set(homes.map((home) => placeOf(home)?.device));
  let at = '';
  for (const [index, name] of path.split('/').slice(1).entries()) {
    at += `/${name}`;
    const place = placeOf(at);
    if (place === undefined) return true;
    if (!devices.has(place.device) || (place.isLink && index > 0)) return false;
  }
  return true;
}

/** @param path below /proc, of one line or a list of the kernel's own; where it is covered, what lies beneath */
export function readProc(path: `/proc/${string}`, limit: number): Answer<Uint8Array> {
  const file = readFile(encodePath(path), limit);
  if (file.status !== 'error' || file.reason !== covered) return file;
  const proc = uncoveredProc();
  return proc.status === 'ok'
    ? readFile(encodePath(`${proc.value}${path.slice('/proc'.length)}`), limit)
    : file;
}

/** @param path of a file that the package of the kernel brought: on the file system of / or /usr */
export function readInstalled(path: `/lib/${string}`, limit: number): Answer<Uint8Array> {
  return staysOn(path, ['/', '/usr'])
    ? readFile(encodePath(path), limit)
    : { status: 'error', reason: covered };
}
