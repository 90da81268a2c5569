import { describe, expect, test } from 'bun:test';
import { printableText } from '../../../model/text.ts';
import type { LogFile } from './find-logs.ts';
import { planOf } from './plan.ts';
import { logKinds } from './table.ts';

const kind = logKinds.find(({ reading }) => reading.shape === 'lines');

function logFile(set: string, name: string, size: number, packed = false): LogFile {
  if (kind === undefined) throw new TypeError('no kind of log');
  const path = printableText(`/${set}/${name}`);
  const host = printableText('');
  return { path, source: path, log: 'x', reading: kind.reading, set, host, packed, size, modifiedUs: 0 };
}

const names = (files: readonly LogFile[]): readonly string[] => files.map(({ path }) => path);

describe('which logs are read', () => {
  const files = [
    logFile('a', '3.gz', 5, true),
    logFile('a', '2.gz', 50, true),
    logFile('a', '1', 100),
    logFile('a', '0', 100),
    logFile('b', '1', 1_000),
    logFile('b', '0', 10),
  ];

  test('all, where there is room, in the order of their age', () => {
    const { chosen, left } = planOf(files, 1e9);
    expect(names(chosen.map(({ file }) => file))).toEqual(names(files));
    expect(chosen.map(({ bytes }) => bytes)).toEqual(files.map(({ size }) => size));
    expect(left).toEqual([]);
  });

  test('the newest of each first, the last one in part', () => {
    const { chosen } = planOf(files, 300);
    expect(chosen.map(({ file, bytes }) => [file.path as string, bytes])).toEqual([
      ['/a/1', 95],
      ['/a/0', 100],
      ['/b/1', 95],
      ['/b/0', 10],
    ]);
  });

  test('nothing older than what was left out: a hole would seem a silence', () => {
    const { chosen, left } = planOf(files.slice(0, 4), 300);
    expect(names(chosen.map(({ file }) => file))).toEqual(['/a/1', '/a/0']);
    expect(names(left)).toEqual(['/a/3.gz', '/a/2.gz']);
  });

  test('none without room', () => {
    expect(planOf(files, 0).chosen).toEqual([]);
  });
});
