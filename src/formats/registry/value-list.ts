/**
 * The values of a key, one at a time. Written out as an iterator: a hive has millions of lists with two or three values,
 * and a generator for each costs more than reading them.
 *
 * Source: Maxim Suhanov, "Windows registry file format specification", key values list.
 */
import { type HiveReader, nowhere } from './reader.ts';
import { type HiveValue, readValue } from './value.ts';

const done = { done: true, value: undefined } as const;

export class ValueList implements IterableIterator<HiveValue> {
  readonly #reader: HiveReader;
  readonly #list: number;
  readonly #count: number;
  #index = 0;

  /**
   * @param key offset of the key, for flaws
   * @param claimed how many values it says it has
   * @param list offset of the list
   */
  constructor(reader: HiveReader, key: number, claimed: number, list: number) {
    const { pages, flaws } = reader;
    this.#reader = reader;
    this.#list = list;
    let count = 0;
    if (claimed > 0) {
      if (list !== nowhere && pages.open(list)) {
        if (pages.free) flaws.add('free', list);
        count = Math.min(claimed, pages.size >> 2);
      }
      if (count < claimed) flaws.add('count', key);
    }
    this.#count = count;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<HiveValue> {
    const { pages, flaws } = this.#reader;
    while (this.#index < this.#count && this.#reader.spend()) {
      const offset = pages.word(this.#list + 4 + this.#index * 4);
      this.#index += 1;
      if (offset === undefined) {
        flaws.add('truncated', this.#list);
        break;
      }
      const value = readValue(this.#reader, offset);
      if (value !== undefined) return { done: false, value };
    }
    this.#index = this.#count;
    return done;
  }
}
