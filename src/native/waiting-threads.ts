/**
 * Whether a thread of a process waits inside the kernel where no signal wakes it (state D of proc(5)).
 *
 * Why: command line, environment, memory and the detailed map of a process are read under the lock of its
 * address space. Once one thread waits for that lock to change something, every later reader waits behind it, and
 * a dead file server (or an intruder with a FUSE mount of his own) can keep the lock held for good: this is how
 * `ps` comes to hang. Whoever is told so here reads in a process that can be given up, or not at all.
 * What it is NOT: a proof that a read will return. The state may change after the look, and the lock may be waited
 * for by another process that works on this one's memory.
 *
 * Sources: proc_pid_stat(5); mmap_read_lock_killable in access_remote_vm, mm/memory.c.
 */
import { listDirectory, readFile } from './dirents.ts';
import { uncoveredFolder } from './process-folder.ts';
import { encodePath } from './syscall.ts';

/** Threads that are looked at; a process with more counts as one that waits. */
const mostThreads = 128;
const statLimit = 4096;
const waiting = 'D';

/** What a line of stat says of a task: its state, and the threads of its process. */
export interface TaskState {
  readonly state: string;
  readonly threads: number;
}

const blank = 0x20;
const closing = 0x29;

/** The name of a task stands in parentheses and may hold any byte; the fields follow the last one. */
export function taskState(stat: Uint8Array): TaskState | undefined {
  let at = stat.lastIndexOf(closing) + 2;
  if (at < 3 || at >= stat.length) return undefined;
  const state = String.fromCharCode(stat[at] ?? 0);
  // num_threads is the twentieth field, the state the third.
  for (let field = 3; field < 20; field += 1) {
    at = stat.indexOf(blank, at) + 1;
    if (at === 0) return undefined;
  }
  const end = stat.indexOf(blank, at);
  const threads = Number(Buffer.from(stat.subarray(at, end < 0 ? stat.length : end)).toString('latin1'));
  return Number.isSafeInteger(threads) ? { state, threads } : undefined;
}

function stateAt(path: string): TaskState | undefined {
  const file = readFile(encodePath(path), statLimit);
  return file.status === 'ok' ? taskState(file.value) : undefined;
}

/** @param known what its stat said, where that was just read */
export function waitsInKernel(pid: number, known?: TaskState): boolean {
  let folder: string | undefined;
  const at = (): string => {
    folder ??= uncoveredFolder(pid);
    return folder;
  };
  const main = known ?? stateAt(`${at()}/stat`);
  // Gone: there is nothing to wait for.
  if (main === undefined) return false;
  if (main.state === waiting || main.threads > mostThreads) return true;
  if (main.threads < 2) return false;
  const task = listDirectory(encodePath(`${at()}/task`));
  if (task.status !== 'ok') return false;
  return task.value.some(
    ({ name }) => stateAt(`${at()}/task/${Buffer.from(name).toString('latin1')}/stat`)?.state === waiting,
  );
}
