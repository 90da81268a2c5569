/**
 * Bytes that come in pieces, given on in whole stripes: how the hashes of the xxHash family are fed.
 *
 * Source: Y. Collet, "xxHash fast digest algorithm" (xxhash_spec.md 0.1.1), "Step 2. Process stripes".
 */

/** 32 bits, lowest byte first. */
export const wordAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) |
  ((bytes[at + 1] ?? 0) << 8) |
  ((bytes[at + 2] ?? 0) << 16) |
  ((bytes[at + 3] ?? 0) << 24);

export class Stripes {
  /** Bytes behind the last whole stripe: `held` of them count. */
  readonly rest: Uint8Array;
  held = 0;
  /** Bytes in all. */
  size = 0;
  readonly #take: (bytes: Uint8Array, start: number, end: number) => void;

  /**
   * @param stripe bytes of one
   * @param take is given one or more whole stripes
   */
  constructor(stripe: number, take: (bytes: Uint8Array, start: number, end: number) => void) {
    this.rest = new Uint8Array(stripe);
    this.#take = take;
  }

  update(bytes: Uint8Array): void {
    const { rest } = this;
    const stripe = rest.length;
    this.size += bytes.length;
    let at = 0;
    if (this.held > 0) {
      at = Math.min(stripe - this.held, bytes.length);
      rest.set(bytes.subarray(0, at), this.held);
      this.held += at;
      if (this.held < stripe) return;
      this.#take(rest, 0, stripe);
    }
    const end = at + Math.floor((bytes.length - at) / stripe) * stripe;
    this.#take(bytes, at, end);
    rest.set(bytes.subarray(end));
    this.held = bytes.length - end;
  }
}
