import { describe, expect, test } from 'bun:test';
import { taskState, waitsInKernel } from './waiting-threads.ts';

const stat = (name: string, state: string, threads: string): Uint8Array =>
  Buffer.from(`7 (${name}) ${state} 1 7 7 0 -1 4194304 1 2 3 4 5 6 0 0 20 0 ${threads} 0 100 9000 25 9\n`);

describe('a line of stat', () => {
  test.each(['job', ') D 1 2 3 4 5 6 7 8 9', 'a b', '\n', '((('])('of a task named %j', (name) => {
    expect(taskState(stat(name, 'S', '12'))).toEqual({ state: 'S', threads: 12 });
  });

  test.each([
    ['nothing', ''],
    ['a name without an end', '7 (job R 1 2'],
    ['no fields', '7 (job)'],
    ['too few fields', '7 (job) R 1 2 3'],
    ['words where numbers belong', '7 (job) R 1 7 7 0 -1 4194304 1 2 3 4 5 6 0 0 20 0 many 0'],
  ])('with %s says nothing', (_, text) => {
    expect(taskState(Buffer.from(text))).toBeUndefined();
  });
});

test('a process in state D waits, and so does one with too many threads to look at', () => {
  expect(waitsInKernel(1, { state: 'D', threads: 1 })).toBe(true);
  expect(waitsInKernel(1, { state: 'S', threads: 5000 })).toBe(true);
  expect(waitsInKernel(1, { state: 'S', threads: 1 })).toBe(false);
});

test('a process that is gone holds nobody up', () => {
  expect(waitsInKernel(4_000_000)).toBe(false);
  expect(waitsInKernel(4_000_000, { state: 'S', threads: 9 })).toBe(false);
});
