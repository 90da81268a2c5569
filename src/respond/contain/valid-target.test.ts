import { describe, expect, test } from 'bun:test';
import { peerAddress, peerName } from './valid-target.ts';

describe('an address', () => {
  test('comes in one spelling', () => {
    expect(peerAddress('192.0.2.1')).toBe('192.0.2.1');
    expect(peerAddress('2001:DB8:0:0::1')).toBe('2001:db8::1');
    expect(peerAddress('::ffff:192.0.2.1')).toBe('192.0.2.1');
    expect(peerAddress('fe80::1')).toBe('fe80::1');
  });

  test.each([
    '',
    '0.0.0.0',
    '0.1.2.3',
    '127.0.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'ff02::1',
    '::ffff:127.0.0.1',
  ])('of nobody else is none: %p', (text) => expect(peerAddress(text)).toBeUndefined());

  test.each([
    '192.0.2.1/0',
    '192.0.2',
    '192.0.2.1 any',
    '192.0.2.256',
    '2001:db8::1%eth0',
    '1.2.3.4\n',
    "192.0.2.1'; x",
  ])('is only that: %p', (text) => expect(peerAddress(text)).toBeUndefined());
});

describe('a name', () => {
  test('comes in one spelling', () => {
    expect(peerName('XMR.Pool.Example.')).toBe('xmr.pool.example');
    expect(peerName('_stratum._tcp.pool.example')).toBe('_stratum._tcp.pool.example');
    expect(peerName('xn--fiqs8s.example')).toBe('xn--fiqs8s.example');
  });

  test.each([
    ...['', '.', 'localhost', 'a..b', '-a.example', 'a-.example', `${'a'.repeat(64)}.example`],
    ...[
      'pool.example;drop',
      'pool.example\nzone',
      'pool .example',
      '*.example',
      'pool.example"',
      '矿池.example',
    ],
    ...[
      '192.0.2.1',
      '1.2.3',
      '0x7f.1',
      'pool.0x1',
      'a.b.1',
      `${'a.'.repeat(127)}example`,
      '$(id).example',
      'a%00.example',
    ],
  ])('is only that: %p', (text) => expect(peerName(text)).toBeUndefined());
});
