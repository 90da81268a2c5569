/**
 * Lays the readings of two socket views side by side and tells which sockets one of them hides.
 *
 * Why: a rootkit that filters `/proc/net/tcp` rarely filters netlink too (linux-hiding §3.3). What it is NOT:
 * a plain difference of two lists. Sockets come and go between two reads, and a walk over the kernel's hash
 * table may skip an entry when its neighbour goes away. So a socket counts as left out of a reading only when
 * readings of the other view before and after it both show the socket: it existed the whole time. And one such
 * omission is not enough; two are asked for, and no reading of the view may ever show it.
 * Sockets without inode (time-wait, requests) are never judged: nothing tells two of them apart.
 */
import type { SocketEntry } from '../../formats/socket-entry.ts';

export type TableView = 'proc' | 'netlink';

/** One reading of one table. Only whole readings come here: what was cut short proves nothing. */
export interface Reading {
  readonly view: TableView;
  readonly entries: readonly SocketEntry[];
}

const omissionsNeeded = 2;

const inodesOf = (reading: Reading): ReadonlySet<number> => {
  const inodes = new Set<number>();
  for (const entry of reading.entries) if (entry.inode !== 0) inodes.add(entry.inode);
  return inodes;
};

/** True when the views differ in sockets that could be judged, so that more readings are worth their cost. */
export function viewsDiffer(readings: readonly Reading[]): boolean {
  const proc = new Set<number>();
  const netlink = new Set<number>();
  for (const reading of readings) {
    const into = reading.view === 'proc' ? proc : netlink;
    for (const inode of inodesOf(reading)) into.add(inode);
  }
  return proc.symmetricDifference(netlink).size > 0;
}

/** Inodes that a view hides, with the views. `readings` are in the order of time. */
export function hiddenSockets(readings: readonly Reading[]): ReadonlyMap<number, readonly TableView[]> {
  const sets = readings.map((reading) => ({ view: reading.view, inodes: inodesOf(reading) }));
  const hidden = new Map<number, TableView[]>();
  for (const view of ['proc', 'netlink'] as const) {
    const own = new Set<number>();
    for (const set of sets) if (set.view === view) for (const inode of set.inodes) own.add(inode);
    const suspects = new Set<number>();
    for (const set of sets) {
      if (set.view === view) continue;
      for (const inode of set.inodes) if (!own.has(inode)) suspects.add(inode);
    }
    for (const inode of suspects) {
      const shows = (set: (typeof sets)[number]): boolean => set.view !== view && set.inodes.has(inode);
      const first = sets.findIndex(shows);
      const last = sets.findLastIndex(shows);
      const omissions = sets.filter((set, at) => set.view === view && at > first && at < last).length;
      if (omissions >= omissionsNeeded) hidden.set(inode, [...(hidden.get(inode) ?? []), view]);
    }
  }
  return hidden;
}
