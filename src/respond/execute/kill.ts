/**
 * Ends a set of processes and waits until none is left: respawners first, each by a handle that cannot reach another
 * process, and whatever was started from the attacker's files meanwhile.
 *
 * SIGKILL is the only signal. A group that the old freezer (cgroup v1) holds dies only when it is let go, so it is let go
 * after the signals are there: nothing of it runs again in user space (signal(7), freezer-subsystem.rst).
 * Bound: five seconds; who remains is told.
 */
import { isKernelThread } from '../../formats/proc-pid-stat.ts';
import type { Native } from '../../native/port.ts';
import type { Signals } from '../../native/process-signal.ts';
import { setFrozen } from '../freeze/cgroup-freezer.ts';
import type { Member } from '../freeze/freeze.ts';
import { statOf } from './running.ts';

const patienceMs = 5_000;
const pauseMs = 5;

export interface KillWorld {
  readonly native: Native;
  readonly signals: Signals;
  /** Our own pid, which is spared, with all above it. */
  readonly self: number;
  /** What belongs to the set now. */
  readonly find: () => readonly Member[];
}

export interface Killed {
  /** Processes that were ended by us. */
  readonly ended: number;
  readonly left: readonly number[];
}

function ancestorsOf(native: Native, pid: number): ReadonlySet<number> {
  const line = new Set<number>([1]);
  for (let at = pid; at > 1 && line.size < 100; at = statOf(native, at)?.parent ?? 0) line.add(at);
  return line;
}

const ended: ReadonlySet<string> = new Set(['Z', 'X', 'x']);

/** @param groups folders of cgroups in which members are held */
export async function kill(
  members: readonly Member[],
  groups: readonly string[],
  world: KillWorld,
): Promise<Killed> {
  const { native, signals } = world;
  const spared = ancestorsOf(native, world.self);
  const sent = new Map<number, number>();
  const alive = (pid: number, startTicks: number): boolean => {
    const stat = statOf(native, pid);
    return stat !== undefined && stat.startTicks === startTicks && !ended.has(stat.state);
  };
  const end = ({ pid, startTicks }: Member): void => {
    if (spared.has(pid)) return;
    const handle = signals.open(pid);
    if (handle.status !== 'ok') return;
    // Looked at after it was opened: the handle is of this process, or of none.
    const stat = statOf(native, pid);
    if (stat?.startTicks === startTicks && !isKernelThread(stat.flags) && !ended.has(stat.state)) {
      if (signals.send(handle.value, 'end').status === 'ok') sent.set(pid, startTicks);
    }
    signals.close(handle.value);
  };
  for (const member of members) end(member);
  for (const group of new Set(groups)) {
    try {
      setFrozen(group, false);
    } catch {
      // The group went with its last process.
    }
  }
  const until = performance.now() + patienceMs;
  let quiet = 0;
  while (performance.now() < until) {
    const fresh = world
      .find()
      .filter(({ pid, startTicks }) => sent.get(pid) !== startTicks && !spared.has(pid));
    for (const member of fresh) end(member);
    const remains = [...sent].some(([pid, startTicks]) => alive(pid, startTicks));
    // Twice nothing: between two looks nobody started another.
    quiet = fresh.length === 0 && !remains ? quiet + 1 : 0;
    if (quiet === 2) break;
    await Bun.sleep(pauseMs);
  }
  const all = new Map([...members, ...world.find()].map(({ pid, startTicks }) => [pid, startTicks]));
  const left = [...all]
    .filter(([pid, startTicks]) => !spared.has(pid) && alive(pid, startTicks))
    .map(([pid]) => pid);
  return { ended: sent.size, left };
}
