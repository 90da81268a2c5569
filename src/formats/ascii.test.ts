import { expect, test } from 'bun:test';
import { find } from './ascii.ts';

/** What `find` must answer, byte by byte. */
function slowly(bytes: Uint8Array, byte: number, start: number, end: number): number {
  for (let at = start; at < end; at += 1) if (bytes[at] === byte) return at;
  return end;
}

test('the first byte of a span, or its end: short and long spans, in the middle and at the end', () => {
  const bytes = Buffer.from(`${'a'.repeat(70)}:${'b'.repeat(200)}:${'c'.repeat(30)}`);
  for (const start of [0, 1, 69, 70, 71, 150, 271, 272, 300, 301]) {
    for (const end of [0, 1, 70, 71, 72, 140, 271, 272, 300, bytes.length]) {
      const wanted = start > end ? end : slowly(bytes, 0x3a, start, end);
      expect([start, end, find(bytes, 0x3a, start, end)]).toEqual([start, end, wanted]);
    }
  }
});

test('what lies behind the end is not looked at', () => {
  const bytes = Buffer.from(`${'a'.repeat(500)}:`);
  const seen: number[] = [];
  const watched = new Proxy(bytes, {
    get(target, key) {
      if (key === 'indexOf') seen.push(0);
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  expect(find(watched, 0x3a, 0, 20)).toBe(20);
  expect(seen).toEqual([]);
});
