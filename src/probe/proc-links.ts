/**
 * The link count of /proc against its listing.
 *
 * What: the kernel computes the link count from its own count of processes; the listing passes through whatever
 * hooks it. More links than folders means processes that are not listed, though not which.
 * Why: it is cheap, needs no pid, and a hook of getdents does not change it.
 * What it is NOT: usable inside a pid namespace, where the count is that of the whole kernel.
 * Sources: fs/proc/root.c proc_root_getattr; linux-hiding §3.1 (measured: 101 = 90 + 9 + 2);
 * include/linux/proc_ns.h PROC_PID_INIT_INO.
 */
import { readlinkSync } from 'node:fs';
import type { Answer, Native } from '../native/port.ts';
import { linksOfProc, listByKernel } from './pid-listing.ts';

/** Looks with one link count before and after the listing. */
const roundsNeeded = 3;
const mostRounds = 12;

/** True where our pid namespace is the first of this kernel. */
export function inInitialPidNamespace(): boolean {
  try {
    return readlinkSync('/proc/self/ns/pid') === 'pid:[4026531836]';
  } catch {
    // Not to be known, so the count is not used.
    return false;
  }
}

export interface LinkComparison {
  /** Folders by the link count, less the two that every folder has. */
  readonly counted: number;
  readonly listed: number;
}

/** The least difference of three undisturbed looks: forks between count and listing only ever add to it. */
export function compareLinks(native: Native, initialPidNamespace: boolean): Answer<LinkComparison> {
  if (!initialPidNamespace) {
    return { status: 'absent', reason: 'the link count of /proc is that of the whole kernel' };
  }
  let best: LinkComparison | undefined;
  let good = 0;
  for (let round = 0; round < mostRounds && good < roundsNeeded; round += 1) {
    const before = linksOfProc(native);
    const listing = listByKernel(native);
    const after = linksOfProc(native);
    if (before.status !== 'ok') return { status: before.status, reason: before.reason };
    if (after.status !== 'ok') return { status: after.status, reason: after.reason };
    if (listing.status !== 'ok') return { status: listing.status, reason: listing.reason };
    if (before.value !== after.value) continue;
    good += 1;
    const seen = {
      counted: before.value - 2,
      listed: listing.value.pids.size + listing.value.otherFolders,
    };
    if (best === undefined || seen.counted - seen.listed < best.counted - best.listed) best = seen;
  }
  if (best === undefined || good < roundsNeeded) {
    return { status: 'error', reason: 'processes come and go too fast to count them' };
  }
  return best.counted < best.listed
    ? { status: 'error', reason: 'fewer links than folders: this kernel does not count them so' }
    : { status: 'ok', value: best };
}
