import { expect, test } from 'bun:test';
import { RecordedTarget } from '../../test/recorded-target.ts';
import { printableText } from '../model/text.ts';
import { targetBehind, thriftyTarget } from './thrifty.ts';

const files = {
  '/large': { content: 'x'.repeat(300_000) },
  '/small': { content: 'x'.repeat(1000) },
};
const open = () => thriftyTarget(new RecordedTarget({ kind: 'folder', files }), 500_000);
const ask = (path: string, limit: number) => ({ kind: 'file', path: printableText(path), limit }) as const;
const limit = 1 << 20;

test('large files are read whole until there were too many, then each gives a first part', async () => {
  const target = open();
  const given = [1, 2, 3].map(() => target.readNow(ask('/large', limit)));
  expect(given.map(({ status, bytes }) => [status, bytes.length])).toEqual([
    ['ok', 300_000],
    ['ok', 300_000],
    ['truncated', 65_536],
  ]);
  expect(await target.read(ask('/large', limit))).toMatchObject({ status: 'truncated' });
  for await (const [one] of target.gather([ask('/large', limit)])) expect(one?.status).toBe('truncated');
});

test('small files are read whole for ever, and use up nothing', () => {
  const target = open();
  for (let time = 0; time < 1000; time += 1) expect(target.readNow(ask('/small', limit)).status).toBe('ok');
  expect(target.readNow(ask('/large', limit)).status).toBe('ok');
});

test('databases are neither counted nor cut', () => {
  const target = open();
  for (let time = 0; time < 4; time += 1) expect(target.readNow(ask('/large', 8 << 20)).status).toBe('ok');
  for (let time = 0; time < 4; time += 1) target.readNow(ask('/large', limit));
  expect(target.readNow(ask('/large', 8 << 20)).status).toBe('ok');
});

test('what is remembered of a target is remembered of the one behind', () => {
  const target = new RecordedTarget({ kind: 'folder', files });
  expect(targetBehind(thriftyTarget(thriftyTarget(target)))).toBe(target);
  expect(targetBehind(target)).toBe(target);
});
