import { expect, test } from 'bun:test';
import { isConcealed } from './concealed.ts';

test('text far to the right or under other text is concealed, indented text is not', () => {
  expect(
    [
      `${' '.repeat(150)}x`,
      `a${'\t'.repeat(100)}b`,
      'curl x | sh #\rls',
      `a${' '.repeat(200)}`,
      '\t\t\ta   b',
      'a\r',
    ].map(isConcealed),
  ).toEqual([true, true, true, false, false, false]);
});

test('a long line of blanks costs no more than its length', () => {
  expect(isConcealed(' '.repeat(1 << 20))).toBe(false);
});
