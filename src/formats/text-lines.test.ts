import { describe, expect, test } from 'bun:test';
import { printableLatin1, textLines } from './text-lines.ts';

const linesOf = (text: string | Uint8Array, bounds = {}) => [
  ...textLines(typeof text === 'string' ? Buffer.from(text, 'latin1') : text, bounds),
];

describe('lines of a foreign text file', () => {
  test('are numbered from one and know their offsets', () => {
    expect(linesOf('a\n\nbc').map(({ line, offset, text }) => [line, offset, text])).toEqual([
      [1, 0, 'a'],
      [2, 2, ''],
      [3, 3, 'bc'],
    ]);
  });

  test('end with LF, CR LF or the end of the file', () => {
    expect(linesOf('a\r\nb\rc\n').map(({ text, carriageReturn }) => [text, carriageReturn])).toEqual([
      ['a', true],
      ['b\rc', false],
    ]);
  });

  test('keep every byte, one character each', () => {
    const [line] = linesOf(Uint8Array.from([0, 0xff, 0xe4, 0xb8, 0x0a]));
    expect([...(line?.text ?? '')].map((c) => c.charCodeAt(0))).toEqual([0, 0xff, 0xe4, 0xb8]);
    expect(printableLatin1(line?.text ?? '')).toBe(printableLatin1('\0\xff\xe4\xb8'));
  });

  test('are bounded in number and length', () => {
    expect(linesOf('1\n2\n3', { lines: 2 })).toHaveLength(2);
    expect(linesOf('abcdef', { longest: 3 })[0]).toMatchObject({ text: 'abc', cut: true });
  });

  test('of an empty file are none', () => {
    expect(linesOf('')).toEqual([]);
  });
});
