/**
 * JSON with comments and trailing commas, as editors keep their settings, made plain JSON.
 *
 * What it is NOT: a parser: what is broken stays broken, and is said so by the one who parses. Lines keep their
 * number. One pass, byte by byte; text in strings is left alone. Source: VS Code, "Editing JSON" (jsonc mode).
 */
const [quote, backslash, slash, star, newline, comma] = [0x22, 0x5c, 0x2f, 0x2a, 0x0a, 0x2c];
const blank = 0x20;

const isBlank = (byte: number | undefined): boolean =>
  byte === blank || byte === 0x09 || byte === 0x0d || byte === newline;

export function plainJson(bytes: Uint8Array): Uint8Array {
  const out = Uint8Array.from(bytes);
  let pending = -1;
  for (let at = 0; at < out.length; at += 1) {
    const byte = out[at];
    if (byte === quote) {
      pending = -1;
      for (at += 1; at < out.length && out[at] !== quote; at += 1) if (out[at] === backslash) at += 1;
    } else if (byte === slash && (out[at + 1] === slash || out[at + 1] === star)) {
      const line = out[at + 1] === slash;
      let end = at + 2;
      while (end < out.length) {
        if (line ? out[end] === newline : out[end - 1] === star && out[end] === slash && end > at + 2) break;
        end += 1;
      }
      const stop = line ? end : Math.min(end + 1, out.length);
      for (let inside = at; inside < stop; inside += 1) if (out[inside] !== newline) out[inside] = blank;
      at = stop - 1;
    } else if (byte === comma) pending = at;
    else if (byte === 0x5d || byte === 0x7d) {
      if (pending >= 0) out[pending] = blank;
      pending = -1;
    } else if (!isBlank(byte)) pending = -1;
  }
  return out;
}
