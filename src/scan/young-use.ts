/**
 * CPU of processes that were born while CPU was measured, or after.
 *
 * Why: what a process has used is the witness beside its registers. One of a chain of short-lived children has used
 * nothing when the last look at CPU is taken, and computes when its registers are read.
 * What it is NOT: a measurement over the interval; those that are older have one.
 * Units: microseconds, percent of one core.
 */
import { readProcess } from '../artifacts/linux/processes.ts';
import { parseUptime } from '../formats/proc-system.ts';
import type { CpuUseFact, ProcessFact } from '../model/facts/process.ts';
import { phrase, printableText } from '../model/text.ts';
import type { Target } from '../target/port.ts';

const youngUs = 60e6;
/** Starts are told in ticks of 10 ms. */
const grainUs = 10_000;

/** Not by the time of day: that of the start is told from the boot's, which the kernel gives in whole seconds. */
function agesOf(target: Target): (process: ProcessFact) => number {
  const file = target.readNow({ kind: 'file', path: phrase`/proc/${printableText('uptime')}`, limit: 256 });
  const uptime = parseUptime(file.bytes) ?? 0;
  const ticks = target.native?.ticksPerSecond ?? 100;
  return ({ startTicks }) => Math.round((uptime - startTicks / ticks) * 1e6);
}

/** @param ageUs microseconds since it started */
export function useSinceStart(process: ProcessFact, ageUs: number): CpuUseFact {
  const { pid, startTicks, source } = process;
  const usedUs = process.userUs + process.systemUs;
  const windowUs = Math.max(grainUs, usedUs, ageUs);
  const percent = (usedUs / windowUs) * 100;
  return { kind: 'cpu-use', source, pid, startTicks, windowUs, usedUs, percent, threads: [] };
}

/** Of these processes, what the young ones have used by now, where it is more than what was measured. */
export function useOfYoung(
  target: Target,
  processes: readonly ProcessFact[],
  uses: ReadonlyMap<number, CpuUseFact>,
): readonly CpuUseFact[] {
  if (processes.length === 0) return [];
  const ageOf = agesOf(target);
  return processes.flatMap((process) => {
    const ageUs = ageOf(process);
    if (ageUs < 0 || ageUs > youngUs) return [];
    const now = readProcess(target, process.pid);
    // One that has ended meanwhile is told as it was last seen.
    const use = useSinceStart(now?.startTicks === process.startTicks ? now : process, ageUs);
    return use.percent > (uses.get(process.pid)?.percent ?? 0) ? [use] : [];
  });
}
