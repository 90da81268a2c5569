/**
 * One bounded walk over the files of many folders of a target.
 *
 * Why: files that no process holds are found by looking, and a host has more files than anybody can read.
 * How: level by level over all places, so that one place full of files cannot use up what others need; folders that
 * hold many files and seldom anything else come last. No link is followed but a place's own, which stays within the
 * target; what may hang is left to the target, which does not touch it and says so.
 * What it is NOT: a reader of files; and a folder that is cut is told, never passed over.
 */
import type { SourceStatus } from '../../model/source.ts';
import { joinPath, type PathText, phrase, printableText } from '../../model/text.ts';
import type { Target } from '../../target/port.ts';
import { type DropPlace, isHiddenName, isLate, takesFolder, takesName } from './dropped-places.ts';

export interface WalkBounds {
  /** Names that are looked at in all. */
  readonly entries: number;
  /** Names that are looked at in one folder. */
  readonly perFolder: number;
}

export interface WalkedFile {
  readonly path: PathText;
  readonly place: DropPlace;
  /** Only when it has an execute bit. */
  readonly programOnly: boolean;
}

export interface WalkProblem {
  readonly path: PathText;
  readonly status: SourceStatus;
  readonly reason?: string;
}

export interface WalkOutcome {
  readonly entries: number;
  readonly folders: number;
  /** Why it ended before the end. */
  readonly cut?: string;
  readonly problems: readonly WalkProblem[];
}

interface Folder {
  readonly path: PathText;
  readonly place: DropPlace;
  readonly level: number;
  /** A folder on the way from the place has a hidden name. */
  readonly hidden: boolean;
}

const mostProblems = 200;

class Walk {
  readonly #target: Target;
  readonly #bounds: WalkBounds;
  readonly #leaveOut: ReadonlySet<string>;
  readonly #problems: WalkProblem[] = [];
  readonly #places: ReadonlySet<string>;
  #entries = 0;
  #folders = 0;
  #cut: string | undefined;

  constructor(
    target: Target,
    places: readonly DropPlace[],
    bounds: WalkBounds,
    leaveOut: ReadonlySet<string>,
  ) {
    this.#target = target;
    this.#bounds = bounds;
    this.#leaveOut = leaveOut;
    this.#places = new Set(places.filter((place) => place.take === 'all').map((place) => place.path));
  }

  get outcome(): WalkOutcome {
    return {
      entries: this.#entries,
      folders: this.#folders,
      problems: this.#problems,
      ...(this.#cut === undefined ? {} : { cut: this.#cut }),
    };
  }

  stop(reason: string): void {
    this.#cut ??= reason;
  }

  run(starts: readonly Folder[], each: (file: WalkedFile) => string | undefined): void {
    const late: Folder[] = [];
    let level = starts;
    while (level.length > 0 && this.#cut === undefined) {
      const next: Folder[] = [];
      for (const folder of level) {
        this.#enter(folder, next, late, each);
        if (this.#cut !== undefined) return;
      }
      level = next.length > 0 ? next : late.splice(0);
    }
  }

  #problem(path: PathText, status: SourceStatus, reason: string | undefined): void {
    if (this.#problems.length >= mostProblems) return;
    this.#problems.push({ path, status, ...(reason === undefined ? {} : { reason }) });
  }

  #enter(
    folder: Folder,
    next: Folder[],
    late: Folder[],
    each: (file: WalkedFile) => string | undefined,
  ): void {
    const { path, place, level, hidden } = folder;
    const limit = this.#bounds.perFolder;
    const listed = this.#target.readNow({ kind: 'directory', path, limit });
    // It may have been removed since its parent was listed, and a place need not be there.
    if (listed.status === 'absent' || listed.status === 'empty') return;
    if (listed.status !== 'ok') this.#problem(path, listed.status, listed.reason);
    this.#folders += 1;
    for (const { name, type } of listed.entries) {
      this.#entries += 1;
      if (this.#entries > this.#bounds.entries) {
        this.stop(`more than ${this.#bounds.entries} names`);
        return;
      }
      if (type === 'directory') {
        if (level >= place.depth || !takesFolder(place, name, hidden)) continue;
        const inner = joinPath(path, name);
        if (this.#places.has(inner) || this.#leaveOut.has(inner)) continue;
        const entered = { path: inner, place, level: level + 1, hidden: hidden || isHiddenName(name) };
        (isLate(name) ? late : next).push(entered);
      } else if (type === 'file') {
        const taken = takesName(place, name, level, hidden);
        if (taken === 'no') continue;
        const reason = each({ path: joinPath(path, name), place, programOnly: taken === 'program' });
        if (reason !== undefined) {
          this.stop(reason);
          return;
        }
      }
    }
  }
}

/**
 * @param leaveOut folders that are not entered: mounts of the kernel's own file systems
 * @param each is given every file, and answers why the walk must end, or nothing
 */
export function walkFiles(
  target: Target,
  places: readonly DropPlace[],
  bounds: WalkBounds,
  leaveOut: ReadonlySet<string>,
  each: (file: WalkedFile) => string | undefined,
): WalkOutcome {
  const walk = new Walk(target, places, bounds, leaveOut);
  const starts: Folder[] = [];
  const known = new Set<string>();
  for (const place of places) {
    const path = printableText(place.path);
    const { stat } = target.readNow({ kind: 'stat', path, follow: true });
    // One place may be a link to another: /run/shm to /dev/shm, /bin to /usr/bin.
    const key = stat === undefined ? phrase`${path}` : `${stat.device}:${stat.inode} ${place.take}`;
    if (known.has(key)) continue;
    known.add(key);
    starts.push({ path, place, level: 0, hidden: false });
  }
  walk.run(starts, each);
  return walk.outcome;
}
