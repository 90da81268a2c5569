/**
 * Escapes of `$'…'` (bash(1) QUOTING) and of `printf` and `echo -e` (POSIX printf): octal, hex, control.
 * Text in and out holds one character a byte.
 */
const named: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const escaped =
  /\\(?:([0-7]{1,4})|x\{?([0-9a-fA-F]{1,2})\}?|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|c([\s\S])|([\s\S]))/g;

const bytesOfCode = (code: number): string =>
  code < 0x80 ? String.fromCharCode(code) : Buffer.from(String.fromCodePoint(code)).toString('latin1');

/** The bytes that the escapes stand for; an unknown escape stays as it is. */
export function unescapeText(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(
    escaped,
    (
      all: string,
      octal?: string,
      hex?: string,
      short?: string,
      long?: string,
      control?: string,
      other?: string,
    ) => {
      if (octal !== undefined) {
        // `\0NNN` of echo and printf %b has a leading zero; `\NNN` of $'…' has at most three digits.
        const digits = octal.length === 4 && !octal.startsWith('0') ? octal.slice(0, 3) : octal;
        const rest = octal.slice(digits.length);
        return String.fromCharCode(Number.parseInt(digits, 8) & 0xff) + rest;
      }
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      const code = short ?? long;
      if (code !== undefined) {
        const point = Number.parseInt(code, 16);
        return point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff) ? '' : bytesOfCode(point);
      }
      if (control !== undefined) return String.fromCharCode(control.charCodeAt(0) & 0x1f);
      if (other === undefined) return all;
      if (other === '\\' || other === "'" || other === '"' || other === '?') return other;
      return named[other] ?? all;
    },
  );
}

const numbered = /\\(?:x([0-9a-fA-F]{1,2})|u00([0-9a-fA-F]{2})|0?([0-7]{2,3}))/g;

/** True where the text holds a letter or sign that is written by its number; colours of a terminal are none. */
export function hasNumericEscape(text: string): boolean {
  if (!text.includes('\\')) return false;
  for (const [, hex, short, octal] of text.matchAll(numbered)) {
    const code = octal === undefined ? Number.parseInt(hex ?? short ?? '', 16) : Number.parseInt(octal, 8);
    if (code > 0x20 && code < 0x7f) return true;
  }
  return false;
}
