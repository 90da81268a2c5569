/**
 * Finds many words at once in bytes: the automaton of Aho and Corasick (1975) over folded letters.
 *
 * Why: a suspect's memory is searched for about 150 words. One pass with one table look-up a byte costs the same
 * for any number of words and for any content, so nobody can make it slow by what they put into memory.
 * What it is NOT: a regular expression engine. Upper and lower case are the same; callers check exact case.
 */
import { classes, isText } from './alphabet.ts';

const fold = new Uint8Array(256);
for (let code = 0; code < 256; code += 1) fold[code] = code >= 0x41 && code <= 0x5a ? code + 0x20 : code;

/** Stands for a byte that is not printable: no word goes on past it. */
const noText = 255;

export class KeywordSearch {
  readonly words: readonly string[];
  readonly #shortest: number;
  readonly #symbols = new Uint8Array(256);
  readonly #width: number;
  /** Where a state goes by a symbol: the row of the next state, as its complement where a word ends in it. */
  readonly #next: Int32Array;
  /** Words that end in a state. */
  readonly #ends: readonly (readonly number[])[];

  constructor(words: readonly string[]) {
    this.words = words;
    this.#shortest = Math.min(...words.map((word) => word.length));
    const folded = words.map((word) => word.toLowerCase());
    // Symbol 0 stands for every byte that is in no word.
    let width = 1;
    for (const word of folded) {
      for (const character of word) {
        const code = character.charCodeAt(0);
        if (this.#symbols[code] === 0) {
          this.#symbols[code] = width;
          width += 1;
        }
      }
    }
    for (let code = 0; code < 256; code += 1) this.#symbols[code] = this.#symbols[fold[code] ?? 0] ?? 0;
    this.#width = width;
    const ends: number[][] = [[]];
    /** Edges to the children of a state: symbol and child by turns. A word makes few, the table many. */
    const edges: number[][] = [[]];
    const childOf = (state: number, symbol: number): number => {
      const row = edges[state] ?? [];
      for (let at = 0; at < row.length; at += 2) if (row[at] === symbol) return row[at + 1] ?? 0;
      row.push(symbol, ends.length);
      ends.push([]);
      edges.push([]);
      return ends.length - 1;
    };
    folded.forEach((word, index) => {
      let state = 0;
      for (const character of word) state = childOf(state, this.#symbols[character.charCodeAt(0)] ?? 0);
      ends[state]?.push(index);
    });
    // Rows, not numbers of states, and the rare end told by the sign: one look-up less for every byte. Breadth
    // first: a state goes where its longest proper suffix goes, but for its own children.
    const next = new Int32Array(ends.length * width);
    const fail = new Uint16Array(ends.length);
    const queue = [0];
    for (let head = 0; head < queue.length; head += 1) {
      const state = queue[head] ?? 0;
      const back = (fail[state] ?? 0) * width;
      if (state !== 0) next.copyWithin(state * width, back, back + width);
      const row = edges[state] ?? [];
      for (let at = 0; at < row.length; at += 2) {
        const [symbol, child] = [row[at] ?? 0, row[at + 1] ?? 0];
        const suffix = state === 0 ? 0 : (next[back + symbol] ?? 0);
        fail[child] = (suffix < 0 ? ~suffix : suffix) / width;
        // The suffix is shorter, so its own ends are complete.
        ends[child]?.push(...(ends[fail[child] ?? 0] ?? []));
        next[state * width + symbol] = (ends[child]?.length ?? 0) > 0 ? ~(child * width) : child * width;
        queue.push(child);
      }
    }
    this.#next = next;
    this.#ends = ends;
    for (let code = 0; code < 256; code += 1) {
      if (((classes[code] ?? 0) & isText) === 0) this.#symbols[code] = noText;
    }
  }

  /**
   * Calls `each` with the index of a word and the offset after its last byte, in the order of that offset, until
   * it answers false, in the first `size` bytes. Only stretches of printable text are walked; others are passed over in strides.
   */
  search(bytes: Uint8Array, each: (word: number, end: number) => boolean, size: number = bytes.length): void {
    const stride = this.#shortest;
    const next = this.#next;
    const symbols = this.#symbols;
    const width = this.#width;
    for (let at = 0; at + stride <= size; ) {
      const probe = at + stride - 1;
      if (((classes[bytes[probe] ?? 0] ?? 0) & isText) === 0) {
        at = probe + 1;
        continue;
      }
      let start = probe;
      while (start > at && ((classes[bytes[start - 1] ?? 0] ?? 0) & isText) !== 0) start -= 1;
      let row = 0;
      let walk = start;
      for (; walk < size; walk += 1) {
        const symbol = symbols[bytes[walk] ?? 0] ?? noText;
        if (symbol === noText) break;
        row = next[row + symbol] ?? 0;
        if (row >= 0) continue;
        row = ~row;
        for (const word of this.#ends[row / width] ?? []) if (!each(word, walk + 1)) return;
      }
      at = walk + 1;
    }
  }
}
