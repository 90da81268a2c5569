/**
 * `ProfileList` of the SOFTWARE hive: who has a profile on this host, where it lies, and when it was last used.
 *
 * Why: an account that was taken out of the SAM keeps its profile here. What it is NOT: a list of accounts; those of
 * domains and services stand here too.
 * Source: Microsoft, "Profiles directory and user profiles"; names of the values as in hives of Windows 7 to 11.
 */
import type { Filetime } from './filetime.ts';
import { valueNumber, valueText } from './registry/data.ts';
import type { Hive } from './registry/hive.ts';

const place = 'Microsoft\\Windows NT\\CurrentVersion\\ProfileList';
const most = 20_000;

export interface ProfileEntry {
  /** The name of its key: a SID, with `.bak` behind it where the profile was set aside. */
  readonly sid: string;
  /** With variables as they stand: `%SystemDrive%\Users\alice`. */
  readonly folder: string | undefined;
  /** 0 where none is kept. */
  readonly loaded: Filetime;
  readonly unloaded: Filetime;
  readonly written: Filetime;
}

/** Undefined where the hive has no such key, so that it is no SOFTWARE hive. */
export function readProfileList(hive: Hive): readonly ProfileEntry[] | undefined {
  const list = hive.key(place);
  if (list === undefined) return undefined;
  const profiles: ProfileEntry[] = [];
  for (const key of list.subkeys()) {
    if (profiles.length >= most) break;
    const time = (name: string): Filetime => {
      const high = valueNumber(key.value(`${name}High`));
      const low = valueNumber(key.value(`${name}Low`));
      return high === undefined || low === undefined ? 0n : (BigInt(high) << 32n) | BigInt(low);
    };
    const loaded = time('LocalProfileLoadTime');
    const unloaded = time('LocalProfileUnloadTime');
    profiles.push({
      sid: key.name,
      folder: valueText(key.value('ProfileImagePath')),
      loaded: loaded === 0n ? time('ProfileLoadTime') : loaded,
      unloaded: unloaded === 0n ? time('ProfileUnloadTime') : unloaded,
      written: key.lastWritten,
    });
  }
  return profiles;
}
