/**
 * Which processes are looked into closely. Cheap signs only, all of them from the first stage.
 *
 * The order matters more than the score: the dear stage has a bound, and the miner must be within it.
 * Nothing here is a judgement; a ranked process may well be a compiler.
 */
import type { CpuUseFact, ProcessFact } from '../model/facts/process.ts';
import { baseName } from '../model/text.ts';

export interface Ranked {
  readonly process: ProcessFact;
  readonly weight: number;
}

export interface RankSigns {
  readonly use: CpuUseFact | undefined;
  /** Number of mining traces in its arguments. */
  readonly argumentTraces: number;
  /** Met by an indicator of the alert. */
  readonly sighted: boolean;
  readonly hidden: boolean;
  readonly holdsGpu: boolean;
  /** Has an established connection to an address outside the host. */
  readonly connected: boolean;
  /** Asked for by pid. */
  readonly asked: boolean;
}

const volatileFolders = ['/tmp/', '/var/tmp/', '/dev/shm/', '/dev/', '/run/shm/', '/memfd:'] as const;

/** Bytes: less than RandomX light mode needs, more than most programs hold. */
const largeResident = 192 * 1024 * 1024;

export function weigh(process: ProcessFact, signs: RankSigns): number {
  if (process.kernelThread && process.exe === undefined) return 0;
  let weight = signs.asked ? 1000 : 0;
  // Beside twenty hogs a miner gets a few percent; what it wants tells more.
  const percent = Math.max(signs.use?.percent ?? 0, signs.use?.wanted ?? 0);
  if (percent >= 5) weight += 20 + Math.min(60, percent / 4);
  if (signs.argumentTraces > 0) weight += 60;
  if (signs.sighted) weight += 80;
  if (signs.hidden) weight += 80;
  if (signs.holdsGpu) weight += 15;
  const path = process.exe?.path ?? '';
  if (process.exe?.deleted === true) weight += 25;
  if (process.exe?.memfd === true) weight += 30;
  if (volatileFolders.some((folder) => path.startsWith(folder))) weight += 30;
  if (/\/\.[^/]/.test(path)) weight += 15;
  // A kernel thread's name on something that has an executable.
  const shown = process.argv[0] ?? process.name;
  if (process.exe !== undefined && /^\[.+\]$/.test(shown)) weight += 40;
  if (process.hugetlb > 0) weight += 20;
  if (process.locked >= 2 * 1024 * 1024) weight += 10;
  if (process.rss >= largeResident) weight += 8;
  // Stopped and full of memory: a miner that someone, or its own guard, has paused.
  if ((process.state === 'T' || process.state === 't') && process.rss >= largeResident) weight += 20;
  // Much CPU in its life, even if idle right now.
  if (process.userUs > 600_000_000) weight += 6;
  if (signs.connected) weight += 3;
  if (
    process.exe !== undefined &&
    process.name !== '' &&
    !baseName(process.exe.path).startsWith(process.name)
  ) {
    weight += 2;
  }
  return weight;
}

/** Weight from which a process is looked into at all. */
export const suspectWeight = 8;

export function rank(
  processes: readonly ProcessFact[],
  signsOf: (process: ProcessFact) => RankSigns,
  bound: number,
): { readonly suspects: readonly Ranked[]; readonly left: number } {
  const all = processes
    .map((process): Ranked => ({ process, weight: weigh(process, signsOf(process)) }))
    .filter((entry) => entry.weight >= suspectWeight)
    .sort((a, b) => b.weight - a.weight || a.process.pid - b.process.pid);
  return { suspects: all.slice(0, bound), left: Math.max(0, all.length - bound) };
}
