/**
 * Which pids exist, by calls that take a pid: kill(2) with signal 0 and sched_getscheduler(2). Neither sends
 * or changes anything. Both also answer for threads, by their tid.
 */
import { availableParallelism } from 'node:os';
import { childCommand } from './child.ts';
import { errno, passOn } from './failure.ts';
import type { Answer, PidSweep } from './port.ts';
import { stretchBytes, stretchesOf, sweepQueue } from './sweep-queue.ts';
import { close, systemCall } from './syscall.ts';

/** Refused by permission means that it is there. */
export function pidByKill(pid: number): boolean {
  // 0 and negative numbers mean groups.
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  const result = systemCall('kill', pid, 0);
  return result === 0 || result === -errno.EPERM;
}

export function pidByScheduler(pid: number): boolean {
  return Number.isSafeInteger(pid) && pid > 0 && systemCall('sched_getscheduler', pid) >= 0;
}

/** The kernel's own bound on pids: PID_MAX_LIMIT of include/linux/threads.h. */
export const pidLimit = 4 * 1024 * 1024;

/** Up to here a child costs more to start than the calls take. */
const ownLimit = 20_000;
const mostChildren = 4;
/**
 * The calls take a second, looking up four million names ten to thirty. On a host where a miner holds every
 * core, at our low priority, the same takes some ten times as long, and that is the host we are for.
 */
const patienceMs = { calls: 60_000, names: 180_000 } as const;

function sweepHere(limit: number): PidSweep {
  const size = (limit >> 3) + 1;
  const kill = new Uint8Array(size);
  const scheduler = new Uint8Array(size);
  for (let pid = 1; pid <= limit; pid += 1) {
    const at = pid >> 3;
    if (pidByKill(pid)) kill[at] = (kill[at] ?? 0) | (1 << (pid & 7));
    if (pidByScheduler(pid)) scheduler[at] = (scheduler[at] ?? 0) | (1 << (pid & 7));
  }
  return { limit, kill, scheduler };
}

/** What one child has to tell: a number and `views` parts of bit sets for each stretch that it took. */
async function child(size: number, queue: number, stat: boolean): Promise<Answer<Uint8Array>> {
  const process = Bun.spawn(childCommand('pid-sweep', [String(size), stat ? 'stat' : 'no-stat']), {
    cwd: '/',
    // Nothing of our environment is needed, and a loader variable in it would go on to the child. Bun unpacks the
    // headers of its compiler into the folder for temporary files; we include none, and leave none on the host.
    env: { TMPDIR: '/dev/null', BUN_TMPDIR: '/dev/null' },
    stdio: [queue, 'pipe', 'ignore'],
    timeout: stat ? patienceMs.names : patienceMs.calls,
    killSignal: 'SIGKILL',
  });
  const bytes = await new Response(process.stdout).bytes();
  const code = await process.exited;
  if (process.signalCode !== null) {
    return { status: 'timeout', reason: `a sweep over pids was ended by ${process.signalCode}` };
  }
  return code === 0
    ? { status: 'ok', value: bytes }
    : { status: 'error', reason: `a sweep over pids ended with ${code}` };
}

/** Puts the stretches of one child into the sets; false where it is not whole ones, or one for the second time. */
function take(bytes: Uint8Array, sets: readonly Uint8Array[], seen: Uint8Array): boolean {
  const size = sets[0]?.length ?? 0;
  for (let at = 0; at < bytes.length; ) {
    const index = bytes[at] ?? 0;
    const from = index * stretchBytes;
    const length = Math.min(stretchBytes, size - from);
    at += 1;
    if (index >= seen.length || seen[index] !== 0 || at + length * sets.length > bytes.length) return false;
    seen[index] = 1;
    for (const set of sets) {
      set.set(bytes.subarray(at, at + length), from);
      at += length;
    }
  }
  return true;
}

export async function sweepPids(
  limit: number,
  options: { readonly stat?: boolean } = {},
): Promise<Answer<PidSweep>> {
  const bounded = Math.min(Math.max(1, Math.floor(limit)), pidLimit);
  const stat = options.stat === true;
  if (bounded <= ownLimit && !stat) return { status: 'ok', value: sweepHere(bounded) };
  const size = (bounded >> 3) + 1;
  const children = Math.min(availableParallelism(), mostChildren, Math.ceil(bounded / ownLimit));
  const queue = sweepQueue(size);
  if (queue.status !== 'ok') return passOn(queue);
  let begun: readonly Promise<Answer<Uint8Array>>[];
  try {
    begun = Array.from({ length: children }, () => child(size, queue.value, stat));
  } finally {
    close(queue.value);
  }
  const sets = Array.from({ length: stat ? 3 : 2 }, () => new Uint8Array(size));
  const seen = new Uint8Array(stretchesOf(size));
  for (const answer of await Promise.all(begun)) {
    if (answer.status !== 'ok') return passOn(answer);
    if (!take(answer.value, sets, seen)) return { status: 'error', reason: 'a sweep over pids is not whole' };
  }
  if (seen.includes(0)) return { status: 'error', reason: 'a stretch of pids was not looked at' };
  const [kill = new Uint8Array(), scheduler = new Uint8Array(), looked] = sets;
  // The last byte may reach past the limit.
  for (const set of sets) set[size - 1] = (set[size - 1] ?? 0) & ((2 << (bounded & 7)) - 1);
  return {
    status: 'ok',
    value: { limit: bounded, kill, scheduler, ...(looked === undefined ? {} : { stat: looked }) },
  };
}
