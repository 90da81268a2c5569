/**
 * The first bytes of a zlib stream, and no work for the rest.
 *
 * Why: a sample of atop is a structure of one megabyte in a stream of one or two kilobytes, of which the first
 * 160 bytes are wanted, two thousand times a scan. A whole inflate costs thousands of times more, and a hostile
 * file could make each cost as much as it likes. The window is the output itself, as it stays below 32 KiB.
 * What it is NOT: a check of the stream; its Adler-32 stands at the end, which is not reached.
 * Source: RFC 1950 §2.2 (header), RFC 1951 §3.2 (blocks, canonical Huffman codes, the order of code lengths).
 */

const mostBits = 15;
/** RFC 1951 §3.2.7. */
const lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const endOfBlock = 256;

class Bits {
  readonly #bytes: Uint8Array;
  #at: number;
  #held = 0;
  #count = 0;
  /** More was asked for than there is; what was given since is zero. */
  ended = false;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  take(count: number): number {
    while (this.#count < count) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) this.ended = true;
      this.#held |= (byte ?? 0) << this.#count;
      this.#at += 1;
      this.#count += 8;
    }
    const value = this.#held & ((1 << count) - 1);
    this.#held >>>= count;
    this.#count -= count;
    return value;
  }

  /** Drops what is left of the byte. */
  align(): void {
    this.#held = 0;
    this.#count = 0;
  }
}

/** A canonical code: number of codes of each length, and symbols in the order of their codes. */
interface Code {
  readonly counts: readonly number[];
  readonly symbols: readonly number[];
}

/** Undefined when the lengths give more codes than there can be. */
function codeOf(lengths: readonly number[]): Code | undefined {
  const counts = new Array<number>(mostBits + 1).fill(0);
  for (const length of lengths) if (length > 0) counts[length] = (counts[length] ?? 0) + 1;
  let free = 1;
  for (let length = 1; length <= mostBits; length += 1) {
    free = free * 2 - (counts[length] ?? 0);
    if (free < 0) return undefined;
  }
  const symbols: number[] = [];
  for (let length = 1; length <= mostBits; length += 1) {
    if (counts[length] === 0) continue;
    for (const [symbol, own] of lengths.entries()) if (own === length) symbols.push(symbol);
  }
  return { counts, symbols };
}

function symbolFrom(bits: Bits, code: Code): number | undefined {
  let [value, first, index] = [0, 0, 0];
  for (let length = 1; length <= mostBits; length += 1) {
    value |= bits.take(1);
    const count = code.counts[length] ?? 0;
    if (value - first < count) return code.symbols[index + value - first];
    index += count;
    first = (first + count) << 1;
    value <<= 1;
  }
  return undefined;
}

interface Codes {
  readonly literals: Code;
  readonly distances: Code;
}

function fixedCodes(): Codes | undefined {
  const lengths = Array.from({ length: 288 }, (_, symbol) =>
    symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8,
  );
  const literals = codeOf(lengths);
  const distances = codeOf(new Array<number>(30).fill(5));
  return literals === undefined || distances === undefined ? undefined : { literals, distances };
}

function dynamicCodes(bits: Bits): Codes | undefined {
  const literalCount = bits.take(5) + 257;
  const distanceCount = bits.take(5) + 1;
  const ownCount = bits.take(4) + 4;
  const own = new Array<number>(19).fill(0);
  for (const symbol of lengthOrder.slice(0, ownCount)) own[symbol] = bits.take(3);
  const ownCode = codeOf(own);
  if (ownCode === undefined) return undefined;
  const lengths: number[] = [];
  while (lengths.length < literalCount + distanceCount) {
    const symbol = symbolFrom(bits, ownCode);
    if (symbol === undefined || bits.ended) return undefined;
    if (symbol < 16) lengths.push(symbol);
    else {
      const value = symbol === 16 ? lengths.at(-1) : 0;
      if (value === undefined) return undefined;
      const times = symbol === 16 ? bits.take(2) + 3 : symbol === 17 ? bits.take(3) + 3 : bits.take(7) + 11;
      for (let repeat = 0; repeat < times; repeat += 1) lengths.push(value);
    }
  }
  if (lengths.length > literalCount + distanceCount) return undefined;
  const literals = codeOf(lengths.slice(0, literalCount));
  const distances = codeOf(lengths.slice(literalCount));
  return literals === undefined || distances === undefined ? undefined : { literals, distances };
}

/** RFC 1951 §3.2.5: symbols 257 to 284 begin four to a power of two, 285 is 258. */
function matchLength(bits: Bits, symbol: number): number | undefined {
  const index = symbol - 257;
  if (index < 8) return index + 3;
  if (index === 28) return 258;
  if (index > 28) return undefined;
  const extra = (index >> 2) - 1;
  return 3 + ((4 + (index & 3)) << extra) + bits.take(extra);
}

function matchDistance(bits: Bits, symbol: number | undefined): number | undefined {
  if (symbol === undefined || symbol > 29) return undefined;
  if (symbol < 4) return symbol + 1;
  const extra = (symbol >> 1) - 1;
  return 1 + ((2 + (symbol & 1)) << extra) + bits.take(extra);
}

class Output {
  readonly bytes: Uint8Array;
  length = 0;

  constructor(wanted: number) {
    this.bytes = new Uint8Array(wanted);
  }

  get full(): boolean {
    return this.length === this.bytes.length;
  }

  push(byte: number): void {
    if (this.full) return;
    this.bytes[this.length] = byte;
    this.length += 1;
  }

  /** False when the match begins before the output. */
  copy(distance: number, count: number): boolean {
    if (distance > this.length) return false;
    for (let left = count; left > 0 && !this.full; left -= 1)
      this.push(this.bytes[this.length - distance] ?? 0);
    return true;
  }
}

/** False when the block cannot be. */
function stored(bits: Bits, output: Output): boolean {
  bits.align();
  const length = bits.take(16);
  if (length !== (bits.take(16) ^ 0xffff)) return false;
  for (let left = length; left > 0 && !output.full && !bits.ended; left -= 1) output.push(bits.take(8));
  return true;
}

function compressed(bits: Bits, output: Output, codes: Codes): boolean {
  while (!output.full && !bits.ended) {
    const symbol = symbolFrom(bits, codes.literals);
    if (symbol === undefined) return false;
    if (symbol === endOfBlock) return true;
    if (symbol < endOfBlock) {
      if (!bits.ended) output.push(symbol);
      continue;
    }
    const length = matchLength(bits, symbol);
    const distance = matchDistance(bits, symbolFrom(bits, codes.distances));
    if (length === undefined || distance === undefined || bits.ended) return false;
    if (!output.copy(distance, length)) return false;
  }
  return true;
}

/** The first `wanted` bytes of the content; undefined when there are fewer or the stream is no zlib. */
export function inflateStart(bytes: Uint8Array, wanted: number): Uint8Array | undefined {
  const [method = 0, flags = 0] = bytes;
  // CM 8 is deflate, and a preset dictionary (FDICT) is one we cannot have.
  if ((method & 0x0f) !== 8 || (method * 256 + flags) % 31 !== 0 || (flags & 0x20) !== 0) return undefined;
  const bits = new Bits(bytes, 2);
  const output = new Output(wanted);
  for (let last = false; !last && !output.full; ) {
    last = bits.take(1) === 1;
    const type = bits.take(2);
    if (bits.ended) return undefined;
    if (type === 0) {
      if (!stored(bits, output)) return undefined;
      continue;
    }
    const codes = type === 1 ? fixedCodes() : type === 2 ? dynamicCodes(bits) : undefined;
    if (codes === undefined || !compressed(bits, output, codes)) return undefined;
  }
  return output.full ? output.bytes : undefined;
}
