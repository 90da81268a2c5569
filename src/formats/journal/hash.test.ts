import { expect, test } from 'bun:test';
import { wordsOf } from './blocks.ts';
import { hashed, jenkinsHash, sipHash, sipKey } from './hash.ts';

const hex = (): string =>
  [hashed.high, hashed.low].map((half) => half.toString(16).padStart(8, '0')).join('');

test('SipHash-2-4 of the vectors of its authors', () => {
  const key = sipKey(Uint8Array.from({ length: 16 }, (_, index) => index));
  const input = Uint8Array.from({ length: 64 }, (_, index) => index);
  // vectors_sip64 of github.com/veorq/SipHash, as numbers.
  for (const [length, wanted] of [
    [0, '726fdb47dd0e0e31'],
    [1, '74f839c593dc67fd'],
    [8, '93f5f5799a932462'],
    [15, 'a129ca6149be45e5'],
    [63, '958a324ceb064572'],
  ] as const) {
    const words = wordsOf(input.slice(0, length));
    sipHash(key, words, 0, length);
    expect(hex()).toBe(wanted);
    sipHash(key, wordsOf(input), 0, length);
    expect(hex()).toBe(wanted);
  }
});

test("lookup3 of its author's words", () => {
  jenkinsHash(new Int32Array(0), 0, 0);
  expect(hex()).toBe('deadbeefdeadbeef');
  const text = Buffer.from('Four score and seven years ago');
  jenkinsHash(wordsOf(text), 0, text.length);
  // Made as (c << 32) | b: driver5 of lookup3.c has c 17770551, b ce7226e6.
  expect(hex()).toBe('17770551ce7226e6');
});
