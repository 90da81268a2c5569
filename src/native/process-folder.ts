/**
 * Where the files of a process are: /proc/pid, or what lies beneath a mount over it.
 *
 * A mount over /proc/pid is a common way to hide a process from every tool that opens paths. Everything that
 * has found such a process by other means comes here for the path, and reads the process as if nothing lay
 * over it. Costs one statx(2) for a process that nobody covered.
 *
 * Sources: statx(2) STATX_MNT_ID, Linux 5.8, include/uapi/linux/stat.h; `uncoveredProc` in dirents.ts.
 */
import { uncoveredProc } from './dirents.ts';
import { addressOf, encodePath, pinned, systemCall, terminated } from './syscall.ts';

const buffer = pinned(256);
/** AT_FDCWD; AT_SYMLINK_NOFOLLOW, AT_NO_AUTOMOUNT, AT_STATX_DONT_SYNC; STATX_MNT_ID. */
const currentFolder = -100;
const flags = 0x100 | 0x800 | 0x4000;
const wantMount = 0x1000;

/** The mount a path stands on; the device where the kernel tells no mount. Undefined when it is not there. */
function standsOn(path: string): string | undefined {
  const text = terminated(encodePath(path));
  if (text === undefined) return undefined;
  if (systemCall('statx', currentFolder, addressOf(text), flags, wantMount, buffer.address) !== 0)
    return undefined;
  // struct statx: mask at 0, device major and minor at 136 and 140, mount at 144.
  const { view } = buffer;
  return (view.getUint32(0, true) & wantMount) === 0
    ? `device ${view.getUint32(136, true)}:${view.getUint32(140, true)}`
    : `mount ${view.getBigUint64(144, true)}`;
}

/** Without a final slash. Where it cannot be looked beneath, the covered folder itself. */
export function processFolder(pid: number): string {
  const plain = `/proc/${pid}`;
  const place = standsOn(plain);
  if (place === undefined || place === standsOn('/proc')) return plain;
  const uncovered = uncoveredProc();
  return uncovered.status === 'ok' ? `${uncovered.value}/${pid}` : plain;
}

/**
 * The same for whoever reads single files of a process whatever lies over them: a mount over /proc/pid/stat alone
 * leaves the folder where it is.
 */
export function uncoveredFolder(pid: number): string {
  const uncovered = uncoveredProc();
  return uncovered.status === 'ok' ? `${uncovered.value}/${pid}` : `/proc/${pid}`;
}
