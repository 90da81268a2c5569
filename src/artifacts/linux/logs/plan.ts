/**
 * Which logs are read when time or space does not suffice for all: the newest of each, and then what is older.
 *
 * Logs are read oldest first, but chosen newest first: file for file over all sets, so that no large log keeps the
 * others out. What is older than a file that was left out is left too: a log with a hole in it would seem silent. Units: bytes of the files as they lie there; a packed one is counted as what comes out of it.
 */
import type { LogFile } from './find-logs.ts';

/** What text logs are packed to, roughly. */
const packedRatio = 12;

export interface Planned {
  readonly file: LogFile;
  /** Bytes that may be read of it. */
  readonly bytes: number;
}

export interface Plan {
  /** Set by set, oldest first. */
  readonly chosen: readonly Planned[];
  readonly left: readonly LogFile[];
}

const cost = ({ size, packed }: LogFile): number => size * (packed ? packedRatio : 1);

/** @param bytes of content in all */
export function planOf(files: readonly LogFile[], bytes: number): Plan {
  const sets = new Map<string, LogFile[]>();
  for (const file of files) sets.set(file.set, [...(sets.get(file.set) ?? []), file]);
  const chosen = new Map<LogFile, number>();
  const ended = new Set<string>();
  let room = bytes;
  for (let age = 0; room > 0; age += 1) {
    const generation = [...sets.values()].flatMap((set) => set.at(-1 - age) ?? []);
    if (generation.length === 0) break;
    // The small ones first: what they leave goes to the large.
    generation.sort((a, b) => cost(a) - cost(b));
    for (const [index, file] of generation.entries()) {
      if (ended.has(file.set)) continue;
      const share = Math.floor(room / (generation.length - index));
      const whole = cost(file);
      if (whole <= share) {
        chosen.set(file, file.size);
        room -= whole;
        continue;
      }
      ended.add(file.set);
      if (!file.packed && file.reading.shape === 'lines' && share > 0) {
        chosen.set(file, share);
        room -= share;
      }
    }
  }
  return {
    chosen: files.flatMap((file) => {
      const most = chosen.get(file);
      return most === undefined ? [] : [{ file, bytes: most }];
    }),
    left: files.filter((file) => !chosen.has(file)),
  };
}
