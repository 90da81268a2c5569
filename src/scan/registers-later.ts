/**
 * Waits for registers where memory is laid out for RandomX and the first look at registers showed none of it.
 *
 * What: the threads of such a process, and of its children, are sampled round after round, until one is seen or the
 * patience is over.
 * Why: a miner that fills its cache (a second) or its data set (a minute) computes Argon2 and plain integers, and one
 * that executes itself anew every few seconds is in that state for a good part of its life. Another one waits, and
 * lets one child after the other hash with the cache that they share: those it had when CPU was measured are gone.
 * What it is NOT: a wait on every host: few programs that compute hold a block of exactly that size.
 * Units: milliseconds.
 */
import { readProcess } from '../artifacts/linux/processes.ts';
import type { ProcessFact, RegisterFact } from '../model/facts/process.ts';
import { phrase, printableText } from '../model/text.ts';
import { isRandomX, probeRegisters, type RegistersOf } from '../probe/registers.ts';
import type { Target } from '../target/port.ts';
import { type RegisterStage, threadsByLife } from './registers.ts';

/** The cache takes a second of CPU, the time between two starts is a few; where cores are scarce, all of it longer. */
const usualPatience = 3000;
const crowdPatience = 10_000;
const pause = 100;
const mostChildren = 16;

export interface LaterRead {
  /** Rows that prove it; a row without proof repeats what the first look said. */
  readonly facts: readonly RegisterFact[];
  /** Whose they are: children that were born since the listing are among them. */
  readonly processes: readonly ProcessFact[];
}

/** Children of its first thread (Documentation/filesystems/proc.rst §3.5); none where the kernel tells none. */
function childrenOf(target: Target, { pid }: ProcessFact): readonly ProcessFact[] {
  const file = target.readNow({
    kind: 'file',
    path: phrase`/proc/${pid}/task/${pid}${printableText('/children')}`,
    limit: 65_536,
  });
  if (file.status !== 'ok') return [];
  const pids = Buffer.from(file.bytes).toString('latin1').trim().split(' ').slice(-mostChildren).map(Number);
  return pids.flatMap((child) => readProcess(target, child) ?? []);
}

function again(target: Target, process: ProcessFact): ProcessFact {
  const now = readProcess(target, process.pid);
  return now?.startTicks === process.startTicks ? now : process;
}

/** All threads that run are traced by another process: more rounds would be refused as well. */
const isRefused = ({ sources }: RegistersOf): boolean =>
  sources.length > 0 && sources.every(({ status }) => status === 'denied');

/** @param crowded a suspect is kept from its core, so that everything takes longer */
export async function readRegistersLater(
  stage: RegisterStage,
  processes: readonly ProcessFact[],
  crowded: boolean,
): Promise<LaterRead> {
  const { target, native, maxThreads } = stage;
  const clock = stage.clock ?? (() => performance.now());
  const sleep = stage.sleep ?? Bun.sleep;
  const end = clock() + (crowded ? crowdPatience : usualPatience);
  const facts: RegisterFact[] = [];
  const proven: ProcessFact[] = [];
  for (let pending = processes; pending.length > 0; ) {
    const left: ProcessFact[] = [];
    for (const parent of pending) {
      // Its threads and its children may be others by now.
      const family = [parent, ...childrenOf(target, parent)];
      const suspects = family.map((process) => ({ process, tids: threadsByLife(target, process) }));
      const read = probeRegisters(native, suspects, { maxThreads });
      const proof = read.map((one) => one.facts.filter(isRandomX));
      facts.push(...proof.flat());
      const seen = family.filter((_, at) => (proof[at]?.length ?? 0) > 0);
      // Read again: what it has used by now is the second witness of one that was born a moment ago.
      proven.push(...seen.map((process) => again(target, process)));
      if (proof.every((rows) => rows.length === 0) && !read.every(isRefused)) left.push(parent);
    }
    pending = clock() < end ? left : [];
    if (pending.length > 0) await sleep(pause);
  }
  return { facts, processes: proven };
}
