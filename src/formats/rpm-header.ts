/**
 * The header blob of an rpm package as the databases of rpm hold it: name, and what it says of each of its files.
 *
 * What it is NOT: a whole rpm; there is no lead, no signature and no magic before it in the database.
 * Source: RPM V4 package format, "Header": index count and data length (big-endian), 16-byte index entries
 * (tag, type, offset, count), then the data; rpmtag.h for the numbers of tags, rpmfiles.h for file flags and states,
 * RFC 4880 §9.4 for the numbers of digests.
 */

const tag = {
  name: 1000,
  version: 1001,
  release: 1002,
  architecture: 1022,
  fileSizes: 1028,
  fileStates: 1029,
  fileModes: 1030,
  fileDigests: 1035,
  fileFlags: 1037,
  fileUsers: 1039,
  fileGroups: 1040,
  dirIndexes: 1116,
  baseNames: 1117,
  dirNames: 1118,
  longFileSizes: 5008,
  fileCapabilities: 5010,
  digestAlgorithm: 5011,
} as const;

const entrySize = 16;
const prefixSize = 8;
/** rpm itself allows 65,535 entries (lib/header.c hdrchkTags). */
const mostEntries = 0xffff;
/** Files of one package; the largest of a distribution have some 60,000. */
const mostFiles = 500_000;

interface IndexEntry {
  readonly offset: number;
  readonly count: number;
}

export type RpmDigest = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512' | 'sha224';

/** Without the tag a digest is MD5, as every package before 2009 has it. */
const digests: Readonly<Record<number, RpmDigest>> = {
  1: 'md5',
  2: 'sha1',
  8: 'sha256',
  9: 'sha384',
  10: 'sha512',
  11: 'sha224',
};

export interface RpmFile {
  /** One character a byte. */
  readonly path: string;
  /** Lower-case hex; empty for folders, links and what has none. */
  readonly digest: string;
  readonly algorithm: RpmDigest | undefined;
  /** Permission bits and type. */
  readonly mode: number;
  /** Bytes; undefined where the header does not say. */
  readonly size: number | undefined;
  /** RPMFILE_CONFIG: a file that owners are meant to edit. */
  readonly config: boolean;
  /** RPMFILE_GHOST: listed, but never brought. */
  readonly ghost: boolean;
  /** RPMFILE_STATE_NORMAL: it was installed and not replaced by that of another package. */
  readonly installed: boolean;
}

const config = 1;
const ghost = 1 << 6;

const latin1 = (bytes: Uint8Array): string => Buffer.prototype.latin1Slice.call(bytes, 0, bytes.length);

export class RpmHeader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #data: number;
  readonly #index = new Map<number, IndexEntry>();

  private constructor(bytes: Uint8Array, view: DataView, entries: number) {
    this.#bytes = bytes;
    this.#view = view;
    this.#data = prefixSize + entries * entrySize;
    for (let at = prefixSize; at < this.#data; at += entrySize) {
      this.#index.set(view.getUint32(at), { offset: view.getUint32(at + 8), count: view.getUint32(at + 12) });
    }
  }

  /** Undefined when the counts do not fit the blob. */
  static parse(bytes: Uint8Array): RpmHeader | undefined {
    if (bytes.length < prefixSize) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const entries = view.getUint32(0);
    if (entries > mostEntries || prefixSize + entries * entrySize > bytes.length) return undefined;
    return new RpmHeader(bytes, view, entries);
  }

  get name(): string {
    return this.#textAt(tag.name, 0);
  }

  /** What the file of the package is called where it is kept: `procps-ng-3.3.17-13.el9.x86_64.rpm`. */
  get fileName(): string {
    const of = (name: number): string => this.#textAt(name, 0);
    return `${this.name}-${of(tag.version)}-${of(tag.release)}.${of(tag.architecture)}.rpm`;
  }

  /** Who owns some of its files, and their capabilities as setcap(8) takes them, empty where they have none. */
  grants(
    wanted: ReadonlySet<string>,
  ): ReadonlyMap<string, { readonly user: string; readonly group: string; readonly capabilities: string }> {
    const folders = [...this.#strings(tag.dirNames)];
    const found = new Map<string, { user: string; group: string; capabilities: string }>();
    let file = 0;
    for (const base of this.#strings(tag.baseNames)) {
      const path = `${folders[this.#number(tag.dirIndexes, file, 4) ?? -1] ?? ''}${base}`;
      if (wanted.has(path)) {
        found.set(path, {
          user: this.#textAt(tag.fileUsers, file),
          group: this.#textAt(tag.fileGroups, file),
          capabilities: this.#textAt(tag.fileCapabilities, file),
        });
      }
      file += 1;
    }
    return found;
  }

  /** Folder of file number `file`, with its final slash; undefined when the header has no such file. */
  folderOf(file: number): Uint8Array | undefined {
    const index = this.#number(tag.dirIndexes, file, 4);
    return index === undefined ? undefined : this.#stringAt(tag.dirNames, index);
  }

  baseNameOf(file: number): Uint8Array | undefined {
    return this.#stringAt(tag.baseNames, file);
  }

  /** File number `file` with all that the header says of it; for single files. */
  fileAt(file: number): RpmFile | undefined {
    const folder = this.folderOf(file);
    const base = this.baseNameOf(file);
    if (folder === undefined || base === undefined) return undefined;
    return this.#file(file, latin1(folder) + latin1(base), this.#textAt(tag.fileDigests, file));
  }

  /** Files whose last name is among `wanted`, or all; strings of one character a byte. */
  *files(wanted?: ReadonlySet<string>): Generator<RpmFile> {
    const folders = [...this.#strings(tag.dirNames)];
    const sums = this.#strings(tag.fileDigests);
    let file = 0;
    for (const base of this.#strings(tag.baseNames)) {
      const digest = sums.next();
      if (wanted === undefined || wanted.has(base)) {
        const folder = folders[this.#number(tag.dirIndexes, file, 4) ?? -1];
        if (folder !== undefined) {
          yield this.#file(file, folder + base, digest.done === true ? '' : digest.value);
        }
      }
      file += 1;
    }
  }

  #file(file: number, path: string, digest: string): RpmFile {
    const flags = this.#number(tag.fileFlags, file, 4) ?? 0;
    return {
      path,
      digest: digest.toLowerCase(),
      algorithm: digests[this.#number(tag.digestAlgorithm, 0, 4) ?? 1],
      mode: this.#number(tag.fileModes, file, 2) ?? 0,
      size: this.#number(tag.longFileSizes, file, 8) ?? this.#number(tag.fileSizes, file, 4),
      config: (flags & config) !== 0,
      ghost: (flags & ghost) !== 0,
      installed: (this.#number(tag.fileStates, file, 1) ?? 0) === 0,
    };
  }

  /** Number `wanted` of an array of big-endian integers. */
  #number(name: number, wanted: number, width: 1 | 2 | 4 | 8): number | undefined {
    const entry = this.#index.get(name);
    if (entry === undefined || wanted < 0 || wanted >= entry.count) return undefined;
    const at = this.#data + entry.offset + wanted * width;
    if (at + width > this.#bytes.length) return undefined;
    if (width === 1) return this.#view.getUint8(at);
    if (width === 2) return this.#view.getUint16(at);
    if (width === 4) return this.#view.getUint32(at);
    return Number(this.#view.getBigUint64(at));
  }

  /** Strings of an array stand one after the other, each closed by NUL. */
  *#strings(name: number): Generator<string> {
    const entry = this.#index.get(name);
    if (entry === undefined) return;
    const count = Math.min(entry.count, mostFiles);
    let start = this.#data + entry.offset;
    for (let number = 0; number < count && start < this.#bytes.length; number += 1) {
      const end = this.#bytes.indexOf(0, start);
      if (end < 0) return;
      yield Buffer.prototype.latin1Slice.call(this.#bytes, start, end);
      start = end + 1;
    }
  }

  #textAt(name: number, wanted: number): string {
    return latin1(this.#stringAt(name, wanted) ?? new Uint8Array(0));
  }

  #stringAt(name: number, wanted: number): Uint8Array | undefined {
    const entry = this.#index.get(name);
    if (entry === undefined || wanted < 0 || wanted >= entry.count) return undefined;
    let start = this.#data + entry.offset;
    for (let number = 0; start < this.#bytes.length; number += 1) {
      const end = this.#bytes.indexOf(0, start);
      if (end < 0) return undefined;
      if (number === wanted) return this.#bytes.subarray(start, end);
      start = end + 1;
    }
    return undefined;
  }
}
