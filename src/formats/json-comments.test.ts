import { describe, expect, test } from 'bun:test';
import { plainJson } from './json-comments.ts';

const plain = (text: string): string => Buffer.from(plainJson(Buffer.from(text))).toString();

describe('JSON with comments', () => {
  test('is plain JSON without them, on the same lines', () => {
    const text = '{ // a\n "a": 1, /* b\n */ "b": ["x", "y",\n], }\n';
    expect(JSON.parse(plain(text))).toEqual({ a: 1, b: ['x', 'y'] });
    expect(plain(text).split('\n')).toHaveLength(5);
  });

  test('keeps what only looks like a comment or a comma inside a string', () => {
    const text = '{"a": "http://x/*, }", "b": "\\"//,]"}';
    expect(plain(text)).toBe(text);
  });

  test('that is cut or noise ends', () => {
    expect(plain('{"a')).toBe('{"a');
    expect(plain('{"a\\')).toBe('{"a\\');
    expect(plain('/* never')).toBe('        ');
    expect(plain('/*/')).toBe('   ');
    expect(plain(',,,]/')).toBe(',, ]/');
    expect(plain('/'.repeat(100_000)).trim()).toBe('');
  });
});
