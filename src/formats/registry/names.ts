/**
 * Names in a hive as JavaScript text. Names of values are few and come back all the time, so the text made for one is kept
 * and found by its bytes, four at a time: comparing them costs less than making a text anew.
 *
 * A name is a sequence of UTF-16 units with no promise that they form characters: NUL and halves of pairs stay what they
 * are. `printableText` of `model/text.ts` makes what may be shown of it.
 */

const slots = 1 << 13;
/** Bytes of the longest name that is kept, and numbers of four bytes that hold it. */
const longestKept = 48;
const wordsKept = longestKept / 4;

export class NameTable {
  readonly #texts: (string | undefined)[] = new Array(slots).fill(undefined);
  readonly #lengths = new Uint8Array(slots);
  /** The bytes of each text, with zeros behind them. */
  readonly #words = new Uint32Array(slots * wordsKept);

  /**
   * One byte each: the system stores a name so when all of its units are below 256.
   *
   * @param words the same bytes in fours; `at` is a multiple of four, as it is in every cell
   */
  narrow(bytes: Uint8Array, words: Uint32Array, at: number, length: number): string {
    if (length === 0) return '';
    if (length > longestKept) return Buffer.prototype.latin1Slice.call(bytes, at, at + length);
    const first = at >> 2;
    const whole = length >> 2;
    const rest = length & 3;
    const last = rest === 0 ? 0 : (words[first + whole] ?? 0) & ((1 << (rest * 8)) - 1);
    let hash = Math.imul(length ^ last, 0x9e37_79b1);
    for (let index = 0; index < whole; index += 1)
      hash = Math.imul(hash ^ (words[first + index] ?? 0), 0x9e37_79b1) ^ (hash >>> 15);
    const slot = (hash ^ (hash >>> 13)) & (slots - 1);
    const kept = slot * wordsKept;
    const own = this.#words;
    const text = this.#texts[slot];
    if (
      text !== undefined &&
      this.#lengths[slot] === length &&
      (rest === 0 || own[kept + whole] === last >>> 0)
    ) {
      let index = 0;
      while (index < whole && own[kept + index] === words[first + index]) index += 1;
      if (index === whole) return text;
    }
    const made = Buffer.prototype.latin1Slice.call(bytes, at, at + length);
    this.#texts[slot] = made;
    this.#lengths[slot] = length;
    for (let index = 0; index < whole; index += 1) own[kept + index] = words[first + index] ?? 0;
    if (rest !== 0) own[kept + whole] = last;
    return made;
  }

  /** UTF-16, lowest byte first; an odd last byte is left out. */
  wide(bytes: Uint8Array, at: number, length: number): string {
    return Buffer.prototype.ucs2Slice.call(bytes, at, at + (length & ~1));
  }
}
