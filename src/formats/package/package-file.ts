/**
 * Single files out of a package as it lies in the cache of a package manager: `.deb` and `.rpm`.
 *
 * Why: what an attacker replaced comes back from what the host has itself, without its package manager, which runs
 * scripts and programs of the host. What it is NOT: an installation, nor a check of signatures: whoever takes a file
 * from here compares its sum with the package database.
 * Bounds: 1 GiB of package, 4 GiB unpacked, 256 MiB of a file.
 * Sources: deb(5); ar(5); RPM V4 package format ("Lead", "Signature", "Header", "Payload"); rpmtag.h.
 */
import { detectBytes, detectCompression } from '../compress/detect.ts';
import { unpacker } from '../compress/unpack.ts';
import type { RandomAccess } from '../random-access.ts';
import { RpmHeader } from '../rpm-header.ts';
import { type ArchiveEntry, type ArchiveReader, type EntryTaker, latin1Of } from './archive-entry.ts';
import { CpioReader } from './cpio.ts';
import { TarReader } from './tar.ts';

const piece = 512 << 10;
const mostUnpacked = 4 * 2 ** 30;
export const mostPackageBytes = 2 ** 30;
export const mostPackagedBytes = 256 << 20;

export interface PackagedFile {
  /** One character a byte, as the package spells it. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Names go before numbers where they are there: numbers of a package are those of who built it. */
  readonly user: string;
  readonly group: string;
  readonly modifiedSeconds: number;
  /** Of rpm, in the text of setcap(8); empty where it has none. Undefined where the package does not say. */
  readonly capabilities?: string;
}

export type PackageReading =
  | { readonly status: 'ok'; readonly files: readonly PackagedFile[] }
  | { readonly status: 'broken'; readonly reason: string };

const broken = (reason: string): PackageReading => ({ status: 'broken', reason });

interface Payload {
  readonly start: number;
  /** Undefined where it goes on to the end. */
  readonly size: number | undefined;
  readonly reader: (taker: EntryTaker) => ArchiveReader;
}

/** ar(5): 60 bytes before each member, which begins at an even place. */
function debPayload(source: RandomAccess): Payload | undefined {
  for (let at = 8, count = 0; count < 16; count += 1) {
    const header = latin1Of(source.read(at, 60));
    const size = Number(header.slice(48, 58).trim());
    if (header.length < 60 || !header.endsWith('`\n') || !Number.isSafeInteger(size) || size < 0) return;
    const name = header.slice(0, 16).trim().replace(/\/$/, '');
    if (/^data\.tar(?:\.\w+)?$/.test(name)) {
      return { start: at + 60, size, reader: (taker) => new TarReader(taker) };
    }
    at += 60 + size + (size % 2);
  }
  return undefined;
}

const leadSize = 96;
/** rpm itself allows 256 MiB of header (rpmtag.h HEADER_DATA_MAX). */
const mostHeader = 256 << 20;

function rpmHeaderAt(source: RandomAccess, at: number) {
  const intro = source.read(at, 16);
  if (intro.length < 16 || intro[0] !== 0x8e || intro[1] !== 0xad || intro[2] !== 0xe8) return undefined;
  const view = new DataView(intro.buffer, intro.byteOffset, 16);
  const size = 16 + view.getUint32(8) * 16 + view.getUint32(12);
  return size > mostHeader ? undefined : { size };
}

function rpmParts(
  source: RandomAccess,
): { readonly header: RpmHeader; readonly payload: Payload } | undefined {
  const signature = rpmHeaderAt(source, leadSize);
  if (signature === undefined) return undefined;
  const start = leadSize + signature.size + (-signature.size & 7);
  const main = rpmHeaderAt(source, start);
  if (main === undefined) return undefined;
  // A copy: what a source gives may be one buffer that is used again.
  const header = RpmHeader.parse(source.read(start + 8, main.size - 8).slice());
  if (header === undefined) return undefined;
  return {
    header,
    payload: {
      start: start + main.size,
      size: undefined,
      reader: (taker) => new CpioReader(taker),
    },
  };
}

/** Feeds a payload to its reader until it says that it has all. @returns why not, where it could not be read */
function feed(
  source: RandomAccess,
  { start, size }: Payload,
  reader: ArchiveReader,
  hasAll: () => boolean,
): string | undefined {
  const end = size === undefined ? mostPackageBytes : start + size;
  const first = source.read(start, Math.min(detectBytes, end - start)).slice();
  const compression = detectCompression(first);
  const packed =
    compression === undefined
      ? undefined
      : unpacker(compression, (bytes) => reader.push(bytes), { most: mostUnpacked });
  let given = 0;
  for (let at = start; at < end && !hasAll(); ) {
    const bytes = source.read(at, Math.min(piece, end - at));
    if (bytes.length === 0) break;
    at += bytes.length;
    given += bytes.length;
    if (packed === undefined) reader.push(bytes);
    else packed.push(bytes);
    if (given > mostUnpacked) return 'too-large';
  }
  if (hasAll()) return undefined;
  const outcome = packed?.end();
  if (outcome !== undefined && outcome.state !== 'whole') {
    return outcome.state === 'error' ? outcome.flaw : outcome.state;
  }
  const ended = reader.end();
  return ended === 'whole' ? undefined : ended;
}

type Found = Omit<PackagedFile, 'bytes'> & { readonly parts: Uint8Array[] };

/** Gathers the entries that are wanted; content that hard links share counts for each of them. */
class Gathering {
  readonly #wanted: ReadonlySet<string>;
  readonly found = new Map<string, Found>();
  /** Of hard links in tar, by the entry that has the content. */
  readonly linked = new Map<string, string>();
  readonly #byInode = new Map<number, string[]>();
  #open = 0;
  tooLarge = false;

  constructor(wanted: ReadonlySet<string>) {
    this.#wanted = wanted;
  }

  readonly take: EntryTaker = (entry) => {
    const { path, type, size, inode } = entry;
    const isWanted = this.#wanted.has(path);
    if (inode !== undefined && type === 'file') {
      const paths = this.#byInode.get(inode) ?? [];
      if (isWanted) paths.push(path);
      this.#byInode.set(inode, paths);
      if (isWanted) this.#begin(entry);
      // The content comes once: an archive that says it again and again does not fill the memory with it.
      if (size > 0) this.#byInode.delete(inode);
      return size > 0 && paths.length > 0 ? this.#into(paths, size) : undefined;
    }
    if (!isWanted) return undefined;
    if (type === 'hard-link') this.linked.set(path, entry.target);
    if (type !== 'file' && type !== 'hard-link') return undefined;
    this.#begin(entry);
    return type === 'file' ? this.#into([path], size) : undefined;
  };

  /** Every path that was asked for has been there, with its content. A package may lack some of the spellings. */
  hasAll(enough: number): boolean {
    return (
      this.#open === 0 && this.linked.size === 0 && this.#byInode.size === 0 && this.found.size >= enough
    );
  }

  #begin({ path, mode, uid, gid, user, group, modifiedSeconds }: ArchiveEntry): void {
    this.found.set(path, { path, mode, uid, gid, user, group, modifiedSeconds, parts: [] });
  }

  #into(paths: readonly string[], size: number): ((bytes: Uint8Array) => void) | undefined {
    if (size > mostPackagedBytes) {
      this.tooLarge = true;
      return undefined;
    }
    let left = size;
    this.#open += left > 0 ? 1 : 0;
    return (bytes) => {
      const copy = bytes.slice();
      for (const path of paths) this.found.get(path)?.parts.push(copy);
      left -= bytes.length;
      if (left === 0) this.#open -= 1;
    };
  }
}

/**
 * @param wanted paths as the package may spell them, one character a byte
 * @param enough how many of them end the reading
 */
export function filesOfPackage(
  source: RandomAccess,
  wanted: ReadonlySet<string>,
  enough: number = wanted.size,
): PackageReading {
  const magic = latin1Of(source.read(0, 8));
  const rpm = magic.startsWith('\xed\xab\xee\xdb') ? rpmParts(source) : undefined;
  const payload = rpm?.payload ?? (magic === '!<arch>\n' ? debPayload(source) : undefined);
  if (payload === undefined) return broken('no package');
  const read = (paths: ReadonlySet<string>, most: number): Gathering | string => {
    const gathering = new Gathering(paths);
    const reader = payload.reader(gathering.take);
    const failed = feed(source, payload, reader, () => gathering.hasAll(most));
    if (failed !== undefined) return failed;
    return gathering.tooLarge ? 'too-large' : gathering;
  };
  const first = read(wanted, enough);
  if (typeof first === 'string') return broken(first);
  // The entry that has the content stands before its hard links, and was passed by.
  const shared = new Set([...first.linked.values()].filter((path) => !first.found.has(path)));
  const second = shared.size === 0 ? undefined : read(shared, shared.size);
  if (typeof second === 'string') return broken(second);
  const grants = rpm?.header.grants(wanted);
  const files = [...first.found.values()].map(({ parts, ...file }): PackagedFile => {
    const content = first.linked.get(file.path);
    const from = content === undefined ? undefined : (second?.found.get(content) ?? first.found.get(content));
    return {
      ...file,
      ...grants?.get(file.path),
      bytes: Buffer.concat(from?.parts ?? parts),
    };
  });
  return { status: 'ok', files };
}
