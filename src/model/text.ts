/**
 * Bytes of a target as text that is lossless and safe to show.
 *
 * Everything an attacker names (files, processes, arguments) is bytes. The printable form keeps well-formed
 * UTF-8 as it is and writes every other byte as `%XX`; `%` itself is `%25`. Control characters (C0, DEL, C1),
 * line and paragraph separators, bidirectional controls, zero-width characters and lone surrogates are
 * escaped too, so the text can go to a terminal, a log or a diff without acting on it. HTML, CSV and YAML
 * still escape for their own syntax.
 */

declare const printable: unique symbol;

/** Text in printable form. Only this module makes it. */
export type Printable = string & { readonly [printable]: true };

/** A path of a target in printable form. Windows paths are UTF-8 of their WTF-16 in the same form. */
export type PathText = Printable;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Code points that act on the reader's screen or hide: escaped though they are well-formed. */
function acts(code: number): boolean {
  return (
    code < 0x20 ||
    (code >= 0x7f && code <= 0x9f) ||
    code === 0x25 ||
    code === 0x61c ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    code === 0xad ||
    code === 0xfeff ||
    (code >= 0xfff9 && code <= 0xfffb) ||
    (code >= 0xe0000 && code <= 0xe007f)
  );
}

const escapes: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
);
const hex = (byte: number): string => escapes[byte] ?? '';

/** Length of the well-formed UTF-8 sequence at `at`, or 0 (Unicode 15, table 3-7). */
function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const next = (offset: number, low = 0x80, high = 0xbf): boolean => {
    const byte = at + offset < end ? bytes[at + offset] : undefined;
    return byte !== undefined && byte >= low && byte <= high;
  };
  if (first >= 0xc2 && first <= 0xdf) return next(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const low = first === 0xe0 ? 0xa0 : 0x80;
    const high = first === 0xed ? 0x9f : 0xbf;
    return next(1, low, high) && next(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const low = first === 0xf0 ? 0x90 : 0x80;
    const high = first === 0xf4 ? 0x8f : 0xbf;
    return next(1, low, high) && next(2) && next(3) ? 4 : 0;
  }
  return 0;
}

/**
 * One character per byte. Of plain ASCII that is the text itself, and much the cheapest way there. Without a
 * Buffer around it: asking a view for its `.buffer` costs more than the text, tens of thousands of times a scan.
 */
const latin1 = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.prototype.latin1Slice.call(bytes, start, end);

const isPlain = (byte: number): boolean => byte >= 0x20 && byte < 0x7f && byte !== 0x25;

const allPlain = /^[\x20-\x24\x26-\x7e]*$/;
/** Bytes that are tried as one plain text first: names, links, lines. What is longer is rarely plain all through. */
const shortText = 4096;

/** The printable form of bytes. */
export const printableBytes = (bytes: Uint8Array): Printable => printableUpTo(bytes, bytes.length);

/** The printable form of the bytes before `size`, without a view of them. */
export function printableUpTo(bytes: Uint8Array, size: number): Printable {
  if (size <= shortText) {
    const text = latin1(bytes, 0, size);
    if (allPlain.test(text)) return text as Printable;
  }
  let out = '';
  for (let at = 0; at < size; ) {
    const from = at;
    while (at < size && isPlain(bytes[at] ?? 0)) at += 1;
    if (at > from) {
      // Stretches of plain ASCII go over as they are; nearly all text is nothing else.
      out += latin1(bytes, from, at);
      continue;
    }
    const length = sequenceLength(bytes, at, size);
    if (length <= 1) {
      out += hex(bytes[at] ?? 0);
      at += 1;
      continue;
    }
    const slice = bytes.subarray(at, at + length);
    const character = decoder.decode(slice);
    if (acts(character.codePointAt(0) ?? 0)) for (const byte of slice) out += hex(byte);
    else out += character;
    at += length;
  }
  return out as Printable;
}

/** What is escaped of ASCII, and all that is none. */
const notPlain = /[^\x20-\x24\x26-\x7e]/g;

/** The printable form of ASCII, in one pass and with no look at bytes; undefined of any other text. */
export function printableAscii(text: string): Printable | undefined {
  notPlain.lastIndex = 0;
  if (!notPlain.test(text)) return text as Printable;
  let out = '';
  let from = 0;
  do {
    const at = notPlain.lastIndex - 1;
    const code = text.charCodeAt(at);
    if (code > 0x7f) return undefined;
    out += text.slice(from, at) + hex(code);
    from = at + 1;
  } while (notPlain.test(text));
  return (out + text.slice(from)) as Printable;
}

/** The printable form of text that already is JavaScript text (our own or decoded elsewhere). */
export function printableText(text: string): Printable {
  const ascii = printableAscii(text);
  if (ascii !== undefined) return ascii;
  if (text.isWellFormed()) return printableBytes(encoder.encode(text));
  // A JSON file may hold half a pair. No UTF-8 is of it; its bytes are those of WTF-8, so that it is not lost.
  const parts = text.split(/([\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff])/);
  return parts
    .map((part, index) => (index % 2 === 0 ? printableBytes(encoder.encode(part)) : surrogateBytes(part)))
    .join('') as Printable;
}

function surrogateBytes(half: string): string {
  const code = half.charCodeAt(0);
  return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)].map(hex).join('');
}

/**
 * Our own plain words around parts that are printable already, so that nothing is escaped twice:
 * phrase`exe ${path}, ${count} threads`. The words must be ASCII without `%`.
 */
export function phrase(words: TemplateStringsArray, ...parts: readonly (Printable | number)[]): Printable {
  return String.raw({ raw: words }, ...parts) as Printable;
}

/**
 * Its first `most` characters, no escape or pair cut in two, and nothing of the rest kept in memory: for what is kept of
 * texts that somebody else may make long.
 */
export function beginningOf(text: Printable, most: number): Printable {
  if (text.length <= most) return text;
  let end = most;
  if (text.charCodeAt(end - 1) === 0x25) end -= 1;
  else if (text.charCodeAt(end - 2) === 0x25) end -= 2;
  else if ((text.charCodeAt(end - 1) & 0xfc00) === 0xd800) end -= 1;
  return decoder.decode(encoder.encode(text.slice(0, end))) as Printable;
}

/** The bytes that a printable form stands for: the inverse of `printableBytes`. */
export function bytesOf(text: Printable): Uint8Array {
  if (!text.includes('%')) return encoder.encode(text);
  const out: number[] = [];
  const raw = encoder.encode(text);
  for (let at = 0; at < raw.length; at += 1) {
    const byte = raw[at] ?? 0;
    if (byte === 0x25) {
      const code = Number.parseInt(String.fromCharCode(raw[at + 1] ?? 0, raw[at + 2] ?? 0), 16);
      out.push(Number.isNaN(code) ? byte : code);
      if (!Number.isNaN(code)) at += 2;
    } else out.push(byte);
  }
  return Uint8Array.from(out);
}

/** Whether a text that was stored as printable still is: it was not edited into something that acts. */
export function isPrintable(text: unknown): text is Printable {
  return typeof text === 'string' && printableBytes(bytesOf(text as Printable)) === text;
}

/** A part of a printable form, from about `from` on and about `length` long: no escape and no pair is cut in two. */
export function windowOf(text: Printable, from: number, length: number): Printable {
  const whole = (at: number): number => {
    const near = Math.max(0, at - 2);
    const percent = text.slice(near, at).lastIndexOf('%');
    if (percent >= 0) return near + percent;
    const code = text.charCodeAt(at);
    return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
  };
  return text.slice(whole(Math.max(0, from)), whole(Math.max(0, from) + length)) as Printable;
}

/** Last component of a path. */
export function baseName(path: PathText): PathText {
  return path.slice(path.lastIndexOf('/') + 1) as PathText;
}

/** Everything before the last component, without the final slash; `/` for a name in the root. */
export function folderOf(path: PathText): PathText {
  const at = path.lastIndexOf('/');
  return (at <= 0 ? '/' : path.slice(0, at)) as PathText;
}

/** The names that a path goes through, without empty ones and `.`. */
export function namesOf(path: PathText): readonly Printable[] {
  return path.split('/').filter((name) => name !== '' && name !== '.') as Printable[];
}

/** `folder` and `name` joined by one slash. */
export function joinPath(folder: PathText, name: Printable): PathText {
  return `${folder === '/' ? '' : folder}/${name}` as PathText;
}
