import { describe, expect, test } from 'bun:test';
import { matchesPatterns, parseSshSettings } from './ssh-settings.ts';

const parse = (text: string) => parseSshSettings(Buffer.from(text, 'latin1'));

describe('settings of ssh', () => {
  test('keywords have any case, an equals sign or a blank, quotes and comments', () => {
    const settings = parse(
      '# c\n permitROOTlogin=yes # why\nBanner "/etc/a b"\nAcceptEnv LANG LC_*\nSubsystem\tsftp  internal-sftp -f AUTH\nPort\n',
    );
    expect(settings.map(({ keyword, args, line }) => [line, keyword, args])).toEqual([
      [2, 'permitrootlogin', ['yes']],
      [3, 'banner', ['/etc/a b']],
      [4, 'acceptenv', ['LANG', 'LC_*']],
      [5, 'subsystem', ['sftp', 'internal-sftp', '-f', 'AUTH']],
    ]);
  });

  test('a line belongs to the Match before it, until Match all', () => {
    const settings = parse('A 1\nMatch User x,y Address 192.0.2.0/24\n B 2\nMatch all\nC 3\n');
    expect(settings.map(({ keyword, condition }) => [keyword, condition?.args.join(' ')])).toEqual([
      ['a', undefined],
      ['match', undefined],
      ['b', 'User x,y Address 192.0.2.0/24'],
      ['match', undefined],
      ['c', undefined],
    ]);
  });

  test('patterns have stars, marks and exceptions', () => {
    expect(
      ['web', 'db', 'web1', 'a.b', 'axb'].map((name) => matchesPatterns(name, '!web1,we?*,web,a.b')),
    ).toEqual([true, false, false, true, false]);
    expect(matchesPatterns('a'.repeat(5000), '*'.repeat(2000))).toBe(true);
    expect(matchesPatterns('a'.repeat(5000), '*a'.repeat(500).concat('b'))).toBe(false);
  });

  test('noise and endless lines are bounded', () => {
    expect(parse(`a ${'x'.padEnd(16_000)}y\n`.repeat(2_000))).toHaveLength(2_000);
    expect(parse(`\0\xff\n=\n${'x '.repeat(1 << 18)}\n`)[0]?.args).toHaveLength(256);
  });
});
