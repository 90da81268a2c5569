import { describe, expect, test } from 'bun:test';
import { parseArguments } from './arguments.ts';

const parse = (line: string, environment: Record<string, string> = {}) =>
  parseArguments(line === '' ? [] : line.split(' '), environment);

describe('the command line', () => {
  test('without a command scans this host', () => {
    expect(parse('')).toMatchObject({ command: 'scan', target: undefined, interval: 3, writeCase: true });
  });

  test('a bare path is the target of a scan', () => {
    expect(parse('/mnt/image')).toMatchObject({ command: 'scan', target: '/mnt/image' });
    expect(parse('scan ./image --json -')).toMatchObject({ target: './image', json: '-' });
  });

  test('options of a scan are read, and --seen repeats', () => {
    expect(
      parse(
        'scan --seen 192.0.2.1 --seen pool.example.net --interval 0.5 --thorough --active --keep-secrets',
      ),
    ).toMatchObject({
      seen: ['192.0.2.1', 'pool.example.net'],
      interval: 0.5,
      thorough: true,
      active: true,
      keepSecrets: true,
    });
  });

  test('the full pass of integrity is asked for by name', () => {
    expect(parse('scan --integrity full')).toMatchObject({ integrity: 'full' });
    expect(parse('scan --integrity usual')).toMatchObject({ integrity: undefined });
  });

  test('the language follows the environment unless it is asked for', () => {
    expect(parse('', { LANG: 'zh_CN.UTF-8' }).language).toBe('zh-CN');
    expect(parse('', { LC_ALL: 'C', LANG: 'zh_CN.UTF-8' }).language).toBe('en');
    expect(parse('--lang en', { LANG: 'zh_CN.UTF-8' }).language).toBe('en');
  });

  test.each([
    ['a mistyped command', 'scna', 'not a command'],
    ['an unknown option', 'scan --fast', 'fast'],
    ['an option of another command', 'net --active', 'not an option of demine net'],
    ['an interval that is no number', 'scan --interval soon', 'not a number of seconds'],
    ['a pid of zero', 'ps 0', 'not a process id'],
    ['two targets', 'scan /a /b', 'one argument too many'],
    ['a language we do not speak', '--lang fr', 'not a language'],
    ['a pass of integrity that is none', 'scan --integrity all', 'neither usual nor full'],
    ['--out without a case', 'scan --no-case --out /x', 'excludes --out'],
  ])('%s is refused with its name', (_name, line, words) => {
    expect(() => parse(line)).toThrow(words);
  });
});
