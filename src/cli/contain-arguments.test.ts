import { describe, expect, test } from 'bun:test';
import { DemineError } from '../model/error.ts';
import { parseArguments } from './arguments.ts';

const parse = (...words: string[]) => parseArguments(['contain', ...words], {});
const problem = (...words: string[]): string | undefined => {
  try {
    parse(...words);
    return 'none';
  } catch (thrown) {
    if (!(thrown instanceof DemineError)) throw thrown;
    return `${thrown.problem} ${thrown.subject}`;
  }
};

describe('demine contain', () => {
  test('changes nothing and lasts a quarter of an hour, if nothing else is said', () => {
    expect(parse('CASE', '--block')).toMatchObject({ path: 'CASE', mode: 'block', seconds: 900, yes: false });
    expect(parse()).toMatchObject({ path: undefined, mode: undefined, lift: false, freeze: false });
  });

  test.each([
    ['90s', 90],
    ['15m', 900],
    ['2h', 7200],
    ['7d', 604_800],
  ])('takes %s as a time', (text, seconds) => {
    expect(parse('--block', '--for', text)).toMatchObject({ seconds });
  });

  test.each(['9s', '8d', '15', '1.5h', '-5m', 'm', ''])('takes %p for no time', (text) => {
    expect(problem('--block', `--for=${text}`)).toBe(`not-duration ${text}`);
  });

  test('lasts where that is said', () => {
    expect(parse('--isolate', '--confirm')).toMatchObject({ seconds: undefined, confirm: true });
  });

  test('takes addresses to keep, and no names', () => {
    expect(parse('--isolate', '--keep', '2001:DB8::7', '--keep', '192.0.2.7')).toMatchObject({
      keep: ['2001:db8::7', '192.0.2.7'],
      keepNone: false,
    });
    expect(parse('--isolate', '--keep', 'none')).toMatchObject({ keep: [], keepNone: true });
    for (const odd of ['jump.example', '127.0.0.1', '192.0.2.0/24', ''])
      expect(problem('--isolate', `--keep=${odd}`)).toBe(`not-address ${odd}`);
  });

  test.each([
    ['--block', '--isolate'],
    ['--block', '--lift'],
    ['--confirm', '--lift'],
    ['--confirm', '--for=1h'],
    ['--freeze', '--thaw'],
    ['--print=nft', '--block'],
    ['--print=nft', '--yes'],
  ])('takes %s and %s for a contradiction', (one, other) => {
    expect(problem(one, other)).toStartWith('excludes-option --');
  });

  test('knows its forms, and options that say nothing alone', () => {
    expect(parse('CASE', '--print', 'rpz')).toMatchObject({ print: 'rpz' });
    expect(problem('--print', 'pf')).toBe('not-form pf');
    expect(problem('--for', '1h')).toBe('not-for-command --for');
    expect(problem('--block', '--keep', '192.0.2.7')).toBe('not-for-command --keep');
    expect(problem('CASE', 'OTHER')).toBe('too-many OTHER');
  });
});
