/**
 * The ledger of CPU: what the kernel says was used against what visible processes say they used.
 *
 * What: per window Δ(user + nice + system) of /proc/stat, and the sum over listed processes of
 * Δ(utime + stime) with the time of children they reaped.
 * Why: a process hidden from every list still takes time from the machine.
 * What it is NOT: the naive difference, which is wrong on a clean host because children that come and go in
 * between are in nobody's utime. Their time is in their parent's cutime once reaped, and a child that was seen
 * before has part of it counted already: that part is taken off again, never by more than the parent reaped.
 * A parent that ignores SIGCHLD reaps without counting; so windows with many forks are not to be judged.
 * In a pid namespace the total is of the whole machine. Interrupts and stolen time are in no part of it.
 * Units: microseconds. Source: linux-hiding §3.2 (measured); kernel/exit.c wait_task_zombie for cutime.
 */
import type { CpuWindow } from '../model/facts/kernel.ts';
import type { Look, ProcessLook } from './cpu-looks.ts';

const sameProcess = (a: ProcessLook | undefined, b: ProcessLook): a is ProcessLook =>
  a !== undefined && a.startTicks === b.startTicks;

/** Ticks of visible processes between two looks. */
function visibleTicks(before: Look, after: Look): number {
  /** Per parent: time of its children that an earlier window already counted. */
  const counted = new Map<number, number>();
  for (const process of before.processes.values()) {
    if (sameProcess(after.processes.get(process.pid), process)) continue;
    const sum = (counted.get(process.parent) ?? 0) + process.usedTicks + process.childTicks;
    counted.set(process.parent, sum);
  }
  let visible = 0;
  for (const process of after.processes.values()) {
    const earlier = before.processes.get(process.pid);
    if (!sameProcess(earlier, process)) {
      visible += process.usedTicks + process.childTicks;
      continue;
    }
    visible += Math.max(0, process.usedTicks - earlier.usedTicks);
    const reaped = Math.max(0, process.childTicks - earlier.childTicks);
    visible += Math.max(0, reaped - (counted.get(process.pid) ?? 0));
  }
  return visible;
}

export function cpuWindow(before: Look, after: Look, ticksPerSecond: number): CpuWindow | undefined {
  if (before.system === undefined || after.system === undefined) return undefined;
  const used = ({ system }: Look): number =>
    system === undefined ? 0 : system.userTicks + system.niceTicks + system.systemTicks;
  const us = (ticks: number): number => Math.round((ticks * 1e6) / ticksPerSecond);
  return {
    wallUs: Math.round(after.atUs - before.atUs),
    totalUs: us(Math.max(0, used(after) - used(before))),
    visibleUs: us(visibleTicks(before, after)),
    forks: Math.max(0, after.system.forks - before.system.forks),
  };
}
