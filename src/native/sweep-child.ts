/** The child that looks at a range of pids: `pid-sweep FROM TO stat|no-stat`, in bytes of the bit sets. */
import { writeSync } from 'node:fs';
import { constants } from 'node:os';
import { signalOnParentDeath } from './namespaces.ts';
import { pidLimit } from './pids.ts';
import { usualPriority } from './priority.ts';
import { sweepLoop } from './sweep-loop.ts';

/** Pids at one go; after each the child looks whether it is still wanted. */
const step = 1 << 16;

/**
 * Writes the bit sets to stdout, one after the other: kill, scheduler, and stat where asked for. All of them at the
 * end: the parent may be busy, and a full pipe would hold up the looking.
 */
export function runSweepChild(args: readonly string[]): number {
  const [from, to] = args.slice(0, 2).map(Number);
  const most = (pidLimit >> 3) + 1;
  if (from === undefined || to === undefined || !(from >= 0 && from < to && to <= most)) return 2;
  const parent = process.ppid;
  signalOnParentDeath(constants.signals.SIGKILL);
  // Without privilege it stays as it is, and takes longer.
  usualPriority();
  const loop = sweepLoop({ compile: true });
  const views = [loop.kill, loop.scheduler, ...(args[2] === 'stat' ? [loop.look] : [])];
  const sets: Uint8Array[] = [];
  for (const view of views) {
    const bits = new Uint8Array(new ArrayBuffer(to - from));
    for (let pid = from * 8; pid < to * 8; pid += step) {
      // The parent may have died before its death could be signalled.
      if (process.ppid !== parent) return 1;
      const end = Math.min(pid + step, to * 8);
      view(pid, end, bits.subarray((pid >> 3) - from, (end >> 3) - from));
    }
    // Pid 0 asks kill(2) for our own group and sched_getscheduler(2) for ourselves.
    if (from === 0) bits[0] = (bits[0] ?? 0) & 0xfe;
    sets.push(bits);
  }
  for (const bits of sets) for (let at = 0; at < bits.length; ) at += writeSync(1, bits, at);
  return 0;
}
