import { expect, test } from 'bun:test';
import { parseIni } from './ini-settings.ts';

const read = (text: string) =>
  parseIni(Buffer.from(text, 'latin1')).map(({ section, key, value, line }) => [section, key, value, line]);

test('sections, keys and values, by equal sign or colon', () => {
  expect(read('; c\n[program:x]\nCommand = /bin/x -a ; why\nuser: www\n\n[b]\nk=v=w\n')).toEqual([
    ['program:x', 'command', '/bin/x -a', 3],
    ['program:x', 'user', 'www', 4],
    ['b', 'k', 'v=w', 7],
  ]);
});

test('a value goes on over indented lines', () => {
  expect(read('[a]\nenvironment =\n  A="1",\n  B="2"\nk=1\n')).toEqual([
    ['a', 'environment', '\nA="1",\nB="2"', 2],
    ['a', 'k', '1', 5],
  ]);
});

test('of noise little is left, and its cost is bounded', () => {
  expect(read(`\0\xff\n${'['.repeat(1 << 20)}\n=x\n`)).toEqual([]);
  expect(parseIni(Buffer.from('a=b\n'.repeat(200_000))).length).toBeLessThanOrEqual(50_000);
  expect(parseIni(Buffer.from(`a=${' x\n y'.repeat(1 << 20)}`)).length).toBeGreaterThan(0);
});
