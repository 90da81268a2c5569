import { expect, test } from 'bun:test';
import { LookedAt } from './looked-at.ts';

test('only the very text is known again', () => {
  const known = new LookedAt(4);
  const texts = [
    '/',
    '/a',
    '/index.php?a=1',
    '/index.php?a=2',
    `/${'x'.repeat(400)}`,
    `/${'x'.repeat(399)}y`,
  ];
  for (const text of texts) {
    expect(known.has(text)).toBe(false);
    known.add(text);
    expect(known.has(text)).toBe(true);
  }
  expect(known.has('/b')).toBe(false);
  expect(known.has('/index.php?a=3')).toBe(false);
});

test('texts that fall into one slot put each other out, and none stands for another', () => {
  const known = new LookedAt(1);
  known.add('/one');
  expect(known.has('/two')).toBe(false);
  known.add('/two');
  expect([known.has('/one'), known.has('/two')]).toEqual([false, true]);
});

test('a text that is longer than an agent has to be is not kept', () => {
  const known = new LookedAt(4);
  known.add('x'.repeat(513));
  expect(known.has('x'.repeat(513))).toBe(false);
});
