import { describe, expect, test } from 'bun:test';
import {
  baseName,
  beginningOf,
  bytesOf,
  folderOf,
  joinPath,
  printableAscii,
  printableBytes,
  printableText,
  printableUpTo,
} from './text.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('printable form', () => {
  test('plain ASCII and well-formed UTF-8 stay readable', () => {
    expect(printableText('/usr/bin/挖矿-é')).toBe(printableText('/usr/bin/挖矿-é'));
    expect(String(printableText('/usr/bin/挖矿-é'))).toBe('/usr/bin/挖矿-é');
  });

  test('a terminal escape, a newline and a percent sign are escaped', () => {
    expect(String(printableText('a\x1b[31m\nb%'))).toBe('a%1B[31m%0Ab%25');
  });

  test('bidirectional overrides and zero-width characters are escaped', () => {
    expect(String(printableText('x\u202etxt.sh\u200b'))).toBe('x%E2%80%AEtxt.sh%E2%80%8B');
  });

  test('bytes that are not UTF-8 are escaped one by one', () => {
    expect(String(printableBytes(bytes(0x61, 0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80)))).toBe(
      'a%FF%C0%80%ED%A0%80',
    );
  });

  test('bytes behind the end are not looked at, nor do they finish a sequence', () => {
    const held = new TextEncoder().encode('/usr/bin/挖矿');
    const forms = [4, 9, 10, 11, 12, 15].map((size) => String(printableUpTo(held, size)));
    expect(forms).toEqual([
      '/usr',
      '/usr/bin/',
      '/usr/bin/%E6',
      '/usr/bin/%E6%8C',
      '/usr/bin/挖',
      '/usr/bin/挖矿',
    ]);
    const long = new Uint8Array(5000).fill(0x61);
    long[4999] = 0x0a;
    expect(String(printableUpTo(long, 4999))).toBe('a'.repeat(4999));
    expect(String(printableUpTo(long, 5000))).toBe(`${'a'.repeat(4999)}%0A`);
  });

  test('every byte string comes back from its printable form', () => {
    let seed = 1;
    const random = (): number => {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff;
      return seed;
    };
    for (let round = 0; round < 2000; round += 1) {
      const raw = Uint8Array.from({ length: random() % 24 }, () => random() >> 8);
      const back = bytesOf(printableBytes(raw));
      expect(Buffer.from(back).toString('hex')).toBe(Buffer.from(raw).toString('hex'));
    }
  });

  test('ASCII gets the same form as text that it gets as bytes, and nothing else is ASCII', () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff;
      return (seed >> 8) % below;
    };
    for (let round = 0; round < 3000; round += 1) {
      const most = round % 3 === 0 ? 256 : 128;
      const raw = Uint8Array.from({ length: random(20) }, () => random(most));
      const text = Buffer.from(raw).toString('latin1');
      const given = printableAscii(text);
      if (raw.some((byte) => byte > 0x7f)) expect(given).toBeUndefined();
      else expect(given).toBe(printableBytes(raw));
    }
    expect(printableAscii('a%\u202e')).toBeUndefined();
  });

  test('the printable form never holds a control character', () => {
    const all = Uint8Array.from({ length: 256 }, (_, index) => index);
    expect(/[\x00-\x1f\x7f-\x9f]/.test(printableBytes(all))).toBe(false);
  });
});

describe('beginnings', () => {
  test('no escape and no pair of surrogates is cut in two', () => {
    const text = printableBytes(bytes(0x61, 0x0a, 0x62));
    expect([1, 2, 3, 4, 5, 9].map((most) => String(beginningOf(text, most)))).toEqual([
      'a',
      'a',
      'a',
      'a%0A',
      'a%0Ab',
      'a%0Ab',
    ]);
    expect(String(beginningOf(printableText('a💰b'), 2))).toBe('a');
    expect(String(beginningOf(printableText('a💰b'), 3))).toBe('a💰');
  });
});

describe('paths', () => {
  test('split and join', () => {
    const path = printableText('/proc/12/exe');
    expect(String(baseName(path))).toBe('exe');
    expect(String(folderOf(path))).toBe('/proc/12');
    expect(String(folderOf(printableText('/a')))).toBe('/');
    expect(String(joinPath(printableText('/'), printableText('a')))).toBe('/a');
  });
});

test('half a surrogate pair is escaped as its bytes of WTF-8, and a whole pair is not', () => {
  expect(String(printableText('a\ud800b\udc00'))).toBe('a%ED%A0%80b%ED%B0%80');
  expect(String(printableText('\ud800\ud83d\ude00'))).toBe('%ED%A0%80\u{1f600}');
});
