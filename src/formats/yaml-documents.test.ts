import { describe, expect, test } from 'bun:test';
import { lineOf, readYaml, textAt } from './yaml-documents.ts';

const read = (text: string) => readYaml(Buffer.from(text));

test('documents are read one by one, with their lines', () => {
  const { documents, refused } = read('%YAML 1.2\n---\na: 1\n---\n# nothing\n---\r\nb:\r\n  c: 2\r\n');
  expect(documents.map(({ value, line }) => [line, value])).toEqual([
    [2, { a: 1 }],
    [6, { b: { c: 2 } }],
  ]);
  expect(refused).toEqual([]);
  const [, second] = documents;
  expect(second === undefined ? 0 : lineOf(second, 'b:', 'c:')).toBe(8);
  expect(second === undefined ? '' : textAt(second, 8)).toBe('c: 2');
});

test('a document that cannot be read hides none beside it', () => {
  const { documents, refused } = read('a: 1\n---\nb: [\n---\nc: 3\n');
  expect(documents.map(({ value }) => value)).toEqual([{ a: 1 }, { c: 3 }]);
  expect(refused).toEqual(['not YAML']);
});

test('bytes that no YAML has hide nothing', () => {
  const { documents } = readYaml(Buffer.from('a: "x\x01\x00y"\nb: \xff\xfez\n', 'latin1'));
  expect(documents[0]?.value).toEqual({ a: 'x  y', b: '\ufffd\ufffdz' });
});

describe('what multiplies or nests is refused', () => {
  test('references upon references', () => {
    const levels = 'bcdefghij'
      .split('')
      .map((name, at) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefghij'[at]}`)}]`);
    const { documents, refused } = read(`a: &a [${'1,'.repeat(9)}1]\n${levels.join('\n')}\n`);
    expect(documents).toEqual([]);
    expect(refused).toHaveLength(1);
  });

  test('many references', () => {
    const uses = Array.from({ length: 501 }, (_, at) => `k${at}: *a`).join('\n');
    expect(read(`a: &a x\n${uses}\n`).refused).toEqual(['too many references']);
  });

  test('brackets and dashes without end', () => {
    expect(read('['.repeat(100_000)).refused).toEqual(['nested too deep']);
    expect(read('- '.repeat(100_000)).refused).toEqual(['nested too deep']);
    expect(read('a: ["x",'.repeat(100_000)).refused).toHaveLength(1);
  });

  test('too many documents and too many bytes', () => {
    const many = read('a: 1\n---\n'.repeat(1000));
    expect(many.documents.length).toBeLessThanOrEqual(500);
    expect(many.refused).toEqual(['more than 500 documents']);
    expect(read('x'.repeat((10 << 20) + 1)).refused).toEqual(['larger than 10 MiB']);
    expect(read(`a: ${'x'.repeat(3 << 20)}`).refused).toEqual(['a document larger than 2 MiB']);
  });
});

test('a value that holds itself is read as far as it is asked', () => {
  expect(() => read('a: &a [*a]\n')).not.toThrow();
});

test('padding with comments and empty lines hides nothing', () => {
  const { documents, refused } = read(`${'# filler\n\n'.repeat(300_000)}a: 1\n`);
  expect(documents.map(({ value }) => value)).toEqual([{ a: 1 }]);
  expect(refused).toEqual([]);
});

test('a text in base64 is the text', () => {
  const base64 = Buffer.from('a | b').toString('base64');
  expect(read(`a: [!!binary "${base64}", !!binary ${base64}]\n`).documents[0]?.value).toEqual({
    a: ['a | b', 'a | b'],
  });
});
