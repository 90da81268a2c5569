/**
 * The parts of one folder of /proc, read one after the other: small files, links, and folders of links.
 *
 * Why: a snapshot of 2,000 processes is sixty thousand calls. Through node:fs each costs twice what the kernel
 * takes for it. Here the path stands in memory once, each part writes its name behind it, and what is read comes
 * into one buffer, good until the next call. The folder itself is held open by its path (O_PATH), so that the kernel
 * does not look it up from the root again for each of twenty parts; and parts of one process are parts of that one,
 * whoever has its number by now.
 * What it is NOT: for files of more than one record. Those that are read here (stat, status, cgroup, and limits where the kernel is not asked for them) are
 * one, which a single read(2) gives whole (single_open and seq_read_iter of fs/seq_file.c), and cmdline is copied
 * as far as the room goes (get_mm_cmdline of fs/proc/base.c). So a read that leaves room is the end.
 */
import { errno } from './failure.ts';
import { type LinkStatus, statusAt } from './link-status.ts';
import { readLinksAt, type TakeLink } from './links.ts';
import type { Answer } from './port.ts';
import { boundCall, encodePath, pinned } from './syscall.ts';

/**
 * Bytes of a file; one more is room for the sign that it goes on. Larger than any honest command line shown to a
 * person, though the file itself may reach 6 MiB.
 */
export const kernelFileLimit = 65_536;
/** The kernel gives a page at most (do_proc_readlink of fs/proc/base.c). */
const longestLink = 4096;
const longestPath = 4096;
/** O_PATH and O_CLOEXEC: no file of the folder is opened by that. */
const byPath = 0x200000 | 0x80000;
/** AT_FDCWD; O_CLOEXEC, O_NONBLOCK and O_NOCTTY, which do not differ between the two architectures. */
const currentFolder = -100;
const quiet = 0x80000 | 0x800 | 0x100;

/** A part by its name below the folder, and the bytes that are written behind the folder: with slash, and ended. */
export interface Part {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export const part = (name: string): Part => ({ name, bytes: encodePath(`/${name}\0`) });

export class KernelFolder {
  // Sixty thousand times a snapshot: the names of calls are looked up once.
  readonly #open = boundCall('openat');
  readonly #read = boundCall('read');
  readonly #close = boundCall('close');
  readonly #readlink = boundCall('readlinkat');
  readonly #path = pinned(longestPath);
  readonly #content = pinned(kernelFileLimit + 1);
  readonly #text = pinned(longestLink);
  #end = 0;
  /** The folder, or the working folder where it could not be opened. */
  #folder = currentFolder;

  /** The folder that the parts are of from now on: plain ASCII, without a final slash. */
  enter(folder: string): void {
    const { bytes } = this.#path;
    const end = folder.length;
    if (end > longestPath / 2) throw new RangeError('the path of a folder of /proc is too long');
    for (let at = 0; at < end; at += 1) bytes[at] = folder.charCodeAt(at);
    bytes[end] = 0;
    this.#end = end;
    this.leave();
    const descriptor = this.#open(currentFolder, this.#path.address, byPath);
    if (descriptor >= 0) this.#folder = descriptor;
  }

  /** Lets the folder go; the next one does that too. */
  leave(): void {
    if (this.#folder >= 0) this.#close(this.#folder, 0, 0);
    this.#folder = currentFolder;
  }

  /** Bytes of a file: their number, which is `kernelFileLimit` + 1 where there are more, or the negative errno. */
  readFile(part: Part): number {
    const descriptor = this.#open(this.#folder, this.#below(part), quiet);
    if (descriptor < 0) return descriptor;
    let size = -errno.EINTR;
    while (size === -errno.EINTR) {
      size = this.#read(descriptor, this.#content.address, kernelFileLimit + 1);
    }
    this.#close(descriptor, 0, 0);
    return size;
  }

  /** What the last file held. */
  contents(size: number): Uint8Array {
    return this.#content.bytes.subarray(0, size);
  }

  /** Bytes of the text of a link: their number, or the negative errno. */
  readLink(part: Part): number {
    return this.#readlink(this.#folder, this.#below(part), this.#text.address, longestLink);
  }

  /** Where the text of the last link stands, up to its size. */
  get text(): Uint8Array {
    return this.#text.bytes;
  }

  /** As `statusThrough`. */
  status(part: Part): LinkStatus | undefined {
    return statusAt(this.#below(part), this.#folder);
  }

  readLinks(part: Part, limit: number, take: TakeLink): Answer<number> {
    return readLinksAt(this.#below(part), limit, take, this.#folder);
  }

  /** The part's name alone, where the folder is open. */
  #below(part: Part): number {
    const address = this.#at(part);
    return this.#folder >= 0 ? address + this.#end + 1 : address;
  }

  #at({ name, bytes }: Part): number {
    if (this.#end + bytes.length > longestPath) throw new RangeError(`the part ${name} has too long a name`);
    this.#path.bytes.set(bytes, this.#end);
    return this.#path.address;
  }
}
