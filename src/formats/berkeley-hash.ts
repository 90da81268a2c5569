/**
 * A Berkeley DB hash database: its keys and values. rpm keeps its packages in one (`Packages`) on RHEL 5 to 8,
 * CentOS 7, Amazon Linux 2.
 *
 * What it is NOT: a look-up by hash, a B-tree or a queue; all pages are gone through once, in file order, so that
 * broken chains of buckets hide nothing. Duplicates of a key are not read: the packages have none.
 * Layout, in the byte order of the machine that wrote it: page 0 has at 12 the magic 0x061561, at 20 the page
 * size, at 25 the page type 8; encryption at 24 is 0. Every page: at 16 the next page, at 20 the number of items,
 * at 22 the free offset, which on an overflow page is the length of what it holds, at 25 the type (2 and 13 hash,
 * 7 overflow), from 26 on the items' offsets, two bytes each. Items fill the page from its end: key, value, key, value;
 * the first byte is their kind: 1 the bytes themselves, 3 a chain of overflow pages (page at 4, whole length at 8).
 * Source: Berkeley DB dbinc/db_page.h as its documentation and format descriptions give it.
 */

const magic = 0x061561;
const pageKind = { unsortedHash: 2, overflow: 7, meta: 8, hash: 13 } as const;
const itemKind = { data: 1, offPage: 3 } as const;
const pageHead = 26;
const longestValue = 64 << 20;

export interface HashRecord {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

export interface HashDatabase {
  /** Byte order of whoever wrote it. */
  readonly littleEndian: boolean;
  readonly records: Iterable<HashRecord>;
  /** Items that could not be followed; counted while `records` is gone through. */
  broken(): number;
}

class Pages implements HashDatabase {
  readonly littleEndian: boolean;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #size: number;
  #broken = 0;
  /** Bytes put together from chains; a file whose chains meet must not multiply itself. */
  #joined = 0;

  constructor(bytes: Uint8Array, view: DataView, littleEndian: boolean, size: number) {
    this.#bytes = bytes;
    this.#view = view;
    this.littleEndian = littleEndian;
    this.#size = size;
  }

  broken(): number {
    return this.#broken;
  }

  get records(): Iterable<HashRecord> {
    return this.#records();
  }

  #word(at: number): number {
    return this.#view.getUint32(at, this.littleEndian);
  }

  #half(at: number): number {
    return this.#view.getUint16(at, this.littleEndian);
  }

  *#records(): Generator<HashRecord> {
    for (let page = this.#size; page + this.#size <= this.#bytes.length; page += this.#size) {
      const kind = this.#bytes[page + 25];
      if (kind !== pageKind.hash && kind !== pageKind.unsortedHash) continue;
      const count = this.#half(page + 20);
      if (pageHead + 2 * count > this.#size) {
        this.#broken += 1;
        continue;
      }
      for (let item = 0; item + 1 < count; item += 2) {
        const value = this.#item(page, item + 1);
        const key = this.#item(page, item);
        if (key === undefined || value === undefined) this.#broken += 1;
        else yield { key, value };
      }
    }
  }

  #item(page: number, item: number): Uint8Array | undefined {
    const offset = this.#half(page + pageHead + 2 * item);
    // Items stand from the end of the page downwards: one ends where the one before it begins.
    const end = item === 0 ? this.#size : this.#half(page + pageHead + 2 * (item - 1));
    if (offset < pageHead || offset >= end || end > this.#size) return undefined;
    const at = page + offset;
    switch (this.#bytes[at]) {
      case itemKind.data:
        return this.#bytes.subarray(at + 1, page + end);
      case itemKind.offPage:
        return end - offset < 12 ? undefined : this.#chain(this.#word(at + 4), this.#word(at + 8));
      default:
        return undefined;
    }
  }

  #chain(first: number, length: number): Uint8Array | undefined {
    this.#joined += length;
    if (length > longestValue || length > this.#bytes.length || this.#joined > 2 * this.#bytes.length)
      return undefined;
    const whole = new Uint8Array(length);
    let filled = 0;
    for (let number = first; filled < length; ) {
      const page = number * this.#size;
      if (number === 0 || page + this.#size > this.#bytes.length) return undefined;
      if (this.#bytes[page + 25] !== pageKind.overflow) return undefined;
      const held = Math.min(this.#half(page + 22), this.#size - pageHead, length - filled);
      // A page that holds nothing would let a circle go on for ever.
      if (held === 0) return undefined;
      whole.set(this.#bytes.subarray(page + pageHead, page + pageHead + held), filled);
      filled += held;
      number = this.#word(page + 16);
    }
    return whole;
  }
}

/** Undefined when it is no hash database, or an encrypted one. */
export function readBerkeleyHash(bytes: Uint8Array): HashDatabase | undefined {
  if (bytes.length < 512) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = view.getUint32(12, true) === magic;
  if (!littleEndian && view.getUint32(12, false) !== magic) return undefined;
  const size = view.getUint32(20, littleEndian);
  if (bytes[25] !== pageKind.meta || bytes[24] !== 0) return undefined;
  if (size < 512 || size > 65_536 || (size & (size - 1)) !== 0) return undefined;
  return new Pages(bytes, view, littleEndian, size);
}
