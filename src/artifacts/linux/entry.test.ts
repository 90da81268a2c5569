import { describe, expect, test } from 'bun:test';
import { scriptLimit } from '../../model/facts/persistence.ts';
import { bodyOf } from './entry.ts';

const lines = (text: string): readonly string[] =>
  bodyOf(Buffer.from(text)).map(({ line, text: own }) => `${line} ${own}`);

describe('the body of a script', () => {
  test('is all of it where it is short', () => {
    expect(lines('#!/bin/sh\r\na\n\nb')).toEqual(['1 #!/bin/sh', '2 a', '3 ', '4 b']);
    expect(lines('')).toEqual([]);
    expect(lines('\x7fELF\n')).toEqual([]);
  });

  test('keeps its beginning and its end, however many or long its lines are', () => {
    for (const filler of ['#\n'.repeat(10_000), `# ${'x'.repeat(4000)}\n`.repeat(200)]) {
      const body = bodyOf(Buffer.from(`first\n${filler}last\n`));
      expect(String(body[0]?.text)).toBe('first');
      expect(String(body.at(-1)?.text)).toBe('last');
      expect(body.length).toBeLessThanOrEqual(scriptLimit.lines);
      expect(body.reduce((size, { text }) => size + text.length, 0)).toBeLessThanOrEqual(scriptLimit.bytes);
    }
  });
});
