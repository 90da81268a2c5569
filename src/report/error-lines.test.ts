import { expect, test } from 'bun:test';
import { errorLines } from './error-lines.ts';
import { displayWidth } from './width.ts';

const what = 'The configuration /nope.yaml cannot be read: there is no such file or folder (ENOENT).';
const next = 'Check the path given with --config.';

test('an error is broken between words, below its own beginning, and never wider than the terminal', () => {
  expect(errorLines(what, next, 80)).toBe(
    [
      'demine: The configuration /nope.yaml cannot be read: there is no such file or',
      '        folder (ENOENT).',
      '        Check the path given with --config.',
      '',
    ].join('\n'),
  );
  const hostile = `目录 /${'长'.repeat(300)}${'x'.repeat(300)} 不存在。`;
  for (const columns of [1, 40, 80])
    for (const line of errorLines(hostile, next, columns).split('\n'))
      expect(displayWidth(line)).toBeLessThanOrEqual(Math.max(40, columns));
});

test('a sentence has its point, in Chinese its own', () => {
  expect(errorLines('no such folder (ENOENT)', next, undefined)).toStartWith(
    'demine: no such folder (ENOENT).\n',
  );
  expect(errorLines('it needs a slash: ./x', next, 80)).toStartWith('demine: it needs a slash: ./x\n');
  expect(errorLines('无法读取（ENOENT）', next, 80)).toStartWith('demine: 无法读取（ENOENT）。\n');
});

test('without a terminal each is one line', () => {
  expect(errorLines(what, next, undefined)).toBe(`demine: ${what}\n        ${next}\n`);
});
