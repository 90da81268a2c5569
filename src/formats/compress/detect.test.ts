import { describe, expect, test } from 'bun:test';
import { concat, gz, logOf, noise, zst } from './compress.fixture.ts';
import { detectBytes, detectCompression } from './detect.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

describe('the compression of a file', () => {
  test('is known by its first bytes', () => {
    expect(detectCompression(gz(logOf(3)).subarray(0, detectBytes))).toBe('gz');
    expect(detectCompression(zst(logOf(3)).subarray(0, detectBytes))).toBe('zst');
    expect(detectCompression(hex('fd 37 7a 58 5a 00 00 04'))).toBe('xz');
    expect(detectCompression(hex('42 5a 68 39 31 41 59 26 53 59'))).toBe('bz2');
    expect(detectCompression(hex('42 5a 68 39 17 72 45 38 50 90'))).toBe('bz2');
    expect(detectCompression(hex('04 22 4d 18 64 40 a7'))).toBe('lz4');
    expect(detectCompression(hex('5d 00 00 80 00 ff ff ff ff ff ff ff ff 00'))).toBe('lzma');
    expect(detectCompression(hex('5d 00 00 00 03 10 00 00 00 00 00 00 00 00'))).toBe('lzma');
  });

  test('is that of the frame behind skippable ones', () => {
    const skippable = hex('50 2a 4d 18 02 00 00 00 aa bb');
    expect(detectCompression(concat(skippable, hex('04 22 4d 18')))).toBe('lz4');
    expect(detectCompression(concat(skippable, skippable, zst(logOf(3))))).toBe('zst');
    expect(detectCompression(hex('5f 2a 4d 18 ff ff ff 7f'))).toBe('zst');
  });

  test('is none for text, NUL bytes, noise, other files and too few bytes', () => {
    expect(detectCompression(logOf(3))).toBeUndefined();
    expect(detectCompression(Buffer.from('BZh9 said the user'))).toBeUndefined();
    expect(detectCompression(Buffer.from('](((((((((((((((('))).toBeUndefined();
    expect(detectCompression(new Uint8Array(64))).toBeUndefined();
    expect(detectCompression(noise(64))).toBeUndefined();
    expect(detectCompression(hex('1f 8b 07 00'))).toBeUndefined();
    expect(detectCompression(hex('5d 00 00 81 00 ff ff ff ff ff ff ff ff 00'))).toBeUndefined();
    for (const magic of ['1f 8b', 'fd 37 7a', '42 5a 68', '28 b5', '5d 00 00 80', '50 2a', '']) {
      expect(detectCompression(hex(magic))).toBeUndefined();
    }
  });

  test('does not depend on where in a buffer the bytes stand', () => {
    const behind = concat(noise(5), hex('5d 00 00 80 00 ff ff ff ff ff ff ff ff 00')).subarray(5);
    expect(detectCompression(behind)).toBe('lzma');
  });
});
