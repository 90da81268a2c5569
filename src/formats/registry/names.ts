/**
 * Names in a hive as JavaScript text. Names of values are few and come back all the time, so the text made for one is kept
 * and found by its bytes: comparing them costs less than making a text anew.
 *
 * A name is a sequence of UTF-16 units with no promise that they form characters: NUL and halves of pairs stay what they
 * are. `printableText` of `model/text.ts` makes what may be shown of it.
 */

const slots = 1 << 13;
const longestKept = 48;

export class NameTable {
  readonly #kept: (string | undefined)[] = new Array(slots).fill(undefined);

  /** One byte each: the system stores a name so when all of its units are below 256. */
  narrow(bytes: Uint8Array, at: number, length: number): string {
    if (length === 0) return '';
    const end = at + length;
    if (length > longestKept) return Buffer.prototype.latin1Slice.call(bytes, at, end);
    let hash = length;
    for (let index = at; index < end; index += 1) hash = (Math.imul(hash, 31) + (bytes[index] ?? 0)) | 0;
    const slot = (hash ^ (hash >>> 13)) & (slots - 1);
    const kept = this.#kept[slot];
    if (kept !== undefined && kept.length === length) {
      let index = 0;
      while (index < length && kept.charCodeAt(index) === bytes[at + index]) index += 1;
      if (index === length) return kept;
    }
    const made = Buffer.prototype.latin1Slice.call(bytes, at, end);
    this.#kept[slot] = made;
    return made;
  }

  /** UTF-16, lowest byte first; an odd last byte is left out. */
  wide(bytes: Uint8Array, at: number, length: number): string {
    return Buffer.prototype.ucs2Slice.call(bytes, at, at + (length & ~1));
  }
}
