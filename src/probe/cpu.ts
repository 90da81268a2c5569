/**
 * CPU of every process over the interval, of the threads of hot ones, and the ledger of the whole machine.
 *
 * What: looks at all counters, the first and the last at the ends of the interval and some between. A process
 * is hot when it used at least a fifth of a core between two looks, or on average since it started; from then
 * on its threads are sampled too. So are those of a process that is runnable or stirs: where more threads want a
 * core than there are cores, use is what was left over, and `wanted` is what it would have used (cpu-wanted.ts).
 * On an idle host that is nobody but us.
 * Why: mining is CPU over time, and a name can lie where a counter of the kernel does not. A counter can be
 * faked by a rootkit as well: the ledger and the views of hidden processes are there for that.
 * What it is NOT: proof. Compilers, encoders and databases are as hot. It starts no program and sends nothing.
 * A process that began or ended in between is told from its start or until it was last seen.
 * Units: microseconds of CPU and wall time, percent of one core. Source: proc_pid_stat(5), linux-hiding §3.2.
 */
import type { CpuLedgerFact, CpuWindow } from '../model/facts/kernel.ts';
import type { CpuUseFact, ThreadUse } from '../model/facts/process.ts';
import type { ProcessIdentity } from '../model/identity.ts';
import type { SourceRecord } from '../model/source.ts';
import { joinPath, printableText } from '../model/text.ts';
import type { Target } from '../target/port.ts';
import { cpuWindow } from './cpu-ledger.ts';
import { type Look, lookAtAll, type ProcessLook, proc, SourceNotes } from './cpu-looks.ts';
import { ThreadSampler } from './cpu-threads.ts';

/** Percent of one core from which threads are sampled. */
export const hotPercent = 20;
/** Percent of one core between two looks from which a process may want more than it gets. */
const stirringPercent = 1;
/** Threads of one process that are looked at for waiting only because the host is crowded. */
const mostCrowdThreads = 256;
/** Windows of the ledger; shorter ones drown in the grain of the tick. */
const windowUs = 5_000_000;
/** A timer may fire a little early. */
const windowSlackUs = 100_000;

export interface CpuResult {
  readonly use: readonly CpuUseFact[];
  readonly ledger: CpuLedgerFact;
  readonly sources: readonly SourceRecord[];
}

export interface HotThread extends ProcessIdentity {
  readonly tid: number;
  /** Used, or wanted. */
  readonly percent: number;
  readonly state: string;
}

/** When to call `look` after `first`, in milliseconds; `second` follows at the end of the interval. */
export function lookTimes(intervalSeconds: number): readonly number[] {
  const end = intervalSeconds * 1000;
  // Nothing is between two looks that follow each other.
  if (end === 0) return [];
  if (end < 2000) return [end / 2];
  const times = [end / 4, end / 2].filter((time) => time <= 2500);
  if (intervalSeconds >= 30) for (let time = 5000; time < end - 1000; time += 5000) times.push(time);
  return times.length > 0 ? times : [1000, 2500];
}

interface Track {
  readonly first: ProcessLook;
  last: ProcessLook;
  /** True when it was there at the first look; else its counters began within the interval. */
  readonly fromBegin: boolean;
  /** Microseconds it could have run within the interval before it was first seen. */
  readonly before: number;
}

/** More threads are runnable than there are cores, ours left out. */
const isCrowded = ({ system }: Look): boolean => system !== undefined && system.running - 1 > system.cpus;

const nowUs = (): number => Bun.nanoseconds() / 1000;

export class CpuProbe {
  readonly #target: Target;
  readonly #clock: () => number;
  readonly #ticks: number;
  readonly #notes = new SourceNotes();
  readonly #threads: ThreadSampler;
  readonly #tracks = new Map<string, Track>();
  readonly #windows: CpuWindow[] = [];
  readonly #also = new Set<number>();
  #begin: Look | undefined;
  #last: Look | undefined;
  #windowStart: Look | undefined;

  /** @param clock microseconds of a monotonic clock */
  constructor(target: Target, clock: () => number = nowUs) {
    this.#target = target;
    this.#clock = clock;
    this.#ticks = target.native?.ticksPerSecond ?? 100;
    this.#threads = new ThreadSampler(target, clock, this.#ticks, this.#notes);
  }

  /** From now on these are looked at too, though no listing shows them. The ledger goes on without them. */
  alsoWatch(pids: Iterable<number>): void {
    for (const pid of pids) this.#also.add(pid);
  }

  first(): void {
    const look = lookAtAll(this.#target, this.#clock, this.#notes, this.#also);
    this.#begin = look;
    this.#last = look;
    this.#windowStart = look;
    for (const process of look.processes.values()) {
      this.#tracks.set(this.#key(process), { first: process, last: process, fromBegin: true, before: 0 });
      // Hot by its past: then its threads are sampled over the whole interval.
      const aliveUs = look.uptime * 1e6 - this.#us(process.startTicks);
      const life = aliveUs > 0 ? this.#percent(process.usedTicks, aliveUs) : 0;
      if (life >= hotPercent) this.#threads.begin(process, true);
    }
    for (const process of look.processes.values()) {
      if (process.state === 'R' || (isCrowded(look) && this.#worked(process)))
        this.#threads.begin(process, false);
    }
  }

  /** A look between: finds what became hot, and closes a window of the ledger when it is long enough. */
  look(): void {
    this.#threads.look();
    this.#take();
  }

  /**
   * The last look.
   * @param known processes that are told even when they used nothing; the others only when they used CPU
   */
  second(known: readonly ProcessIdentity[] = []): CpuResult {
    const begin = this.#begin;
    const look = this.#take();
    const wallUs = begin === undefined ? 0 : look.atUs - begin.atUs;
    const keep = new Set(known.map((process) => this.#key(process)));
    const use: CpuUseFact[] = [];
    for (const [key, track] of this.#tracks) {
      const fact = this.#use(track, wallUs);
      if (fact.usedUs > 0 || (fact.wanted ?? 0) > 0 || keep.has(key)) use.push(fact);
    }
    use.sort((a, b) => b.percent - a.percent || a.pid - b.pid);
    if (this.#windows.length === 0 && begin !== undefined) this.#close(begin, look);
    return {
      use,
      ledger: {
        kind: 'cpu-ledger',
        source: { source: printableText('/proc/stat') },
        windows: this.#windows,
        cores: look.system?.cpus ?? 0,
      },
      sources: this.#notes.records,
    };
  }

  #take(): Look {
    const previous = this.#last;
    const look = lookAtAll(this.#target, this.#clock, this.#notes, this.#also);
    for (const process of look.processes.values()) this.#follow(process, previous, look);
    for (const process of look.unlisted.values()) this.#follow(process, previous, look);
    this.#last = look;
    const start = this.#windowStart;
    if (start !== undefined && look.atUs - start.atUs >= windowUs - windowSlackUs) {
      this.#close(start, look);
      this.#windowStart = look;
    }
    return look;
  }

  #follow(process: ProcessLook, previous: Look | undefined, look: Look): void {
    const key = this.#key(process);
    const track = this.#tracks.get(key);
    if (track === undefined) {
      const aliveUs = Math.max(0, look.uptime * 1e6 - this.#us(process.startTicks));
      const sinceBegin = look.atUs - (this.#begin?.atUs ?? look.atUs);
      // Older than the interval and new to us: it was hidden or forgotten at the first look, so that what it
      // used before is unknown. It counts from now on.
      const young = aliveUs <= sinceBegin + 1e6;
      const before = young ? Math.min(aliveUs, sinceBegin) : 0;
      this.#tracks.set(key, { first: process, last: process, fromBegin: !young, before });
      if (young && before > 0 && this.#percent(process.usedTicks, before) >= hotPercent) {
        this.#threads.begin(process, true);
      } else if (process.state === 'R') this.#threads.begin(process, false);
      return;
    }
    track.last = process;
    const earlier = previous?.processes.get(process.pid) ?? previous?.unlisted.get(process.pid);
    if (earlier?.startTicks !== process.startTicks) return;
    const used = this.#percent(process.usedTicks - earlier.usedTicks, process.atUs - earlier.atUs);
    if (used >= hotPercent) this.#threads.begin(process, true);
    else if (used >= stirringPercent || process.state === 'R' || (used > 0 && isCrowded(look)))
      this.#threads.begin(process, false);
  }

  /** Several threads, of which the first may sleep while others wait for a core; and it did work: 0.1 s. */
  #worked({ threads, usedTicks }: ProcessLook): boolean {
    return threads > 1 && threads <= mostCrowdThreads && usedTicks >= this.#ticks / 10;
  }

  #use(track: Track, wallUs: number): CpuUseFact {
    const { first, last } = track;
    const ticks = last.usedTicks - (track.fromBegin ? first.usedTicks : 0);
    const usedUs = this.#us(Math.max(0, ticks));
    const seenUs = last.atUs - first.atUs + track.before;
    // A tick is the least time that a process which was seen once can be told to have lived.
    const span = Math.max(seenUs > 0 ? seenUs : wallUs, this.#us(1));
    const percent = (usedUs / span) * 100;
    const threads = this.#threads.end(last);
    const sum = threads.reduce((all, thread) => all + (thread.wanted ?? thread.percent), 0);
    return {
      kind: 'cpu-use',
      source: { source: joinPath(joinPath(proc, printableText(String(last.pid))), printableText('stat')) },
      pid: last.pid,
      startTicks: last.startTicks,
      windowUs: Math.round(span),
      usedUs,
      percent,
      ...(this.#threads.has(last) ? { wanted: Math.max(percent, sum) } : {}),
      threads,
    };
  }

  #close(start: Look, end: Look): void {
    const window = cpuWindow(start, end, this.#ticks);
    if (window !== undefined) this.#windows.push(window);
  }

  #percent(ticks: number, wallUs: number): number {
    return wallUs <= 0 ? 0 : (this.#us(ticks) / wallUs) * 100;
  }

  #us(ticks: number): number {
    return (ticks * 1e6) / this.#ticks;
  }

  #key(process: ProcessIdentity): string {
    return `${process.pid}:${process.startTicks}`;
  }
}

/**
 * Threads worth sampling registers of, the hottest first. Never pid 1: a stopped init stops the host.
 */
export function hotTids(use: readonly CpuUseFact[], leastPercent: number = hotPercent): readonly HotThread[] {
  return use
    .filter((fact) => fact.pid !== 1)
    .flatMap(({ pid, startTicks, threads }) =>
      threads.map(({ tid, percent, wanted, state }: ThreadUse) => ({
        pid,
        startTicks,
        tid,
        percent: wanted ?? percent,
        state,
      })),
    )
    .filter((thread) => thread.percent >= leastPercent && thread.state !== 'Z' && thread.state !== 'X')
    .sort((a, b) => b.percent - a.percent || a.tid - b.tid);
}
