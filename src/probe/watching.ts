/**
 * Does a suspect work less while somebody watches?
 *
 * Why: many miners stop as soon as `top` or `htop` runs, so whoever looks finds a quiet host.
 * How: CPU from /proc/pid/stat in short windows: before, during and after. With `--active` a decoy stands for the
 * watcher: an inert process of ours that carries the name `top`, starts nothing and ends after at most a minute, also
 * when we are killed. Without it the same suspects are only sampled for longer, and a pause in the series is told with
 * the watcher `none`.
 * What it is NOT: a proof by one pause: work comes in bursts. Medians over at least three windows are compared, and
 * the load has to come back; the analyzer judges how deep the fall must be.
 * Units: percent of one core; milliseconds. Sources: proc_pid_stat(5); prctl(2) PR_SET_NAME.
 */
import { join } from 'node:path';
import { parseProcStat } from '../formats/proc-pid-stat.ts';
import { errorText } from '../model/error.ts';
import type { WatchReactionFact } from '../model/facts/process.ts';
import type { ProcessIdentity } from '../model/identity.ts';
import type { SourceRecord } from '../model/source.ts';
import { type PathText, phrase } from '../model/text.ts';
import { childCommand } from '../native/child.ts';
import type { Native } from '../native/port.ts';
import type { Target } from '../target/port.ts';

const artifact = 'probe.watching';
const statLimit = 4096;
/** Windows of a phase below which nothing is said. */
const fewest = 3;
const mostProcesses = 64;

export interface Reaction {
  readonly percentBefore: number;
  readonly percentWatched: number;
  readonly percentAfter: number;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** Medians of the three phases, or nothing where a phase has too few windows. Percent of one core. */
export function judgeReaction(
  before: readonly number[],
  during: readonly number[],
  after: readonly number[],
): Reaction | undefined {
  if (before.length < fewest || during.length < fewest || after.length < fewest) return undefined;
  return { percentBefore: median(before), percentWatched: median(during), percentAfter: median(after) };
}

/** A pause in a long series: the longest run of low windows that has enough of others on both sides. */
export function judgePause(series: readonly number[]): Reaction | undefined {
  const high = Math.max(0, ...series) * 0.3;
  if (high < 5) return undefined;
  let longest: { readonly start: number; readonly end: number } | undefined;
  for (let start = 0; start < series.length; ) {
    if ((series[start] ?? 0) > high) {
      start += 1;
      continue;
    }
    let end = start;
    while (end < series.length && (series[end] ?? 0) <= high) end += 1;
    const within = start >= fewest && series.length - end >= fewest;
    if (within && (longest === undefined || end - start > longest.end - longest.start))
      longest = { start, end };
    start = end;
  }
  return longest === undefined
    ? undefined
    : judgeReaction(
        series.slice(0, longest.start),
        series.slice(longest.start, longest.end),
        series.slice(longest.end),
      );
}

export interface Decoy {
  /** How it is told: `decoy:top`. */
  readonly name: string;
  stop(): Promise<void>;
}

const decoyName = 'top';
const entry = join(import.meta.dir, 'child-main.ts');

/** Starts the decoy and waits until it carries its name. It is ours and ends with us. */
export async function startDecoy(): Promise<Decoy> {
  const child = Bun.spawn(childCommand('decoy', [decoyName], entry), {
    argv0: decoyName,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {},
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await child.exited;
  };
  const reader = child.stdout.getReader();
  const first = await reader.read();
  reader.releaseLock();
  if (first.done) {
    await stop();
    throw new Error('the decoy ended before it was ready');
  }
  return { name: `decoy:${decoyName}`, stop };
}

export interface WatchingOptions {
  /** Starts a decoy between the phases: acts on the scene. */
  readonly active: boolean;
  /** Windows of each phase, and how long each is. */
  readonly windows?: number;
  readonly windowMs?: number;
  readonly sleep?: (ms: number) => Promise<void>;
  /** Milliseconds of a clock that only goes forward. */
  readonly clock?: () => number;
  readonly decoy?: () => Promise<Decoy>;
}

export interface WatchingResult {
  readonly facts: readonly WatchReactionFact[];
  readonly sources: readonly SourceRecord[];
}

interface Look {
  readonly atMs: number;
  readonly ticks: number;
}

/** Samples the suspects' CPU over three phases. Takes 3 × windows × windowMs. */
export async function probeWatching(
  native: Pick<Native, 'ticksPerSecond'>,
  target: Target,
  processes: readonly ProcessIdentity[],
  options: WatchingOptions,
): Promise<WatchingResult> {
  const { windows = 5, windowMs = 400, clock = () => performance.now() } = options;
  const sleep = options.sleep ?? ((ms: number) => Bun.sleep(ms));
  const watched = processes.slice(0, mostProcesses);
  const sourceOf = (pid: number): PathText => phrase`/proc/${pid}/stat`;

  const look = ({ pid, startTicks }: ProcessIdentity): Look | undefined => {
    const { status, bytes } = target.readNow({ kind: 'file', path: sourceOf(pid), limit: statLimit });
    const stat = status === 'ok' ? parseProcStat(bytes) : undefined;
    if (stat?.startTicks !== startTicks) return undefined;
    return { atMs: clock(), ticks: stat.userTicks + stat.systemTicks };
  };
  /** Percent of each window of a phase, by process. */
  const phase = async (): Promise<readonly (readonly number[])[]> => {
    const series = watched.map((): number[] => []);
    let last = watched.map(look);
    for (let window = 0; window < windows; window += 1) {
      await sleep(windowMs);
      const now = watched.map(look);
      now.forEach((seen, index) => {
        const before = last[index];
        if (seen === undefined || before === undefined || seen.atMs <= before.atMs) return;
        const seconds = (seen.atMs - before.atMs) / 1000;
        series[index]?.push((100 * (seen.ticks - before.ticks)) / native.ticksPerSecond / seconds);
      });
      last = now;
    }
    return series;
  };

  const sources: SourceRecord[] = [];
  const before = await phase();
  let watcher = 'none';
  let during: readonly (readonly number[])[];
  let decoy: Decoy | undefined;
  try {
    if (options.active) {
      decoy = await (options.decoy ?? startDecoy)();
      watcher = decoy.name;
      // Miners look for watchers once a second or so; the first windows still show the work of before.
      await sleep(2 * windowMs);
    }
    during = await phase();
  } catch (thrown) {
    const reason = errorText(thrown);
    return { facts: [], sources: [{ source: phrase`decoy`, artifact, status: 'error', reason, bytes: 0 }] };
  } finally {
    await decoy?.stop();
  }
  if (decoy !== undefined) await sleep(2 * windowMs);
  const after = await phase();

  const facts: WatchReactionFact[] = [];
  watched.forEach(({ pid, startTicks }, index) => {
    const [first = [], second = [], third = []] = [before[index], during[index], after[index]];
    const source = sourceOf(pid);
    const samples = first.length + second.length + third.length;
    const reaction =
      watcher === 'none' ? judgePause([...first, ...second, ...third]) : judgeReaction(first, second, third);
    const whole = samples === 3 * windows;
    sources.push({
      source,
      artifact,
      status: whole ? 'ok' : samples === 0 ? 'absent' : 'truncated',
      ...(whole ? {} : { reason: 'process ended' }),
      bytes: 0,
    });
    if (reaction !== undefined) {
      facts.push({ kind: 'watch-reaction', source: { source }, pid, startTicks, ...reaction, watcher });
    }
  });
  return { facts, sources };
}
