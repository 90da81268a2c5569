import { expect, test } from 'bun:test';
import { decodeUnicode } from './unicode-text.ts';

const text = '<Task>挖矿</Task>';
const little = Buffer.from(text, 'utf16le');
const big = Buffer.from(little).swap16();

test('UTF-16 of both orders and UTF-8 are known by their mark', () => {
  expect(decodeUnicode(Buffer.concat([Buffer.from([0xff, 0xfe]), little]))).toEqual({
    text,
    encoding: 'utf-16le',
  });
  expect(decodeUnicode(Buffer.concat([Buffer.from([0xfe, 0xff]), big]))).toEqual({
    text,
    encoding: 'utf-16be',
  });
  expect(decodeUnicode(Buffer.from(`\ufeff${text}`))).toEqual({ text, encoding: 'utf-8' });
});

test('and without it by how they begin', () => {
  expect(decodeUnicode(little)).toEqual({ text, encoding: 'utf-16le' });
  expect(decodeUnicode(big)).toEqual({ text, encoding: 'utf-16be' });
  expect(decodeUnicode(Buffer.from(text))).toEqual({ text, encoding: 'utf-8' });
});

test('what is none of them loses nothing, and an odd or empty end is no error', () => {
  expect(decodeUnicode(Buffer.from([0x61, 0xff, 0x62]))).toEqual({ text: 'a\xffb', encoding: 'latin1' });
  expect(decodeUnicode(Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x61])).text).toBe('\ud800');
  expect(decodeUnicode(Buffer.alloc(0))).toEqual({ text: '', encoding: 'utf-8' });
});
