/**
 * What is worth reading in a folder with more files than anybody reads: an attacker may have put a million beside one.
 *
 * How: every name is seen as a stream, with its size and inode; nothing is kept of empty files and of further links to
 * one file. Of each size only so many names are kept, and those of rare sizes are looked into first: what was made in
 * a loop is alike, and what hides among it is not. Folders in it are kept as they come. Of the beginnings that were looked at, those that name a fetch, a
 * shell or a place where things are dropped are kept before all others, and few of those that differ in numbers alone.
 * What it is NOT: a judgement, nor a promise. What was not looked into is counted in the status, and that the folder
 * is flooded is told as a finding (`detect/flooded-folder.ts`).
 * What was sifted is remembered for the scan: the next artifact that asks the same of a folder is answered at once.
 * Bounds: 5,000,000 names, 48,000 of them kept while it looks, 4 KiB of each; 8 s for the names
 * of a folder, 3 s for what the files hold, 24 s a scan; 64 answers remembered.
 */
import type { SourceLog } from '../../model/source-log.ts';
import { joinPath, type PathText, type Printable, printableBytes } from '../../model/text.ts';
import type { DirectoryEntry, WalkBounds, WalkEntry, WalkVisitor } from '../../target/port.ts';
import type { ReadContext } from './reading.ts';

const mostNames = 5_000_000;
const headSize = 4096;
/** For the names of a folder, for the beginnings of its files, and for all of it in a scan. */
const namesMs = 8_000;
const headsMs = 3_000;
const scanMs = 24_000;
/** Names kept in all, and of one size; of a size that is rare some are kept even then. */
const sampled = { all: 40_000, ofSize: 10_000, ofRareSize: 8, sizes: 1_000 } as const;
/** Files with the same beginning but for numbers that are read. */
const alike = { plain: 4, marked: 16 } as const;
const mostShapes = 20_000;
const mostRemembered = 64;
/** Nobody can write a decoy beforehand that has the hash of a job. */
const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;

/** In the beginning of a file: what jobs of attackers have, and decoys that say nothing have not. */
const marked =
  /curl|wget|https?:|ftp:|\/dev\/(?:shm|tcp|udp)|\/tmp|base64|eval|\b(?:ba|da|z)?sh\b|python|perl|php|ruby|\bnc\b|socat|chmod|\/\.[^/]|LD_|\.so\b|\$\(|`|\\x|stratum|xmr|miner|pool/i;

interface Sample {
  readonly name: Printable;
  readonly type: DirectoryEntry['type'];
}

export interface Sifted {
  /** Names that the folder holds. */
  readonly names: number;
  /** What was not looked into, though it may hold something. */
  readonly unread: number;
  readonly entries: readonly DirectoryEntry[];
}

/** What is asked of a folder. */
export interface Wanted {
  readonly kinds: 'files' | 'folders' | 'all';
  /** One function for one question: what was sifted by it is known again by it. */
  readonly matches: (name: Printable) => boolean;
  /** Files, and folders, that are read afterwards. */
  readonly most: number;
}

/** Milliseconds that a scan has spent on flooded folders, by the log that all of it shares. */
const spent = new WeakMap<SourceLog, number>();

interface Remembered extends Wanted {
  readonly folder: PathText;
  readonly sifted: Sifted;
}

const remembered = new WeakMap<SourceLog, Remembered[]>();

/** What another artifact of this scan has sifted by the same question. */
export function siftedBefore(log: SourceLog, folder: PathText, wanted: Wanted): Sifted | undefined {
  return remembered
    .get(log)
    ?.find((one) => one.folder === folder && one.kinds === wanted.kinds && one.matches === wanted.matches)
    ?.sifted;
}

export function rememberSifted(log: SourceLog, folder: PathText, wanted: Wanted, sifted: Sifted): void {
  const all = remembered.get(log) ?? [];
  remembered.set(log, all);
  if (all.length < mostRemembered) all.push({ ...wanted, folder, sifted });
}

class Samples implements WalkVisitor<true> {
  names = 0;
  left = 0;
  readonly folders: DirectoryEntry[] = [];
  readonly #bySize = new Map<number, Sample[]>();
  readonly #inodes = new Set<number>();
  readonly #wanted: Wanted;
  #kept = 0;

  constructor(wanted: Wanted) {
    this.#wanted = wanted;
  }

  entry(entry: WalkEntry): undefined {
    this.names += 1;
    const { kinds, matches, most } = this.#wanted;
    if (entry.isFile ? entry.size === 0 || kinds === 'folders' : kinds === 'files') return;
    // Another name that nobody asks for must not use up the one that is asked for.
    const name = printableBytes(Buffer.from(entry.name, 'latin1'));
    if (!matches(name)) return;
    if (entry.isFolder) {
      if (this.folders.length < most) this.folders.push({ name, type: 'directory' });
      else this.left += 1;
      return;
    }
    if (entry.links > 1) {
      if (this.#inodes.has(entry.inode)) return;
      if (this.#inodes.size < sampled.all) this.#inodes.add(entry.inode);
    }
    this.#take(name, 'file', entry.size);
  }

  link(name: string): void {
    this.names += 1;
    if (this.#wanted.kinds === 'folders') return;
    const printable = printableBytes(Buffer.from(name, 'latin1'));
    if (this.#wanted.matches(printable)) this.#take(printable, 'link', -1);
  }

  enter(): undefined {
    return undefined;
  }

  problem(): void {
    // The listing before this one has told.
  }

  /** Names of rare sizes first. */
  get all(): readonly Sample[] {
    return [...this.#bySize.values()].toSorted((a, b) => a.length - b.length).flat();
  }

  #take(name: Printable, type: Sample['type'], size: number): void {
    const same = this.#bySize.get(size) ?? [];
    const full = this.#kept >= sampled.all;
    if (same.length >= (full ? sampled.ofRareSize : sampled.ofSize)) {
      this.left += 1;
      return;
    }
    if (same.length === 0) {
      if (full && this.#bySize.size >= sampled.sizes) {
        this.left += 1;
        return;
      }
      this.#bySize.set(size, same);
    }
    same.push({ name, type });
    this.#kept += 1;
  }
}

/** Keeps a bounded number of samples by what they begin with. */
class Kept {
  readonly #plain: Sample[] = [];
  readonly #marked: Sample[] = [];
  readonly #shapes = new Map<number | bigint, number>();
  /** Files that were kept and lie whole in their heads: the same bytes again say nothing more. */
  readonly #whole = new Set<number | bigint>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most / 2;
  }

  get entries(): readonly DirectoryEntry[] {
    return [...this.#marked, ...this.#plain];
  }

  /** @returns whether it was kept, or the same bytes were before it */
  look(sample: Sample, head: Uint8Array, isRead: boolean): boolean {
    const isWhole = isRead && head.length < headSize;
    const bytes = isWhole ? Bun.hash(head, seed) : 0;
    if (isWhole && this.#whole.has(bytes)) return true;
    const text = Buffer.from(head).toString('latin1');
    const isMarked = marked.test(text);
    const shape = Bun.hash(text.replace(/\d+/g, '0'), seed);
    const seen = this.#shapes.get(shape) ?? 0;
    if (seen > 0 || this.#shapes.size < mostShapes) this.#shapes.set(shape, seen + 1);
    if (seen >= (isMarked ? alike.marked : alike.plain)) return false;
    if (!this.#keep(sample, isMarked ? this.#marked : this.#plain)) return false;
    if (isWhole) this.#whole.add(bytes);
    return true;
  }

  unseen(sample: Sample): void {
    this.#keep(sample, this.#plain);
  }

  #keep(sample: Sample, list: Sample[]): boolean {
    if (list.length >= this.#most) return false;
    list.push(sample);
    return true;
  }
}

/**
 * @param all names of the folder by its listing
 * @returns nothing where the target has no quick way, or the time for such folders is used up
 */
export function siftFolder(
  { target, log }: ReadContext,
  folder: PathText,
  all: number,
  wanted: Wanted,
): Sifted | undefined {
  const before = spent.get(log) ?? 0;
  if (before >= scanMs) return undefined;
  const begun = performance.now();
  const left = scanMs - before;
  const samples = new Samples(wanted);
  const bounds: WalkBounds = {
    entries: mostNames,
    perFolder: mostNames,
    deadline: begun + Math.min(namesMs, left),
    flat: true,
    takesMount: () => false,
  };
  const walked = target.walkNow?.(folder, true, samples, bounds);
  if (walked === undefined) return undefined;
  const kept = new Kept(wanted.most);
  // Names that were not come to may be anything.
  let unread = samples.left + Math.max(0, all - walked.entries);
  const deadline = performance.now() + Math.min(headsMs, left);
  for (const sample of samples.all) {
    if (performance.now() > deadline) {
      unread += 1;
      kept.unseen(sample);
      continue;
    }
    const path = joinPath(folder, sample.name);
    const { status, bytes } = target.readNow({ kind: 'file', path, limit: headSize });
    if (status === 'absent') continue;
    if (!kept.look(sample, bytes, status === 'ok')) unread += 1;
  }
  spent.set(log, before + performance.now() - begun);
  return { names: all, unread, entries: [...samples.folders, ...kept.entries] };
}
