import { describe, expect, test } from 'bun:test';
import type { FileTimesFact } from '../model/facts/persistence.ts';
import { judgedBy, text } from './facts.fixture.ts';
import { fileTimes } from './file-times.ts';

const us = (when: string, micro = 0): number => Date.parse(`${when}Z`) * 1000 + micro;
const path = text('/usr/local/lib/.cache/kworkerds');
const dropped = us('2024-03-10T02:33:00', 123_456);
const old = us('2018-05-01T07:08:09');
/** A file that was written here, when it says so. */
const written = (when: string, micro = 424_242) => ({
  modifiedUs: us(when, micro),
  changedUs: us(when, micro),
});
/** A file that somebody unpacked with its time. */
const unpacked = (modified: string, changedUs: number) => ({ modifiedUs: us(modified), changedUs });

const neighbours = [
  written('2024-03-01T10:00:00'),
  written('2024-03-02T11:00:00'),
  written('2024-03-08T12:00:00'),
];
const fact = (parts: Partial<FileTimesFact> = {}): FileTimesFact => ({
  kind: 'file-times',
  source: { source: path },
  path,
  modifiedUs: old,
  changedUs: dropped,
  bornUs: dropped - 500,
  folder: { path: text('/usr/local/lib/.cache'), modifiedUs: dropped, bornUs: us('2024-03-01T09:00:00', 5) },
  neighbours,
  ...parts,
});
const judged = judgedBy(fileTimes);
const rules = (...facts: readonly FileTimesFact[]): readonly string[] =>
  judged(...facts).map(({ rule }) => rule);

describe('a file whose time was set', () => {
  test('far back among new files is told, with all its times', () => {
    const [found] = judged(fact());
    expect(found).toMatchObject({
      rule: 'file.time-set-back',
      severity: 'low',
      technique: 'T1070.006',
      subject: { kind: 'file', path },
      params: { modified: '2018-05-01 07:08:09 UTC', changed: '2024-03-10 02:33:00 UTC' },
    });
    expect(found?.evidence.map((line) => line.text as string)).toEqual([
      'modified 2018-05-01T07:08:09.000Z, inode changed 2024-03-10T02:33:00.123Z, born 2024-03-10T02:33:00.122Z',
      'modified 2024-03-10T02:33:00.123Z, born 2024-03-01T09:00:00.000Z; the oldest of 3 files beside it and the folder 2024-03-01T10:00:00.424Z',
    ]);
  });

  test('is told without a time of birth too', () => {
    const { bornUs: _, ...plain } = fact();
    const { bornUs: __, ...folder } = fact().folder;
    expect(rules({ ...plain, folder })).toEqual(['file.time-set-back']);
  });

  test('later than its last change is told', () => {
    expect(rules(fact({ modifiedUs: us('2030-01-01T00:00:00') }))).toEqual(['file.time-ahead']);
    expect(rules(fact({ modifiedUs: dropped + 86_400e6, neighbours: [] }))).toEqual(['file.time-ahead']);
  });
});

describe('what only looks like it', () => {
  const honest: readonly (readonly [string, Partial<FileTimesFact>])[] = [
    ['a file that was written here', written('2024-03-10T02:33:00')],
    ['an old file whose owner was changed', { bornUs: old + 5 }],
    ['a time with parts of a second, as touch and writers leave it', { modifiedUs: old + 7 }],
    ['months before its neighbours, and no more', { modifiedUs: us('2023-11-01T00:00:00') }],
    ['beside another old file', { neighbours: [...neighbours, written('2018-06-01T00:00:00')] }],
    ['in an old folder', { folder: { ...fact().folder, modifiedUs: us('2018-06-01T00:00:00') } }],
    [
      'in a folder that was made long ago',
      { folder: { ...fact().folder, bornUs: us('2018-06-01T00:00:00') } },
    ],
    ['alone in its folder', { neighbours: [] }],
    [
      'out of an archive, with others',
      { neighbours: [...neighbours, unpacked('2023-12-24T00:00:00', dropped + 2e6)] },
    ],
    [
      'where rsync or cp -p brought the whole folder',
      {
        neighbours: neighbours.map(({ modifiedUs }, index) => ({
          modifiedUs,
          changedUs: dropped + index * 1e3,
        })),
      },
    ],
    [
      'in a layer of whole seconds alone',
      {
        neighbours: [
          unpacked('2023-12-24T00:00:00', dropped - 9e11),
          unpacked('2024-01-24T00:00:00', dropped - 8e11),
        ],
      },
    ],
    ['on a file system without parts of seconds', { changedUs: us('2024-03-10T02:33:00') }],
    ['without a time of the inode', { changedUs: 0 }],
    ['without a time at all', { modifiedUs: 0 }],
    ['ahead by the hours of a zone that a zip file does not know', { modifiedUs: us('2024-03-10T10:33:00') }],
    [
      'ahead together with others, out of an archive of a host whose clock was wrong',
      {
        modifiedUs: us('2025-01-01T00:00:00'),
        neighbours: [unpacked('2025-01-01T00:00:02', dropped + 5)],
      },
    ],
    [
      'written while the clock itself was ahead',
      { modifiedUs: us('2025-01-01T00:00:00', 7), bornUs: us('2025-01-01T00:00:00', 3) },
    ],
  ];
  test.each(honest)('%s', (_, parts) => {
    expect(rules(fact(parts))).toEqual([]);
  });
});

test('times that are no dates, and thousands of files, end', () => {
  const odd = [Number.MAX_SAFE_INTEGER, -1, 1, 8.64e18].map((modifiedUs) => fact({ modifiedUs }));
  expect(judged(...odd).length).toBeGreaterThan(0);
  expect(JSON.stringify(judged(...odd))).not.toContain('NaN');
  expect(judged(...Array.from({ length: 3_000 }, () => fact()))).toHaveLength(50);
});
