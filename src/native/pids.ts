/**
 * Which pids exist, by calls that take a pid: kill(2) with signal 0 and sched_getscheduler(2). Neither sends
 * or changes anything. Both also answer for threads, by their tid.
 */
import { availableParallelism } from 'node:os';
import { childCommand } from './child.ts';
import { errno, passOn } from './failure.ts';
import type { Answer, PidSweep } from './port.ts';
import { systemCall } from './syscall.ts';

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

/** The answer of one child for the bytes `from … to` of the bit sets: one set after the other. */
async function part(from: number, to: number, views: number, stat: boolean): Promise<Answer<Uint8Array>> {
  const child = Bun.spawn(childCommand('pid-sweep', [String(from), String(to), stat ? 'stat' : 'no-stat']), {
    cwd: '/',
    // Nothing of our environment is needed, and a loader variable in it would go on to the child. Bun unpacks the
    // headers of its compiler into the folder for temporary files; we include none, and leave none on the host.
    env: { TMPDIR: '/dev/null', BUN_TMPDIR: '/dev/null' },
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: stat ? patienceMs.names : patienceMs.calls,
    killSignal: 'SIGKILL',
  });
  const bytes = await new Response(child.stdout).bytes();
  const code = await child.exited;
  if (child.signalCode !== null) {
    return { status: 'timeout', reason: `a sweep over pids was ended by ${child.signalCode}` };
  }
  if (code !== 0 || bytes.length !== views * (to - from)) {
    return { status: 'error', reason: `a sweep over pids ended with ${code}, ${bytes.length} bytes` };
  }
  return { status: 'ok', value: bytes };
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
  const views = stat ? 3 : 2;
  const edges = Array.from({ length: children + 1 }, (_, index) => Math.floor((size * index) / children));
  const parts = await Promise.all(
    edges.slice(1).map((to, index) => part(edges[index] ?? 0, to, views, stat)),
  );
  const sets = Array.from({ length: views }, () => new Uint8Array(size));
  for (const [index, answer] of parts.entries()) {
    if (answer.status !== 'ok') return passOn(answer);
    const from = edges[index] ?? 0;
    const length = answer.value.length / views;
    for (const [view, set] of sets.entries()) {
      set.set(answer.value.subarray(view * length, (view + 1) * length), from);
    }
  }
  const [kill = new Uint8Array(), scheduler = new Uint8Array(), looked] = sets;
  // The last byte may reach past the limit.
  for (const set of sets) set[size - 1] = (set[size - 1] ?? 0) & ((2 << (bounded & 7)) - 1);
  return {
    status: 'ok',
    value: { limit: bounded, kill, scheduler, ...(looked === undefined ? {} : { stat: looked }) },
  };
}
