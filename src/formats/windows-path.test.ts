import { describe, expect, test } from 'bun:test';
import { commandLineWords, programOfLine } from './command-line-words.ts';
import { windowsPath } from './windows-path.ts';

describe('a path of Windows', () => {
  test.each([
    ['\\SystemRoot\\system32\\drivers\\a.sys', 'C:\\Windows\\system32\\drivers\\a.sys'],
    ['system32\\DRIVERS\\b.sys', 'C:\\Windows\\system32\\DRIVERS\\b.sys'],
    ['\\??\\d:\\x\\y.exe', 'D:\\x\\y.exe'],
    ['\\\\?\\C:\\x\\..\\y.exe', 'C:\\y.exe'],
    ['%ProgramFiles(x86)%\\V\\v.exe', 'C:\\Program Files (x86)\\V\\v.exe'],
    ['"c:/mixed\\\\slashes//z.exe"', 'C:\\mixed\\slashes\\z.exe'],
    ['C:\\dots. \\a.exe. ', 'C:\\dots\\a.exe'],
    ['\\rooted.exe', 'C:\\rooted.exe'],
  ])('%s is %s', (given, path) => {
    expect(windowsPath(given)).toBe(path);
  });

  test.each([
    'name.exe',
    '\\\\server\\share\\a.exe',
    'C:relative.exe',
    '',
    'C:\\a<b>.exe',
    `C:\\${'a'.repeat(2000)}`,
  ])('%s has no place on a drive of this host', (given) => {
    expect(windowsPath(given)).toBeUndefined();
  });

  test('a variable that names itself ends, and climbing ends at the drive', () => {
    expect(windowsPath('C:\\%a%\\x', new Map([['a', '%a%%a%']]))).toBe('C:\\%a%%a%\\x');
    expect(windowsPath('C:\\..\\..\\..\\x')).toBe('C:\\x');
  });
});

describe('words of a command line', () => {
  test.each<[string, readonly string[]]>([
    ['"C:\\a b\\c.exe" -x "d e" f\\\\"g h"', ['C:\\a b\\c.exe', '-x', 'd e', 'f\\g h']],
    ['a "b\\"c" d\\e', ['a', 'b"c', 'd\\e']],
    ['a "b""c"', ['a', 'b"c']],
    ['a ""', ['a', '']],
    ['   ', []],
  ])('%s', (line, words) => {
    expect(commandLineWords(line)).toEqual(words);
  });

  test('a hundred thousand backslashes and an open quote come to an end', () => {
    expect(commandLineWords(`a "${'\\'.repeat(100_000)}`)).toHaveLength(2);
  });

  test.each([
    ['C:\\Program Files\\a b\\c.exe -x', 'C:\\Program Files\\a b\\c.exe'],
    ['"C:\\a.exe" b', 'C:\\a.exe'],
    ['notepad C:\\x.exe', 'notepad'],
    ['%windir%\\system32\\svchost.exe -k x', '%windir%\\system32\\svchost.exe'],
  ])('the program of %s is %s', (line, program) => {
    expect(programOfLine(line).program).toBe(program);
  });
});
