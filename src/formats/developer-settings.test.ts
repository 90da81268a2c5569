import { describe, expect, test } from 'bun:test';
import { parseAptConf } from './apt-conf.ts';
import { parseGitConfig } from './git-config.ts';
import { parseTmpfiles } from './tmpfiles.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

describe('settings of apt', () => {
  const read = (text: string) => parseAptConf(bytes(text)).map(({ key, value, line }) => [key, value, line]);

  test('of one line, of a list, and nested', () => {
    expect(
      read(
        '// c\nDPkg::Post-Invoke {"if [ -x /a ]; then /a; fi"; "b";};\nAPT::Update {\n  Post-Invoke-Success:: "c \\"d\\"";\n};\nAPT::Periodic::Enable 1;\n',
      ),
    ).toEqual([
      ['dpkg::post-invoke::', 'if [ -x /a ]; then /a; fi', 2],
      ['dpkg::post-invoke::', 'b', 2],
      ['apt::update::post-invoke-success::', 'c "d"', 4],
      ['apt::periodic::enable', '1', 6],
    ]);
  });

  test('with comments of all kinds, and cut in the middle', () => {
    expect(read('/* A "x"; */ # B "y";\nC "z')).toEqual([['c', 'z', 2]]);
    expect(read('/* never closed\n A "x";')).toEqual([]);
    expect(read('{'.repeat(100_000))).toEqual([]);
    expect(read(`A {${'"\xff";'.repeat(100_000)}`)).toHaveLength(20_000);
  });
});

describe('settings of git', () => {
  const read = (text: string) =>
    parseGitConfig(bytes(text)).map(({ key, value, line }) => [key, value, line]);

  test('with sub-sections, quotes, comments and lines that go on', () => {
    expect(
      read(
        '[core]\n\thooksPath = /tmp/h ; c\n[alias]\n  up = !curl \\\n x | sh\n[filter "lfs"]\n clean = "git-lfs clean -- %f" # c\n[Core "A b"] bare\n',
      ),
    ).toEqual([
      ['core.hookspath', '/tmp/h', 2],
      ['alias.up', '!curl  x | sh', 4],
      ['filter.lfs.clean', 'git-lfs clean -- %f', 7],
      ['core.A b.bare', 'true', 8],
    ]);
  });

  test('of noise has nothing', () => {
    expect(read('x = y\n[\0]\n')).toEqual([]);
    expect(read(`[a]\n${'\\'.repeat(1 << 20)}`)).toEqual([]);
  });
});

describe('rules of tmpfiles', () => {
  const read = (text: string) =>
    parseTmpfiles(bytes(text)).map(({ type, path, argument, line }) => [
      type,
      String(path),
      String(argument),
      line,
    ]);

  test('have type, path and argument', () => {
    expect(
      read(
        '# c\nd /run/x 0755 root root -\nf /etc/cron.d/x 0644 root root - * * * * * root /tmp/x\nL+ "/etc/a b" - - - - /tmp/y\n',
      ),
    ).toEqual([
      ['d', '/run/x', '', 2],
      ['f', '/etc/cron.d/x', '* * * * * root /tmp/x', 3],
      ['L+', '/etc/a b', '/tmp/y', 4],
    ]);
  });

  test('are bounded', () => {
    expect(read('d /x\n'.repeat(20_000))).toHaveLength(10_000);
    expect(read(`d ${'x '.repeat(1 << 20)}`).length).toBeLessThan(2);
  });
});
