import { afterAll, describe, expect, test } from 'bun:test';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Arena, type Contents } from './arena.ts';

const folder = mkdtempSync(join(tmpdir(), 'demine-arena-'));
afterAll(() => rmSync(folder, { recursive: true }));

const text = 'abcdefghij'.repeat(20_000);
writeFileSync(join(folder, 'file'), text);

function read(arena: Arena, limit: number, expected: number, from: number | null = null): Contents {
  const descriptor = openSync(join(folder, 'file'), 'r');
  try {
    return arena.read(descriptor, limit, from, expected);
  } finally {
    closeSync(descriptor);
  }
}
const textOf = ({ bytes }: Contents): string => Buffer.from(bytes).toString();

describe('the size that stat told is only a hint', () => {
  test.each([
    ['0, as in /proc', 0],
    ['right', 200_000],
    ['too small: the file grew', 10],
    ['too large: the file shrank', 10_000_000],
  ])('%s', (_, expected) => {
    const contents = read(new Arena(128 * 1024), 8 << 20, expected);
    expect(contents.more).toBe(false);
    expect(textOf(contents)).toBe(text);
  });
});

test.each([0, 1, 65_536, 199_999])('a limit of %d bytes is kept, and there is more', (limit) => {
  const contents = read(new Arena(), limit, 200_000);
  expect(contents.more).toBe(true);
  expect(textOf(contents)).toBe(text.slice(0, limit));
});

test('a limit of exactly the size leaves nothing', () => {
  expect(read(new Arena(), 200_000, 0).more).toBe(false);
});

test('a start within the file is kept to', () => {
  expect(textOf(read(new Arena(), 50, 200_000, 199_995))).toBe('fghij');
});

test('earlier views stay as they are until the reset, also when a source needs a larger buffer', () => {
  const arena = new Arena(300 * 1024);
  const views = [];
  while (!arena.full) views.push(read(arena, 1 << 20, 0));
  expect(views.length).toBeGreaterThan(1);
  for (const view of views) expect(textOf(view)).toBe(text);
});

test('what a slice took of one source stays when the next is read', () => {
  const arena = new Arena(128 * 1024);
  const kept = read(arena, 10, 200_000, 0).bytes.slice();
  arena.reset();
  read(arena, 10, 200_000, 5);
  expect(Buffer.from(kept).toString()).toBe('abcdefghij');
});
