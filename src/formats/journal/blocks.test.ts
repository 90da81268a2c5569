import { expect, test } from 'bun:test';
import type { RandomAccess } from '../random-access.ts';
import { Blocks } from './blocks.ts';

const block = 256 << 10;

/** Every byte says in which block it stands; buffers that are given are used. */
const file: RandomAccess = {
  read: (offset, length, into = new Uint8Array(length)) => into.subarray(0, length).fill(offset / block),
};

test('a block is what the file has there, however many were read since', () => {
  const blocks = new Blocks(file, 200 * block);
  for (const base of [0, 199, 3, 70, 0, 199, 5]) {
    expect(blocks.seek(base * block + 8, 16)).toBe(true);
    expect(blocks.word(0)).toBe(base * 0x01010101);
    for (let other = 80; other < 80 + base; other += 1) blocks.seek(other * block, 4);
  }
});

test('what is held stays as it is while more blocks are read than are kept', () => {
  const blocks = new Blocks(file, 200 * block);
  blocks.seek(7 * block, 64);
  const { words, at } = blocks;
  blocks.hold();
  for (let other = 20; other < 190; other += 1) blocks.seek(other * block, 64);
  expect(words[at >> 2]).toBe(0x07070707);
  blocks.seek(7 * block, 4);
  expect(blocks.word(0)).toBe(0x07070707);
});
