/**
 * What listings of /proc show: its pids, the threads of each, and its folders that are no process.
 *
 * Why: a pid that answers a call and stands in no listing is hidden, unless it is a thread: threads answer too
 * and are never listed. So the threads of every listed process are needed before anything can be said.
 * What it is NOT: a list of hidden processes; `pid-views.ts` compares.
 * Sources: linux-hiding §3.1, §3.6; fs/proc/base.c (proc_pid_readdir, proc_task_readdir), fs/proc/root.c
 * (proc_root_getattr: the link count of /proc is its folders, two, and every process of the kernel).
 */
import { parseProcStat } from '../formats/proc-pid-stat.ts';
import { parseProcStatus } from '../formats/proc-pid-status.ts';
import type { Answer, Native, RawEntry } from '../native/port.ts';

const encoder = new TextEncoder();
const path = (text: string): Uint8Array => encoder.encode(text);
/** DT_DIR */
const folderType = 4;
const statusLimit = 64 * 1024;

/** The pid that a name in /proc stands for; undefined for any other name. */
export function pidOfName(name: Uint8Array): number | undefined {
  if (name.length === 0 || name.length > 10 || name[0] === 0x30) return undefined;
  let value = 0;
  for (const byte of name) {
    if (byte < 0x30 || byte > 0x39) return undefined;
    value = value * 10 + (byte - 0x30);
  }
  return value;
}

export interface ProcListing {
  readonly pids: ReadonlySet<number>;
  /** Folders of /proc that are no process: `sys`, `bus`, `irq`. */
  readonly otherFolders: number;
}

function listingOf(entries: readonly RawEntry[]): ProcListing {
  const pids = new Set<number>();
  let otherFolders = 0;
  for (const { name, type } of entries) {
    const pid = pidOfName(name);
    if (pid !== undefined) pids.add(pid);
    else if (type === folderType) otherFolders += 1;
  }
  return { pids, otherFolders };
}

/** /proc by raw getdents64. */
export function listByKernel(native: Native): Answer<ProcListing> {
  const answer = native.listDirectory(path('/proc'));
  return answer.status === 'ok'
    ? { status: 'ok', value: listingOf(answer.value) }
    : { status: answer.status, reason: answer.reason };
}

/** /proc by readdir of the C library, where the port has it. */
export function listByLibrary(native: Native): Answer<ReadonlySet<number>> {
  const answer = native.listByLibrary?.(path('/proc'));
  if (answer === undefined) return { status: 'absent', reason: 'no readdir of the C library' };
  if (answer.status !== 'ok') return { status: answer.status, reason: answer.reason };
  const pids = new Set<number>();
  for (const name of answer.value) {
    const pid = pidOfName(name);
    if (pid !== undefined) pids.add(pid);
  }
  return { status: 'ok', value: pids };
}

export interface Threads {
  /** Every thread of every process that could be asked. */
  readonly tids: ReadonlySet<number>;
  /**
   * Listed processes whose folder is not their own: it is empty, or it lists threads and not the process
   * itself. What ended in between is among them, and has to be asked again.
   */
  readonly strange: ReadonlySet<number>;
}

/** The threads of one process by its folder; undefined when the folder is not its own. */
function threadsOf(native: Native, proc: string, pid: number): readonly number[] | undefined {
  const answer = native.listDirectory(path(`${proc}/${pid}/task`));
  // Refused (hidepid=1) is not strange.
  if (answer.status === 'denied') return [pid];
  if (answer.status !== 'ok') return undefined;
  const tids = answer.value.map(({ name }) => pidOfName(name)).filter((tid) => tid !== undefined);
  return tids.includes(pid) ? tids : undefined;
}

/** `uncovered` is where /proc shows what lies beneath mounts; threads of a covered process are found there. */
export function listThreads(native: Native, pids: Iterable<number>, uncovered: string | undefined): Threads {
  const tids = new Set<number>();
  const strange = new Set<number>();
  for (const pid of pids) {
    const listed = threadsOf(native, '/proc', pid);
    if (listed === undefined) strange.add(pid);
    const all = listed ?? (uncovered === undefined ? undefined : threadsOf(native, uncovered, pid));
    for (const tid of all ?? []) tids.add(tid);
  }
  return { tids, strange };
}

/** What the folder /proc/pid says of itself. */
export type Folder =
  /** A process, and this one. */
  | { readonly kind: 'process'; readonly startTicks: number }
  /** A thread of another process: it can be opened and is never listed. */
  | { readonly kind: 'thread'; readonly of: number }
  /** It shows another process. */
  | { readonly kind: 'foreign' }
  /** It is not there, or shows nothing. */
  | { readonly kind: 'none' };

export function folderOf(native: Native, proc: string, pid: number): Folder {
  const stat = native.readFile(path(`${proc}/${pid}/stat`), statusLimit);
  if (stat.status !== 'ok') return { kind: 'none' };
  const line = parseProcStat(stat.value);
  if (line === undefined) return { kind: 'none' };
  if (line.pid !== pid) return { kind: 'foreign' };
  const status = native.readFile(path(`${proc}/${pid}/status`), statusLimit);
  const fields = status.status === 'ok' ? parseProcStatus(status.value) : undefined;
  // It ended between the two reads.
  if (fields === undefined) return { kind: 'none' };
  return fields.threadGroup === pid
    ? { kind: 'process', startTicks: line.startTicks }
    : { kind: 'thread', of: fields.threadGroup };
}

/** Start of a process as one of its threads knows it: /proc/tid/task/pid, which no mount over /proc/pid covers. */
export function startByThread(native: Native, tid: number, pid: number): number | undefined {
  const stat = native.readFile(path(`/proc/${tid}/task/${pid}/stat`), statusLimit);
  const line = stat.status === 'ok' ? parseProcStat(stat.value) : undefined;
  return line?.pid === pid ? line.startTicks : undefined;
}

/** Link count of /proc, which the kernel computes from its count of processes and not from a listing. */
export const linksOfProc = (native: Native): Answer<number> => native.linkCount(path('/proc'));
