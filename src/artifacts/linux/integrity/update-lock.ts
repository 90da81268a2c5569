/**
 * Whether a package manager is at work: it holds a lock on a file of its database.
 *
 * Why: while an update runs, new files meet old sums, and that is no attack. What it is NOT: an excuse for ever; only
 * files that changed in the last hour are given it. In a folder nobody holds anything.
 * Sources: /proc/locks (proc_locks(5): `1: POSIX ADVISORY WRITE pid major:minor:inode start end`), dpkg(1) lock,
 * rpm lib/rpmlock.c, apk database lock, pacman db.lck.
 */
import { type PathText, printableText } from '../../../model/text.ts';
import type { Target } from '../../../target/port.ts';

const lockFiles = [
  ...['/var/lib/dpkg/lock', '/var/lib/dpkg/lock-frontend'],
  ...['/var/lib/rpm/.rpm.lock', '/usr/lib/sysimage/rpm/.rpm.lock'],
  ...['/lib/apk/db/lock', '/usr/lib/apk/db/lock'],
].map(printableText);
/** Is there only while pacman works. */
const pacmanLock = printableText('/var/lib/pacman/db.lck');
const locksPath = printableText('/proc/locks');
const locksLimit = 4 << 20;

export type Lock = { readonly held: true; readonly path: PathText } | { readonly held: false };

export function heldLock(target: Target): Lock {
  if (target.kind !== 'live') return { held: false };
  if (target.readNow({ kind: 'stat', path: pacmanLock }).status === 'ok')
    return { held: true, path: pacmanLock };
  const { bytes } = target.readNow({ kind: 'file', path: locksPath, limit: locksLimit });
  const inodes = new Set<number>();
  for (const [, inode] of Buffer.from(bytes)
    .toString('latin1')
    .matchAll(/ WRITE +\d+ [0-9a-f]+:[0-9a-f]+:(\d+) /g)) {
    inodes.add(Number(inode));
  }
  if (inodes.size === 0) return { held: false };
  for (const path of lockFiles) {
    const { stat } = target.readNow({ kind: 'stat', path });
    if (stat !== undefined && inodes.has(stat.inode)) return { held: true, path };
  }
  return { held: false };
}
