/**
 * What a request asks for, behind all the ways to write it: percent escapes up to three times over, `%u002e`, UTF-8 that
 * is longer than need be (`%c0%ae`), and capitals.
 *
 * The result is bytes in a buffer that is used again for each text, so that millions of lines cost no memory. It is for
 * comparing alone: what is shown is the request as it was sent. Bytes outside ASCII stay, characters that no byte
 * stands for become `?`, full-width letters the plain ones. A blank written as `+` stays `+`.
 * Sources: RFC 3986 §2.1; Unicode 15 table 3-7 (ill-formed sequences); IIS' own `%u` (MS02-018).
 */
import type { Printable } from '../../model/text.ts';

/** More of a request than this is not looked at. */
const longest = 3 * 8192;
/** What a proxy, a server and an application may each undo. One more undoes the printable form. */
const rounds = 3;
const percent = 0x25;

/** The digit of a hexadecimal character, or -1. */
function digit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

export class WebText {
  readonly bytes = new Uint8Array(longest);
  length = 0;

  /** `text` is in printable form. */
  load(text: Printable): void {
    const { bytes } = this;
    const size = Math.min(text.length, longest);
    let escaped = false;
    for (let at = 0; at < size; at += 1) {
      const code = text.charCodeAt(at);
      escaped ||= code === percent;
      bytes[at] = code < 0x100 ? code : plainOf(code);
    }
    this.length = size;
    if (escaped) {
      this.#round();
      for (let round = 0; round < rounds && this.#round(); round += 1);
      this.#shorten();
    }
    for (let at = 0; at < this.length; at += 1) {
      const code = bytes[at] ?? 0;
      if (code >= 0x41 && code <= 0x5a) bytes[at] = code | 0x20;
    }
  }

  /** As text of one character a byte. */
  text(): string {
    return Buffer.prototype.latin1Slice.call(this.bytes, 0, this.length);
  }

  /** Undoes percent escapes once, in place. @returns whether there was one */
  #round(): boolean {
    const { bytes, length } = this;
    let to = 0;
    while (to < length && bytes[to] !== percent) to += 1;
    if (to >= length) return false;
    let changed = false;
    for (let at = to; at < length; at += 1, to += 1) {
      let code = bytes[at] ?? 0;
      if (code === percent) {
        const isUnit = ((bytes[at + 1] ?? 0) | 0x20) === 0x75;
        const from = isUnit ? at + 2 : at + 1;
        const count = isUnit ? 4 : 2;
        let value = from + count <= length ? 0 : -1;
        for (let index = 0; index < count && value >= 0; index += 1) {
          const next = digit(bytes[from + index] ?? 0);
          value = next < 0 ? -1 : value * 16 + next;
        }
        if (value >= 0) {
          code = value < 0x100 ? value : plainOf(value);
          at = from + count - 1;
          changed = true;
        }
      }
      bytes[to] = code;
    }
    this.length = to;
    return changed;
  }

  /** Two and three bytes that stand for ASCII. */
  #shorten(): void {
    const { bytes, length } = this;
    let to = 0;
    for (let at = 0; at < length; at += 1, to += 1) {
      let code = bytes[at] ?? 0;
      if (code === 0xc0 || code === 0xc1) {
        const next = bytes[at + 1] ?? 0;
        if (at + 1 < length && (next & 0xc0) === 0x80) {
          code = ((code & 0x1f) << 6) | (next & 0x3f);
          at += 1;
        }
      } else if (code === 0xe0 && at + 2 < length && ((bytes[at + 1] ?? 0) & 0xfe) === 0x80) {
        code = (((bytes[at + 1] ?? 0) & 0x01) << 6) | ((bytes[at + 2] ?? 0) & 0x3f);
        at += 2;
      }
      bytes[to] = code;
    }
    this.length = to;
  }
}

/** Full-width forms as servers fold them; `?` for what no byte stands for. */
const plainOf = (code: number): number => (code >= 0xff01 && code <= 0xff5e ? code - 0xfee0 : 0x3f);
