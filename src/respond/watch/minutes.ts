/**
 * CPU by the minute: what each process took since the last look, and what all took together. Pure, over two looks.
 *
 * The whole is the kernel's own count of busy time; what no process of the listing took was taken by children that have
 * ended, or by somebody that the listing does not show.
 * Units: percent of one core.
 */
import type { Printable } from '../../model/text.ts';

export interface CpuSample {
  readonly pid: number;
  readonly startTicks: number;
  readonly name: Printable;
  /** User and system, of itself. */
  readonly ticks: number;
}

export interface CpuLook {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** Milliseconds of the host's uptime: the wall clock may be set. */
  readonly upMs: number;
  /** Ticks of all CPUs in which they did something. */
  readonly busyTicks: number;
  readonly processes: ReadonlyMap<number, CpuSample>;
}

export interface MinuteRow {
  readonly pid: number;
  readonly name: Printable;
  readonly percent: number;
}

export interface Minute {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly percent: number;
  /** Of processes of the listing. */
  readonly known: number;
  readonly processes: number;
  /** People who are logged in. */
  readonly logins: number;
  /** Events of files. */
  readonly events: number;
  readonly top: readonly MinuteRow[];
}

const mostRows = 8;
const leastPercent = 1;

export interface Used {
  readonly percent: number;
  readonly known: number;
  /** The largest first. */
  readonly rows: readonly MinuteRow[];
}

export function usedBetween(before: CpuLook, now: CpuLook, ticksPerSecond: number): Used {
  const seconds = (now.upMs - before.upMs) / 1000;
  if (seconds <= 0) return { percent: 0, known: 0, rows: [] };
  const percentOf = (ticks: number): number =>
    Math.max(0, Math.round((ticks / ticksPerSecond / seconds) * 1000) / 10);
  let known = 0;
  const rows: MinuteRow[] = [];
  for (const sample of now.processes.values()) {
    const old = before.processes.get(sample.pid);
    const same = old !== undefined && old.startTicks === sample.startTicks;
    const ticks = Math.max(0, sample.ticks - (same ? old.ticks : 0));
    known += ticks;
    const percent = percentOf(ticks);
    if (percent >= leastPercent) rows.push({ pid: sample.pid, name: sample.name, percent });
  }
  rows.sort((a, b) => b.percent - a.percent || a.pid - b.pid);
  return {
    percent: percentOf(now.busyTicks - before.busyTicks),
    known: percentOf(known),
    rows: rows.slice(0, mostRows),
  };
}
