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

test('what is wrong is told', () => {
  expect(problemOf('plan')).toBe('missing-argument');
  expect(problemOf('plan', 'c', 'd')).toBe('too-many');
  expect(problemOf('plan', 'c', '--edit', 'rm S3')).toBe('not-edit');
  expect(problemOf('clean', 'c', '--step', '0')).toBe('not-step');
  expect(problemOf('undo', 'c', '--yes')).toBe('not-for-command');
  expect(problemOf('plan', 'c', '--yes')).toBe('not-for-command');
});
