/** What a child that reads parts says: lines of JSON as they are, then what it found. */

export type Frame =
  | { readonly kind: 'lines'; readonly bytes: Uint8Array }
  | { readonly kind: 'result'; readonly bytes: Uint8Array };

const headSize = 5;
const kinds = { lines: 0, result: 1 } as const;
/** A piece of lines, or a tally, is smaller; what is larger is not from our child. */
export const largestFrame = 64 << 20;

export function frameHead(kind: Frame['kind'], size: number): Uint8Array {
  const head = Buffer.alloc(headSize);
  head[0] = kinds[kind];
  head.writeUInt32LE(size, 1);
  return head;
}

/** Frames out of pieces as they come. */
export class Frames {
  #pieces: Uint8Array[] = [];
  #size = 0;

  take(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#size += piece.length;
  }

  /** Undefined until one is whole. @throws RangeError where it cannot be one of ours */
  next(): Frame | undefined {
    if (this.#size < headSize) return undefined;
    const head = this.#joined(headSize);
    const size = Buffer.from(head.buffer, head.byteOffset, head.length).readUInt32LE(1);
    if (size > largestFrame || (head[0] ?? 9) > 1) throw new RangeError('a broken frame');
    if (this.#size < headSize + size) return undefined;
    const all = this.#joined(headSize + size);
    const bytes = all.subarray(headSize, headSize + size);
    this.#pieces =
      all.length > headSize + size
        ? [all.subarray(headSize + size), ...this.#pieces.slice(1)]
        : this.#pieces.slice(1);
    this.#size -= headSize + size;
    return { kind: all[0] === kinds.lines ? 'lines' : 'result', bytes };
  }

  /** The first piece, made to hold at least `size` bytes. */
  #joined(size: number): Uint8Array {
    const [first = new Uint8Array(0)] = this.#pieces;
    if (first.length >= size) return first;
    let length = 0;
    let count = 0;
    while (length < size) {
      length += this.#pieces[count]?.length ?? size;
      count += 1;
    }
    const joined = Buffer.concat(this.#pieces.slice(0, count));
    this.#pieces = [joined, ...this.#pieces.slice(count)];
    return joined;
  }
}

/** Numbers above 2^53 are in a head, which JSON has not. */
export const encodeResult = (result: unknown): Uint8Array =>
  Buffer.from(
    JSON.stringify(result, (_, value) => (typeof value === 'bigint' ? { bigint: String(value) } : value)),
  );

export const decodeResult = (bytes: Uint8Array): unknown =>
  JSON.parse(Buffer.from(bytes).toString('utf8'), (_, value: unknown) =>
    typeof value === 'object' && value !== null && 'bigint' in value && typeof value.bigint === 'string'
      ? BigInt(value.bigint)
      : value,
  );
