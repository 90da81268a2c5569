/**
 * A value of a key: its name, type and size at once, its data when they are wanted.
 *
 * Source: Maxim Suhanov, "Windows registry file format specification", key value and big data.
 */
import { type HiveReader, nowhere } from './reader.ts';

const signature = 0x6b76;
const bigSignature = 0x6264;
const header = 20;
const inPlace = 0x8000_0000;
const segmentSize = 16_344;
/** What is read of a value unless the caller asks for more: honest ones are far smaller. */
const usualMost = 4 << 20;

const valueFlag = { narrowName: 1, tombstone: 2 } as const;

/** Types that have a name. Others occur: the SAM keeps the number of an account as the type of its name. */
export const valueType = {
  none: 0,
  string: 1,
  expandString: 2,
  binary: 3,
  dword: 4,
  dwordBigEndian: 5,
  link: 6,
  multiString: 7,
  resourceList: 8,
  resourceDescriptor: 9,
  resourceRequirements: 10,
  qword: 11,
} as const;

export interface ValueBytes {
  readonly bytes: Uint8Array;
  /** False where fewer bytes are there than the value claims, or than were asked for. */
  readonly whole: boolean;
}

export class HiveValue {
  readonly #reader: HiveReader;
  /** Of its cell. */
  readonly offset: number;
  /** Empty for the default value. Raw UTF-16 units, see `names.ts`. */
  readonly name: string;
  /** One of `valueType`, or any other number. */
  readonly type: number;
  readonly #size: number;
  readonly #data: number;
  readonly #flags: number;

  constructor(
    reader: HiveReader,
    offset: number,
    name: string,
    type: number,
    size: number,
    data: number,
    flags: number,
  ) {
    this.#reader = reader;
    this.offset = offset;
    this.name = name;
    this.type = type;
    this.#size = size;
    this.#data = data;
    this.#flags = flags;
  }

  /** Bytes that it claims to have. */
  get size(): number {
    return (this.#size & ~inPlace) >>> 0;
  }

  /** It takes a value away from the layer below (differencing hives of containers). */
  get tombstone(): boolean {
    return (this.#flags & valueFlag.tombstone) !== 0;
  }

  /** Offset of the cell with its data; undefined where they stand in the value itself, or where there are none. */
  get dataCell(): number | undefined {
    return this.#size >= inPlace || this.size === 0 || this.#data === nowhere ? undefined : this.#data;
  }

  /** The data, `most` bytes at most. Never throws: what is not there is not whole. */
  data(most = usualMost): ValueBytes {
    const { size } = this;
    if (this.#size >= inPlace) {
      const word = new Uint8Array(4);
      new DataView(word.buffer).setUint32(0, this.#data, true);
      if (size > 4) this.#reader.flaws.add('value', this.offset);
      return { bytes: word.subarray(0, Math.min(size, most, 4)), whole: size <= 4 && size <= most };
    }
    if (size === 0) return { bytes: new Uint8Array(0), whole: true };
    const wanted = Math.min(size, most);
    const bytes = this.#read(wanted, size);
    if (bytes.length < wanted) this.#reader.flaws.add('value', this.offset);
    return { bytes, whole: bytes.length === size };
  }

  #read(wanted: number, size: number): Uint8Array {
    const { pages, minor, flaws } = this.#reader;
    if (this.#data === nowhere || !pages.open(this.#data)) return new Uint8Array(0);
    if (pages.free) flaws.add('free', this.#data);
    const head = pages.words[pages.at >> 2] ?? 0;
    const isBig = minor > 3 && size > segmentSize && (head & 0xffff) === bigSignature && pages.size < size;
    if (!isBig) return pages.copy(this.#data + 4, Math.min(wanted, pages.size));
    const list = pages.words[(pages.at >> 2) + 1] ?? nowhere;
    return this.#segments(list, head >>> 16, wanted);
  }

  #segments(list: number, count: number, wanted: number): Uint8Array {
    const { pages, flaws } = this.#reader;
    const parts: Uint8Array[] = [];
    if (list === nowhere || !pages.open(list)) return new Uint8Array(0);
    const listed = Math.min(count, pages.size >> 2);
    let done = 0;
    for (let index = 0; index < listed && done < wanted; index += 1) {
      const segment = pages.word(list + 4 + index * 4);
      if (segment === undefined || segment === nowhere || !this.#reader.spend() || !pages.open(segment)) {
        flaws.add('value', this.offset);
        break;
      }
      const part = pages.copy(segment + 4, Math.min(segmentSize, wanted - done, pages.size));
      // Only the last segment may be short: what follows a cut one would stand in the wrong place.
      const cut = part.length < Math.min(segmentSize, wanted - done);
      parts.push(part);
      done += part.length;
      if (cut) break;
    }
    return Buffer.concat(parts);
  }
}

/** The value in the cell at an offset; undefined, with a flaw, where none is. */
export function readValue(reader: HiveReader, offset: number, recovered = false): HiveValue | undefined {
  const { pages, names, flaws } = reader;
  if (!pages.open(offset)) return undefined;
  const { words, bytes, at, size } = pages;
  const word = at >> 2;
  const head = words[word] ?? 0;
  const nameLength = head >>> 16;
  if ((head & 0xffff) !== signature || header + nameLength > size) {
    if (!recovered) flaws.add('value', offset);
    return undefined;
  }
  if (pages.free && !recovered) flaws.add('free', offset);
  const flags = (words[word + 4] ?? 0) & 0xffff;
  const name =
    (flags & valueFlag.narrowName) !== 0
      ? names.narrow(bytes, words, at + header, nameLength)
      : names.wide(bytes, at + header, nameLength);
  const data = words[word + 2] ?? nowhere;
  return new HiveValue(reader, offset, name, words[word + 3] ?? 0, words[word + 1] ?? 0, data, flags);
}
