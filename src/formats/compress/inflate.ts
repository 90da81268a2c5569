/**
 * Deflate, forward-fed.
 *
 * What it is NOT: a stream with header and checksum; see gzip.ts. Codes that leave bit patterns unused are accepted as
 * long as no such pattern occurs.
 * Source: RFC 1951 §3.2 (blocks, code lengths and their order, repetition).
 */
import {
  type CodeTable,
  codeTable,
  distanceMeanings,
  kindMask,
  kinds,
  literalMeanings,
  orderMeanings,
} from './deflate-codes.ts';
import { Halt, refuse, type Steps } from './flow.ts';
import type { Input } from './input.ts';
import { copyRaw } from './stored.ts';
import type { Window } from './window.ts';

export const deflateWindow = 32 << 10;
const longestMatch = 258;
/** Code lengths of a block take 17 + 19 × 3 + 320 × 14 bits at most. */
const longestHeader = 576;
/** Bytes that one symbol and its distance look at. */
const symbolBytes = 8;
const literalBits = 10;
const distanceBits = 8;
/** RFC 1951 §3.2.7. */
const lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] as const;

interface Codes {
  readonly literals: CodeTable;
  readonly distances: CodeTable;
}

function codesOf(literals: Uint8Array, distances: Uint8Array): Codes {
  const first = codeTable(literals, literalMeanings, literalBits);
  const second = codeTable(distances, distanceMeanings, distanceBits);
  return first === undefined || second === undefined
    ? refuse('data')
    : { literals: first, distances: second };
}

let fixed: Codes | undefined;
function fixedCodes(): Codes {
  const lengths = Uint8Array.from({ length: 288 }, (_, symbol) =>
    symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8,
  );
  fixed ??= codesOf(lengths, new Uint8Array(30).fill(5));
  return fixed;
}

export class Inflater {
  readonly #input: Input;
  readonly #window: Window;
  /** Bits of the byte before `input.at` that were not used; never a whole byte between two calls. */
  #held = 0;
  #count = 0;

  constructor(input: Input, window: Window) {
    this.#input = input;
    this.#window = window;
  }

  /** Reads one stream to its last block, and leaves the input at the byte after it. */
  *run(): Steps {
    this.#held = 0;
    this.#count = 0;
    for (let last = false; !last; ) {
      yield* this.#input.want(longestHeader);
      last = this.#bits(1) === 1;
      const type = this.#bits(2);
      if (type === 0) yield* this.#stored();
      else yield* this.#compressed(type === 1 ? fixedCodes() : type === 2 ? this.#codes() : refuse('data'));
    }
  }

  #bits(count: number): number {
    while (this.#count < count) {
      this.#held |= this.#input.byte() << this.#count;
      this.#count += 8;
    }
    this.#checkEnd();
    const value = this.#held & ((1 << count) - 1);
    this.#held >>>= count;
    this.#count -= count;
    return value;
  }

  #checkEnd(): void {
    if (this.#input.at > this.#input.end) throw new Halt('truncated');
  }

  *#stored(): Steps {
    const input = this.#input;
    this.#held = 0;
    this.#count = 0;
    yield* input.need(4);
    const size = input.u16();
    if (size !== (input.u16() ^ 0xffff)) refuse('data');
    yield* copyRaw(input, this.#window, size);
  }

  #codes(): Codes {
    const literals = this.#bits(5) + 257;
    const distances = this.#bits(5) + 1;
    const count = this.#bits(4) + 4;
    if (literals > 286) refuse('data');
    const order = new Uint8Array(19);
    for (const symbol of lengthOrder.slice(0, count)) order[symbol] = this.#bits(3);
    const table = codeTable(order, orderMeanings, 7);
    if (table === undefined) return refuse('data');
    const lengths = new Uint8Array(literals + distances);
    for (let at = 0; at < lengths.length; ) {
      const symbol = this.#symbol(table);
      if (symbol < 16) {
        lengths[at] = symbol;
        at += 1;
        continue;
      }
      if (symbol === 16 && at === 0) refuse('data');
      const value = symbol === 16 ? (lengths[at - 1] ?? 0) : 0;
      const times =
        symbol === 16 ? this.#bits(2) + 3 : symbol === 17 ? this.#bits(3) + 3 : this.#bits(7) + 11;
      if (at + times > lengths.length) refuse('data');
      lengths.fill(value, at, at + times);
      at += times;
    }
    return codesOf(lengths.subarray(0, literals), lengths.subarray(literals));
  }

  /** Of a code of seven bits at most. */
  #symbol({ entries, mask }: CodeTable): number {
    if (this.#count < 8) {
      this.#held |= this.#input.byte() << this.#count;
      this.#count += 8;
    }
    const found = entries[this.#held & mask] ?? kinds.other;
    if ((found & kindMask) === kinds.other) {
      this.#checkEnd();
      refuse('data');
    }
    this.#held >>>= found & 15;
    this.#count -= found & 15;
    if (this.#count < 0) throw new Halt('truncated');
    return found >>> 16;
  }

  *#compressed(codes: Codes): Steps {
    const input = this.#input;
    while (true) {
      // Near the end of what is there each symbol is checked, and that only when nothing more can come.
      if (yield* input.want(symbolBytes)) {
        if (this.#symbols(codes, input.end - symbolBytes, false)) return;
      } else if (this.#symbols(codes, input.end, true)) return;
    }
  }

  /**
   * Reads symbols while the next byte is at `last` or before. True at the end of the block. `careful`: what is read may
   * go beyond the end, and is then no content.
   */
  #symbols({ literals, distances }: Codes, last: number, careful: boolean): boolean {
    const input = this.#input;
    const window = this.#window;
    const from = input.bytes;
    const [codes, codeMask, codeBits] = [literals.entries, literals.mask, literals.bits];
    const [steps, stepMask, stepBits] = [distances.entries, distances.mask, distances.bits];
    let { at } = input;
    let held = this.#held;
    let count = this.#count;
    let top = window.room(longestMatch) - longestMatch;
    let to = window.bytes;
    let out = window.at;
    let ended = false;
    while (at <= last) {
      if (out > top) {
        window.at = out;
        top = window.room(longestMatch) - longestMatch;
        to = window.bytes;
        out = window.at;
      }
      if (count < 16) {
        held |= ((from[at] ?? 0) | ((from[at + 1] ?? 0) << 8)) << count;
        at += 2;
        count += 16;
      }
      let found = codes[held & codeMask] ?? 0;
      if ((found & kindMask) === kinds.other) {
        const second = (held >>> codeBits) & ((1 << ((found >>> 4) & 15)) - 1);
        found = codes[(found >>> 16) + second] ?? 0;
      }
      held >>>= found & 15;
      count -= found & 15;
      if ((found & kindMask) === kinds.literal) {
        if (careful && at - (count >> 3) > input.end) this.#leave(at, count, out, 'truncated');
        to[out] = found >>> 16;
        out += 1;
        continue;
      }
      if ((found & kindMask) !== kinds.match) {
        ended = (found & kindMask) === kinds.end;
        if (!ended) this.#leave(at, count, out, 'data');
        break;
      }
      if (count < 16) {
        held |= ((from[at] ?? 0) | ((from[at + 1] ?? 0) << 8)) << count;
        at += 2;
        count += 16;
      }
      let extra = (found >>> 4) & 15;
      const length = (found >>> 16) + (held & ((1 << extra) - 1));
      held >>>= extra;
      count -= extra;
      if (count < 16) {
        held |= ((from[at] ?? 0) | ((from[at + 1] ?? 0) << 8)) << count;
        at += 2;
        count += 16;
      }
      found = steps[held & stepMask] ?? 0;
      if ((found & kindMask) === kinds.other) {
        const second = (held >>> stepBits) & ((1 << ((found >>> 4) & 15)) - 1);
        found = steps[(found >>> 16) + second] ?? 0;
      }
      held >>>= found & 15;
      count -= found & 15;
      if (count < 16) {
        held |= ((from[at] ?? 0) | ((from[at + 1] ?? 0) << 8)) << count;
        at += 2;
        count += 16;
      }
      extra = (found >>> 4) & 15;
      const distance = (found >>> 16) + (held & ((1 << extra) - 1));
      held >>>= extra;
      count -= extra;
      if (careful && at - (count >> 3) > input.end) this.#leave(at, count, out, 'truncated');
      if ((found & kindMask) !== kinds.match || distance > out) this.#leave(at, count, out, 'data');
      const end = out + length;
      for (let source = out - distance; out < end; out += 1, source += 1) to[out] = to[source] ?? 0;
    }
    this.#hold(at, held, count, out);
    if (careful) this.#checkEnd();
    return ended;
  }

  #leave(at: number, count: number, out: number, end: Halt['end']): never {
    this.#hold(at, 0, count, out);
    // What cannot be and has bits from beyond the end in it is only truncated.
    throw new Halt(at > this.#input.end ? 'truncated' : end);
  }

  /** Gives whole bytes back to the input. */
  #hold(at: number, held: number, count: number, out: number): void {
    this.#input.at = at - (count >> 3);
    this.#count = count & 7;
    this.#held = held & ((1 << (count & 7)) - 1);
    this.#window.at = out;
  }
}
