/**
 * CPU of single threads, for processes that are hot.
 *
 * Reads: /proc/pid/task and stat of each thread; at the end status of those that used CPU, for their CPU list.
 * Why: RandomX runs one hot thread per core, pinned, often at a low priority; registers are sampled per thread.
 * What it is NOT: done for all; the bound is on threads of all processes together.
 * Units: percent of one core. Sources: proc_pid_task(5), proc_pid_stat(5), proc_pid_status(5).
 */
import { onlyCpu } from '../formats/cpu-list.ts';
import { parseProcStatus } from '../formats/proc-pid-status.ts';
import type { ThreadUse } from '../model/facts/process.ts';
import { joinPath, type PathText, printableText } from '../model/text.ts';
import type { Target } from '../target/port.ts';
import { pidsOf, proc, readStat, type SourceNotes } from './cpu-looks.ts';

export const mostThreads = 4096;
/** Threads below this are asleep for every purpose here. */
const leastPercent = 0.5;
const mostTold = 1024;
const threadGroup = printableText('/proc/<pid>/task/<tid>/stat');
const task = printableText('task');
const statusName = printableText('status');

interface ThreadLook {
  readonly startTicks: number;
  readonly usedTicks: number;
  readonly atUs: number;
}

interface Sampled {
  readonly startTicks: number;
  readonly atUs: number;
  readonly threads: ReadonlyMap<number, ThreadLook>;
  /** False when the bound left threads out. */
  readonly whole: boolean;
}

export class ThreadSampler {
  readonly #target: Target;
  readonly #clock: () => number;
  readonly #ticks: number;
  readonly #notes: SourceNotes;
  readonly #sampled = new Map<number, Sampled>();
  #left = mostThreads;

  constructor(target: Target, clock: () => number, ticksPerSecond: number, notes: SourceNotes) {
    this.#target = target;
    this.#clock = clock;
    this.#ticks = ticksPerSecond;
    this.#notes = notes;
  }

  has(process: { readonly pid: number; readonly startTicks: number }): boolean {
    return this.#sampled.get(process.pid)?.startTicks === process.startTicks;
  }

  /** The first counters of a process's threads. */
  begin(process: { readonly pid: number; readonly startTicks: number }): void {
    if (this.has(process) || this.#left <= 0) return;
    const atUs = this.#clock();
    const folder = this.#folder(process.pid);
    const tids = this.#list(folder);
    const threads = new Map<number, ThreadLook>();
    for (const tid of tids.slice(0, this.#left)) {
      const stat = readStat(this.#target, this.#thread(folder, tid), threadGroup, this.#notes);
      if (stat === undefined) continue;
      threads.set(tid, {
        startTicks: stat.startTicks,
        usedTicks: stat.userTicks + stat.systemTicks,
        atUs: this.#clock(),
      });
    }
    const whole = tids.length <= this.#left;
    if (!whole) {
      this.#notes.note(folder, folder, 'truncated', `more than ${mostThreads} threads in hot processes`, 0);
    }
    this.#left -= tids.length;
    this.#sampled.set(process.pid, { startTicks: process.startTicks, atUs, threads, whole });
  }

  /** What each thread used since, the hottest first. Threads that began meanwhile count from their start. */
  end(process: { readonly pid: number; readonly startTicks: number }): readonly ThreadUse[] {
    const before = this.#sampled.get(process.pid);
    if (before === undefined || before.startTicks !== process.startTicks) return [];
    const folder = this.#folder(process.pid);
    const used: ThreadUse[] = [];
    for (const tid of this.#list(folder).slice(0, mostThreads)) {
      const known = before.threads.get(tid);
      // Without its first counters a thread of a process that was cut cannot be told from a new one.
      if (known === undefined && !before.whole) continue;
      const stat = readStat(this.#target, this.#thread(folder, tid), threadGroup, this.#notes);
      if (stat === undefined) continue;
      const same = known !== undefined && known.startTicks === stat.startTicks;
      const ticks = stat.userTicks + stat.systemTicks - (same ? known.usedTicks : 0);
      const wallUs = this.#clock() - (same ? known.atUs : before.atUs);
      const percent = wallUs <= 0 ? 0 : Math.max(0, ((ticks * 1e6) / this.#ticks / wallUs) * 100);
      if (percent < leastPercent) continue;
      used.push({ tid, name: stat.name, state: stat.state, percent, nice: stat.nice, policy: stat.policy });
    }
    used.sort((a, b) => b.percent - a.percent || a.tid - b.tid);
    return used.slice(0, mostTold).map((thread) => this.#withPin(folder, thread));
  }

  #withPin(folder: PathText, thread: ThreadUse): ThreadUse {
    const path = joinPath(this.#thread(folder, thread.tid), statusName);
    const file = this.#target.readNow({ kind: 'file', path, limit: 65_536 });
    const pinned = onlyCpu(parseProcStatus(file.bytes)?.cpus ?? '');
    return pinned === undefined ? thread : { ...thread, pinned };
  }

  #list(folder: PathText): readonly number[] {
    const listing = this.#target.readNow({ kind: 'directory', path: folder, limit: mostThreads * 16 });
    if (listing.status !== 'absent') this.#notes.note(folder, threadGroup, listing.status, listing.reason, 0);
    return pidsOf(listing.entries);
  }

  #folder(pid: number): PathText {
    return joinPath(joinPath(proc, printableText(String(pid))), task);
  }

  #thread(folder: PathText, tid: number): PathText {
    return joinPath(folder, printableText(String(tid)));
  }
}
