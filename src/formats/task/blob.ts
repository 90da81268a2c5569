/** Reads the values of the TaskCache from their beginning on: numbers, texts with their size before them, blocks of eight. */
import { momentText } from '../filetime.ts';
import { u16, u32, u64 } from '../little-endian.ts';
import { sidText } from '../security-identifier.ts';

export class TaskBlob {
  readonly #bytes: Uint8Array;
  at = 0;
  /** Something was asked for that is not there: all that follows is empty. */
  cut = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.at;
  }

  /** Where the next `size` bytes are; -1 where there are fewer. */
  #take(size: number): number {
    if (this.cut || size > this.left) {
      this.cut = true;
      return -1;
    }
    this.at += size;
    return this.at - size;
  }

  skip(size: number): void {
    this.#take(size);
  }

  short(): number {
    const at = this.#take(2);
    return at < 0 ? 0 : u16(this.#bytes, at);
  }

  long(): number {
    const at = this.#take(4);
    return at < 0 ? 0 : u32(this.#bytes, at);
  }

  /** A number of four bytes or one in a block of eight. */
  block(): number {
    const at = this.#take(8);
    return at < 0 ? 0 : u32(this.#bytes, at);
  }

  time(): bigint {
    const at = this.#take(8);
    return at < 0 ? 0n : u64(this.#bytes, at);
  }

  bytes(size: number): Uint8Array {
    const at = this.#take(size);
    return at < 0 ? new Uint8Array(0) : this.#bytes.subarray(at, at + size);
  }

  #utf16(size: number): string {
    const bytes = this.bytes(size);
    return Buffer.prototype.ucs2Slice.call(bytes, 0, bytes.length & ~1).replace(/\0+$/, '');
  }

  /** A text with its size in bytes in four bytes before it. */
  text(): string {
    return this.#utf16(this.long());
  }

  #align(size: number): void {
    this.skip((8 - (size % 8)) % 8);
  }

  /** The same in blocks of eight. */
  blockText(): string {
    const size = this.block();
    const text = this.#utf16(size);
    this.#align(size);
    return text;
  }

  /** The same with its size in units, and a NUL that this does not count. */
  unitsText(): string {
    const units = this.block();
    if (units === 0) return '';
    const text = this.#utf16(units * 2 + 2);
    this.#align(units * 2 + 2);
    return text;
  }

  /** A moment with a mark of whether it is local time; undefined for none. */
  boundary(): string | undefined {
    const local = (this.block() & 0xff) !== 0;
    const text = momentText(this.time());
    return local ? text?.replace(/Z$/, '') : text;
  }

  /** Whom something is for: the name where one is kept, else the SID. */
  user(): string | undefined {
    if ((this.block() & 0xff) !== 0) return undefined;
    let sid: string | undefined;
    if ((this.block() & 0xff) === 0) {
      this.block();
      const size = this.block();
      const bytes = this.bytes(size);
      sid = sidText(bytes, 0, bytes.length);
      this.#align(size);
    }
    const name = this.blockText();
    return name === '' ? sid : name;
  }
}
