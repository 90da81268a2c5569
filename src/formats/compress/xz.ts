/**
 * Files of xz: streams of blocks, each with its check, an index, padding.
 *
 * What it is NOT: a reader of filters for executables and of deltas, which no log has; such a block is `unsupported`.
 * The blocks are read forward; the index is compared with what was read and not used to find anything.
 * Source: "The .xz file format" 1.2.1: §2.1 (stream), §2.2 (padding), §3 (block), §4 (index), §1.2 (integers).
 */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Crc64 } from './crc64.ts';
import { refuse, type Steps } from './flow.ts';
import type { Input } from './input.ts';
import { lzma2, lzma2Dictionary } from './lzma2.ts';
import type { Output, UnpackBounds } from './output.ts';
import { passOver } from './trailing.ts';
import { type Watcher, Window } from './window.ts';

export const xzMagic = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] as const;
const footerMagic = [0x59, 0x5a] as const;
/** What `xz -9` uses, in bytes. */
export const xzWindow = 64 << 20;
const headerSize = 12;
const lzma2Filter = 0x21;
/** §2.1.1.2: bytes of the check by its id. */
const checkSizes = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64] as const;

interface Check extends Watcher {
  digest(): Uint8Array;
}

class Crc32 implements Check {
  #value = 0;

  update(bytes: Uint8Array): void {
    this.#value = crc32(bytes, this.#value);
  }

  digest(): Uint8Array {
    return Uint8Array.of(this.#value, this.#value >>> 8, this.#value >>> 16, this.#value >>> 24);
  }
}

class Sha256 implements Check {
  readonly #hash = createHash('sha256');

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  digest(): Uint8Array {
    return this.#hash.digest();
  }
}

/** Undefined for none, and for ids that nobody has given a meaning. */
function checkOf(id: number): Check | undefined {
  if (id === 1) return new Crc32();
  if (id === 4) return new Crc64();
  return id === 10 ? new Sha256() : undefined;
}

/** Counts content and passes it on. */
class Content implements Watcher {
  readonly check: Check | undefined;
  size = 0;

  constructor(check: Check | undefined) {
    this.check = check;
  }

  update(bytes: Uint8Array): void {
    this.size += bytes.length;
    this.check?.update(bytes);
  }
}

/** CRC-32 and size of the records of an index, as they are in it or as the blocks were. */
class Records {
  count = 0;
  size = 0;
  crc = 0;

  add(unpadded: number, content: number): void {
    const bytes = [...integerBytes(unpadded), ...integerBytes(content)];
    this.crc = crc32(Uint8Array.from(bytes), this.crc);
    this.size += bytes.length;
    this.count += 1;
  }

  equals({ count, size, crc }: Records): boolean {
    return this.count === count && this.size === size && this.crc === crc;
  }
}

/** §1.2: seven bits a byte, lowest first. */
function integerBytes(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}

/** Of bytes that are there: the integer at `at` and where it ends. Sizes above 2^53 are none. */
function integerAt(bytes: Uint8Array, at: number): readonly [value: number, end: number] {
  let value = 0;
  for (let index = 0; index < 9; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) break;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return value > Number.MAX_SAFE_INTEGER ? refuse('size') : [value, at + index + 1];
  }
  return refuse('data');
}

function* integer(input: Input): Steps<number> {
  let [value, scale] = [0, 1];
  for (let index = 0; index < 9; index += 1) {
    yield* input.need(1);
    const byte = input.byte();
    value += (byte & 0x7f) * scale;
    scale *= 0x80;
    if (byte < 0x80) return value > Number.MAX_SAFE_INTEGER ? refuse('size') : value;
  }
  return refuse('data');
}

interface BlockHeader {
  readonly size: number;
  readonly packed: number | undefined;
  readonly content: number | undefined;
  readonly dictionary: number;
}

/** §3.1. The size byte stands next and is no zero. */
function* blockHeader(input: Input): Steps<BlockHeader> {
  const size = ((input.bytes[input.at] ?? 0) + 1) * 4;
  yield* input.need(size);
  const bytes = input.slice(size - 4);
  if (crc32(bytes) !== input.u32()) refuse('header');
  const flags = bytes[1] ?? 0;
  if ((flags & 0x3c) !== 0) refuse('unsupported');
  let at = 2;
  let packed: number | undefined;
  let content: number | undefined;
  if ((flags & 0x40) !== 0) [packed, at] = integerAt(bytes, at);
  if ((flags & 0x80) !== 0) [content, at] = integerAt(bytes, at);
  const [filter, behind] = integerAt(bytes, at);
  if (filter !== lzma2Filter || (flags & 3) !== 0) refuse('unsupported');
  const [properties, start] = integerAt(bytes, behind);
  const dictionary = lzma2Dictionary(bytes[start] ?? 0xff);
  if (properties !== 1 || dictionary === undefined) return refuse('header');
  return { size, packed, content, dictionary };
}

/** Zeros up to a multiple of four. */
function* padding(input: Input, size: number): Steps {
  const count = -size & 3;
  yield* input.need(count);
  for (let index = 0; index < count; index += 1) if (input.byte() !== 0) refuse('data');
}

function* block(input: Input, output: Output, window: Window, check: number, records: Records): Steps {
  const { size, packed, content, dictionary } = yield* blockHeader(input);
  const start = input.offset;
  const seen = new Content(checkOf(check));
  window.begin(dictionary, seen);
  yield* lzma2(input, window);
  window.flush();
  const read = input.offset - start;
  output.expect((packed ?? read) === read && (content ?? seen.size) === seen.size);
  yield* padding(input, read);
  const checkSize = checkSizes[check] ?? 0;
  yield* input.need(checkSize);
  const stored = input.slice(checkSize);
  const digest = seen.check?.digest();
  output.expect(digest === undefined || Buffer.compare(digest, stored) === 0);
  records.add(size + read + checkSize, seen.size);
}

/** §4, from behind its indicator; gives its size. */
function* index(input: Input, output: Output, blocks: Records): Steps<number> {
  const start = input.offset - 1;
  const count = yield* integer(input);
  if (count !== blocks.count) refuse('size');
  const listed = new Records();
  for (let left = count; left > 0; left -= 1) listed.add(yield* integer(input), yield* integer(input));
  output.expect(listed.equals(blocks));
  yield* padding(input, input.offset - start);
  yield* input.need(4);
  input.at += 4;
  return input.offset - start;
}

function* stream(input: Input, output: Output, window: Window): Steps {
  yield* input.need(headerSize);
  if (!input.startsWith(xzMagic)) refuse('header');
  input.at += xzMagic.length;
  const flags = input.slice(2);
  const [reserved = 0, check = 0] = flags;
  if (crc32(flags) !== input.u32()) refuse('header');
  if (reserved !== 0 || check > 15) refuse('unsupported');
  const blocks = new Records();
  while (true) {
    yield* input.need(1);
    if (input.bytes[input.at] === 0) break;
    yield* block(input, output, window, check, blocks);
  }
  input.at += 1;
  const indexSize = yield* index(input, output, blocks);
  yield* input.need(headerSize);
  const footerCheck = input.u32();
  const footer = input.slice(6);
  const same = crc32(footer) === footerCheck && footer[4] === 0 && footer[5] === check;
  const size = new DataView(footer.buffer, footer.byteOffset).getUint32(0, true);
  output.expect(same && (size + 1) * 4 === indexSize);
  if (!input.startsWith(footerMagic)) refuse('data');
  input.at += footerMagic.length;
}

/** Whether another stream follows, behind padding. */
function* another(input: Input): Steps<boolean> {
  while ((yield* input.want(4)) && input.startsWith([0, 0, 0, 0])) input.at += 4;
  return (yield* input.want(xzMagic.length)) && input.startsWith(xzMagic);
}

export function* xzFile(input: Input, output: Output, { window: limit = xzWindow }: UnpackBounds): Steps {
  const window = new Window(output, limit);
  do {
    yield* stream(input, output, window);
  } while (yield* another(input));
  yield* passOver(input, output);
}
