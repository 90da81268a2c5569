import { describe, expect, test } from 'bun:test';
import { matcherOf } from './match-pattern.ts';
import { PatternError } from './parse-pattern.ts';

describe('a pattern of a search', () => {
  const patterns = [
    'abc',
    'a.c',
    '^abc$',
    '^$',
    'a|b|',
    '(ab|cd)+e',
    'a{2}',
    'a{2,}b',
    'a{0,2}b',
    '(?:a?){3}c',
    '[a-c]+x',
    '[^a-c]x',
    '[]a]',
    '[a-]',
    '[\\d-z]',
    '\\bcron\\b',
    '\\Bron',
    '\\d+\\.\\d+',
    '\\w+@\\w+',
    '\\S\\s\\S',
    'x\\/y',
    '\\x41b',
    'a*?b',
    '(a*)*b',
    '(a|)*b',
    '密码.$',
    '(^a|b$)',
    '(a$|^x)(b|)',
    '^^a',
    'c$$',
    '$',
    '^',
    'a$b',
    'a{,2}',
  ];
  const texts = [
    '',
    'abc',
    'xabcx',
    'aac',
    'aab',
    'ababcde',
    'cron',
    'a cron job',
    'crond',
    'b',
    'x',
    'dx',
    ']',
    '-',
    'Ab',
    '10.2',
    'me@host',
    'x/y',
    '密码x',
    'c',
    'aaaaaaaac',
    'a{,2}',
  ];

  test('is answered as the engine of the runtime answers', () => {
    for (const pattern of patterns) {
      // In JavaScript `[]` is the empty class; here, as in POSIX and RE2, a bracket may stand first.
      const reference = new RegExp(pattern.replace('[]a]', '[\\]a]'));
      const matches = matcherOf(pattern);
      for (const text of texts) {
        expect({ pattern, text, found: matches(text) }).toEqual({
          pattern,
          text,
          found: reference.test(text),
        });
      }
    }
  });

  test('may ignore case', () => {
    const matches = matcherOf('(?i)accepted [a-z]+');
    expect([matches('ACCEPTED Password'), matches('Refused password')]).toEqual([true, false]);
  });

  test('that would take others years ends', () => {
    const text = `${'a'.repeat(4000)}!`;
    for (const pattern of ['(a+)+$', '(a|aa)+$', '(.*)*x', 'a*a*a*a*a*a*b', '(a?){200}a{200}b']) {
      expect(matcherOf(pattern)(text)).toBe(false);
    }
  });

  test.each([
    '(?=a)',
    '(?<!a)b',
    '(a)\\1',
    '[a',
    '(a',
    'a)',
    '*a',
    'a{2000}',
    '\\q',
    '[z-a]',
    '(((a{999}){999}){9})',
  ])('%s is refused', (pattern) => {
    expect(() => matcherOf(pattern)).toThrow(PatternError);
  });

  test('with more sets than are remembered is still answered', () => {
    const matches = matcherOf('(a|b)*a(a|b){12}c');
    const reference = /(a|b)*a(a|b){12}c/;
    let text = '';
    for (let index = 0; index < 20_000; index += 1)
      text += (index * index * 31 + (index >> 3)) % 7 < 3 ? 'a' : 'b';
    expect(matches(text)).toBe(false);
    const found = `${text.slice(0, 5_000)}c`;
    expect(matches(found)).toBe(reference.test(found));
  });

  test('of a thousand characters and more is refused, groups too deep too', () => {
    expect(() => matcherOf('a'.repeat(1001))).toThrow(PatternError);
    expect(() => matcherOf(`${'('.repeat(60)}a${')'.repeat(60)}`)).toThrow(PatternError);
  });
});
