/**
 * One look at the CPU counters of all processes.
 *
 * Reads: /proc, /proc/pid/stat of each, /proc/stat, /proc/uptime. What it is NOT: a use; that takes two looks.
 * Units: clock ticks for counters, microseconds of a monotonic clock for when each was read, since reading
 * thousands takes tens of milliseconds in itself. Sources: proc_pid_stat(5), proc_stat(5), proc_uptime(5).
 */
import { type ProcStat, parseProcStat } from '../formats/proc-pid-stat.ts';
import { parseUptime } from '../formats/proc-system.ts';
import { parseSystemStat, type SystemStat } from '../formats/proc-system-stat.ts';
import type { SourceRecord, SourceStatus } from '../model/source.ts';
import { joinPath, type PathText, type Printable, printableText } from '../model/text.ts';
import { part as kernelPart } from '../native/kernel-folder.ts';
import type { Target } from '../target/port.ts';

export const cpuArtifact = 'probe.cpu';
export const proc = printableText('/proc');
const part = { stat: printableText('stat'), uptime: printableText('uptime') };
/** Of a process; folders of threads have no quick way. */
const quickStat = kernelPart('stat');
const smallFile = 65_536;
const mostProcesses = 100_000;

export interface ProcessLook {
  readonly pid: number;
  readonly startTicks: number;
  readonly parent: number;
  readonly state: string;
  readonly threads: number;
  readonly usedTicks: number;
  /** Of reaped children. */
  readonly childTicks: number;
  readonly atUs: number;
}

export interface Look {
  readonly atUs: number;
  /** Seconds since boot; 0 where it could not be read. */
  readonly uptime: number;
  readonly system: SystemStat | undefined;
  /** Those that /proc lists. */
  readonly processes: ReadonlyMap<number, ProcessLook>;
  /** Those that it does not list and that were asked for by pid. */
  readonly unlisted: ReadonlyMap<number, ProcessLook>;
}

/** Sources of a probe, where the log of the caller comes later. */
export class SourceNotes {
  readonly #ok = new Map<string, { source: PathText; count: number; bytes: number }>();
  readonly #rest: SourceRecord[] = [];

  note(
    source: PathText,
    group: PathText,
    status: SourceStatus,
    reason: string | undefined,
    bytes: number,
  ): void {
    if (status === 'ok' || status === 'empty') {
      const known = this.#ok.get(group) ?? { source: group, count: 0, bytes: 0 };
      known.count += 1;
      known.bytes += bytes;
      this.#ok.set(group, known);
      return;
    }
    if (this.#rest.length >= 1000) return;
    this.#rest.push({
      source,
      artifact: cpuArtifact,
      status,
      bytes,
      ...(reason === undefined ? {} : { reason }),
    });
  }

  /** One record per kind of source that was read whole, and every other by itself. */
  get records(): readonly SourceRecord[] {
    const whole = [...this.#ok.values()].map(
      ({ source, bytes }): SourceRecord => ({ source, artifact: cpuArtifact, status: 'ok', bytes }),
    );
    return [...whole, ...this.#rest];
  }
}

const processGroup = printableText('/proc/<pid>/stat');

export function pidsOf(names: readonly { readonly name: Printable }[]): readonly number[] {
  return names.flatMap(({ name }) => (/^[1-9]\d{0,9}$/.test(name) ? [Number(name)] : []));
}

/** A stat file of a process or thread; nothing when it has ended meanwhile. */
export function readStat(
  target: Target,
  folder: PathText,
  group: PathText,
  notes: SourceNotes,
): ProcStat | undefined {
  const path = joinPath(folder, part.stat);
  const file =
    target.kernelFolderNow?.(folder)?.file(quickStat) ??
    target.readNow({ kind: 'file', path, limit: smallFile });
  // That processes end between the listing and the read is the ordinary course of a host.
  if (file.status !== 'absent') notes.note(path, group, file.status, file.reason, file.bytes.length);
  return file.status === 'ok' ? parseProcStat(file.bytes) : undefined;
}

/** Counters of one process; nothing where its folder shows another one (a mount over it). */
function lookAtOne(
  target: Target,
  pid: number,
  clock: () => number,
  notes: SourceNotes,
): ProcessLook | undefined {
  const stat = readStat(target, joinPath(proc, printableText(String(pid))), processGroup, notes);
  if (stat === undefined || stat.pid !== pid) return undefined;
  return {
    pid,
    startTicks: stat.startTicks,
    parent: stat.parent,
    state: stat.state,
    threads: stat.threads,
    usedTicks: stat.userTicks + stat.systemTicks,
    childTicks: stat.childUserTicks + stat.childSystemTicks,
    atUs: clock(),
  };
}

/** @param also pids that are looked at whether they are listed or not */
export function lookAtAll(
  target: Target,
  clock: () => number,
  notes: SourceNotes,
  also: ReadonlySet<number>,
): Look {
  const atUs = clock();
  const statPath = joinPath(proc, part.stat);
  const statFile = target.readNow({ kind: 'file', path: statPath, limit: 4 * 1024 * 1024 });
  notes.note(statPath, statPath, statFile.status, statFile.reason, statFile.bytes.length);
  const system = parseSystemStat(statFile.bytes);
  const uptimePath = joinPath(proc, part.uptime);
  const uptimeFile = target.readNow({ kind: 'file', path: uptimePath, limit: 256 });
  notes.note(uptimePath, uptimePath, uptimeFile.status, uptimeFile.reason, uptimeFile.bytes.length);
  const uptime = parseUptime(uptimeFile.bytes) ?? 0;
  const listing = target.readNow({ kind: 'directory', path: proc });
  notes.note(proc, proc, listing.status, listing.reason, 0);
  const processes = new Map<number, ProcessLook>();
  for (const pid of pidsOf(listing.entries).slice(0, mostProcesses)) {
    const process = lookAtOne(target, pid, clock, notes);
    if (process !== undefined) processes.set(pid, process);
  }
  const unlisted = new Map<number, ProcessLook>();
  for (const pid of also) {
    const process = processes.has(pid) ? undefined : lookAtOne(target, pid, clock, notes);
    if (process !== undefined) unlisted.set(pid, process);
  }
  return { atUs, uptime, system, processes, unlisted };
}
