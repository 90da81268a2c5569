import { describe, expect, test } from 'bun:test';
import { cutEnd, cutMiddle, displayWidth, padEnd, padStart, wrap } from './width.ts';

describe('display width', () => {
  test('a Chinese character takes two columns, a Latin one takes one', () => {
    expect(displayWidth('正在挖矿')).toBe(8);
    expect(displayWidth('mining')).toBe(6);
    expect(displayWidth('é')).toBe(1);
  });

  test('full-width forms, kana, hangul and ideographs outside the first plane take two', () => {
    expect(['Ａ', 'カ', '한', '𠀀', '，', '　'].map(displayWidth)).toEqual([2, 2, 2, 2, 2, 2]);
    expect(displayWidth('ﾊ')).toBe(1);
  });

  test('combining marks take none, and conjoining jamo share one syllable', () => {
    expect(displayWidth('e\u0301')).toBe(1);
    expect(displayWidth('\u1112\u1161\u11ab')).toBe(2);
  });

  test('an emoji takes two columns, a line drawing or an ellipsis one', () => {
    expect(displayWidth('🔥')).toBe(2);
    expect(displayWidth('└─…→✗')).toBe(5);
  });

  test('every wide block of East Asian Width is wide at both ends', () => {
    // Unicode 15.1, EastAsianWidth.txt: W and F.
    const blocks = [
      [0x1100, 0x115e],
      [0x2e80, 0x2e99],
      [0x3001, 0x303e],
      [0x3041, 0x3096],
      [0x3400, 0x4dbf],
      [0x4e00, 0x9fff],
      [0xac00, 0xd7a3],
      [0xf900, 0xfaff],
      [0xff01, 0xff60],
      [0xffe0, 0xffe6],
      [0x20000, 0x2fffd],
      [0x30000, 0x3fffd],
    ];
    for (const [first = 0, last = 0] of blocks) {
      expect([displayWidth(String.fromCodePoint(first)), displayWidth(String.fromCodePoint(last))]).toEqual([
        2, 2,
      ]);
    }
    for (const narrow of [0x2e7f, 0xa4d0, 0xff61, 0xffe8]) {
      expect(displayWidth(String.fromCodePoint(narrow))).toBe(1);
    }
  });
});

describe('cutting', () => {
  test('text that fits stays as it is', () => {
    expect(cutEnd('挖矿', 4)).toBe('挖矿');
  });

  test('a cut never exceeds its columns, and never halves a wide character', () => {
    for (let width = 1; width < 20; width += 1) {
      for (const text of [
        '正在挖矿的程序名',
        '/tmp/挖/kswapd0-挖矿',
        'e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301',
      ]) {
        expect(displayWidth(cutEnd(text, width))).toBeLessThanOrEqual(width);
        expect(displayWidth(cutMiddle(text, width))).toBeLessThanOrEqual(width);
      }
    }
    expect(cutEnd('正在挖矿', 6)).toBe('正在…');
  });

  test('a path cut in the middle keeps its end', () => {
    expect(cutMiddle('/var/lib/very/long/folder/kswapd0', 20)).toBe('/var/li…lder/kswapd0');
  });

  test('padding counts columns, not characters', () => {
    expect(displayWidth(padEnd('挖矿', 7))).toBe(7);
    expect(displayWidth(padStart('挖矿', 7))).toBe(7);
  });
});

describe('wrapping', () => {
  test('English breaks at spaces, Chinese anywhere but before a closing mark', () => {
    expect(wrap('two independent witnesses', 12)).toEqual(['two', 'independent', 'witnesses']);
    const lines = wrap('该进程对命令隐藏，并伪装成内核线程。', 16);
    expect(lines.every((line) => displayWidth(line) <= 16)).toBe(true);
    expect(lines.some((line) => /^[，。]/u.test(line))).toBe(false);
    expect(lines.join('')).toBe('该进程对命令隐藏，并伪装成内核线程。');
  });

  test('brackets stay with what they hold', () => {
    for (let width = 8; width < 40; width += 1) {
      const text = '进程 4711 的特征（F1），内存中有登录报文（F2）：两个独立来源。';
      const lines = wrap(text, width);
      expect(lines.some((line) => /^[，。：）]/u.test(line) || /（$/u.test(line))).toBe(false);
      expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(width);
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    }
  });

  test('a word longer than a line is broken, and nothing is lost', () => {
    const word = 'A'.repeat(95);
    expect(wrap(word, 20).join('')).toBe(word);
  });
});
