/**
 * Texts that were looked at lately and hold nothing: agents, referrers and pages come again and again.
 *
 * Why: to find a text here costs a fifth of looking through it. Texts are compared whole, so that none is passed over
 * for another, and whoever makes all of his different pays no more than before. Bounds: one text for each slot, 512
 * characters long.
 */
const longest = 512;

export class LookedAt {
  readonly #texts: string[];
  readonly #mask: number;

  /** @param slots a power of two */
  constructor(slots: number) {
    this.#texts = Array<string>(slots).fill('');
    this.#mask = slots - 1;
  }

  /** By its length and some eight of its characters. */
  #slot(text: string): number {
    const { length } = text;
    const step = 1 + (length >> 3);
    let hash = length;
    for (let at = length - 1; at >= 0; at -= step) hash = Math.imul(hash, 31) + text.charCodeAt(at);
    return (hash ^ (hash >>> 15)) & this.#mask;
  }

  has(text: string): boolean {
    return text.length <= longest && this.#texts[this.#slot(text)] === text;
  }

  add(text: string): void {
    // A copy of its own: a part of a line would keep the whole of it.
    if (text.length <= longest) this.#texts[this.#slot(text)] = Buffer.from(text).toString();
  }
}
