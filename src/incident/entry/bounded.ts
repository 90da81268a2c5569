/**
 * A map that keeps what is updated: where an attacker can make as many keys as he likes, those that came once and long
 * ago go first.
 */
export class Bounded<K, V> {
  readonly #most: number;
  /** Two generations: a key that is not updated while the young one fills is forgotten with the old. */
  #young = new Map<K, V>();
  #old = new Map<K, V>();
  #forgotten = 0;

  constructor(most: number) {
    this.#most = Math.max(1, most >> 1);
  }

  /** Keys that were let go, some of them perhaps more than once. */
  get forgotten(): number {
    return this.#forgotten;
  }

  get(key: K): V | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  update(key: K, change: (value: V | undefined) => V): void {
    const young = this.#young.get(key);
    const value = change(young ?? this.#old.get(key));
    // Nearly always it is there already: then nothing moves.
    if (young !== undefined && young === value) return;
    this.#old.delete(key);
    this.#young.set(key, value);
    if (this.#young.size <= this.#most) return;
    this.#forgotten += this.#old.size;
    this.#old = this.#young;
    this.#young = new Map();
  }

  *entries(): IterableIterator<readonly [K, V]> {
    yield* this.#old;
    yield* this.#young;
  }
}
