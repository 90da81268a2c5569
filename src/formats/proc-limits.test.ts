import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { parseLimits } from './proc-limits.ts';

const parse = (text: string): ReturnType<typeof parseLimits> => parseLimits(Buffer.from(text));

describe('/proc/pid/limits', () => {
  test('soft limits are read, unlimited is infinite', () => {
    expect(
      parse(
        'Limit                     Soft Limit           Hard Limit           Units     \n' +
          'Max open files            1024                 1048576              files     \n' +
          'Max locked memory         unlimited            unlimited            bytes     \n',
      ),
    ).toEqual({ openFiles: 1024, lockedMemory: Number.POSITIVE_INFINITY });
  });

  test('what is missing or no number is left out', () => {
    expect(parse('')).toEqual({});
    expect(parse('Max open files            lots\nMax locked memory')).toEqual({});
  });

  test('our own file has both', () => {
    const limits = parseLimits(readFileSync('/proc/self/limits'));
    expect(limits.lockedMemory).toBeGreaterThan(0);
    expect(limits.openFiles).toBeGreaterThan(0);
  });
});
