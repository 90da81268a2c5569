/**
 * Many words looked for in one pass over a text: the test that comes before any regular expression.
 *
 * Why: a gigabyte of access logs against forty shapes. The cost is one look into a table a byte, however many words
 * there are, and whatever an attacker sends. Words are ASCII in small letters.
 * Source: Aho, Corasick, "Efficient string matching", CACM 18 (1975), with the failures worked into the table.
 */

const letters = 128;

export class Needles {
  readonly #next: Uint16Array;
  /** Numbers of what ends at a state. */
  readonly #ends: readonly (readonly number[] | undefined)[];
  readonly #isEnd: Uint8Array;
  readonly #found: number[] = [];

  /** @param words by the number that `find` answers; one number may have several */
  constructor(words: readonly (readonly [word: string, number: number])[]) {
    const most = 1 + words.reduce((sum, [word]) => sum + word.length, 0);
    const next = new Uint16Array(most * letters);
    const ends: Set<number>[] = [new Set()];
    for (const [word, number] of words) {
      let state = 0;
      for (let at = 0; at < word.length; at += 1) {
        const cell = state * letters + (word.charCodeAt(at) & 0x7f);
        if (next[cell] === 0) {
          next[cell] = ends.length;
          ends.push(new Set());
        }
        state = next[cell] ?? 0;
      }
      ends[state]?.add(number);
    }
    const failure = new Uint16Array(most);
    const queue: number[] = [];
    for (let letter = 0; letter < letters; letter += 1) if (next[letter] !== 0) queue.push(next[letter] ?? 0);
    for (let at = 0; at < queue.length; at += 1) {
      const state = queue[at] ?? 0;
      const back = failure[state] ?? 0;
      for (const number of ends[back] ?? []) ends[state]?.add(number);
      for (let letter = 0; letter < letters; letter += 1) {
        const cell = state * letters + letter;
        const onward = next[back * letters + letter] ?? 0;
        const child = next[cell] ?? 0;
        if (child === 0) next[cell] = onward;
        else {
          failure[child] = onward;
          queue.push(child);
        }
      }
    }
    this.#next = next;
    this.#ends = ends.map((set) => (set.size === 0 ? undefined : [...set]));
    this.#isEnd = Uint8Array.from(ends, (set) => (set.size === 0 ? 0 : 1));
  }

  /** Numbers of the words that stand in the first `length` bytes. The same array each time. */
  find(bytes: Uint8Array, length: number): readonly number[] {
    const next = this.#next;
    const isEnd = this.#isEnd;
    const found = this.#found;
    found.length = 0;
    let state = 0;
    for (let at = 0; at < length; at += 1) {
      const code = bytes[at] ?? 0;
      state = code < letters ? (next[state * letters + code] ?? 0) : 0;
      if (isEnd[state] === 1) {
        for (const number of this.#ends[state] ?? []) if (!found.includes(number)) found.push(number);
      }
    }
    return found;
  }
}
