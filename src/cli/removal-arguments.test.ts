import { expect, test } from 'bun:test';
import { DemineError } from '../model/error.ts';
import { parseArguments } from './arguments.ts';

const parse = (...argv: string[]) => parseArguments(argv, {});
const problemOf = (...argv: string[]): unknown => {
  try {
    parse(...argv);
    return 'none';
  } catch (thrown) {
    return thrown instanceof DemineError ? thrown.problem : thrown;
  }
};

test('a plan is asked for with its edits in their order', () => {
  expect(parse('plan', 'c', '--edit', 'drop S3', '--edit', 'move S5 before S2')).toMatchObject({
    command: 'plan',
    folder: 'c',
    edits: [{ edit: { kind: 'drop', step: 'S3' } }, { edit: { kind: 'move', step: 'S5', before: 'S2' } }],
  });
});

test('nothing is carried out without being asked to', () => {
  expect(parse('clean', 'c')).toMatchObject({ yes: false, acceptIrreversible: false, step: undefined });
  expect(parse('clean', 'c', '-y', '--step', '3', '--accept-irreversible')).toMatchObject({
    yes: true,
    acceptIrreversible: true,
    step: 'S3',
  });
  expect(parse('undo', 'c', '--step', 's3', '--vault', '/v')).toMatchObject({ step: 'S3', vault: '/v' });
});

test('how much of a container is kept is a size', () => {
  const limitOf = (text: string): unknown => {
    const parsed = parse('clean', 'c', '--export-limit', text);
    return 'exportLimit' in parsed ? parsed.exportLimit : undefined;
  };
  expect(['0', '4096', '500M', '20G', '20g', '20GiB', '1TB'].map(limitOf)).toEqual([
    ...[0, 4096, 500 * 2 ** 20, 20 * 2 ** 30, 20 * 2 ** 30, 20 * 2 ** 30, 2 ** 40],
  ]);
  expect(parse('clean', 'c')).toMatchObject({ exportLimit: undefined });
  for (const wrong of ['1.5G', 'x', '20GG', '999999999999T', '20 G']) {
    expect(problemOf('clean', 'c', '--export-limit', wrong)).toBe('not-size');
  }
  expect(problemOf('undo', 'c', '--export-limit', '1G')).toBe('not-for-command');
});

test('what is wrong is told', () => {
  expect(problemOf('plan')).toBe('missing-argument');
  expect(problemOf('plan', 'c', 'd')).toBe('too-many');
  expect(problemOf('plan', 'c', '--edit', 'rm S3')).toBe('not-edit');
  expect(problemOf('clean', 'c', '--step', '0')).toBe('not-step');
  expect(problemOf('undo', 'c', '--yes')).toBe('not-for-command');
  expect(problemOf('plan', 'c', '--yes')).toBe('not-for-command');
});
