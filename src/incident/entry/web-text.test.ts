import { describe, expect, test } from 'bun:test';
import { printableText } from '../../model/text.ts';
import { Bounded } from './bounded.ts';
import { Moments } from './moments.ts';
import { Needles } from './needles.ts';
import { WebText } from './web-text.ts';

const decoded = (sent: string): string => {
  const text = new WebText();
  text.load(printableText(sent));
  return text.text();
};

describe('a request behind its escapes', () => {
  test.each([
    ['/A/b', '/a/b'],
    ['/%2e%2E/', '/../'],
    ['/%252e%252e%252f', '/../'],
    ['/%25252e', '/.'],
    ['/%2525252e', '/%2e'],
    ['/.%%32%65/', '/../'],
    ['/%u002e%u002E/%uff0e', '/../.'],
    ['/%c0%ae%c0%af%e0%80%ae', '/./.'],
    ['/%c0%a532%65', '/%32e'],
    ['/?%ADd+x', '/?\xadd+x'],
    ['/%zz%4', '/%zz%4'],
    ['/%', '/%'],
    ['/挖', '/?'],
    ['', ''],
  ])('%s', (sent, expected) => {
    expect(decoded(sent)).toBe(expected);
  });

  test('nothing of the text before is left, and no length is too much', () => {
    const text = new WebText();
    text.load(printableText(`/${'%25'.repeat(20_000)}`));
    text.load(printableText('/a%2'));
    expect(text.text()).toBe('/a%2');
  });
});

describe('words looked for at once', () => {
  const needles = new Needles([
    ['he', 0],
    ['she', 1],
    ['his', 2],
    ['hers', 3],
    ['${jndi:', 4],
    ['jndi', 5],
  ]);
  const found = (text: string): readonly number[] => {
    const bytes = Buffer.from(text, 'latin1');
    return [...needles.find(bytes, bytes.length)].sort();
  };

  test('words within and behind each other', () => {
    expect(found('ushers')).toEqual([0, 1, 3]);
    expect(found('x${jndi:x')).toEqual([4, 5]);
    expect(found('hhis')).toEqual([2]);
    expect(found('h\xe9rs')).toEqual([]);
    expect(found('')).toEqual([]);
  });

  test('the same as looking for each, on any text', () => {
    const words = ['ab', 'abc', 'bca', 'cc', 'a'];
    const all = new Needles(words.map((word, index) => [word, index] as const));
    for (let seed = 0; seed < 2000; seed += 1) {
      const text = (seed * 7919 + 104729)
        .toString(3)
        .replaceAll('0', 'a')
        .replaceAll('1', 'b')
        .replaceAll('2', 'c');
      const bytes = Buffer.from(text);
      const expected = words.flatMap((word, index) => (text.includes(word) ? [index] : []));
      expect([...all.find(bytes, bytes.length)].sort()).toEqual(expected);
    }
  });
});

describe('bounded state', () => {
  test('moments: a quiet time to the minute, a flood within the same room', () => {
    const quiet = new Moments<{ us: number }>(8);
    for (const us of [0, 1e6, 2e6, 600e6]) quiet.note(us, () => ({ us }));
    expect(quiet.kept().map(({ us }) => us)).toEqual([0, 2e6, 600e6]);
    const flood = new Moments<{ us: number }>(8);
    let made = 0;
    for (let minute = 0; minute < 5000; minute += 1) {
      flood.note(minute * 60e6, () => {
        made += 1;
        return { us: minute * 60e6 };
      });
    }
    const kept = flood.kept().map(({ us }) => us);
    expect(kept.length).toBeLessThanOrEqual(16);
    expect(kept[0]).toBe(0);
    expect(kept.at(-1)).toBe(4999 * 60e6);
    expect(flood.count).toBe(5000);
    expect(made).toBe(5000);
  });

  test('a map forgets what came once and long ago, and keeps what comes again', () => {
    const map = new Bounded<string, { count: number }>(100);
    const count = (key: string): void =>
      map.update(key, (value = { count: 0 }) => {
        value.count += 1;
        return value;
      });
    count('once');
    for (let index = 0; index < 1000; index += 1) {
      count(`k${index}`);
      count('often');
    }
    expect(map.get('often')?.count).toBe(1000);
    expect(map.get('once')).toBeUndefined();
    expect([...map.entries()].length).toBeLessThanOrEqual(100);
    expect(map.forgotten).toBeGreaterThan(800);
  });
});
