import { describe, expect, test } from 'bun:test';
import { houseProblems } from '../../scripts/floors.ts';

const problems = (files: Readonly<Record<string, string>>): readonly string[] =>
  houseProblems(new Map(Object.entries(files)));

describe('floors', () => {
  test('a room imports from lower floors and from itself', () => {
    const files = {
      'scan/a.ts': "import { b } from '../detect/b.ts';\nimport { c } from './c.ts';\nb(c);",
      'scan/c.ts': 'export const c = 1;',
      'detect/b.ts': "import type { M } from '../model/m.ts';\nexport const b = (m: M): M => m;",
      'model/m.ts': 'export type M = 1;',
    };
    expect(problems(files)).toEqual([]);
  });

  test.each([
    ['a value', "import { b } from '../scan/b.ts';\nb();"],
    ['a type', "import type { B } from '../scan/b.ts';\nexport const x = (b: B): B => b;"],
    ['a type in place', "export const x = (b: import('../scan/b.ts').B): unknown => b;"],
    ['what is passed on', "export { b } from '../scan/b.ts';"],
    ['only its effect', "import '../scan/b.ts';"],
    ['when it is needed', "export const x = async () => (await import('../scan/b.ts')).b;"],
    ['many lines', "import {\n  b,\n  c,\n} from '../scan/b.ts';\nb(c);"],
  ])('a lower room that imports %s of a higher one is told', (_, text) => {
    expect(problems({ 'detect/a.ts': text })).toEqual([
      'src/detect/a.ts: detect/ (floor 4) may not import scan/ (floor 6)',
    ]);
  });

  test('rooms of one floor do not import from each other', () => {
    expect(problems({ 'coins/a.ts': "import { b } from '../formats/b.ts';\nb();" })).toHaveLength(1);
  });

  test('the report knows the published result alone', () => {
    expect(problems({ 'report/a.ts': "import { b } from '../scan/b.ts';\nb();" })).toEqual([
      'src/report/a.ts: report/ imports only floors 0 to 2, not scan/',
    ]);
  });

  test('a room that the house does not have is told, and so is a way out of src', () => {
    expect(problems({ 'utils/a.ts': '' })).toEqual(['src/utils/a.ts: the room utils/ has no floor']);
    expect(problems({ 'cli/a.ts': "import { b } from '../../test/b.ts';\nb();" })).toHaveLength(1);
  });
});

test('only native/ touches bun:ffi, and a test is no exception', () => {
  const text = "import { dlopen } from 'bun:ffi';\ndlopen;";
  expect(problems({ 'native/a.ts': text })).toEqual([]);
  for (const file of ['probe/a.ts', 'probe/a.test.ts']) {
    expect(problems({ [file]: text })).toEqual([`src/${file}: only native/ may import bun:ffi`]);
  }
  expect(problems({ 'probe/a.ts': "export const f = require('bun:ffi');" })).toHaveLength(1);
});

test('a circle is told, also when it is of types only', () => {
  const files = {
    'model/a.ts': "import type { B } from './b.ts';\nexport type A = B;",
    'model/b.ts': "import type { A } from './a.ts';\nexport type B = A;",
  };
  expect(problems(files)).toEqual(['circle: model/a.ts -> model/b.ts -> model/a.ts']);
});
