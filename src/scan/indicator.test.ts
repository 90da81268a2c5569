import { describe, expect, test } from 'bun:test';
import { parseIndicator } from './indicator.ts';

describe('an indicator from the alert', () => {
  test('is read as people paste it', () => {
    expect(parseIndicator('192.0.2.7:3333')).toMatchObject({
      type: 'address',
      address: '192.0.2.7',
      port: 3333,
    });
    expect(parseIndicator('2001:db8::7')).toMatchObject({ type: 'address', address: '2001:db8::7' });
    expect(parseIndicator('[2001:db8::7]:443')).toMatchObject({ address: '2001:db8::7', port: 443 });
    for (const text of ['2001:DB8:0:0::7', '2001:0db8:0:0:0:0:0:7', '[2001:db8::0007]'])
      expect(parseIndicator(text)).toMatchObject({ type: 'address', address: '2001:db8::7' });
    expect(parseIndicator('::ffff:192.0.2.7')).toMatchObject({ address: '192.0.2.7' });
    expect(parseIndicator('Pool[.]Example[.]NET')).toMatchObject({
      type: 'domain',
      domain: 'pool.example.net',
    });
    expect(parseIndicator('hxxps://c2.example.org/x.sh')).toMatchObject({
      type: 'url',
      host: 'c2.example.org',
    });
    expect(parseIndicator('stratum+tcp://pool.example.net:3333')).toMatchObject({ host: 'pool.example.net' });
    expect(parseIndicator('A'.repeat(64))).toMatchObject({ type: 'hash', digest: 'a'.repeat(64) });
  });

  test.each([
    ['empty', ''],
    ['one letter', 'x'],
    ['a port out of range', '192.0.2.7:99999'],
    ['an octet out of range', '192.0.2.999'],
    ['words', 'not a name'],
    ['three thousand letters', `${'a'.repeat(3000)}.net`],
    ['an empty label', '-.net'],
  ])('that is none of the four is refused: %s', (_name, text) => {
    expect(() => parseIndicator(text)).toThrow('not an indicator');
  });
});
