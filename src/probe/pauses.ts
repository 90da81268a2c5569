/**
 * Who stops working for a while within a long interval, and goes on.
 *
 * Why: miners pause while a process monitor runs or somebody is logged in. A scan that only sums CPU up sees half a
 * core where there was one; a series shows the pause. It needs nobody to act on the scene.
 * How: CPU from /proc/pid/stat once a second, of the processes that used most CPU in their lives.
 * What it is NOT: a proof: work comes in bursts. Nobody stood for a watcher, so the fact says `none`
 * (`detect/watch-reaction.ts`).
 * Units: percent of one core; milliseconds. Source: proc_pid_stat(5).
 */
import { parseProcStat } from '../formats/proc-pid-stat.ts';
import type { ProcessFact, WatchReactionFact } from '../model/facts/process.ts';
import type { ProcessIdentity } from '../model/identity.ts';
import { type PathText, phrase } from '../model/text.ts';
import type { Target } from '../target/port.ts';
import { judgePause } from './watching.ts';

/** Seconds of CPU watching from which there are enough windows to see a pause between two stretches of work. */
export const pauseIntervalSeconds = 30;
const everyMs = 1000;
const mostProcesses = 64;
const statLimit = 4096;

interface Series {
  readonly process: ProcessIdentity;
  readonly source: PathText;
  readonly percents: number[];
  last: { readonly atMs: number; readonly ticks: number } | undefined;
}

export class PauseWatch {
  readonly #target: Target;
  readonly #ticksPerSecond: number;
  readonly #clock: () => number;
  readonly #series: readonly Series[];
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param clock milliseconds that only go forward */
  constructor(target: Target, processes: readonly ProcessFact[], clock = (): number => performance.now()) {
    this.#target = target;
    this.#ticksPerSecond = target.native?.ticksPerSecond ?? 100;
    this.#clock = clock;
    const used = ({ userUs, systemUs }: ProcessFact): number => userUs + systemUs;
    this.#series = processes
      .filter((process) => !process.kernelThread && used(process) > 0)
      .toSorted((a, b) => used(b) - used(a) || a.pid - b.pid)
      .slice(0, mostProcesses)
      .map((process) => ({
        process,
        source: phrase`/proc/${process.pid}/stat`,
        percents: [],
        last: undefined,
      }));
  }

  /** Looks once a second from now on; the timer holds nobody up who wants to end. */
  begin(): void {
    this.look();
    this.#timer = setInterval(() => this.look(), everyMs);
    this.#timer.unref();
  }

  look(): void {
    for (const one of this.#series) {
      const { status, bytes } = this.#target.readNow({ kind: 'file', path: one.source, limit: statLimit });
      const stat = status === 'ok' ? parseProcStat(bytes) : undefined;
      if (stat?.startTicks !== one.process.startTicks) {
        one.last = undefined;
        continue;
      }
      const now = { atMs: this.#clock(), ticks: stat.userTicks + stat.systemTicks };
      const { last } = one;
      if (last !== undefined && now.atMs > last.atMs) {
        const seconds = (now.atMs - last.atMs) / 1000;
        one.percents.push((100 * (now.ticks - last.ticks)) / this.#ticksPerSecond / seconds);
      }
      one.last = now;
    }
  }

  end(): readonly WatchReactionFact[] {
    clearInterval(this.#timer);
    return this.#series.flatMap(({ process, source, percents }) => {
      const pause = judgePause(percents);
      const { pid, startTicks } = process;
      return pause === undefined
        ? []
        : [
            {
              kind: 'watch-reaction',
              source: { source },
              pid,
              startTicks,
              ...pause,
              watcher: 'none',
            } as const,
          ];
    });
  }
}
