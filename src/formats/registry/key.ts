/**
 * A key of a hive. What it holds is read when it is asked for: subkeys and values one at a time, so that a key with a
 * million of either takes no more memory than one with two.
 *
 * Names are compared as Windows does, without case; the first of several equal ones is found.
 * Source: Maxim Suhanov, "Windows registry file format specification", key node, key values list, key security.
 */
import type { Filetime } from '../filetime.ts';
import { u64 } from '../little-endian.ts';
import { parseSecurityDescriptor, type SecurityDescriptor } from '../security-descriptor.ts';
import { type HiveReader, nowhere } from './reader.ts';
import { SubkeyList } from './subkey-list.ts';
import type { HiveValue } from './value.ts';
import { ValueList } from './value-list.ts';

const signature = 0x6b6e;
const securitySignature = 0x6b73;
const header = 76;
const narrowName = 0x20;
/** What the system itself takes of a class name and of a descriptor. */
const mostSecurity = 1 << 16;
/** Keys below each other; the system allows 512. */
export const deepestKey = 512;

/** What is folded for a comparison: the system compares capitals, unit by unit. */
const fold = (name: string): string => name.toUpperCase();

export class HiveKey {
  readonly #reader: HiveReader;
  /** Of its cell. */
  readonly offset: number;
  /** Raw UTF-16 units, see `names.ts`. Of the root it is not the name by which the hive is mounted. */
  readonly name: string;
  /** The key by which it was reached; undefined for the root. */
  readonly parent: HiveKey | undefined;
  readonly depth: number;
  readonly #subkeys: number;
  readonly #subkeyList: number;
  readonly #values: number;
  readonly #valueList: number;

  constructor(
    reader: HiveReader,
    offset: number,
    name: string,
    parent: HiveKey | undefined,
    subkeys: number,
    subkeyList: number,
    values: number,
    valueList: number,
  ) {
    this.#reader = reader;
    this.offset = offset;
    this.name = name;
    this.parent = parent;
    this.depth = parent === undefined ? 0 : parent.depth + 1;
    this.#subkeys = subkeys;
    this.#subkeyList = subkeyList;
    this.#values = values;
    this.#valueList = valueList;
  }

  /** How many subkeys the key claims; `subkeys` gives those that are there. */
  get subkeyCount(): number {
    return this.#subkeys;
  }

  /** How many values the key claims; `values` gives those that are there. */
  get valueCount(): number {
    return this.#values;
  }

  /** Cell of the list of its values; undefined without one. */
  get valueListCell(): number | undefined {
    return this.#values === 0 || this.#valueList === nowhere ? undefined : this.#valueList;
  }

  /** Names from below the root, with backslashes between them; empty for the root. */
  get path(): string {
    const names: string[] = [];
    for (let key: HiveKey | undefined = this; key?.parent !== undefined; key = key.parent)
      names.push(key.name);
    return names.reverse().join('\\');
  }

  /** When the key itself, one of its values or the list of its subkeys was last changed. */
  get lastWritten(): Filetime {
    return this.#open() ? u64(this.#reader.pages.bytes, this.#reader.pages.at + 4) : 0n;
  }

  /** Bits of the key node: 0x0008 cannot be deleted, 0x0010 is a link to another key (KEY_SYM_LINK). */
  get flags(): number {
    return this.#open() ? (this.#reader.pages.words[this.#reader.pages.at >> 2] ?? 0) >>> 16 : 0;
  }

  /** UTF-16 text beside the name, which hardly anything uses; the boot key hides in four of them. */
  get className(): string | undefined {
    const { pages, names } = this.#reader;
    if (!this.#open()) return undefined;
    const length = (pages.words[(pages.at + 72) >> 2] ?? 0) >>> 16;
    const cell = pages.words[(pages.at + 48) >> 2] ?? nowhere;
    if (length === 0 || cell === nowhere || !pages.open(cell)) return undefined;
    const bytes = pages.copy(cell + 4, Math.min(length, pages.size));
    return names.wide(bytes, 0, bytes.length);
  }

  /** Raw bytes of its security descriptor. */
  get securityBytes(): Uint8Array | undefined {
    const { pages, flaws } = this.#reader;
    if (!this.#open()) return undefined;
    const cell = pages.words[(pages.at + 44) >> 2] ?? nowhere;
    if (cell === nowhere || !pages.open(cell)) return undefined;
    const head = pages.words[pages.at >> 2] ?? 0;
    const size = pages.words[(pages.at >> 2) + 4] ?? 0;
    if ((head & 0xffff) !== securitySignature || 20 + size > pages.size || size > mostSecurity) {
      flaws.add('security', cell);
      return undefined;
    }
    return pages.copy(cell + 24, size);
  }

  get security(): SecurityDescriptor | undefined {
    const bytes = this.securityBytes;
    return bytes === undefined ? undefined : parseSecurityDescriptor(bytes);
  }

  #open(): boolean {
    return this.#reader.pages.open(this.offset);
  }

  /** Offsets of its subkeys, for a walk. */
  list(): SubkeyList | undefined {
    if (this.#subkeys === 0) return undefined;
    if (this.#subkeyList === nowhere) {
      this.#reader.flaws.add('count', this.offset);
      return undefined;
    }
    return new SubkeyList(this.#reader, this.#subkeyList);
  }

  /** In the order of the list, which is that of their names unless somebody wrote it otherwise. */
  *subkeys(): Generator<HiveKey> {
    const list = this.list();
    if (list === undefined) return;
    if (this.depth >= deepestKey) {
      this.#reader.flaws.add('depth', this.offset);
      return;
    }
    for (let offset = list.next(); offset >= 0; offset = list.next()) {
      const key = readKey(this.#reader, offset, this);
      if (key !== undefined) yield key;
    }
  }

  subkey(name: string): HiveKey | undefined {
    const wanted = fold(name);
    for (const key of this.subkeys())
      if (key.name.length === name.length && fold(key.name) === wanted) return key;
    return undefined;
  }

  /** The key at a path below this one: `ControlSet001\Services`; itself for an empty path. */
  key(path: string): HiveKey | undefined {
    let key: HiveKey | undefined = this;
    for (const name of path.split('\\')) {
      if (name === '') continue;
      key = key.subkey(name);
      if (key === undefined) return undefined;
    }
    return key;
  }

  /** In the order of their list, which is that in which they were made. */
  values(): IterableIterator<HiveValue> {
    return new ValueList(this.#reader, this.offset, this.#values, this.#valueList);
  }

  /** The value of a name, the default one for an empty name. */
  value(name: string): HiveValue | undefined {
    const wanted = fold(name);
    for (const value of this.values())
      if (value.name.length === name.length && fold(value.name) === wanted) return value;
    return undefined;
  }
}

/** The key in the cell at an offset; undefined, with a flaw, where none is. */
export function readKey(
  reader: HiveReader,
  offset: number,
  parent: HiveKey | undefined,
  recovered = false,
): HiveKey | undefined {
  const { pages, names, flaws } = reader;
  if (!pages.open(offset)) return undefined;
  const { words, bytes, at, size } = pages;
  const word = at >> 2;
  const head = words[word] ?? 0;
  const nameLength = (words[word + 18] ?? 0) & 0xffff;
  if ((head & 0xffff) !== signature || header + nameLength > size) {
    if (!recovered) flaws.add('key', offset);
    return undefined;
  }
  if (pages.free && !recovered) flaws.add('free', offset);
  const name =
    ((head >>> 16) & narrowName) !== 0
      ? names.narrow(bytes, words, at + header, nameLength)
      : names.wide(bytes, at + header, nameLength);
  return new HiveKey(
    reader,
    offset,
    name,
    parent,
    words[word + 5] ?? 0,
    words[word + 7] ?? nowhere,
    words[word + 9] ?? 0,
    words[word + 10] ?? nowhere,
  );
}
