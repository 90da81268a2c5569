/**
 * Text in JSON as bytes, written straight from the UTF-16 of a record.
 *
 * Everything is told: lone surrogates as `\udXXX`, which is JSON and loses nothing. What would move the cursor of a
 * terminal or turn the direction of its text is escaped too, so that a line can be looked at as it is.
 * Source: RFC 8259 §7 (strings), §8.2 (surrogates).
 */

const first = 1 << 16;
const few = 64;
const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const hexDigits = Buffer.from('0123456789abcdef', 'latin1');

/** Characters of ASCII that stand for themselves: 1. */
const plain = new Uint8Array(256);
for (let code = 0x20; code < 0x7f; code += 1) plain[code] = code === quote || code === backslash ? 0 : 1;

const short: ReadonlyMap<number, number> = new Map([
  [quote, quote],
  [backslash, backslash],
  [0x08, 0x62],
  [0x0c, 0x66],
  [0x0a, 0x6e],
  [0x0d, 0x72],
  [0x09, 0x74],
]);

/** Control characters, and marks that turn, hide or break text. */
const isUnsafe = (code: number): boolean =>
  code < 0x20 ||
  (code >= 0x7f && code < 0xa0) ||
  code === 0x61c ||
  (code >= 0x200b && code <= 0x200f) ||
  (code >= 0x2028 && code <= 0x202e) ||
  (code >= 0x2060 && code <= 0x206f) ||
  code === 0xfeff ||
  code >= 0xfff0;

export class JsonWriter {
  bytes: Uint8Array = new Uint8Array(first);
  length = 0;

  /** Room for so many bytes more. */
  need(size: number): void {
    if (this.length + size <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + size));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  raw(bytes: Uint8Array): void {
    const size = bytes.length;
    this.need(size);
    const { bytes: out, length } = this;
    // A call costs what some dozen bytes cost in a loop.
    if (size > few) out.set(bytes, length);
    else for (let index = 0; index < size; index += 1) out[length + index] = bytes[index] ?? 0;
    this.length = length + size;
  }

  byte(code: number): void {
    this.need(1);
    this.bytes[this.length] = code;
    this.length += 1;
  }

  /** ASCII without anything that needs an escape. */
  ascii(text: string): void {
    const size = text.length;
    this.need(size);
    const { bytes: out, length } = this;
    for (let index = 0; index < size; index += 1) out[length + index] = text.charCodeAt(index);
    this.length = length + size;
  }

  /** Closes an object or array whose members each end in a comma. */
  close(bracket: number): void {
    if (this.bytes[this.length - 1] === comma) this.bytes[this.length - 1] = bracket;
    else this.byte(bracket);
  }

  /** UTF-16 in `bytes`, in quotes. */
  utf16(bytes: Uint8Array, at: number, end: number): void {
    // An escape has six bytes, for a character of two.
    this.need((end - at) * 3 + 2);
    const out = this.bytes;
    let to = this.length;
    out[to] = quote;
    to += 1;
    for (let from = at; from < end; from += 2) {
      const low = bytes[from] ?? 0;
      if (bytes[from + 1] === 0 && plain[low] === 1) {
        out[to] = low;
        to += 1;
        continue;
      }
      const code = low | ((bytes[from + 1] ?? 0) << 8);
      if (code >= 0xd800 && code < 0xdc00 && from + 2 < end) {
        const next = (bytes[from + 2] ?? 0) | ((bytes[from + 3] ?? 0) << 8);
        if (next >= 0xdc00 && next < 0xe000) {
          const point = 0x10000 + ((code - 0xd800) << 10) + (next - 0xdc00);
          out[to] = 0xf0 | (point >> 18);
          out[to + 1] = 0x80 | ((point >> 12) & 63);
          out[to + 2] = 0x80 | ((point >> 6) & 63);
          out[to + 3] = 0x80 | (point & 63);
          to += 4;
          from += 2;
          continue;
        }
      }
      this.length = to;
      this.#unit(code);
      to = this.length;
    }
    out[to] = quote;
    this.length = to + 1;
  }

  text(text: string): void {
    const bytes = Buffer.from(text, 'utf16le');
    this.utf16(bytes, 0, bytes.length);
  }

  /** One that is not plain, and no pair. There is room. */
  #unit(code: number): void {
    const out = this.bytes;
    let to = this.length;
    const letter = short.get(code);
    if (letter !== undefined) {
      out[to] = backslash;
      out[to + 1] = letter;
      to += 2;
    } else if (isUnsafe(code) || (code >= 0xd800 && code < 0xe000)) {
      out[to] = backslash;
      out[to + 1] = 0x75;
      for (let digit = 0; digit < 4; digit += 1)
        out[to + 2 + digit] = hexDigits[(code >> (12 - digit * 4)) & 15] ?? 0;
      to += 6;
    } else if (code < 0x800) {
      out[to] = 0xc0 | (code >> 6);
      out[to + 1] = 0x80 | (code & 63);
      to += 2;
    } else {
      out[to] = 0xe0 | (code >> 12);
      out[to + 1] = 0x80 | ((code >> 6) & 63);
      out[to + 2] = 0x80 | (code & 63);
      to += 3;
    }
    this.length = to;
  }
}
