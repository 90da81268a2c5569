/** What it means that something is at a path, or runs: pure, against what was removed. */
import type { PathText } from '../../model/text.ts';
import type { Met } from './process-book.ts';
import { linesOf, type Removed } from './removed.ts';

/** What is at a path now. */
export interface FoundFile {
  readonly type: 'file' | 'link' | 'directory' | 'other';
  readonly size: number;
  /** Of plain files and links, where they are small enough to be hashed. */
  readonly sha256: string | undefined;
  /** Of a plain file that is small enough to be edited. */
  readonly content: Uint8Array | undefined;
}

export type Returned =
  | {
      readonly kind: 'file';
      readonly what: PathText;
      readonly same: boolean;
      readonly sha256: string | undefined;
    }
  | { readonly kind: 'line'; readonly what: PathText }
  | { readonly kind: 'program'; readonly what: PathText };

/** Whether a path is waited for at all: nothing else is looked at. */
export const isAwaited = (removed: Removed, path: string): boolean =>
  removed.taken.has(path) || removed.edited.has(path);

/** As what it is told when that what is waited for at a path is there again. */
export function kindAt(removed: Removed, path: string): 'file' | 'line' | undefined {
  const taken = removed.taken.get(path);
  if (taken !== undefined && taken.type !== 'directory') return 'file';
  return removed.edited.has(path) ? 'line' : undefined;
}

/**
 * What was taken is there again, whatever is in it now; of an edited file only a line that went: its owner may write it.
 * A folder that was taken is nobody's: somebody else's /tmp/x is a folder too, and what comes back in it is told.
 */
export function returnedFile(
  removed: Removed,
  path: PathText,
  found: FoundFile | undefined,
): Returned | undefined {
  if (found === undefined) return undefined;
  const taken = removed.taken.get(path);
  if (taken !== undefined && taken.type !== 'directory') {
    const { sha256, type } = found;
    return { kind: 'file', what: path, same: sha256 === taken.sha256 && type === taken.type, sha256 };
  }
  const edited = removed.edited.get(path);
  if (edited === undefined || found.content === undefined) return undefined;
  for (const [, hash] of linesOf(found.content)) {
    if (edited.lines.has(hash)) return { kind: 'line', what: path };
  }
  return undefined;
}

/** @param hashOf SHA-256 of the program of the process, asked only where a program of its size was taken */
export function returnedProgram(
  removed: Removed,
  met: Met,
  size: number | undefined,
  hashOf: () => string | undefined,
): Returned | undefined {
  // A path in a container is another file.
  if (met.kernel || met.link.container !== undefined) return undefined;
  const path = met.runs.find((one) => removed.programs.has(one) || isTakenProgram(removed, one));
  if (path !== undefined) return { kind: 'program', what: path };
  if (size === undefined || !removed.sizes.has(size)) return undefined;
  const hash = hashOf();
  const [exe] = met.runs;
  return exe !== undefined && hash !== undefined && removed.hashes.has(hash)
    ? { kind: 'program', what: exe }
    : undefined;
}

function isTakenProgram(removed: Removed, path: string): boolean {
  const taken = removed.taken.get(path);
  return taken !== undefined && taken.type === 'file';
}
