/**
 * When something happened, of which there may be any number: the first and the last of each stretch of time are kept.
 *
 * Stretches are a minute long; when there are too many of them they are joined by twos. So a quiet year is kept to the
 * minute, and one that somebody floods to the hour, in the same room.
 * Units: microseconds.
 */
const minuteUs = 60e6;

interface Stretch<T> {
  first: T;
  last: T;
}

export class Moments<T extends { readonly us: number }> {
  readonly #most: number;
  #width = minuteUs;
  #stretches = new Map<number, Stretch<T>>();
  #count = 0;

  constructor(most: number) {
    this.#most = Math.max(2, most);
  }

  get count(): number {
    return this.#count;
  }

  /** Counts one more; it is made only where it is kept. */
  note(us: number, make: () => T): void {
    this.#count += 1;
    const key = Math.floor(us / this.#width);
    const stretch = this.#stretches.get(key);
    if (stretch !== undefined && us >= stretch.first.us && us < stretch.last.us) return;
    const value = make();
    this.#join(this.#stretches, key, value, value);
    while (this.#stretches.size > this.#most) this.#widen();
  }

  /** Those that were kept, in their order. */
  kept(): readonly T[] {
    const all = [...this.#stretches.values()].flatMap(({ first, last }) =>
      first === last ? [first] : [first, last],
    );
    return all.sort((a, b) => a.us - b.us);
  }

  #widen(): void {
    this.#width *= 2;
    const wider = new Map<number, Stretch<T>>();
    for (const { first, last } of this.#stretches.values()) {
      this.#join(wider, Math.floor(first.us / this.#width), first, last);
    }
    this.#stretches = wider;
  }

  #join(into: Map<number, Stretch<T>>, key: number, first: T, last: T): void {
    const stretch = into.get(key);
    if (stretch === undefined) {
      into.set(key, { first, last });
      return;
    }
    if (first.us < stretch.first.us) stretch.first = first;
    if (last.us >= stretch.last.us) stretch.last = last;
  }
}
