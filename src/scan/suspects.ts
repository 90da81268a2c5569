/**
 * The dear stage: looks closely at the processes that rank highest, and at nothing else.
 *
 * Order within a suspect: registers first (they change by the microsecond), then maps, memory, environment and
 * configuration. Its executable lies on the disk and can wait until it is known who matters.
 */
import { attachContainers } from '../artifacts/linux/containers.ts';
import { ownersOf } from '../artifacts/linux/file-owners.ts';
import { mayBecomeRandomx } from '../coins/match-shapes.ts';
import type { CpuUseFact, MemoryMapFact, ProcessFact } from '../model/facts/process.ts';
import type { PathText } from '../model/text.ts';
import type { Native } from '../native/port.ts';
import { probeConfigFiles } from '../probe/config-files.ts';
import { probeEnvironment } from '../probe/environment.ts';
import { probeExecutable } from '../probe/executable.ts';
import { probeMemoryMap } from '../probe/memory-map.ts';
import { probeMiningTraces } from '../probe/mining-traces.ts';
import { probeProcessContext } from '../probe/process-context.ts';
import { isRandomX } from '../probe/registers.ts';
import { recordAll, type ScanContext } from './context.ts';
import { MappingRoom } from './mapping-room.ts';
import { limitsOf } from './options.ts';
import type { Ranked } from './rank.ts';
import {
  demandOf,
  hotPercent,
  isKept,
  type RegisterStage,
  type RegistersRead,
  readRegisters,
} from './registers.ts';
import { readRegistersLater } from './registers-later.ts';
import { sightMemory } from './sightings.ts';
import { useOfYoung } from './young-use.ts';

export interface SuspectOutcome {
  /** Processes with threads that use much CPU, and those of them whose registers were read. */
  readonly hot: number;
  readonly hotSampled: number;
  readonly hotReason?: string;
  /** Suspects whose memory could not be read, or not whole. */
  readonly unread: number;
}

/** Percent of one core of a process that works; a miner on a crowded host gets no more. */
const leastPercent = 2;

/** Whether a probe's answer is a gap in coverage: the process may also just have ended. */
const isGap = (status: string): boolean => status !== 'ok' && status !== 'absent' && status !== 'empty';

/** Mappings in detail are dear for large processes, and matter where memory may be a miner's. */
const wantsDetail = (process: ProcessFact, use: CpuUseFact | undefined): boolean =>
  demandOf(use) >= hotPercent || process.rss >= 192 << 20 || process.hugetlb > 0 || process.locked > 0;

class SuspectProbe {
  readonly #context: ScanContext;
  readonly #native: Native;
  readonly #uses: ReadonlyMap<number, CpuUseFact>;
  readonly #room = new MappingRoom();
  #registers: RegistersRead = { facts: [], sources: [], hot: 0, sampled: 0 };
  #unread = 0;

  constructor(context: ScanContext, native: Native) {
    this.#context = context;
    this.#native = native;
    this.#uses = new Map(context.facts.of('cpu-use').map((use) => [use.pid, use]));
  }

  get outcome(): SuspectOutcome {
    const { hot, sampled, reason } = this.#registers;
    return {
      hot,
      hotSampled: sampled,
      unread: this.#unread,
      ...(reason === undefined ? {} : { hotReason: reason }),
    };
  }

  async registers(processes: readonly ProcessFact[]): Promise<void> {
    this.#registers = await readRegisters(this.#stage, processes, this.#uses);
    this.#context.facts.addAll(this.#registers.facts);
    const proven = new Set(this.#registers.facts.filter(isRandomX).map(({ pid }) => pid));
    this.#addUse(processes.filter(({ pid }) => proven.has(pid)));
    recordAll(this.#context, this.#registers.sources);
  }

  /** Adds the map to the facts; the number of mappings that a judgement may miss. */
  #keep(map: MemoryMapFact): number {
    const { fact, lost } = this.#room.keep(map);
    this.#context.facts.add(fact);
    if (fact.left !== undefined) {
      const reason = `kept ${fact.mappings.length} of ${map.mappings.length} mappings`;
      const { source } = map.source;
      const record = { source, artifact: 'probe.memory-map', status: 'truncated', reason, bytes: 0 } as const;
      this.#context.log.record(record);
      // What was decoded of such a process is of tens of megabytes; the next may be one as well.
      Bun.gc(true);
    }
    return lost;
  }

  /** Memory is laid out for RandomX, and the registers say nothing of it: they are waited for. */
  async registersLater(processes: readonly ProcessFact[]): Promise<void> {
    const { facts } = this.#context;
    const laidOut = new Set(
      facts.of('memory-map').flatMap(({ pid, mappings }) => (mayBecomeRandomx(mappings) ? [pid] : [])),
    );
    const proven = new Set(this.#registers.facts.filter(isRandomX).map(({ pid }) => pid));
    const works = (pid: number): boolean => demandOf(this.#uses.get(pid)) >= leastPercent;
    // What its children used while CPU was watched went with those that ended, and now it may have none.
    const parents = new Set(facts.of('process').map(({ parent }) => parent));
    const hasWorkers = ({ pid, childUs }: ProcessFact): boolean => childUs > 0 || parents.has(pid);
    const open = processes.filter(
      (one) => laidOut.has(one.pid) && !proven.has(one.pid) && (works(one.pid) || hasWorkers(one)),
    );
    const crowded = open.some(({ pid }) => isKept(this.#uses.get(pid)));
    const later = await readRegistersLater(this.#stage, open, crowded);
    const born = later.processes.filter((one) => facts.process(one.pid)?.startTicks !== one.startTicks);
    facts.addAll(attachContainers(born, facts.of('container')));
    facts.addAll(later.facts);
    this.#addUse(later.processes);
  }

  #addUse(processes: readonly ProcessFact[]): void {
    const { target, facts } = this.#context;
    facts.addAll(useOfYoung(target, processes, this.#uses));
  }

  get #stage(): RegisterStage {
    const { target, nowUs, options } = this.#context;
    return { target, native: this.#native, maxThreads: limitsOf(options).threads, nowUs };
  }

  async rest(process: ProcessFact): Promise<void> {
    const { facts, target, options } = this.#context;
    const detailed = wantsDetail(process, this.#uses.get(process.pid));
    const maps = probeMemoryMap(target, process, { detailed });
    recordAll(this.#context, maps.sources);
    const limits = limitsOf(options);
    const map: MemoryMapFact | undefined = maps.facts[0];
    const traces = probeMiningTraces(this.#native, target, process, map, {
      maxBytes: limits.memoryBytes,
      maxMs: limits.memoryMs,
    });
    recordAll(this.#context, traces.sources);
    facts.addAll(traces.facts);
    const environment = probeEnvironment(target, process);
    recordAll(this.#context, environment.sources);
    facts.addAll(environment.facts);
    const surroundings = probeProcessContext(target, process);
    recordAll(this.#context, surroundings.sources);
    facts.addAll(surroundings.facts);
    const config = await probeConfigFiles(target, process);
    recordAll(this.#context, config.sources);
    facts.addAll(config.facts);
    const held = traces.sources.some(({ status }) => status === 'timeout');
    const mapUnread = maps.sources.some(({ status }) => isGap(status) && status !== 'truncated');
    const lost = map !== undefined && this.#keep(map) > 0;
    if (mapUnread || held || lost || (map !== undefined && !maps.whole)) this.#unread += 1;
    if (map !== undefined && !held && options.seen.length > 0) {
      facts.addAll(sightMemory(options.seen, this.#native, map, limits.memoryBytes));
    }
  }
}

/** Libraries that a suspect has mapped: their owners tell a replaced or foreign one. */
const mappedFiles = (maps: readonly MemoryMapFact[]): readonly PathText[] =>
  maps.flatMap((map) => map.mappings.filter((one) => one.access.includes('x')).map((one) => one.path));

export async function probeSuspects(
  context: ScanContext,
  native: Native,
  suspects: readonly Ranked[],
): Promise<SuspectOutcome> {
  const probe = new SuspectProbe(context, native);
  await probe.registers(suspects.map(({ process }) => process));
  for (const { process } of suspects) {
    await probe.rest(process);
    context.sweeper.sweep();
  }
  await probe.registersLater(suspects.map(({ process }) => process));
  const paths = new Set<PathText>(mappedFiles(context.facts.of('memory-map')));
  for (const process of context.facts.of('process'))
    if (process.exe !== undefined) paths.add(process.exe.path);
  const owners = await ownersOf(
    context.target,
    [...paths].filter((path) => path.startsWith('/')),
  );
  recordAll(context, owners.sources);
  context.facts.addAll(owners.facts);
  return probe.outcome;
}

/** Reads and hashes the executables of processes that matter; one that many share is read once. */
export function probeExecutables(context: ScanContext, processes: readonly ProcessFact[]): void {
  const done = new Set<string>();
  for (const process of processes) {
    const { exe } = process;
    if (exe === undefined) continue;
    const key = exe.inode === undefined ? `pid ${process.pid}` : `${exe.device}:${exe.inode}`;
    if (done.has(key)) continue;
    done.add(key);
    const { facts, sources } = probeExecutable(context.target, process);
    recordAll(context, sources);
    const sharing = processes
      .filter((other) => other.exe?.inode === exe.inode && other.exe?.device === exe.device)
      .map((other) => other.pid);
    for (const fact of facts) {
      context.facts.add(
        fact.kind === 'executable' && exe.inode !== undefined ? { ...fact, pids: sharing } : fact,
      );
    }
  }
}
