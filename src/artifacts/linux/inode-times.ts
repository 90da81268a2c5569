/**
 * Whether a folder kept the times of its inodes: a mounted image did, what an archive was unpacked to or a copy did not.
 *
 * How: of a host, some inode was always changed before the last line of its logs. Where none of a few hundred was, all
 * were made by copying; and where no content is as old as that either, the copy kept no time at all.
 * What it is NOT: asked of a running host. Units: microseconds UTC. Bounds: 200 files of each of a dozen folders.
 */
import { joinPath, printableText } from '../../model/text.ts';
import type { Target } from '../../target/port.ts';

/** `modified` where a copy kept mtime alone, `lost` where it kept nothing. */
export type InodeTimes = 'kept' | 'modified' | 'lost';

const folders = [
  ...['/etc', '/etc/cron.d', '/var/log', '/root', '/home', '/bin', '/usr/bin', '/usr/sbin'],
  ...['/var/spool/cron', '/var/spool/cron/crontabs', '/usr/lib', '/tmp'],
].map((path) => printableText(path));
const mostFiles = 200;
const leastFiles = 3;
const minuteUs = 60e6;
const hourUs = 3_600e6;
const dayUs = 86_400e6;

/**
 * @param lastLogUs when the host last wrote a line; minus infinity where no log tells
 */
export function inodeTimes(target: Target, lastLogUs: number): InodeTimes {
  let [files, older] = [0, 0];
  let [changedUs, modifiedUs, latestUs] = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  for (const folder of folders) {
    const { entries } = target.readNow({ kind: 'directory', path: folder, limit: mostFiles });
    for (const { name, type } of entries) {
      if (type !== 'file') continue;
      const { stat } = target.readNow({ kind: 'stat', path: joinPath(folder, name) });
      if (stat?.type !== 'file' || stat.changedUs <= 0) continue;
      files += 1;
      if (stat.modifiedUs < stat.changedUs - hourUs) older += 1;
      changedUs = Math.min(changedUs, stat.changedUs);
      modifiedUs = Math.min(modifiedUs, stat.modifiedUs);
      latestUs = Math.max(latestUs, stat.modifiedUs);
    }
  }
  if (files < leastFiles) return 'kept';
  const last = Number.isFinite(lastLogUs) ? lastLogUs : latestUs;
  if (changedUs <= last + minuteUs) return 'kept';
  if (older * 2 >= files) return 'modified';
  const isKnown = Number.isFinite(lastLogUs);
  return isKnown && changedUs > last + dayUs && modifiedUs > last + dayUs ? 'lost' : 'kept';
}
