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
export type TableView = 'proc' | 'netlink';

/** One reading of one table. Only whole readings come here: what was cut short proves nothing. */
export interface Reading {
  readonly view: TableView;
  readonly inodes: ReadonlySet<number>;
}

const omissionsNeeded = 2;

/**
 * True while some socket stands in every reading of one view and in none of the other: only then are more
 * readings worth their cost. On a busy host most differences end with the next look.
 */
export function suspectsLeft(readings: readonly Reading[]): boolean {
  return (['proc', 'netlink'] as const).some((view) => {
    const own = readings.filter((reading) => reading.view === view);
    const [first, ...rest] = readings.filter((reading) => reading.view !== view);
    if (first === undefined || own.length === 0) return false;
    for (const inode of first.inodes) {
      if (own.some((reading) => reading.inodes.has(inode))) continue;
      if (rest.every((reading) => reading.inodes.has(inode))) return true;
    }
    return false;
  });
}

/** Inodes that a view hides, with the views. `readings` are in the order of time. */
export function hiddenSockets(readings: readonly Reading[]): ReadonlyMap<number, readonly TableView[]> {
  const hidden = new Map<number, TableView[]>();
  for (const view of ['proc', 'netlink'] as const) {
    const own = new Set<number>();
    for (const set of readings) if (set.view === view) for (const inode of set.inodes) own.add(inode);
    const suspects = new Set<number>();
    for (const set of readings) {
      if (set.view === view) continue;
      for (const inode of set.inodes) if (!own.has(inode)) suspects.add(inode);
    }
    for (const inode of suspects) {
      const shows = (set: (typeof readings)[number]): boolean => set.view !== view && set.inodes.has(inode);
      const first = readings.findIndex(shows);
      const last = readings.findLastIndex(shows);
      const omissions = readings.filter((set, at) => set.view === view && at > first && at < last).length;
      if (omissions >= omissionsNeeded) hidden.set(inode, [...(hidden.get(inode) ?? []), view]);
    }
  }
  return hidden;
}
