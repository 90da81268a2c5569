/**
 * A cpio archive of the "newc" form, fed forward: the payload of an rpm package.
 *
 * What it is NOT: any other form of cpio; rpm's own stripped form (`07070X`, of packages with a file above 4 GiB) has no
 * names and is `broken`.
 * Sources: cpio(5), "New ASCII Format"; rpm, lib/cpio.c (names begin with `./`, hard links have their content with the
 * last of them, `TRAILER!!!` ends it).
 */
import {
  type ArchiveEnd,
  type ArchiveReader,
  type EntryTaker,
  entryPath,
  Gathered,
  latin1Of,
  longestName,
  type Passing,
  pass,
} from './archive-entry.ts';

const headerSize = 110;
const magics: ReadonlySet<string> = new Set(['070701', '070702']);

/** No object: Biome writes octal keys of one as other numbers. */
const kinds: ReadonlyMap<number, 'file' | 'link' | 'directory'> = new Map([
  [0o100000, 'file'],
  [0o120000, 'link'],
  [0o040000, 'directory'],
]);

export class CpioReader implements ArchiveReader {
  readonly #input = new Gathered();
  readonly #taker: EntryTaker;
  #passing: Passing | undefined;
  #header: Uint8Array | undefined;
  #state: 'reading' | 'ended' | 'broken' = 'reading';

  constructor(taker: EntryTaker) {
    this.#taker = taker;
  }

  push(bytes: Uint8Array): void {
    if (this.#state !== 'reading') return;
    this.#input.append(bytes);
    while (this.#state === 'reading' && this.#step());
  }

  end(): ArchiveEnd {
    if (this.#state === 'broken') return 'broken';
    return this.#state === 'ended' ? 'whole' : 'truncated';
  }

  /** @returns false where more bytes are needed */
  #step(): boolean {
    if (this.#passing !== undefined) {
      if (!pass(this.#passing, this.#input)) return false;
      this.#passing = undefined;
    }
    this.#header ??= this.#input.take(headerSize)?.slice();
    if (this.#header === undefined) return false;
    const digits = latin1Of(this.#header);
    const field = (number: number): number => {
      const hex = digits.slice(6 + number * 8, 14 + number * 8);
      return /^[0-9a-fA-F]{8}$/.test(hex) ? Number.parseInt(hex, 16) : Number.NaN;
    };
    const nameSize = field(11);
    const size = field(6);
    const isEntry = magics.has(digits.slice(0, 6)) && nameSize > 0 && nameSize <= longestName && size >= 0;
    if (!isEntry) {
      this.#state = 'broken';
      return false;
    }
    const name = this.#input.take(nameSize + (-(headerSize + nameSize) & 3));
    if (name === undefined) return false;
    this.#header = undefined;
    const plain = latin1Of(name.subarray(0, nameSize - 1));
    if (plain === 'TRAILER!!!') {
      this.#state = 'ended';
      return false;
    }
    const path = entryPath(plain);
    if (path === undefined) {
      this.#state = 'broken';
      return false;
    }
    const mode = field(1);
    const take = this.#taker({
      path,
      type: kinds.get(mode & 0o170000) ?? 'other',
      size,
      mode: mode & 0o7777,
      uid: field(2),
      gid: field(3),
      user: '',
      group: '',
      modifiedSeconds: field(5),
      target: '',
      ...(field(4) > 1 ? { inode: field(0) } : {}),
    });
    this.#passing = { left: size, padding: -size & 3, take };
    return true;
  }
}
