/**
 * When packages were put on the host, by the package database's own files.
 *
 * Why: a file that is newer than its neighbours and came while packages were installed is what their scripts made; one
 * that came when nothing was installed is somebody's own. What it is NOT: proof; whoever is root may install something
 * in the same hour. dpkg writes `info/NAME.list` anew at each installation and upgrade, pacman makes a folder
 * `local/NAME-VERSION`. rpm and apk keep one database for all, whose time is that of the last change alone: of those
 * there is no fact.
 * Bounds: 100,000 packages. Times are microseconds UTC, by the minute, ascending.
 */
import type { PackageTimesFact } from '../../model/facts/persistence.ts';
import { joinPath, printableText } from '../../model/text.ts';
import type { Target } from '../../target/port.ts';

const mostPackages = 100_000;
const minuteUs = 60e6;

const databases = [
  { folder: printableText('/var/lib/dpkg/info'), fits: (name: string): boolean => name.endsWith('.list') },
  { folder: printableText('/var/lib/pacman/local'), fits: (name: string): boolean => /-\d[^-]*$/.test(name) },
] as const;

/** Undefined where no database tells the times of single packages. */
export function packageTimesOf(target: Target): PackageTimesFact | undefined {
  for (const { folder, fits } of databases) {
    const { entries } = target.readNow({ kind: 'directory', path: folder, limit: 8 * mostPackages });
    const minutes = new Set<number>();
    for (const name of entries.flatMap((one) => (fits(one.name) ? [one.name] : [])).slice(0, mostPackages)) {
      const { stat } = target.readNow({ kind: 'stat', path: joinPath(folder, name) });
      if (stat !== undefined) minutes.add(Math.floor(stat.modifiedUs / minuteUs) * minuteUs);
    }
    if (minutes.size === 0) continue;
    const times = [...minutes].sort((a, b) => a - b);
    return { kind: 'package-times', source: { source: folder }, times };
  }
  return undefined;
}
