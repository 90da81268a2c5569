/**
 * One process with all that was learned of it, joined by pid and start. Analyzers read records, so that none
 * of them walks all facts for each of thousands of processes.
 */
import type { FactSet } from '../model/fact.ts';
import type { FileOwnerFact, GpuUseFact } from '../model/facts/host.ts';
import type { SocketFact } from '../model/facts/network.ts';
import type {
  CpuUseFact,
  EnvironmentFact,
  MemoryMapFact,
  MiningTraceFact,
  ProcessFact,
  ThreadUse,
} from '../model/facts/process.ts';
import type { Evidence, Subject } from '../model/finding.ts';
import type { ProcessIdentity } from '../model/identity.ts';
import { baseName, type PathText, type Printable, phrase, printableText } from '../model/text.ts';
import type { JudgeContext } from './analyzer.ts';
import { mountedImages, type Place, placeIn } from './place.ts';

/** Percent of one core from which a process counts as using CPU at all: quotas throttle miners this far. */
export const busyPercent = 5;
/** Percent of one core from which a process is a CPU hog. Cryptojackers throttle to hide, so it is low. */
export const hogPercent = 25;
/** Seconds a process must have lived before its CPU per lifetime says anything. */
const settledSeconds = 60;

export type Ownership = 'package' | 'none' | 'unknown';

export interface CpuProfile {
  /** Percent of one core over the interval; undefined when it was not watched. */
  readonly now: number | undefined;
  /** The same if nobody had kept it waiting for a core: what counts on a crowded host, and under a quota. */
  readonly wanted: number | undefined;
  /** Percent of one core since it started; undefined for a process younger than a minute. */
  readonly life: number | undefined;
  /** The same whatever its age; 0 until it used a second. */
  readonly sinceStart: number;
  readonly busy: boolean;
  readonly hog: boolean;
  /** Stopped by a signal or a tracer. */
  readonly frozen: boolean;
  /** Threads that used or wanted ≥ 50 % of a core and are pinned to one CPU. */
  readonly pinned: number;
  /** Threads that used or wanted ≥ 50 % of a core. */
  readonly hotThreads: number;
}

export interface ProcessRecord {
  readonly process: ProcessFact;
  /** How people call it: its own name, that of its file where it has none, empty where it has neither. */
  readonly name: Printable;
  readonly cpu: CpuProfile;
  readonly owner: Ownership;
  readonly package: string;
  readonly place: Place;
  readonly use: CpuUseFact | undefined;
  readonly sockets: readonly SocketFact[];
  /** Connections that came in on a port that somebody listens to in the same network namespace. */
  readonly accepted: readonly SocketFact[];
  readonly traces: readonly MiningTraceFact[];
  readonly maps: MemoryMapFact | undefined;
  readonly environment: EnvironmentFact | undefined;
  readonly gpu: readonly GpuUseFact[];
}

const keyOf = (process: ProcessIdentity): string => `${process.pid}:${process.startTicks}`;

function grouped<T extends ProcessIdentity>(facts: readonly T[]): ReadonlyMap<string, readonly T[]> {
  return Map.groupBy(facts, keyOf);
}

export function cpuProfile(process: ProcessFact, use: CpuUseFact | undefined, nowUs: number): CpuProfile {
  const ageUs = nowUs - process.startTime.us;
  const usedUs = process.userUs + process.systemUs;
  const life = ageUs >= settledSeconds * 1e6 ? (usedUs / ageUs) * 100 : undefined;
  const now = use?.percent;
  const wanted = use === undefined ? undefined : Math.max(use.percent, use.wanted ?? 0);
  const hot = (thread: ThreadUse): boolean => (thread.wanted ?? thread.percent) >= 50;
  const threads = use?.threads ?? [];
  return {
    now,
    wanted,
    life,
    sinceStart: usedUs >= 1e6 && ageUs > 0 ? (usedUs / ageUs) * 100 : 0,
    busy: (wanted ?? 0) >= busyPercent || (life ?? 0) >= busyPercent,
    hog: (wanted ?? 0) >= hogPercent || (life ?? 0) >= hogPercent,
    frozen: process.state === 'T' || process.state === 't',
    pinned: threads.filter((thread) => hot(thread) && thread.pinned !== undefined).length,
    hotThreads: threads.filter(hot).length,
  };
}

/** Whose file it is. A container's paths are not those of the host's package database. */
function ownershipOf(process: ProcessFact, fact: FileOwnerFact | undefined): Ownership {
  const exe = process.exe;
  if (exe === undefined || exe.memfd) return exe === undefined ? 'unknown' : 'none';
  if (process.container !== undefined) return 'unknown';
  if (fact === undefined) return 'unknown';
  return fact.package === '' ? 'none' : 'package';
}

export class ProcessRecords implements Iterable<ProcessRecord> {
  readonly #records = new Map<number, ProcessRecord>();
  readonly owners: ReadonlyMap<string, FileOwnerFact>;

  constructor(facts: FactSet, context: JudgeContext) {
    const owners = new Map<string, FileOwnerFact>();
    for (const fact of facts.of('file-owner')) owners.set(fact.path, fact);
    this.owners = owners;
    const sockets = new Map<number, SocketFact[]>();
    const served = new Set<string>();
    for (const socket of facts.of('socket')) {
      if (socket.state === 'listen') served.add(`${socket.namespace}:${socket.local.port}`);
      for (const pid of socket.owners) {
        const list = sockets.get(pid);
        if (list === undefined) sockets.set(pid, [socket]);
        else list.push(socket);
      }
    }
    const images = mountedImages(facts);
    const uses = grouped(facts.of('cpu-use'));
    const traces = grouped(facts.of('mining-trace'));
    const maps = grouped(facts.of('memory-map'));
    const environments = grouped(facts.of('environment'));
    const gpus = grouped(facts.of('gpu-use'));
    for (const process of facts.of('process')) {
      const key = keyOf(process);
      const use = uses.get(key)?.at(-1);
      const owner = process.exe === undefined ? undefined : owners.get(process.exe.path);
      const ownership = ownershipOf(process, owner);
      const own = sockets.get(process.pid) ?? [];
      this.#records.set(process.pid, {
        process,
        name: process.name === '' && process.exe !== undefined ? baseName(process.exe.path) : process.name,
        cpu: cpuProfile(process, use, context.nowUs),
        owner: ownership,
        package: ownership === 'package' ? (owner?.package ?? '') : '',
        place: process.exe === undefined ? 'other' : placeIn(process.exe.path, images),
        use,
        sockets: own,
        accepted: own.filter(
          ({ state, namespace, local }) =>
            state === 'established' && served.has(`${namespace}:${local.port}`),
        ),
        traces: traces.get(key) ?? [],
        maps: maps.get(key)?.at(-1),
        environment: environments.get(key)?.at(-1),
        gpu: gpus.get(key) ?? [],
      });
    }
  }

  /** The record of this very process: same pid and same start. */
  of(identity: ProcessIdentity): ProcessRecord | undefined {
    const record = this.#records.get(identity.pid);
    return record?.process.startTicks === identity.startTicks ? record : undefined;
  }

  byPid(pid: number): ProcessRecord | undefined {
    return this.#records.get(pid);
  }

  [Symbol.iterator](): IterableIterator<ProcessRecord> {
    return this.#records.values();
  }
}

const remembered = new WeakMap<
  FactSet,
  { readonly size: number; readonly context: JudgeContext; readonly records: ProcessRecords }
>();

/** The records of a set of facts: made once for all analyzers, again when facts were added. */
export function recordsOf(facts: FactSet, context: JudgeContext): ProcessRecords {
  const known = remembered.get(facts);
  if (known !== undefined && known.size === facts.size && known.context === context) return known.records;
  const records = new ProcessRecords(facts, context);
  remembered.set(facts, { size: facts.size, context, records });
  return records;
}

export function subjectOf({ pid, startTicks }: ProcessIdentity): Subject {
  return { kind: 'process', pid, startTicks };
}

/** What a process is called; empty when there is no record of it, as there may be of a hidden one. */
export function nameOf(records: ProcessRecords, identity: ProcessIdentity): Printable {
  return records.of(identity)?.name ?? phrase``;
}

/** The line that shows which program a process runs. */
export function exeEvidence(process: ProcessFact): Evidence {
  const source = printableText(`/proc/${process.pid}/exe`);
  if (process.exe === undefined) return { source, text: printableText('no executable') };
  return {
    source,
    text: process.exe.deleted ? phrase`${process.exe.path} (deleted)` : process.exe.path,
  };
}

/** The line that shows how much CPU a process used, if that was seen. */
export function cpuEvidence(record: ProcessRecord): readonly Evidence[] {
  const { process, use, cpu } = record;
  if (use !== undefined && (cpu.wanted ?? 0) >= busyPercent) {
    const seconds = Math.round(use.windowUs / 1e5) / 10;
    const used = `${Math.round(use.percent)} percent of one core over ${seconds} s`;
    const wanted = Math.round(cpu.wanted ?? 0);
    const kept = wanted >= use.percent + busyPercent;
    const text = kept ? `${used}; kept waiting for a core, it wanted ${wanted} percent` : used;
    return [{ ...use.source, text: printableText(text) }];
  }
  const share = cpu.life ?? cpu.sinceStart;
  if (share < busyPercent) return [];
  const used = Math.round((process.userUs + process.systemUs) / 1e6);
  return [
    {
      source: printableText(`/proc/${process.pid}/stat`),
      text: printableText(`${used} s of CPU since it started, ${Math.round(share)} percent of one core`),
    },
  ];
}

/** An open TCP connection to another host, or through a local proxy. */
export function connections(record: ProcessRecord): readonly SocketFact[] {
  return record.sockets.filter(
    (socket) => (socket.transport === 'tcp' || socket.transport === 'tcp6') && socket.state === 'established',
  );
}

export function isListening(record: ProcessRecord): boolean {
  return record.sockets.some((socket) => socket.state === 'listen' && socket.transport !== 'unix');
}

const computeLibrary = /^lib(?:cuda|nvrtc|OpenCL|amdocl64|amdhip64|hsa-runtime64)[.-]/;

/** Holds a graphics card with libraries for computing, unlike a desktop that draws. */
export function computesOnGpu(record: ProcessRecord): boolean {
  return record.gpu.some(({ devices, libraries }) => devices.length > 0 && libraries.some(isComputeLibrary));
}

export function isComputeLibrary(path: PathText): boolean {
  return computeLibrary.test(baseName(path));
}

/** Works now, or would: a hog of CPU, a program on a graphics card, or one that was stopped by a signal. */
export function computes(record: ProcessRecord): boolean {
  return record.cpu.hog || record.cpu.frozen || computesOnGpu(record);
}

/** Interpreters and viewers are told by the package's own file, never by the name a process shows. */
export function ownedProgram(record: ProcessRecord): string {
  if (record.owner !== 'package' || record.process.exe === undefined) return '';
  return baseName(record.process.exe.path);
}
