/**
 * Floating-point control words of a suspect's running threads, and what RandomX leaves in them.
 *
 * What: up to eight hot threads of one process, each sampled until it is decided: eight samples within a millisecond
 * at least, and further ones, each further apart, where the thread flushes denormals and has shown one rounding mode.
 * A RandomX program without a CFROUND instruction keeps its mode for as long as it runs.
 * Why: RandomX runs with flush-to-zero and denormals-are-zero set and keeps rewriting the rounding mode. It is
 * what the processor computes, so neither name, packing nor memory layout changes it.
 * What it is NOT: a proof of guilt (monerod, p2pool and the owner's miner look the same), nor a look at threads
 * that wait: those would see EINTR from a stop, so only running ones are held, each for microseconds at a time.
 * Units: microseconds. Samples are MXCSR on x64 and FPCR on arm64.
 * Sources: miner-fingerprints §1.1 (measured on Debian's librandomx0); tevador/RandomX doc/specs.md §5.4;
 * Intel SDM vol. 1 §10.2.3 (DAZ bit 6, rounding bits 13–14, FTZ bit 15); Arm ARM FPCR (RMode 22–23, FZ 24).
 */
import { parseProcStat } from '../formats/proc-pid-stat.ts';
import type { RegisterFact } from '../model/facts/process.ts';
import type { ProcessIdentity } from '../model/identity.ts';
import type { SourceRecord } from '../model/source.ts';
import { type PathText, printableText } from '../model/text.ts';
import type { Answer, Native, Patience, RegisterSamples } from '../native/port.ts';

const artifact = 'probe.registers';

export interface RegisterOptions {
  /** Threads that are sampled; the first of `tids` that run. */
  readonly maxThreads?: number;
  /** Samples after which a thread without flags is done; where each takes its time, as few as are judged. */
  readonly leastStill?: number;
  /** How long a thread may take to stop, where the usual bound is too short for a crowded host. */
  readonly patience?: Patience;
}

const defaults = { maxThreads: 8, leastStill: 11 } as const;

/** Threads that are asked whether they run: a process may have thousands, given hottest first. */
const threadsLookedAt = 64;
const statLimit = 4096;

/** Samples that say something; a signal or a crowd may cut a row short. */
export const samplesNeeded = 8;
const modesNeeded = 2;
/**
 * Microseconds between samples: eight at once, which decide two of three times, then further and further apart. A
 * program of RandomX has no CFROUND with a chance of (255/256)^256 = 0.37 and lasts 0.2 ms in fast mode and 2 to 12 ms
 * in light mode, so equal gaps are too long for the one and too short for the other.
 */
const gapsUs: readonly number[] = [
  ...Array<number>(samplesNeeded - 1).fill(40),
  ...[500, 1000, 1000, 1500, 2000, 2000, 3000, 3000, 4000, 4000, 5000, 5000, 6000, 6000, 8000, 8000],
];
const x64Flush = 0x8040;
const arm64Flush = 1 << 24;

export interface RandomXJudgement {
  readonly match: boolean;
  /** Rounding modes among the samples that flush, 0–3, ascending. */
  readonly modes: readonly number[];
  /** Samples with flush-to-zero (and denormals-are-zero on x64). */
  readonly flagged: number;
}

/** RandomX, by the rule: of at least 8 samples, those that flush show at least two rounding modes. */
export function looksLikeRandomX(fact: Pick<RegisterFact, 'architecture' | 'samples'>): RandomXJudgement {
  const modes = new Set<number>();
  let flagged = 0;
  for (const sample of fact.samples) {
    const x64 = fact.architecture === 'x64';
    if (x64 ? (sample & x64Flush) !== x64Flush : (sample & arm64Flush) === 0) continue;
    flagged += 1;
    modes.add((sample >>> (x64 ? 13 : 22)) & 3);
  }
  const enough = fact.samples.length >= samplesNeeded;
  return { match: enough && modes.size >= modesNeeded, modes: [...modes].sort((a, b) => a - b), flagged };
}

export const isRandomX = (fact: Pick<RegisterFact, 'architecture' | 'samples'>): boolean =>
  looksLikeRandomX(fact).match;

/** Long enough to judge. */
export const isRow = ({ samples }: Pick<RegisterFact, 'samples'>): boolean => samples.length >= samplesNeeded;

const path = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Look {
  readonly startTicks: number;
  readonly state: string;
}

function lookAt(native: Native, file: string): Look | undefined {
  const answer = native.readFile(path(file), statLimit);
  return answer.status === 'ok' ? parseProcStat(answer.value) : undefined;
}

/**
 * Whether more samples would say more. RandomX that is between two hashes has no flag, and within a program without
 * a CFROUND instruction one mode: the first is over soon, so a few more are taken; the second takes as long as the
 * program runs, so it is looked at further and further apart until a mode differs.
 */
function isDecided(row: Pick<RegisterFact, 'architecture' | 'samples'>, leastStill: number): boolean {
  const { match, flagged } = looksLikeRandomX(row);
  return match || (flagged === 0 && row.samples.length >= leastStill);
}

function recordOf(source: PathText, answer: Answer<RegisterSamples>): SourceRecord {
  if (answer.status !== 'ok') {
    return { source, artifact, status: answer.status, reason: answer.reason, bytes: 0 };
  }
  const { samples, cut } = answer.value;
  const bytes = samples.length * 4;
  if (cut !== true || isRow(answer.value)) return { source, artifact, status: 'ok', bytes };
  const reason = `${samples.length} samples: the thread waits for a core`;
  return { source, artifact, status: 'truncated', reason, bytes };
}

/** A mount over /proc/pid hides nothing from us. */
const folderOf = (native: Native, pid: number): string => native.processFolder?.(pid) ?? `/proc/${pid}`;

/** Threads of the list that run now. */
function running(native: Native, pid: number, tids: readonly number[]): readonly number[] {
  const folder = folderOf(native, pid);
  return tids.filter((tid) => lookAt(native, `${folder}/task/${tid}/stat`)?.state === 'R');
}

export interface RegisterSuspect {
  readonly process: ProcessIdentity;
  /** The hottest first. */
  readonly tids: readonly number[];
}

export interface RegistersOf {
  readonly facts: readonly RegisterFact[];
  readonly sources: readonly SourceRecord[];
}

/**
 * Samples the running threads of all suspects, those that wait for a core at once. A process that is not the
 * one that was ranked (its start differs) is left alone.
 * @returns what was read of each, in their order
 */
export function probeRegisters(
  native: Native,
  suspects: readonly RegisterSuspect[],
  options: RegisterOptions = {},
): readonly RegistersOf[] {
  const wanted = { ...defaults, ...options };
  const same = ({ pid, startTicks }: ProcessIdentity): boolean =>
    lookAt(native, `${folderOf(native, pid)}/stat`)?.startTicks === startTicks;
  const nothing = (pid: number, status: SourceRecord['status'], reason: string): RegistersOf => ({
    facts: [],
    sources: [{ source: printableText(`ptrace:${pid}`), artifact, status, reason, bytes: 0 }],
  });
  const alive = suspects.map(({ process }) => same(process));
  const threads = suspects.flatMap(({ process: { pid }, tids }, at) =>
    alive[at] === true
      ? running(native, pid, tids.slice(0, threadsLookedAt))
          .slice(0, wanted.maxThreads)
          .map((tid) => ({ at, pid, tid }))
      : [],
  );
  const { leastStill, patience } = wanted;
  const answers = native.sampleThreads(threads, {
    gapsUs,
    enough: (row) => isDecided(row, leastStill),
    ...(patience === undefined ? {} : { patience }),
  });
  const read = threads.map((thread, index) => ({ ...thread, answer: answers[index] }));
  return suspects.map(({ process: { pid, startTicks } }, at) => {
    if (alive[at] !== true) return nothing(pid, 'absent', 'the process has ended');
    const mine = read.filter((one) => one.at === at);
    if (!same({ pid, startTicks })) return nothing(pid, 'absent', 'the process ended while it was sampled');
    if (mine.length === 0) return nothing(pid, 'empty', 'no thread of it runs');
    const facts: RegisterFact[] = [];
    const sources: SourceRecord[] = [];
    for (const { tid, answer } of mine) {
      if (answer === undefined) continue;
      const source = printableText(`ptrace:${pid}/${tid}`);
      sources.push(recordOf(source, answer));
      if (answer.status !== 'ok') continue;
      const { architecture, samples, heldUs } = answer.value;
      facts.push({
        kind: 'registers',
        pid,
        startTicks,
        tid,
        source: { source },
        architecture,
        samples,
        heldUs,
      });
    }
    return { facts, sources };
  });
}
