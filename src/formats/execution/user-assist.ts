/**
 * UserAssist of a user's hive: programs that somebody started by hand, through Explorer.
 *
 * Why: it tells a person at the desktop (an RDP intruder, or the owner with a cracked game) from a worm, which leaves nothing
 * here. What it is NOT: of services, tasks and consoles there is no trace.
 * Source: libyal/winreg-kb, winregrc/userassist.yaml (version 5: 72 bytes; version 3: 16 bytes, counted from 5 on).
 */
import type { Filetime } from '../filetime.ts';
import { u32, u64 } from '../little-endian.ts';
import type { Hive } from '../registry/hive.ts';

const place = 'Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\UserAssist';
const most = 20_000;
/** Bookkeeping of Explorer itself. */
const session = 'UEME_CTLSESSION';

export interface StartedByHand {
  /** A path, in which a folder that the shell knows may stand as its GUID; or the name of an application. */
  readonly name: string;
  readonly runs: number;
  /** 0 for never. */
  readonly lastRun: Filetime;
  /** Milliseconds in which it was in front; undefined before Windows 7. */
  readonly focusMs: number | undefined;
  /** The key of GUID below which it stands. */
  readonly group: string;
}

/** Names are written with each letter turned by thirteen. */
const turned = (text: string): string =>
  text.replace(/[a-z]/gi, (letter) => {
    const code = letter.charCodeAt(0);
    return String.fromCharCode(code + ((code & 0x1f) > 13 ? -13 : 13));
  });

/** Undefined where the hive has no such key. */
export function readUserAssist(hive: Hive): readonly StartedByHand[] | undefined {
  const key = hive.key(place);
  if (key === undefined) return undefined;
  const found: StartedByHand[] = [];
  for (const group of key.subkeys())
    for (const value of group.subkey('Count')?.values() ?? []) {
      const name = turned(value.name);
      const { bytes } = value.data(128);
      if (name === session || found.length >= most) continue;
      if (bytes.length >= 68) {
        const [runs, focusMs, lastRun] = [u32(bytes, 4), u32(bytes, 12), u64(bytes, 60)];
        found.push({ name, runs, lastRun, focusMs, group: group.name });
      } else if (bytes.length === 16) {
        const runs = Math.max(0, u32(bytes, 4) - 5);
        found.push({ name, runs, lastRun: u64(bytes, 8), focusMs: undefined, group: group.name });
      }
    }
  return found;
}
