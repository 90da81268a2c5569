import { describe, expect, test } from 'bun:test';
import { parseCmdline } from './proc-cmdline.ts';

const argv = (text: string): readonly string[] => parseCmdline(Buffer.from(text, 'latin1')).argv.map(String);

describe('/proc/pid/cmdline', () => {
  test('arguments end in NUL, and empty ones in the middle stay', () => {
    expect(argv('/usr/bin/x\0-o\0\0pool\0')).toEqual(['/usr/bin/x', '-o', '', 'pool']);
  });

  test('a title written over argv is one argument without its padding', () => {
    expect(argv('[kworker/0:1]\0\0\0\0\0\0')).toEqual(['[kworker/0:1]']);
    expect(argv('sendmail: accepting connections        ')).toEqual(['sendmail: accepting connections']);
  });

  test('spaces inside and at the end of a true argument stay', () => {
    expect(argv('a\0b  \0')).toEqual(['a', 'b  ']);
  });

  test('no arguments, and nothing but padding, are empty', () => {
    expect(argv('')).toEqual([]);
    expect(argv('\0\0\0')).toEqual([]);
    expect(argv('    ')).toEqual([]);
  });

  test('escapes and odd bytes come out in printable form', () => {
    expect(argv('\x1b[2Jx\0\xff\xfe\0')).toEqual(['%1B[2Jx', '%FF%FE']);
  });

  test('endless arguments are cut and said to be', () => {
    const line = parseCmdline(Buffer.from('a\0'.repeat(10_000)));
    expect(line.argv.length).toBe(4096);
    expect(line.truncated).toBe(true);
  });
});
