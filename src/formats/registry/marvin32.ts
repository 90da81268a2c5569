/**
 * Marvin32, by which entries of a hive's transaction log are checked. In pieces: an entry may be as large as the log.
 *
 * Source: Maxim Suhanov, "Windows registry file format specification", log entries, notes 1 to 3 (the seed); the function
 * is that of Microsoft's SymCrypt, lib/marvin32.c.
 */

/** The seed 0x82EF4D887A4E55C5 as two words; that its lower half comes last is so in logs of Windows 10. */
const seedLow = 0x7a4e_55c5 | 0;
const seedHigh = 0x82ef_4d88 | 0;

export class Marvin32 {
  #low = seedLow;
  #high = seedHigh;
  /** What did not fill a word yet. */
  #rest = 0;
  #restBytes = 0;

  #mix(word: number): void {
    let low = (this.#low + word) | 0;
    let high = this.#high ^ low;
    low = (low << 20) | (low >>> 12);
    low = (low + high) | 0;
    high = (high << 9) | (high >>> 23);
    high ^= low;
    low = (low << 27) | (low >>> 5);
    low = (low + high) | 0;
    this.#low = low;
    this.#high = (high << 19) | (high >>> 13);
  }

  update(bytes: Uint8Array): void {
    for (const byte of bytes) {
      this.#rest |= byte << (8 * this.#restBytes);
      this.#restBytes += 1;
      if (this.#restBytes === 4) {
        this.#mix(this.#rest);
        this.#rest = 0;
        this.#restBytes = 0;
      }
    }
  }

  /** Both words, the lower first, as they stand in a log entry. Nothing may be added afterwards. */
  digest(): readonly [number, number] {
    this.#mix(this.#rest | (0x80 << (8 * this.#restBytes)));
    this.#mix(0);
    return [this.#low >>> 0, this.#high >>> 0];
  }
}
