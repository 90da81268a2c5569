import { describe, expect, test } from 'bun:test';
import { maskedPassword, parseShadow, passwordField } from './shadow.ts';

const parse = (text: string) => parseShadow(Buffer.from(text, 'latin1'));

describe('shadow', () => {
  test('a password field is empty, locked, set or elsewhere', () => {
    const states = ['', 'x', '*', '!', '!!', '*LK*', '!$6$a$b', '$6$a$b', '$y$j9T$a$b', 'ab01234567890'].map(
      (field) => `${passwordField(field).state} ${passwordField(field).scheme}`.trim(),
    );
    expect(states).toEqual([
      ...['empty', 'shadowed', 'locked', 'locked', 'locked', 'locked', 'locked'],
      ...['set $6$', 'set $y$', 'set des'],
    ]);
  });

  test('a hash is in nothing that is kept', () => {
    const lines = parse('root:$6$salt$SECRET:19000:0:99999:7:::\nada:!$6$salt$SECRET:1::::::\n');
    expect(JSON.stringify(lines)).not.toContain('SECRET');
    expect(String(lines[0]?.shown)).toBe('root:(hash $6$):19000:0:99999:7:::');
    expect(maskedPassword('!$6$salt$SECRET')).toBe('(locked)');
  });

  test('an empty password, an end, and the line are told', () => {
    expect(parse('# c\n+::::::::\nguest::19000:0:99999:7::20000:\n')).toMatchObject([
      { name: 'guest', password: { state: 'empty' }, expires: 20000, line: 3 },
    ]);
  });

  test('noise is no account', () => {
    expect(parse(`\0\xff\n:::\n${'a'.repeat(1 << 20)}`)).toEqual([]);
    expect(parse('\xff\x1b:x:\r\n')).toMatchObject([{ name: '%FF%1B', password: { state: 'locked' } }]);
  });
});
