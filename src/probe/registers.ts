/**
 * Floating-point control words of a suspect's running threads, and what RandomX leaves in them.
 *
 * What: up to eight hot threads of one process, each sampled ten times over some two milliseconds. A thread
 * that flushes denormals but has shown only one rounding mode so far is looked at again, further apart: a
 * RandomX program without a CFROUND instruction keeps its mode for as long as it runs.
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
import type { Answer, Native, RegisterSamples } from '../native/port.ts';

const artifact = 'probe.registers';

export interface RegisterOptions {
  /** Threads that are sampled; the first of `tids` that run. */
  readonly maxThreads?: number;
  readonly count?: number;
  readonly gapUs?: number;
  /** How long to wait for a thread to run, where all of them stand still. */
  readonly patienceMs?: number;
  /** Waits between two looks. */
  readonly sleep?: (ms: number) => void;
}

const defaults = { maxThreads: 8, count: 10, gapUs: 80, patienceMs: 240 } as const;

/** Threads that are asked whether they run: a process may have thousands, given hottest first. */
const threadsLookedAt = 64;
const statLimit = 4096;
/** Between two looks at a process of which no thread runs; throttling stops threads for tens of ms. */
const pauseMs = 20;
/** Sampling again, where one thread flushes and has shown one mode: rounds, and microseconds apart. */
const moreRounds = 2;
const moreGapUs = 2000;

const samplesNeeded = 8;
const modesNeeded = 2;
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

const path = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Look {
  readonly startTicks: number;
  readonly state: string;
}

function lookAt(native: Native, file: string): Look | undefined {
  const answer = native.readFile(path(file), statLimit);
  return answer.status === 'ok' ? parseProcStat(answer.value) : undefined;
}

/** Samples a thread; again and further apart where it flushes and has shown one mode only. */
function sample(
  native: Native,
  pid: number,
  tid: number,
  count: number,
  gapUs: number,
): Answer<RegisterSamples> {
  const first = native.sampleRegisters(pid, tid, count, gapUs);
  if (first.status !== 'ok') return first;
  let all = first.value;
  for (let round = 0; round < moreRounds; round += 1) {
    const { match, flagged } = looksLikeRandomX(all);
    if (match || flagged === 0) break;
    const more = native.sampleRegisters(pid, tid, count, moreGapUs);
    if (more.status !== 'ok') break;
    all = {
      architecture: all.architecture,
      samples: [...all.samples, ...more.value.samples],
      heldUs: all.heldUs + more.value.heldUs,
    };
  }
  return { status: 'ok', value: all };
}

function recordOf(source: PathText, answer: Answer<RegisterSamples>): SourceRecord {
  return answer.status === 'ok'
    ? { source, artifact, status: 'ok', bytes: answer.value.samples.length * 4 }
    : { source, artifact, status: answer.status, reason: answer.reason, bytes: 0 };
}

/** A mount over /proc/pid hides nothing from us. */
const folderOf = (native: Native, pid: number): string => native.processFolder?.(pid) ?? `/proc/${pid}`;

/** Threads of the list that run now. */
function running(native: Native, pid: number, tids: readonly number[]): readonly number[] {
  const folder = folderOf(native, pid);
  return tids.filter((tid) => lookAt(native, `${folder}/task/${tid}/stat`)?.state === 'R');
}

/**
 * Samples the running threads among `tids`, which come hottest first. A process that is not the one that was
 * ranked (its start differs) is left alone.
 */
export function probeRegisters(
  native: Native,
  process: ProcessIdentity,
  tids: readonly number[],
  options: RegisterOptions = {},
): { readonly facts: readonly RegisterFact[]; readonly sources: readonly SourceRecord[] } {
  const { maxThreads, count, gapUs, patienceMs } = { ...defaults, ...options };
  const sleep = options.sleep ?? Bun.sleepSync;
  const { pid, startTicks } = process;
  const whole = printableText(`ptrace:${pid}`);
  const same = (): boolean => lookAt(native, `${folderOf(native, pid)}/stat`)?.startTicks === startTicks;
  const nothing = (status: SourceRecord['status'], reason: string) => ({
    facts: [],
    sources: [{ source: whole, artifact, status, reason, bytes: 0 }],
  });
  if (!same()) return nothing('absent', 'the process has ended');

  const facts: RegisterFact[] = [];
  const sources = new Map<number, SourceRecord>();
  const candidates = tids.slice(0, threadsLookedAt);
  for (let waited = 0; ; waited += pauseMs) {
    for (const tid of running(native, pid, candidates)) {
      if (facts.length >= maxThreads) break;
      const source = printableText(`ptrace:${pid}/${tid}`);
      const answer = sample(native, pid, tid, count, gapUs);
      sources.set(tid, recordOf(source, answer));
      if (answer.status !== 'ok') continue;
      facts.push({
        kind: 'registers',
        pid,
        startTicks,
        tid,
        source: { source },
        architecture: answer.value.architecture,
        samples: answer.value.samples,
        heldUs: answer.value.heldUs,
      });
    }
    // A miner that is throttled by SIGSTOP or sleeps between hashes runs again within one of its periods.
    if (facts.length > 0 || waited >= patienceMs || candidates.length === 0) break;
    sleep(pauseMs);
  }
  if (!same()) return nothing('absent', 'the process ended while it was sampled');
  if (sources.size === 0) return nothing('empty', 'no thread of it runs');
  return { facts, sources: [...sources.values()] };
}
