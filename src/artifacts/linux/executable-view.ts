/**
 * The executable of one process, as /proc/pid/exe shows it.
 *
 * Reads: the link, and the status of the inode behind it.
 * Why: the path, a removed or anonymous executable, and an inode that no longer is the file of that name.
 * What it is NOT: the content; only suspects are hashed.
 * Care: a status through the link may never come back where the file lies on FUSE or a dead share. The path
 * cannot tell, since a file on a detached mount is shown as if it lay on the root; the target judges the mount
 * behind the link itself, and then answers with a status instead of waiting.
 * Sources: proc_pid_exe(5); ` (deleted)` is appended by d_path (fs/d_path.c), and a file may really be named so.
 */
import type { ExecutableView } from '../../model/facts/process.ts';
import type { SourceStatus } from '../../model/source.ts';
import { bytesOf, type PathText, printableBytes } from '../../model/text.ts';
import { part } from '../../native/kernel-folder.ts';
import type { FileStatus, Target } from '../../target/port.ts';
import type { ProcessFolder } from './process-folder.ts';

const deletedMark = ' (deleted)';
const exe = part('exe');

export interface ExecutableReading {
  readonly status: SourceStatus;
  readonly reason?: string;
  readonly view?: ExecutableView;
  /** How the stat through the link went; `ok` where none was needed. */
  readonly statStatus: SourceStatus;
}

/** True when a file of exactly this name, mark and all, is the running one. */
function reallyNamedSo(target: Target, link: PathText, running: FileStatus): boolean {
  if (running.links === 0) return false;
  const named = target.readNow({ kind: 'stat', path: link });
  return named.stat?.inode === running.inode && named.stat.device === running.device;
}

export function readExecutable(folder: ProcessFolder): ExecutableReading {
  const { status: linkStatus, reason, target: text } = folder.link(exe);
  if (linkStatus !== 'ok') {
    return { status: linkStatus, ...(reason === undefined ? {} : { reason }), statStatus: 'ok' };
  }
  const marked = text.endsWith(deletedMark);
  const bare = marked ? printableBytes(bytesOf(text).subarray(0, -deletedMark.length)) : text;
  const memfd = marked && text.startsWith('/memfd:');
  const view = { path: bare, deleted: marked, memfd };
  const { stat, status } = folder.statBehind(exe, text);
  if (stat === undefined) return { status: 'ok', view, statStatus: status };
  const named = marked && !memfd && reallyNamedSo(folder.target, text, stat);
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
