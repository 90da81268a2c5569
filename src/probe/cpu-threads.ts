/**
 * CPU of single threads, for processes that are hot or may want to be: what they used, and what they wanted.
 *
 * Reads: /proc/pid/task, stat and schedstat of each thread; at the end status of those that used CPU, for their
 * CPU list. Where the kernel keeps no schedstat, wanted is told of threads that were runnable at every look.
 * Why: RandomX runs one hot thread per core, pinned, often at a low priority; registers are sampled per thread.
 * What it is NOT: done for all; the bound is on threads of all processes together.
 * Units: percent of one core. Sources: proc_pid_task(5), proc_pid_stat(5), proc_pid_status(5).
 */
import { onlyCpu } from '../formats/cpu-list.ts';
import type { ProcStat } from '../formats/proc-pid-stat.ts';
import { parseProcStatus } from '../formats/proc-pid-status.ts';
import { parseSchedStat, type SchedStat } from '../formats/proc-schedstat.ts';
import type { ThreadUse } from '../model/facts/process.ts';
import { joinPath, type PathText, printableText } from '../model/text.ts';
import type { Target } from '../target/port.ts';
import { pidsOf, proc, readStat, type SourceNotes } from './cpu-looks.ts';
import { wantedPercent } from './cpu-wanted.ts';

export const mostThreads = 4096;
/** Threads below this are asleep for every purpose here. */
const leastPercent = 0.5;
const mostTold = 1024;
const threadGroup = printableText('/proc/<pid>/task/<tid>/stat');
const task = printableText('task');
const statusName = printableText('status');
const schedName = printableText('schedstat');
const schedGroup = printableText('/proc/<pid>/task/<tid>/schedstat');

/** What it uses, or would use if nobody kept it waiting. */
const demandOf = ({ percent, wanted }: ThreadUse): number => wanted ?? percent;

const isThere = (target: Target, thread: PathText): boolean =>
  target.readNow({ kind: 'file', path: joinPath(thread, statusName), limit: 16 }).status !== 'absent';

interface ThreadLook {
  readonly startTicks: number;
  readonly usedTicks: number;
  readonly atUs: number;
  readonly sched: SchedStat | undefined;
  /** Looks since, this one among them, and those that showed it runnable. */
  looks: number;
  runnable: number;
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
  /** Until the kernel is seen to keep no account of waiting. */
  #accounted = true;

  constructor(target: Target, clock: () => number, ticksPerSecond: number, notes: SourceNotes) {
    this.#target = target;
    this.#clock = clock;
    this.#ticks = ticksPerSecond;
    this.#notes = notes;
  }

  has(process: { readonly pid: number; readonly startTicks: number }): boolean {
    return this.#sampled.get(process.pid)?.startTicks === process.startTicks;
  }

  /**
   * The first counters of a process's threads.
   * @param hot otherwise it only may want more than it gets, and leaves room for those that are hot
   */
  begin(process: { readonly pid: number; readonly startTicks: number }, hot: boolean): void {
    if (this.has(process) || this.#left <= (hot ? 0 : mostThreads / 2)) return;
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
        sched: this.#sched(this.#thread(folder, tid), stat.userTicks + stat.systemTicks),
        looks: 1,
        runnable: stat.state === 'R' ? 1 : 0,
      });
    }
    const whole = tids.length <= this.#left;
    if (!whole) {
      this.#notes.note(folder, folder, 'truncated', `more than ${mostThreads} threads in hot processes`, 0);
    }
    this.#left -= tids.length;
    this.#sampled.set(process.pid, { startTicks: process.startTicks, atUs, threads, whole });
  }

  /** A look between, at those threads alone that were runnable at all looks so far. */
  look(): void {
    for (const [pid, { threads }] of this.#sampled) {
      const folder = this.#folder(pid);
      for (const [tid, thread] of threads) {
        if (thread.runnable < thread.looks) continue;
        const stat = readStat(this.#target, this.#thread(folder, tid), threadGroup, this.#notes);
        thread.looks += 1;
        if (stat?.state === 'R') thread.runnable += 1;
      }
    }
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
      const wanted = same ? this.#wanted(known, this.#thread(folder, tid), stat, wallUs) : undefined;
      const more = wanted !== undefined && wanted > percent ? { wanted } : {};
      if (Math.max(percent, more.wanted ?? 0) < leastPercent) continue;
      const { name, state, nice, policy } = stat;
      used.push({ tid, name, state, percent, ...more, nice, policy });
    }
    used.sort((a, b) => demandOf(b) - demandOf(a) || b.percent - a.percent || a.tid - b.tid);
    return used.slice(0, mostTold).map((thread) => this.#withPin(folder, thread));
  }

  #withPin(folder: PathText, thread: ThreadUse): ThreadUse {
    const path = joinPath(this.#thread(folder, thread.tid), statusName);
    const file = this.#target.readNow({ kind: 'file', path, limit: 65_536 });
    const pinned = onlyCpu(parseProcStatus(file.bytes)?.cpus ?? '');
    return pinned === undefined ? thread : { ...thread, pinned };
  }

  #wanted(from: ThreadLook, path: PathText, now: ProcStat, wallUs: number): number | undefined {
    const runnableNow = now.state === 'R';
    return wantedPercent({
      wallNs: wallUs * 1000,
      from: from.sched,
      to: from.sched === undefined ? undefined : this.#sched(path, now.userTicks + now.systemTicks),
      looks: from.looks + 1,
      runnable: from.runnable + (runnableNow ? 1 : 0),
      runnableNow,
    });
  }

  /** Nothing on a kernel that keeps no account of waiting; that is told once. */
  #sched(thread: PathText, usedTicks: number): SchedStat | undefined {
    if (!this.#accounted) return undefined;
    const file = this.#target.readNow({ kind: 'file', path: joinPath(thread, schedName), limit: 256 });
    const stat = parseSchedStat(file.bytes);
    // A thread that used a tick had a turn.
    const off = stat?.turns === 0 && usedTicks > 0;
    const absent = file.status === 'absent' && isThere(this.#target, thread);
    if (file.status === 'ok' && !off) {
      this.#notes.note(schedGroup, schedGroup, 'ok', undefined, file.bytes.length);
      return stat;
    }
    if (!off && !absent) return undefined;
    this.#accounted = false;
    const reason = 'no account of waiting for a core: judged by state at repeated looks';
    this.#notes.note(schedGroup, schedGroup, 'absent', reason, 0);
    return undefined;
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
