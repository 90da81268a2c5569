/**
 * Words that are looked for all at once, in one pass over a text: a table that says of each character where it leads.
 *
 * Why: some hundred words in millions of lines; the cost is a look into the table for each character, however many words
 * there are. Capitals are small letters; words and texts are ASCII. What it is NOT: a loop over a text; whoever looks has
 * more to see in each character (`may-hold-secret.ts`).
 * Source: Aho, Corasick, "Efficient string matching", CACM 18 (1975), with the failures worked into the table.
 */
const letters = 128;

export class Signs {
  /** By a character's code; 0 for those that stand in no word. */
  readonly symbols = new Uint8Array(letters);
  /** Where a row leads by a symbol: to the next row, or to its complement where a word ends. */
  readonly next: Int32Array;
  readonly #ends: readonly (readonly number[])[];
  readonly #width: number;

  /** @param words in small letters */
  constructor(words: readonly string[]) {
    let width = 1;
    for (const word of words) {
      for (let at = 0; at < word.length; at += 1) {
        const code = word.charCodeAt(at);
        if (this.symbols[code] !== 0) continue;
        this.symbols[code] = width;
        width += 1;
      }
    }
    for (let code = 0x41; code <= 0x5a; code += 1) this.symbols[code] = this.symbols[code + 0x20] ?? 0;
    this.#width = width;
    const most = 1 + words.reduce((sum, word) => sum + word.length, 0);
    const child = new Int32Array(most * width);
    const ends: number[][] = [[]];
    for (const [index, word] of words.entries()) {
      let state = 0;
      for (let at = 0; at < word.length; at += 1) {
        const cell = state * width + (this.symbols[word.charCodeAt(at)] ?? 0);
        if (child[cell] === 0) {
          child[cell] = ends.length;
          ends.push([]);
        }
        state = child[cell] ?? 0;
      }
      ends[state]?.push(index);
    }
    const failure = new Int32Array(ends.length);
    const queue = [0];
    for (let head = 0; head < queue.length; head += 1) {
      const state = queue[head] ?? 0;
      const back = failure[state] ?? 0;
      for (let symbol = 1; symbol < width; symbol += 1) {
        const cell = state * width + symbol;
        const onward = state === 0 ? 0 : (child[back * width + symbol] ?? 0);
        const own = child[cell] ?? 0;
        if (own === 0) {
          child[cell] = onward;
          continue;
        }
        failure[own] = onward;
        // A failure is shorter, so what ends there is complete.
        ends[own]?.push(...(ends[onward] ?? []));
        queue.push(own);
      }
    }
    const rowOf = (state: number): number =>
      (ends[state]?.length ?? 0) > 0 ? ~(state * width) : state * width;
    this.next = child.subarray(0, ends.length * width).map(rowOf);
    this.#ends = ends;
  }

  /** Numbers of the words that end in a row. */
  endsOf(row: number): readonly number[] {
    return this.#ends[row / this.#width] ?? [];
  }
}
