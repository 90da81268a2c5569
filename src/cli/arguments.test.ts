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

  test('coverage takes a file for JSON and nothing else', () => {
    expect(parse('coverage --json -')).toMatchObject({ command: 'coverage', json: '-' });
    expect(() => parse('coverage --all')).toThrow('not-for-command: --all');
  });

  test('the language follows the environment unless it is asked for', () => {
    expect(parse('', { LANG: 'zh_CN.UTF-8' }).language).toBe('zh-CN');
    expect(parse('', { LC_ALL: 'C', LANG: 'zh_CN.UTF-8' }).language).toBe('en');
    expect(parse('--lang en', { LANG: 'zh_CN.UTF-8' }).language).toBe('en');
  });

  test.each([
    ['a mistyped command', 'scna', 'not-command: scna'],
    ['an unknown option', 'scan --fast', 'unknown-option: --fast'],
    ['an unknown short option', 'scan -x', 'unknown-option: -x'],
    ['an option of another command', 'net --active', 'not-for-command: --active'],
    ['an option without its value', 'scan --json', 'missing-value: --json'],
    ['a negative interval', 'scan --interval -1', 'missing-value: --interval'],
    ['a value where none is taken', 'scan --active=yes', 'takes-no-value: --active'],
    ['an interval that is no number', 'scan --interval soon', 'not-seconds: soon'],
    ['a pid of zero', 'ps 0', 'not-pid: 0'],
    ['two targets', 'scan /a /b', 'too-many: /b'],
    ['a language we do not speak', '--lang fr', 'not-language: fr'],
    ['--out without a case', 'scan --no-case --out /x', 'excludes-out'],
    ['a pass of integrity that is none', 'scan --integrity all', 'not-integrity: all'],
  ])('%s is refused with its name', (_name, line, words) => {
    expect(() => parse(line)).toThrow(words);
  });

  test('help is about the command it is asked of', () => {
    expect(parse('ps --help')).toMatchObject({ command: 'help', topic: 'ps' });
    expect(parse('help drill')).toMatchObject({ command: 'help', topic: 'drill' });
    expect(parse('--help')).toMatchObject({ command: 'help', topic: 'all' });
    expect(parse('help nonsense')).toMatchObject({ command: 'help', topic: 'all' });
  });
});
