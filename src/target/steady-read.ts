/**
 * Reads a file until what was read is of one version of it.
 *
 * Why: whoever rewrites a file while we read can make us see its old beginning with its new end, a third thing that
 * nobody wrote and that may look honest or evil. How: size and time stamps before and after; where they differ it is
 * read again. Stamps of older kernels move in steps of a few milliseconds, so of a file that was changed just now two
 * readings must be the same.
 * What it is NOT: a lock. What is written through a mapping gets its stamp late (mmap(2)) and may be missed.
 */
import { fstatSync, type Stats } from 'node:fs';
import type { Contents } from './arena.ts';

const mostReads = 4;
/** Milliseconds: longer than any step of the kernel's clock (10 ms with CONFIG_HZ=100). */
const young = 20;

const sameVersion = (a: Stats, b: Stats): boolean =>
  a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;

const isYoung = ({ mtimeMs, ctimeMs }: Stats): boolean => Date.now() - Math.max(mtimeMs, ctimeMs) < young;

export interface SteadyContents extends Contents {
  /** It changed at every reading: the bytes may be of more than one version. */
  readonly changed: boolean;
}

/**
 * @param seen its status when it was found
 * @param read reads it from the same place each time; what it gave before stays as it is
 */
export function readSteady(descriptor: number, seen: Stats, read: () => Contents): SteadyContents {
  let before = seen;
  let previous: Uint8Array | undefined;
  for (let reads = 1; ; reads += 1) {
    const contents = read();
    const after = fstatSync(descriptor);
    const steady =
      sameVersion(before, after) &&
      (!isYoung(after) || (previous !== undefined && Buffer.compare(previous, contents.bytes) === 0));
    if (steady || contents.late) return { ...contents, changed: false };
    if (reads === mostReads) return { ...contents, changed: true };
    before = after;
    previous = contents.bytes;
  }
}
