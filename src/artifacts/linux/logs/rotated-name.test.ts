import { describe, expect, test } from 'bun:test';
import { bareNames, fits, rotatedFrom } from './rotated-name.ts';

describe('names of rotated logs', () => {
  test.each([
    ['auth.log', 'auth.log', 0, 0, false],
    ['auth.log', 'auth.log.1', 2, 0, false],
    ['auth.log', 'auth.log.2.gz', 3, 0, true],
    ['auth.log', 'auth.log.0.bz2', 1, 0, true],
    ['messages', 'messages-20240107', Number.NaN, 20240107, false],
    ['messages', 'messages-20240107.xz', Number.NaN, 20240107, true],
    ['messages', 'messages-20240107-1704585601.zst', Number.NaN, 20240107, true],
    ['messages', 'messages.2024-01-07', Number.NaN, 20240107, false],
    ['auth.log', 'auth-20240107.log.gz', Number.NaN, 20240107, true],
    ['auth.log', 'auth.1.log', 2, 0, false],
    ['auth.log', 'auth.log.old', 1, 0, false],
    ['*access.log', 'shop-access.log.1', 2, 0, false],
    ['*.log', 'error.log.3.gz', 4, 0, true],
  ])('%s: %s', (base, name, generation, date, packed) => {
    expect(rotatedFrom(base, name)).toEqual({ generation, date, packed });
  });

  test.each([
    ['auth.log', 'auth.logs'],
    ['auth.log', 'auth.log.swp'],
    ['auth.log', 'auth.log.12345'],
    ['auth.log', 'author.log'],
    ['messages', 'messages-20241399'],
    ['*access.log', 'error.log.1'],
  ])('%s is not %s', (base, name) => {
    expect(rotatedFrom(base, name)).toBeUndefined();
  });

  test('patterns are matched in one pass', () => {
    expect(fits('a*b*c', 'a-b-c')).toBe(true);
    expect(fits('a*b*c', 'ac')).toBe(false);
    expect(fits('ab*bc', 'abc')).toBe(false);
    expect(fits('*'.repeat(200), 'a'.repeat(200))).toBe(true);
  });

  test('the bare name comes first', () => {
    expect(bareNames('access.log.2.gz')[0]).toBe('access.log');
  });
});
