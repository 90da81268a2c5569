/**
 * Definitions of templates, and fragments without one, made independent of the chunk in which they stand.
 *
 * The same definition stands in each chunk that uses it, with other places of its names. Written out with the names
 * in their places, it is the same bytes everywhere: so it is compiled once, however many chunks there are, and two
 * definitions of one GUID with other content stay two. All that is checked is checked here: what comes out is sound.
 * The sizes that elements and lists of attributes tell are not needed, and not believed.
 * Source: [MS-EVEN6] 2.2.12; libyal's description 5.1 (dependency identifiers, places of names).
 */
import { u16, u32 } from '../little-endian.ts';
import { limits, more, token } from './layout.ts';
import { nameHeadSize, nameSize } from './name.ts';

/** One for all: what was written is taken before anything else is. */
const scratch = new Uint8Array(limits.definition);

export class DefinitionWriter {
  /** What was written; holds until the next `write` of any. */
  readonly out: Uint8Array = scratch;
  length = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;

  /**
   * Reads the element at `at`, with its fragment head where it has one.
   * `dependent` whether elements carry a dependency identifier, as those of definitions do.
   * @returns where it ends in the chunk, or -1 where it is not sound
   */
  write(chunk: Uint8Array, at: number, end: number, dependent: boolean): number {
    this.#bytes = chunk;
    this.#at = at;
    this.#end = end;
    this.length = 0;
    if (chunk[this.#at] === token.fragmentHead) this.#at += 4;
    if (((chunk[this.#at] ?? 0) & ~more) !== token.openStartElement) return -1;
    return this.#elements(dependent) ? this.#at : -1;
  }

  #elements(dependent: boolean): boolean {
    const bytes = this.#bytes;
    let depth = 0;
    /** Within the start tag of an element, where attributes may stand. */
    let isTag = false;
    do {
      if (this.#at >= this.#end) return false;
      const code = (bytes[this.#at] ?? 0) & ~more;
      const hasMore = ((bytes[this.#at] ?? 0) & more) !== 0;
      if (this.length + 4 > limits.definition) return false;
      switch (code) {
        case token.openStartElement:
          depth += 1;
          if (isTag || depth > limits.elements) return false;
          this.#at += (dependent ? 3 : 1) + 4;
          if (!this.#name(code)) return false;
          if (hasMore) this.#at += 4;
          isTag = true;
          break;
        case token.attribute:
          this.#at += 1;
          if (!isTag || !this.#name(code)) return false;
          break;
        case token.closeStartElement:
          if (!isTag) return false;
          isTag = false;
          this.#token(code);
          break;
        case token.closeEmptyElement:
        case token.endElement:
          if (isTag !== (code === token.closeEmptyElement)) return false;
          isTag = false;
          depth -= 1;
          this.#token(code);
          break;
        case token.value:
          // Only text is allowed here.
          if (bytes[this.#at + 1] !== 1) return false;
          this.#at += 2;
          if (!this.#text(code)) return false;
          break;
        case token.cdata:
        case token.piData:
          this.#at += 1;
          if (!this.#text(code)) return false;
          break;
        case token.charRef:
          if (!this.#copy(3)) return false;
          break;
        case token.entityRef:
        case token.piTarget:
          this.#at += 1;
          if (!this.#name(code)) return false;
          break;
        case token.normalSubstitution:
        case token.optionalSubstitution:
          if (!this.#copy(4)) return false;
          break;
        default:
          return false;
      }
    } while (depth > 0);
    return true;
  }

  #token(code: number): void {
    this.out[this.length] = code;
    this.length += 1;
    this.#at += 1;
  }

  #copy(size: number): boolean {
    if (this.#at + size > this.#end) return false;
    for (let index = 0; index < size; index += 1)
      this.out[this.length + index] = this.#bytes[this.#at + index] ?? 0;
    this.out[this.length] = (this.#bytes[this.#at] ?? 0) & ~more;
    this.length += size;
    this.#at += size;
    return true;
  }

  /** The place of a name; the name itself stands right behind it where it is used first. */
  #name(code: number): boolean {
    const place = u32(this.#bytes, this.#at);
    if (this.#at + 4 > this.#end) return false;
    this.#at += 4;
    const size = nameSize(this.#bytes, place, this.#bytes.length);
    if (size === 0) return false;
    if (place === this.#at) this.#at += size;
    const characters = (size - nameHeadSize - 2) / 2;
    return this.#put(code, place + nameHeadSize, characters);
  }

  #text(code: number): boolean {
    const characters = u16(this.#bytes, this.#at);
    const from = this.#at + 2;
    this.#at = from + characters * 2;
    return this.#at <= this.#end && this.#put(code, from, characters);
  }

  #put(code: number, from: number, characters: number): boolean {
    const { out } = this;
    const size = characters * 2;
    if (this.length + 3 + size > limits.definition) return false;
    out[this.length] = code;
    out[this.length + 1] = characters & 0xff;
    out[this.length + 2] = characters >> 8;
    const to = this.length + 3;
    // Names are short: a loop is faster than a view.
    for (let index = 0; index < size; index += 1) out[to + index] = this.#bytes[from + index] ?? 0;
    this.length = to + size;
    return true;
  }
}
