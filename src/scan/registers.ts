/**
 * Reads the registers of all suspects that compute, as they come to run.
 *
 * Only a running thread may be held, and a miner need not run when we look: its control group is out of quota
 * for some tens of milliseconds, or somebody stops and continues it by turns (cpulimit and its kin, a period
 * of a tenth of a second up to seconds). So all suspects are asked round after round, and each leaves the
 * round when it was seen or when its patience is over. The wait is shared: it does not grow with their number.
 * What it is NOT: a wait for sleepers. Threads that used nothing are no candidates, but for a process that is
 * stopped now and computed before: its threads are taken from its folder, the hardest worker first.
 * Units: milliseconds; percent of one core.
 */
import { parseProcStat } from '../formats/proc-pid-stat.ts';
import type { CpuUseFact, ProcessFact, RegisterFact } from '../model/facts/process.ts';
import type { SourceRecord } from '../model/source.ts';
import { joinPath, type PathText, phrase, printableText } from '../model/text.ts';
import type { Native, Patience } from '../native/port.ts';
import { hotTids } from '../probe/cpu.ts';
import { isRow, looksLikeRandomX, probeRegisters, samplesNeeded } from '../probe/registers.ts';
import type { Target } from '../target/port.ts';

/** Percent of one core from which registers must be read for a verdict of clean. */
export const hotPercent = 20;
/** Percent of one core of a thread that is worth sampling; a throttled miner spreads little over many. */
const leastThreadPercent = 2;
/** Percent of one core over its life from which a stopped process is waited for. */
const workedPercent = 5;
/** A control group waits for its next period (100 ms by default), a thread for a core of a loaded host. */
const usualPatience = 240;
/** A process that is stopped by signals: more than one whole second, the longest period seen in the wild. */
const stoppedPatience = 1500;
const pause = 20;
/**
 * Where threads wait for cores, each sample waits for the thread's turn: forty hogs on a core take 0.12 s a
 * round (a slice of 3 ms), and eight samples one second. All wait together, so this is for all of them.
 */
const crowdPatience: Patience = { stopUs: 2_500_000, totalUs: 6_000_000 };
/** Percent of one core that a suspect was kept from using: the host is crowded, or a quota holds it. */
const keptPercent = 15;
const mostThreadsListed = 64;
/** Further rows of a thread that flushes and has shown one mode. */
const mostMore = 3;

export interface RegistersRead {
  readonly facts: readonly RegisterFact[];
  readonly sources: readonly SourceRecord[];
  /** Processes that use much CPU, and those of them whose registers were read or that stood still. */
  readonly hot: number;
  readonly sampled: number;
  readonly reason?: string;
}

interface Waiting {
  readonly process: ProcessFact;
  readonly tids: readonly number[];
  readonly hot: boolean;
  /** Rows that were read beyond the first that is one. */
  more: number;
  /** Seen stopped once: it may be in the running half of its period when its patience is asked for. */
  stopped: boolean;
  facts: readonly RegisterFact[];
  sources: readonly SourceRecord[];
}

export interface RegisterStage {
  readonly target: Target;
  readonly native: Native;
  readonly maxThreads: number;
  readonly nowUs: number;
  /** For tests: a clock in milliseconds, and a wait. */
  readonly clock?: () => number;
  readonly sleep?: (ms: number) => Promise<void>;
}

const parts = { task: printableText('task'), stat: printableText('stat') } as const;

function statOf(target: Target, folder: PathText) {
  const file = target.readNow({ kind: 'file', path: joinPath(folder, parts.stat), limit: 4096 });
  return file.status === 'ok' ? parseProcStat(file.bytes) : undefined;
}

const isStopped = (state: string | undefined): boolean => state === 'T' || state === 't';

/** Threads of a stopped process by what they used in their lives. */
export function threadsByLife(target: Target, process: ProcessFact): readonly number[] {
  const task = joinPath(phrase`/proc/${process.pid}`, parts.task);
  const listing = target.readNow({ kind: 'directory', path: task });
  return listing.entries
    .slice(0, mostThreadsListed)
    .flatMap(({ name }) => statOf(target, joinPath(task, name)) ?? [])
    .map(({ pid, userTicks, systemTicks }) => ({ pid, used: userTicks + systemTicks }))
    .filter(({ used }) => used > 0)
    .sort((a, b) => b.used - a.used)
    .map(({ pid }) => pid);
}

function worked(process: ProcessFact, nowUs: number): boolean {
  const used = process.userUs + process.systemUs;
  const age = nowUs - process.startTime.us;
  return used >= 1e6 && age > 0 && (used / age) * 100 >= workedPercent;
}

/** A probe's answer is a gap in coverage, unless the process has just ended or stands still. */
const isGap = ({ status }: SourceRecord): boolean =>
  status !== 'ok' && status !== 'absent' && status !== 'empty';

const isRead = (facts: readonly RegisterFact[]): boolean => facts.some(isRow);

/** A thread's samples of several rows, as one. */
function joined(before: readonly RegisterFact[], now: readonly RegisterFact[]): readonly RegisterFact[] {
  const later = new Map(now.map((fact) => [fact.tid, fact]));
  const kept = before.map((fact): RegisterFact => {
    const more = later.get(fact.tid);
    if (more === undefined) return fact;
    later.delete(fact.tid);
    return { ...more, samples: [...fact.samples, ...more.samples], heldUs: fact.heldUs + more.heldUs };
  });
  return [...kept, ...later.values()];
}

/**
 * What became of each thread over several rows: read, where all its samples together are a row. What is said of the
 * process as a whole (it does not run, it has ended) stands only where no thread was asked.
 */
function joinedSources(
  records: readonly SourceRecord[],
  facts: readonly RegisterFact[],
): readonly SourceRecord[] {
  const read = new Map<string, RegisterFact>(facts.map((fact) => [fact.source.source, fact]));
  const all = new Map<string, SourceRecord>();
  for (const record of records) {
    const { source, artifact } = record;
    const fact = read.get(source);
    const bytes = (fact?.samples.length ?? 0) * 4;
    const whole = fact !== undefined && isRow(fact);
    all.set(source, whole ? { source, artifact, status: 'ok', bytes } : { ...record, bytes });
  }
  const threads = [...all.values()].filter(({ source }) => source.includes('/'));
  return threads.length > 0 ? threads : records.slice(-1);
}

/** Flags that RandomX sets, and no second mode yet in any of its threads. */
function isOpen(facts: readonly RegisterFact[]): boolean {
  const rows = facts.map(looksLikeRandomX);
  return rows.some(({ flagged }) => flagged > 0) && !rows.some(({ match }) => match);
}

/** One attempt at all of them. @returns those that are worth another one */
function attempt(stage: RegisterStage, pending: readonly Waiting[], patience?: Patience): readonly Waiting[] {
  const { maxThreads } = stage;
  // As few as are judged, where each takes its time.
  const slow = patience === undefined ? {} : { patience, leastStill: samplesNeeded };
  const read = probeRegisters(stage.native, pending, { maxThreads, ...slow });
  return pending.filter((one, at) => {
    const { facts, sources } = read[at] ?? { facts: [], sources: [] };
    // Where somebody stops and continues it, or many wait for a core, each row may be of few samples.
    one.facts = joined(one.facts, facts);
    one.sources = joinedSources([...one.sources, ...sources], one.facts);
    if (isRead(one.facts)) {
      // A row that a stop has cut may have met one program alone, which has one mode.
      one.more += 1;
      return isOpen(one.facts) && one.more <= mostMore;
    }
    return facts.length > 0 || sources.every(({ status }) => status === 'empty' || status === 'timeout');
  });
}

/** What it uses, or would use if nobody kept it waiting: percent of one core. */
export const demandOf = (use: CpuUseFact | undefined): number =>
  Math.max(use?.percent ?? 0, use?.wanted ?? 0);

function waitingFor(stage: RegisterStage, process: ProcessFact, use: CpuUseFact | undefined): Waiting {
  const running = use === undefined ? [] : hotTids([use], leastThreadPercent).map((thread) => thread.tid);
  const stopped =
    running.length === 0 &&
    process.pid !== 1 &&
    worked(process, stage.nowUs) &&
    isStopped(statOf(stage.target, phrase`/proc/${process.pid}`)?.state);
  return {
    process,
    tids: stopped ? threadsByLife(stage.target, process) : running,
    hot: demandOf(use) >= hotPercent && running.length > 0,
    stopped: isStopped(process.state),
    more: 0,
    facts: [],
    sources: [],
  };
}

export const isKept = (use: CpuUseFact | undefined): boolean =>
  demandOf(use) - (use?.percent ?? 0) >= keptPercent;

export async function readRegisters(
  stage: RegisterStage,
  processes: readonly ProcessFact[],
  uses: ReadonlyMap<number, CpuUseFact>,
): Promise<RegistersRead> {
  const clock = stage.clock ?? (() => performance.now());
  const sleep = stage.sleep ?? Bun.sleep;
  const all = processes
    .map((process) => waitingFor(stage, process, uses.get(process.pid)))
    .filter(({ tids }) => tids.length > 0);
  const crowded = all.some(({ process }) => isKept(uses.get(process.pid)));
  const started = clock();
  for (let pending: readonly Waiting[] = all; pending.length > 0; ) {
    const again = attempt(stage, pending, crowded ? crowdPatience : undefined);
    const waited = clock() - started;
    pending = again.filter((one) => {
      one.stopped ||= isStopped(statOf(stage.target, phrase`/proc/${one.process.pid}`)?.state);
      return waited < (one.stopped ? stoppedPatience : usualPatience);
    });
    if (pending.length > 0) await sleep(pause);
  }
  const hot = all.filter((one) => one.hot);
  const gaps = hot.filter((one) => !isRead(one.facts) && one.sources.some(isGap));
  const gap = gaps[0]?.sources.find(isGap);
  return {
    facts: all.flatMap((one) => one.facts),
    sources: all.flatMap((one) => one.sources),
    hot: hot.length,
    sampled: hot.length - gaps.length,
    ...(gap === undefined ? {} : { reason: gap.reason ?? gap.status }),
  };
}
