/** What tar and cpio say of one of their entries, and how its content is asked for. */

export interface ArchiveEntry {
  /** With a first slash and without `.`; one character a byte. */
  readonly path: string;
  readonly type: 'file' | 'hard-link' | 'link' | 'directory' | 'other';
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Empty where the archive keeps numbers alone. */
  readonly user: string;
  readonly group: string;
  readonly modifiedSeconds: number;
  /** Of a link where it leads, of a hard link the path of the entry whose content it shares. */
  readonly target: string;
  /** Entries of one number share their content; cpio alone. */
  readonly inode?: number;
}

/** Told of each entry; takes its content, piece by piece, where it answers with a taker. */
export type EntryTaker = (entry: ArchiveEntry) => ((bytes: Uint8Array) => void) | undefined;

/** How a reading ended. `broken`: what stands there is no entry. */
export type ArchiveEnd = 'whole' | 'truncated' | 'broken';

export interface ArchiveReader {
  push(bytes: Uint8Array): void;
  end(): ArchiveEnd;
}

/** Longest name that is read; PATH_MAX of the kernel twice over. */
export const longestName = 8192;

/** `./usr/bin/ps` and `usr/bin/ps` are `/usr/bin/ps`. Undefined for names that lead up, which no package has. */
export function entryPath(name: string): string | undefined {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') ? undefined : `/${parts.join('/')}`;
}

export const latin1Of = (bytes: Uint8Array): string =>
  Buffer.prototype.latin1Slice.call(bytes, 0, bytes.length);

/** Bytes that are fed forward and taken in parts of a wanted size. */
export class Gathered {
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  append(bytes: Uint8Array): void {
    // A copy: whoever feeds uses its buffer again.
    this.#bytes = this.left === 0 ? bytes.slice() : Buffer.concat([this.#bytes.subarray(this.#at), bytes]);
    this.#at = 0;
  }

  /** The next `size` bytes. Undefined where they are not there yet. */
  take(size: number): Uint8Array | undefined {
    if (this.left < size) return undefined;
    this.#at += size;
    return this.#bytes.subarray(this.#at - size, this.#at);
  }

  /** At most `size` bytes, as many as there are. */
  some(size: number): Uint8Array {
    return this.take(Math.min(size, this.left)) ?? new Uint8Array(0);
  }
}

/** Content of one entry on its way: what is wanted of it, what is left of it, and of the padding behind it. */
export interface Passing {
  left: number;
  padding: number;
  readonly take: ((bytes: Uint8Array) => void) | undefined;
}

/** Passes on what is there. @returns whether the entry is over */
export function pass(passing: Passing, input: Gathered): boolean {
  const bytes = input.some(passing.left);
  passing.left -= bytes.length;
  if (bytes.length > 0) passing.take?.(bytes);
  if (passing.left > 0) return false;
  passing.padding -= input.some(passing.padding).length;
  return passing.padding === 0;
}
