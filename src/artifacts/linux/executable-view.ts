/**
 * The executable of one process, as /proc/pid/exe shows it.
 *
 * Reads: the link; the inode behind it where the file system is known to answer; the head of /proc/pid/maps.
 * Why: the path, a removed or anonymous executable, and an inode that no longer is the file of that name.
 * What it is NOT: the content; only suspects are hashed.
 * Care: the link of a file on a detached mount shows a path as if it lay on the root, so the path alone cannot
 * promise that a stat comes back. The mapping of the executable in /proc/pid/maps holds the true device, and
 * reading it touches no file system.
 * Sources: proc_pid_exe(5); ` (deleted)` is appended by d_path (fs/d_path.c), and a file may really be named so.
 */
import type { ExecutableView } from '../../model/facts/process.ts';
import type { SourceStatus } from '../../model/source.ts';
import { bytesOf, joinPath, type PathText, printableBytes, printableText } from '../../model/text.ts';
import type { FileStatus, Target } from '../../target/port.ts';
import type { LocalMounts } from './local-mounts.ts';

const deletedMark = ' (deleted)';
const names = { exe: printableText('exe'), maps: printableText('maps') };
/** A program that maps low addresses first has its executable further down. */
const headLimits = [1024, 65_536] as const;

/** The mount table of the process's namespace, and our own. */
export interface MountTables {
  readonly own: LocalMounts;
  readonly host: LocalMounts;
}

export interface ExecutableReading {
  readonly status: SourceStatus;
  readonly reason?: string;
  readonly view?: ExecutableView;
  /** How the stat through the link went; `ok` where none was needed. */
  readonly statStatus: SourceStatus;
}

/** `major:minor` of the mapping with this very text as its name. */
export function mappedDevice(maps: Uint8Array, link: PathText): string | undefined {
  const text = Buffer.from(maps.buffer, maps.byteOffset, maps.byteLength).toString('latin1');
  for (const line of text.split('\n')) {
    // address perms offset dev inode, blanks, path
    const match = /^[0-9a-f]+-[0-9a-f]+ [-rwxsp]{4} [0-9a-f]+ ([0-9a-f]+:[0-9a-f]+) \d+ +(\/.*)$/.exec(line);
    if (match === null) continue;
    // maps escapes a newline in octal; everything else is raw (fs/proc/task_mmu.c, seq_path).
    const path = printableBytes(Buffer.from((match[2] ?? '').replaceAll('\\012', '\n'), 'latin1'));
    if (path === link) return match[1];
  }
  return undefined;
}

function deviceByMaps(target: Target, process: PathText, link: PathText): string | undefined {
  for (const limit of headLimits) {
    const head = target.readNow({ kind: 'file', path: joinPath(process, names.maps), limit });
    if (head.status !== 'ok' && head.status !== 'truncated') return undefined;
    const device = mappedDevice(head.bytes, link);
    if (device !== undefined || head.status === 'ok') return device;
  }
  return undefined;
}

/** True when a stat of the executable is sure to come back. */
function answers(
  target: Target,
  process: PathText,
  link: PathText,
  bare: PathText,
  tables: MountTables | undefined,
): boolean {
  if (tables?.own.answeringMountOf(bare) === undefined) return false;
  const device = deviceByMaps(target, process, link);
  return device !== undefined && tables.own.holds(bare, device, tables.host);
}

/** True when a file of exactly this name, mark and all, is the running one. */
function reallyNamedSo(target: Target, link: PathText, running: FileStatus): boolean {
  if (running.links === 0) return false;
  const named = target.readNow({ kind: 'stat', path: link });
  return named.stat?.inode === running.inode && named.stat.device === running.device;
}

export function readExecutable(
  target: Target,
  process: PathText,
  tables: MountTables | undefined,
): ExecutableReading {
  const path = joinPath(process, names.exe);
  const link = target.readNow({ kind: 'link', path });
  if (link.status !== 'ok') {
    const reason = link.reason === undefined ? {} : { reason: link.reason };
    return { status: link.status, ...reason, statStatus: 'ok' };
  }
  const text = link.target;
  const marked = text.endsWith(deletedMark);
  const bare = marked ? printableBytes(bytesOf(text).subarray(0, -deletedMark.length)) : text;
  const memfd = marked && text.startsWith('/memfd:');
  const view = { path: bare, deleted: marked, memfd };
  // An anonymous memory file lies on the kernel's own tmpfs, which no table shows.
  if (!memfd && !answers(target, process, text, bare, tables))
    return { status: 'ok', view, statStatus: 'absent' };
  const { stat, status } = target.readNow({ kind: 'stat', path, follow: true });
  if (stat === undefined) return { status: 'ok', view, statStatus: status };
  const named = marked && !memfd && reallyNamedSo(target, text, stat);
  return {
    status: 'ok',
    statStatus: 'ok',
    view: {
      path: named ? text : bare,
      deleted: marked && !named,
      memfd,
      inode: stat.inode,
      device: stat.device,
      size: stat.size,
      mode: stat.mode,
      ownerUid: stat.uid,
      changed: { us: stat.changedUs, precision: 'microsecond', source: 'file ctime', certain: true },
    },
  };
}
