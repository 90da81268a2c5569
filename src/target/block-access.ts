/** A file of a target that is read where it is wanted, in blocks that are kept: a hive is opened at thousands of places. */
import type { RandomAccess } from '../formats/random-access.ts';
import type { PathText } from '../model/text.ts';
import type { Target } from './port.ts';

const blockSize = 256 << 10;
const mostBlocks = 96;

export class BlockAccess implements RandomAccess {
  readonly #target: Target;
  readonly #path: PathText;
  readonly #blocks = new Map<number, Uint8Array>();

  constructor(target: Target, path: PathText) {
    this.#target = target;
    this.#path = path;
  }

  #block(index: number): Uint8Array {
    const known = this.#blocks.get(index);
    if (known !== undefined) return known;
    const answer = this.#target.readNow({
      kind: 'file',
      path: this.#path,
      offset: index * blockSize,
      limit: blockSize,
    });
    const bytes = Uint8Array.from(answer.bytes);
    if (this.#blocks.size >= mostBlocks) {
      const [oldest] = this.#blocks.keys();
      if (oldest !== undefined) this.#blocks.delete(oldest);
    }
    this.#blocks.set(index, bytes);
    return bytes;
  }

  read(offset: number, length: number): Uint8Array {
    if (length <= 0 || offset < 0) return new Uint8Array(0);
    const first = Math.floor(offset / blockSize);
    const start = offset - first * blockSize;
    const block = this.#block(first);
    if (start + length <= block.length) return block.subarray(start, start + length);
    const parts: Uint8Array[] = [block.subarray(start)];
    let have = parts[0]?.length ?? 0;
    for (
      let index = first + 1;
      have < length && (this.#blocks.get(index - 1)?.length ?? blockSize) === blockSize;
      index += 1
    ) {
      const part = this.#block(index).subarray(0, length - have);
      if (part.length === 0) break;
      parts.push(part);
      have += part.length;
    }
    return Buffer.concat(parts);
  }
}
