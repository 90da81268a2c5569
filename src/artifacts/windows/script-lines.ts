/** Lines of a script of Windows: UTF-8, UTF-16 with its mark, or bytes of a code page, bounded as all bodies are. */
import { type BodyLine, scriptLimit } from '../../model/facts/persistence.ts';
import { printableText } from '../../model/text.ts';

/** Text of a file as Windows decides: by its mark, else UTF-8 where it is, else one character a byte. */
export function scriptText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return Buffer.from(bytes.subarray(2)).toString('utf16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return Buffer.from(bytes.subarray(2, 2 + ((bytes.length - 2) & ~1)))
      .swap16()
      .toString('utf16le');
  const own = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  const text = Buffer.from(own).toString('utf8');
  return text.includes('\ufffd') ? Buffer.from(own).toString('latin1') : text;
}

/** The first lines and the last, where attackers append. */
export function bodyOfText(text: string): readonly BodyLine[] {
  const lines = text.slice(0, 4 * scriptLimit.bytes).split(/\r\n|\n|\r/);
  const half = scriptLimit.lines / 2;
  const kept = lines.map((line, index) => ({ line: index + 1, text: line.slice(0, 8_192) }));
  const body = kept.length <= scriptLimit.lines ? kept : [...kept.slice(0, half), ...kept.slice(-half)];
  let room: number = scriptLimit.bytes;
  return body.flatMap(({ line, text: one }) => {
    room -= one.length;
    return room < 0 ? [] : [{ line, text: printableText(one) }];
  });
}
