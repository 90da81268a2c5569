/**
 * The activity moderators (BAM, DAM) of the SYSTEM hive: when each user last had a program running, since Windows 10 1709.
 *
 * What it is NOT: a count, or older than about a week; programs on other hosts and removable disks are not in it.
 * Source: libyal/winreg-kb, docs/sources/system-keys/Background-activity-moderator.md.
 */
import type { Filetime } from '../filetime.ts';
import { u64 } from '../little-endian.ts';
import type { Hive } from '../registry/hive.ts';
import { valueType } from '../registry/value.ts';

const most = 20_000;
const places = [
  'bam\\UserSettings',
  'bam\\State\\UserSettings',
  'dam\\UserSettings',
  'dam\\State\\UserSettings',
];

export interface LastRun {
  readonly sid: string;
  /** `\Device\HarddiskVolume2\Windows\explorer.exe`, or the name of a package. */
  readonly program: string;
  readonly lastRun: Filetime;
  /** The key in which it stands: the same run may stand in several. */
  readonly place: string;
}

/** Empty where the hive has no such keys. */
export function readActivityModerators(hive: Hive): readonly LastRun[] {
  const found: LastRun[] = [];
  for (const set of hive.root.subkeys()) {
    if (!/^ControlSet\d{3}$/i.test(set.name)) continue;
    for (const place of places)
      for (const user of set.key(`Services\\${place}`)?.subkeys() ?? [])
        for (const value of user.values()) {
          if (value.type !== valueType.binary || value.size < 8 || found.length >= most) continue;
          const { bytes } = value.data(8);
          if (bytes.length === 8)
            found.push({ sid: user.name, program: value.name, lastRun: u64(bytes, 0), place: user.path });
        }
  }
  return found;
}
