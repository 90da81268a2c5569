import { expect, test } from 'bun:test';
import { Bounded } from './bounded.ts';
import { Moments } from './moments.ts';

test('what is seen again stays, what came once goes', () => {
  const counts = new Bounded<string, number>(100);
  for (let index = 0; index < 10_000; index += 1) {
    counts.update(`once${index}`, (known) => (known ?? 0) + 1);
    if (index % 20 === 0) counts.update('again', (known) => (known ?? 0) + 1);
  }
  expect(counts.get('again')).toBe(500);
  expect(counts.get('once0')).toBeUndefined();
  expect([...counts.entries()].length).toBeLessThanOrEqual(100);
  expect(counts.forgotten).toBeGreaterThan(9_000);
});

test('of a flood the first and the last of each stretch of time are kept', () => {
  const moments = new Moments<{ readonly us: number }>(16);
  for (let index = 0; index < 100_000; index += 1) moments.note(index * 1e6, () => ({ us: index * 1e6 }));
  const kept = moments.kept();
  expect(moments.count).toBe(100_000);
  expect(kept.length).toBeLessThanOrEqual(32);
  expect([kept[0]?.us, kept.at(-1)?.us]).toEqual([0, 99_999e6]);
});
