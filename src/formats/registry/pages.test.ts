import { expect, test } from 'bun:test';
import { seeded } from '../compress/compress.fixture.ts';
import type { RandomAccess } from '../random-access.ts';
import { binsOffset } from './base-block.ts';
import { FlawLog } from './flaws.ts';
import { HivePages } from './pages.ts';

/** Cells of 4,104 bytes, so that some lie over every edge, in bins of 64 MB: four times what is in memory at once. */
const cellSize = 4104;
const binsSize = 64 << 20;
const numberAt = (offset: number): number =>
  offset % cellSize === 0 ? -cellSize >>> 0 : Math.imul(offset, 0x9e37_79b1) >>> 0;

/** Bytes that are made where they are read, given in the same room each time, as a live file is. */
function made(): RandomAccess & { reads: number } {
  const room = new Uint8Array(1 << 16);
  const words = new Uint32Array(room.buffer);
  return {
    reads: 0,
    read(offset, length) {
      this.reads += 1;
      const from = offset - binsOffset;
      const size = Math.max(0, Math.min(length, binsSize - from));
      for (let at = 0; at < size; at += 4) words[at >> 2] = numberAt(from + at);
      return room.subarray(0, size);
    },
  };
}

test('a hive larger than what is kept of it is read right, wherever it is read', () => {
  const access = made();
  const pages = new HivePages(access, [], new FlawLog());
  const next = seeded(21);
  for (let round = 0; round < 3000; round += 1) {
    const cell = next(Math.floor(binsSize / cellSize)) * cellSize;
    expect([cell, pages.open(cell)]).toEqual([cell, true]);
    const { words, at } = pages;
    const found = [0, 1, 500, 1024].map((index) => words[(at >> 2) + index]);
    expect([cell, found]).toEqual([cell, [4, 8, 2004, 4100].map((offset) => numberAt(cell + offset))]);
    const other = next(binsSize >> 2) * 4;
    expect([other, pages.word(other)]).toEqual([other, numberAt(other)]);
    const copy = pages.copy(cell + 4, cellSize - 4);
    expect(new DataView(copy.buffer, copy.byteOffset).getUint32(4096, true)).toBe(numberAt(cell + 4100));
  }
  // Blocks went and came again.
  expect(access.reads).toBeGreaterThan(1024);
});

test('pages of a log stay laid over blocks that went and came again', () => {
  const log: RandomAccess = { read: (_, length) => new Uint8Array(length).fill(0x11) };
  const pages = new HivePages(made(), [{ at: 60_000, size: 12_000, log, from: 0 }], new FlawLog());
  for (let pass = 0; pass < 2; pass += 1) {
    expect([59_996, 60_000, 65_536, 71_996, 72_000].map((offset) => pages.word(offset))).toEqual([
      numberAt(59_996),
      ...[0x1111_1111, 0x1111_1111, 0x1111_1111],
      numberAt(72_000),
    ]);
    for (let offset = 1 << 20; offset < binsSize; offset += 1 << 16) pages.word(offset);
  }
});

test('between the end of the file and what a log adds behind it lie zeros', () => {
  const log: RandomAccess = { read: (_, length) => new Uint8Array(length).fill(0x11) };
  const pages = new HivePages(made(), [{ at: binsSize + 8192, size: 4096, log, from: 0 }], new FlawLog());
  for (let offset = 0; offset < binsSize; offset += 1 << 16) pages.word(offset);
  expect([binsSize, binsSize + 8188, binsSize + 8192].map((offset) => pages.word(offset))).toEqual([
    0, 0, 0x1111_1111,
  ]);
});

test('what lies behind the end is undefined, and a cell that the end cuts has what is left', () => {
  const flaws = new FlawLog();
  const pages = new HivePages(made(), [], flaws);
  expect([pages.word(binsSize - 4), pages.word(binsSize)]).toEqual([numberAt(binsSize - 4), undefined]);
  const last = Math.floor(binsSize / cellSize) * cellSize;
  expect(pages.open(last)).toBe(true);
  expect(pages.size).toBe(binsSize - last - 4);
  expect(pages.open(binsSize + 8)).toBe(false);
  expect(flaws.list().map(({ flaw }) => flaw)).toEqual(['truncated']);
});
