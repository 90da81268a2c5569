/**
 * The header blob of an rpm package as rpmdb.sqlite holds it: name, and the path of one of its files.
 *
 * What it is NOT: a whole rpm; there is no lead, no signature and no magic before it in the database.
 * Source: RPM V4 package format, "Header": index count and data length (big-endian), 16-byte index entries
 * (tag, type, offset, count), then the data. Tags NAME 1000, DIRINDEXES 1116, BASENAMES 1117, DIRNAMES 1118;
 * types INT32 4, STRING 6, STRING_ARRAY 8.
 */

const tagName = 1000;
const tagDirIndexes = 1116;
const tagBaseNames = 1117;
const tagDirNames = 1118;
const entrySize = 16;
const prefixSize = 8;
/** rpm itself allows 65,535 entries (lib/header.c hdrchkTags). */
const mostEntries = 0xffff;

interface IndexEntry {
  readonly offset: number;
  readonly count: number;
}

export class RpmHeader {
  readonly #bytes: Uint8Array;
  readonly #data: number;
  readonly #index = new Map<number, IndexEntry>();

  private constructor(bytes: Uint8Array, view: DataView, entries: number) {
    this.#bytes = bytes;
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
    return Buffer.from(this.#stringAt(tagName, 0) ?? []).toString('latin1');
  }

  /** Folder of file number `file`, with its final slash; undefined when the header has no such file. */
  folderOf(file: number): Uint8Array | undefined {
    const indexes = this.#index.get(tagDirIndexes);
    if (indexes === undefined || file < 0 || file >= indexes.count) return undefined;
    const at = this.#data + indexes.offset + file * 4;
    if (at + 4 > this.#bytes.length) return undefined;
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
    return this.#stringAt(tagDirNames, view.getUint32(at));
  }

  baseNameOf(file: number): Uint8Array | undefined {
    return this.#stringAt(tagBaseNames, file);
  }

  /** String number `wanted` of an array: strings stand one after the other, each closed by NUL. */
  #stringAt(tag: number, wanted: number): Uint8Array | undefined {
    const entry = this.#index.get(tag);
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
