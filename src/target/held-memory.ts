/**
 * Files of /proc/<pid> that are read under the lock of the process's address space, so that reading them may wait
 * for as long as that process does (`native/waiting-threads.ts` says why). They are read in place where no thread
 * of the process waits, and by the reader's child where one does.
 *
 * The stat that was answered last is remembered: whoever reads a process reads that first, so a process of one
 * thread costs nothing here.
 */
import type { Printable } from '../model/text.ts';
import { type TaskState, taskState, waitsInKernel } from '../native/waiting-threads.ts';
import type { SourceResult } from './port.ts';

const pattern =
  /^\/proc\/(\d+)\/(?:task\/\d+\/)?(?:cmdline|environ|maps|smaps|smaps_rollup|numa_maps|auxv|mem|pagemap)$/;
/** Last letters of those names, to spare most paths the expression. */
const lastLetters = new Set([...'enspavm'].map((letter) => letter.charCodeAt(0)));

export class HeldMemory {
  #pid = '';
  #state: TaskState | undefined;

  /** Takes note of an answer. */
  saw(path: Printable, result: SourceResult): void {
    if (result.kind !== 'file' || !path.endsWith('/stat')) return;
    const end = path.length - '/stat'.length;
    const pid = path.slice('/proc/'.length, end);
    if (pid.includes('/')) return;
    this.sawStat(pid, result.status === 'ok' ? result.bytes : undefined);
  }

  /** The same, where the stat of a process was read another way. */
  sawStat(pid: string, bytes: Uint8Array | undefined): void {
    this.#pid = pid;
    this.#state = bytes === undefined ? undefined : taskState(bytes);
  }

  /** The pid of the process that a path is about, when reading it may wait for that process. */
  holder(path: Printable): number | undefined {
    if (!lastLetters.has(path.charCodeAt(path.length - 1))) return undefined;
    const pid = pattern.exec(path)?.[1];
    return pid === undefined ? undefined : this.holderOf(pid);
  }

  /** The same, for a process whose memory is about to be read. */
  holderOf(pid: string): number | undefined {
    if (Number(pid) === process.pid) return undefined;
    const known = pid === this.#pid ? this.#state : undefined;
    // Good for one look: a process is read file after file, and the state is of that moment.
    this.#pid = '';
    return waitsInKernel(Number(pid), known) ? Number(pid) : undefined;
  }
}
