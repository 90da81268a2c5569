/**
 * Walks the list of subkeys of a key: `li`, `lf`, `lh`, and `ri`, which lists such lists. Names and hashes in lists are not
 * relied on: who can write a hive can write a wrong one, and a walk would then see what a look-up does not.
 *
 * Source: Maxim Suhanov, "Windows registry file format specification", index leaf, fast leaf, hash leaf, index root.
 */
import { type HiveReader, nowhere } from './reader.ts';

const li = 0x696c;
const lf = 0x666c;
const lh = 0x686c;
const ri = 0x6972;
/** A list of lists of lists is against the rules; some are read all the same, so that nothing hides below them. */
const deepest = 4;

interface Level {
  /** Offset of the first element. */
  readonly first: number;
  readonly count: number;
  /** Bytes of an element. */
  readonly stride: number;
  readonly leaf: boolean;
  index: number;
}

export class SubkeyList {
  readonly #reader: HiveReader;
  readonly #levels: Level[] = [];
  #top: Level | undefined;

  constructor(reader: HiveReader, offset: number) {
    this.#reader = reader;
    this.#enter(offset);
  }

  #enter(offset: number): void {
    const { pages, flaws } = this.#reader;
    if (!pages.open(offset)) return;
    const { size, free } = pages;
    const head = pages.words[pages.at >> 2] ?? 0;
    const kind = head & 0xffff;
    const leaf = kind === lf || kind === lh || kind === li;
    if (size < 4 || (!leaf && kind !== ri)) {
      flaws.add('list', offset);
      return;
    }
    if (free) flaws.add('free', offset);
    const claimed = head >>> 16;
    const stride = kind === lf || kind === lh ? 8 : 4;
    const count = Math.min(claimed, Math.floor((size - 4) / stride));
    if (count < claimed) flaws.add('count', offset);
    if (this.#levels.length >= deepest) {
      flaws.add('depth', offset);
      return;
    }
    this.#top = { first: offset + 8, count, stride, leaf, index: 0 };
    this.#levels.push(this.#top);
  }

  /** Offset of the next key; -1 after the last. */
  next(): number {
    for (;;) {
      const top = this.#top;
      if (top === undefined) return -1;
      if (top.index >= top.count) {
        this.#levels.pop();
        this.#top = this.#levels.at(-1);
        continue;
      }
      if (!this.#reader.spend()) return -1;
      const at = top.first + top.index * top.stride;
      top.index += 1;
      const offset = this.#reader.pages.word(at);
      if (offset === undefined) {
        this.#reader.flaws.add('truncated', at);
        top.index = top.count;
      } else if (!top.leaf) this.#enter(offset);
      else if (offset !== nowhere) return offset;
      else this.#reader.flaws.add('list', at);
    }
  }
}
