/** Which cells of a hive were met: a bit for each eight bytes, in pieces that are made where they are needed. */

const pieceShift = 19;
const pieceMask = (1 << pieceShift) - 1;

export class VisitedCells {
  readonly #pieces = new Map<number, Uint8Array>();
  #lastIndex = -1;
  #last: Uint8Array = new Uint8Array(0);

  /** Notes a cell; false where it had been noted before. */
  add(offset: number): boolean {
    const index = offset >>> pieceShift;
    if (index !== this.#lastIndex) {
      let piece = this.#pieces.get(index);
      if (piece === undefined) {
        piece = new Uint8Array(1 << (pieceShift - 6));
        this.#pieces.set(index, piece);
      }
      this.#lastIndex = index;
      this.#last = piece;
    }
    const at = (offset & pieceMask) >>> 6;
    const bit = 1 << ((offset >>> 3) & 7);
    const byte = this.#last[at] ?? 0;
    if ((byte & bit) !== 0) return false;
    this.#last[at] = byte | bit;
    return true;
  }
}
