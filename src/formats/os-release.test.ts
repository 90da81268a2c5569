import { describe, expect, test } from 'bun:test';
import { parseOsRelease } from './os-release.ts';

const value = (text: string, name: string): string | undefined =>
  parseOsRelease(Buffer.from(text, 'latin1')).get(name);

describe('os-release', () => {
  test('bare, single and double quoted values are read', () => {
    const text = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nNAME=\'A "b"\'\n';
    expect(value(text, 'PRETTY_NAME')).toBe('Debian GNU/Linux 12 (bookworm)');
    expect(value(text, 'ID')).toBe('debian');
    expect(value(text, 'NAME')).toBe('A "b"');
  });

  test('escapes are undone and nothing is expanded', () => {
    expect(value('NAME="a\\"b\\$(id)"\n', 'NAME')).toBe('a"b$(id)');
  });

  test('comments, carriage returns, open quotes and odd bytes do no harm', () => {
    expect(value('# ID=x\r\nID=alpine\r\n', 'ID')).toBe('alpine');
    expect(value('ID="open', 'ID')).toBe('"open');
    expect(value('ID=\x1b[31m\xff', 'ID')).toBe('%1B[31m%FF');
    expect(value('ID', 'ID')).toBeUndefined();
  });
});
