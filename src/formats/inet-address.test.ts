import { describe, expect, test } from 'bun:test';
import { addressBytes, addressText } from './inet-address.ts';

const text = (hex: string): string => addressText(Buffer.from(hex, 'hex'));

describe('addresses', () => {
  test('IPv4 and IPv4-mapped addresses have one spelling', () => {
    expect(text('c0000201')).toBe('192.0.2.1');
    expect(text('00000000000000000000ffffc0000201')).toBe('192.0.2.1');
  });

  test('IPv6 is spelled as RFC 5952 §4 says', () => {
    expect(text('00000000000000000000000000000000')).toBe('::');
    expect(text('00000000000000000000000000000001')).toBe('::1');
    expect(text('20010db8000000000000000000000001')).toBe('2001:db8::1');
    expect(text('20010db8000000000001000000000001')).toBe('2001:db8::1:0:0:1');
    expect(text('20010db8000000010001000100010001')).toBe('2001:db8:0:1:1:1:1:1');
    expect(text('20010db8000100010001000100000000')).toBe('2001:db8:1:1:1:1::');
    expect(text('0001000000020003000400050006000a')).toBe('1:0:2:3:4:5:6:a');
  });

  test('text comes back as the bytes it stands for', () => {
    for (const address of [
      '192.0.2.1',
      '::',
      '::1',
      '2001:db8::1:0:0:1',
      '2001:db8:1:1:1:1::',
      '1:0:2:3:4:5:6:a',
    ])
      expect(addressText(addressBytes(address) ?? new Uint8Array(0))).toBe(address);
    expect(addressText(addressBytes('::ffff:192.0.2.9') ?? new Uint8Array(0))).toBe('192.0.2.9');
    expect(addressText(addressBytes('fe80::1%eth0') ?? new Uint8Array(0))).toBe('fe80::1');
  });

  test('what is no address has no bytes', () => {
    for (const wrong of [
      '',
      'pool.example',
      '1.2.3',
      '256.0.0.1',
      '1:2',
      '1::2::3',
      ':::',
      '1:2:3:4:5:6:7:8:9',
      '::g',
    ])
      expect(addressBytes(wrong)).toBeUndefined();
    expect(addressText(new Uint8Array(5))).toBe('');
  });
});
