/**
 * A child that looks at pids: `pid-sweep BYTES stat|no-stat`, where BYTES is the length of a bit set over all of them.
 *
 * Standard input is a queue that all children of a sweep share: each byte is the number of a stretch, and who reads
 * it has taken it. So none of them waits for another, however unevenly the cores are given out.
 */
import { readSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { signalOnParentDeath } from './namespaces.ts';
import { pidLimit } from './pids.ts';
import { usualPriority } from './priority.ts';
import { sweepLoop } from './sweep-loop.ts';
import { stretchBytes } from './sweep-queue.ts';

/**
 * Milliseconds at the priority of the scan. Where the cores are free, that is enough for all pids, and the scan that
 * reads beside it is not held up; where it was not enough, something else has the cores.
 */
const modestMs = 1000;

/**
 * Writes to stdout, for each stretch it took: its number, then its part of the bit sets kill, scheduler, and stat
 * where asked for. All of it at the end: the parent may be busy, and a full pipe would hold up the looking.
 */
export function runSweepChild(args: readonly string[]): number {
  const size = Number(args[0]);
  if (!Number.isInteger(size) || size <= 0 || size > (pidLimit >> 3) + 1) return 2;
  const parent = process.ppid;
  signalOnParentDeath(constants.signals.SIGKILL);
  const begun = performance.now();
  let raised = false;
  const loop = sweepLoop({ compile: true });
  const views = [loop.kill, loop.scheduler, ...(args[1] === 'stat' ? [loop.look] : [])];
  const parts: Uint8Array[] = [];
  const taken = new Uint8Array(1);
  while (readSync(0, taken, 0, 1, null) === 1) {
    // The parent may have died before its death could be signalled.
    if (process.ppid !== parent) return 1;
    if (!raised && performance.now() - begun > modestMs) {
      // Without privilege it stays as it is, and takes longer.
      usualPriority();
      raised = true;
    }
    const from = (taken[0] ?? 0) * stretchBytes;
    const to = Math.min(from + stretchBytes, size);
    if (from >= to) return 2;
    parts.push(Uint8Array.from(taken));
    for (const view of views) {
      const bits = new Uint8Array(new ArrayBuffer(to - from));
      view(from * 8, to * 8, bits);
      // Pid 0 asks kill(2) for our own group and sched_getscheduler(2) for ourselves.
      if (from === 0) bits[0] = (bits[0] ?? 0) & 0xfe;
      parts.push(bits);
    }
  }
  for (const part of parts) for (let at = 0; at < part.length; ) at += writeSync(1, part, at);
  return 0;
}
